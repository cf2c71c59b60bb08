"""Pages on instances: the list, one with its steps, its trouble, its files and commands, and the buttons on it."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import new_id
from qsmo.marketplace.agreements.queries import lines_of, the_order
from qsmo.marketplace.orders import actions, queries
from qsmo.marketplace.orders.flow import INSTANCE
from qsmo.marketplace.orders.formats.forms import TermsOfUseForm
from qsmo.marketplace.orders.models import Instance
from qsmo.platform import plugs
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.platform.web.formats import day, words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table


class InstanceFilter(django_filters.FilterSet):
    """Instances by state."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in INSTANCE.states], empty_label="Any"
    )

    class Meta:
        model = Instance
        fields = ("state",)


def all_instances(request: HttpRequest) -> HttpResponseBase:
    """The instances that the viewer may see."""
    viewer = _viewer(request)

    def order_address(row: Instance) -> str:
        return _order_address(row) if viewer.may("order.read", row.line.order) else ""

    columns = [
        Column("name", "Subscription", value=str, link=lambda row: reverse("orders:instance", args=[row.pk])),
        Column("offering", "Offering", value="line.plan.offering.name"),
        Column("customer", "Customer", value="customer.name", sort="customer__name"),
        Column("provider", "Provider", value="provider.name", sort="provider__name"),
        Column("order", "Order", value="line.order.number", link=order_address),
        Column("active_on", "Active since", kind="date", sort=True),
        Column("trouble", "Trouble"),
        Column("state", "State", kind="state", sort=True),
    ]
    rows = queries.instances(viewer)
    table = Table(request.GET, rows, columns, caption="Subscriptions", filterset=InstanceFilter)
    return listing(request, "orders/list.html", table)


def instance(request: HttpRequest, key: str) -> HttpResponseBase:
    """An instance: its steps, what the service last said, its terms, files and commands, and what may be done."""
    viewer = _viewer(request)
    found = queries.the_instance(viewer, key)
    commands = [
        Column("made_at", "When", kind="instant", sort=True),
        Column("verb", "Command"),
        Column("key", "Key"),
        Column("state", "Came to", kind="state", value=lambda row: row.answer.get("state", "")),
        Column("words", "Words", value=lambda row: row.answer.get("words", "")),
    ]
    exported = [
        Column("name", "File", link=lambda row: reverse("orders:file", args=[found.pk, row.pk])),
        Column("records", "Records", kind="number"),
        Column("size_bytes", "Bytes", kind="number"),
        Column("digest", "SHA-256", value=lambda row: row.digest[:16]),
        Column("made_at", "Exported", kind="instant", sort=True),
    ]
    may_fetch = viewer.may("instance.export", found)
    given = Table(
        request.GET, queries.commands_of(viewer, found), commands, caption="Commands", name="commands"
    )
    kept = Table(
        request.GET,
        queries.files_of(viewer, found),
        exported if may_fetch else [Column("name", "File"), *exported[1:]],
        caption="Exported files",
        name="files",
    )
    for table in (given, kept):
        if table.csv_wanted:
            return table.csv()
    title = f"{found.line.plan.offering.name} for {found.customer.name}"
    context = {
        "instance": found,
        "title": title,
        "items": _items(viewer, found),
        "terms": [(words(name), text) for name, text in sorted(found.terms.items())],
        "steps": queries.steps_of(found),
        "busy": queries.is_busy(found),
        "verbs": queries.open_verbs(viewer, found),
        "key": new_id(),
        "commands": given,
        "files": kept,
        "trail": [("Subscriptions", reverse("orders:list")), (title, "")],
    }
    return render(request, "orders/instance.html", context)


@opened_and_sent
def ask(request: HttpRequest, order_key: str) -> HttpResponse:
    """Request the use of an order's first line that is not in use yet."""
    viewer = _viewer(request)
    order = the_order(viewer, order_key)
    used = {each.line_id for each in queries.instances_of(viewer, order) if each.state not in ("abandoned",)}
    line = next((each for each in lines_of(order) if each.pk not in used), None)
    if line is None:
        raise Refusal("all-in-use", f"Everything that order {order.number} bought is in use already")
    service = plugs.services().get(line.plan.offering.service)
    form = TermsOfUseForm(service.manifest if service else None, {}, request.POST or None)
    back = reverse("agreements:order", args=[order.pk])
    if request.method == "POST" and form.is_valid():
        try:
            answer = actions.request(viewer, line.pk, form.terms(), key=form.cleaned_data["key"])
        except Refusal as refusal:
            show_refusal(form, refusal, form.names)
        else:
            return HttpResponseRedirect(reverse("orders:instance", args=[answer.instance]))
    return _form(request, form, f"Request the use of {line.words}", back)


@opened_and_sent
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change the terms of an instance."""
    viewer = _viewer(request)
    found = queries.the_instance(viewer, key)
    form = TermsOfUseForm(
        found.service.manifest if found.service else None, found.terms, request.POST or None
    )
    back = reverse("orders:instance", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            _say(request, actions.change_terms(viewer, key, form.terms(), key=form.cleaned_data["key"]))
        except Refusal as refusal:
            show_refusal(form, refusal, form.names)
        else:
            return HttpResponseRedirect(back)
    return _form(request, form, f"Terms of {found}", back)


@only_sent
def act(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """One command or decision, named in the address."""
    viewer, why, once = _viewer(request), request.POST.get("why", ""), request.POST.get("key", "")
    match verb:
        case "approve":
            actions.approve(viewer, key)
        case "provision":
            _say(request, actions.provision(viewer, key, key=once))
        case "export":
            _say(request, actions.export(viewer, key, key=once))
        case "leave":
            _say(request, actions.leave(viewer, key, key=once))
        case "abandon":
            _say(request, actions.abandon(viewer, key, why=why, key=once))
        case "suspend":
            actions.suspend(viewer, key, why=why)
        case "resume":
            actions.resume(viewer, key, why=why)
        case "stay":
            actions.stay(viewer, key, why=why)
        case _:
            raise Refusal("not-found", f"There is no button “{verb}”", status=404)
    return HttpResponseRedirect(reverse("orders:instance", args=[key]))


def file(request: HttpRequest, key: str, file_key: str) -> FileResponse:
    """One exported file, as it was exported."""
    found = queries.the_file(_viewer(request), key, file_key)
    return FileResponse(files.open_(found.digest), as_attachment=True, filename=found.name)


routes = [
    path("", all_instances, name="list"),
    path("request/<str:order_key>/", ask, name="request"),
    path("<str:key>/", instance, name="instance"),
    path("<str:key>/terms/", change, name="change"),
    path("<str:key>/files/<str:file_key>", file, name="file"),
    path("<str:key>/<str:verb>", act, name="act"),
]


def _items(viewer: Viewer, found: Instance) -> list[tuple[str, ...]]:
    plan, order = found.line.plan, found.line.order
    return [
        ("Offering", f"{plan.offering.name}, {plan.name}"),
        ("Customer", found.customer.name),
        ("Provider", found.provider.name),
        ("Order", order.number, _order_address(found) if viewer.may("order.read", order) else ""),
        ("Service here", found.service_slug or "none: delivered by people"),
        ("Active since", day(found.active_on) if found.active_on else "not yet"),
        ("Ended", day(found.ended_on) if found.ended_on else "no"),
        ("Taken in from before", "yes" if found.is_adopted else "no"),
    ]


def _order_address(row: Instance) -> str:
    return reverse("agreements:order", args=[row.order_id])


def _say(request: HttpRequest, answer: actions.Answer) -> None:
    said = answer.words or words(answer.state)
    (messages.error if answer.trouble else messages.success)(request, said)


def _form(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "orders/form.html", context, status=422 if form.errors else 200)


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Viewer, cast(Any, request).viewer)
