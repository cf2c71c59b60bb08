"""Pages on agreements: lists, general terms and orders with their steps, and the buttons that sign them."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements import actions, queries
from qsmo.marketplace.agreements.actions import LineDraft, OrderDraft
from qsmo.marketplace.agreements.flow import GENERAL_TERMS, GENERAL_TERMS_STEPS, ORDER, ORDER_STEPS
from qsmo.marketplace.agreements.formats.forms import LAST_DAY, AccountForm, OrderForm, TermsForm
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import day, dollars, words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table

Items = list[tuple[str, str]]


class TermsFilter(django_filters.FilterSet):
    """General terms by state and number."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in GENERAL_TERMS.states], empty_label="Any"
    )
    number = django_filters.CharFilter(label="Number contains", lookup_expr="icontains")

    class Meta:
        model = GeneralTerms
        fields = ("state", "number")


class OrderFilter(django_filters.FilterSet):
    """Orders by state and number."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in ORDER.states], empty_label="Any"
    )
    number = django_filters.CharFilter(label="Number contains", lookup_expr="icontains")

    class Meta:
        model = Order
        fields = ("state", "number")


def all_terms(request: HttpRequest) -> HttpResponseBase:
    """The general terms that the viewer may see."""
    viewer = _viewer(request)
    columns = [
        Column("number", "Number", sort=True, link=lambda row: reverse("agreements:terms", args=[row.pk])),
        Column("requesting", "Requesting", value="requesting.name", sort="requesting__name"),
        Column("servicing", "Servicing", value="servicing.name", sort="servicing__name"),
        Column("starts_on", "From", kind="date", sort=True),
        Column("ends_on", "Until before", kind="date", sort=True),
        Column("ceiling_cents", "Ceiling", kind="money", sort=True),
        Column("left_cents", "Left", kind="money"),
        Column("state", "State", kind="state", sort=True),
    ]
    rows = queries.general_terms(viewer)
    table = Table(request.GET, rows, columns, caption="General terms", filterset=TermsFilter)
    may_draft = viewer.may("agreement.draft")
    return listing(request, "agreements/list.html", table, {"may_draft": may_draft, "what": "terms"})


def all_orders(request: HttpRequest) -> HttpResponseBase:
    """The orders that the viewer may see."""
    rows = queries.orders(_viewer(request))
    table = Table(request.GET, rows, _order_columns(), caption="Orders", filterset=OrderFilter)
    return listing(request, "agreements/list.html", table, {"may_draft": False, "what": "orders"})


def terms(request: HttpRequest, key: str) -> HttpResponseBase:
    """General terms: what they say, their steps, who signed, the orders under them, and what may be done next."""
    viewer = _viewer(request)
    found = queries.the_terms(viewer, key)
    rows = queries.orders(viewer, terms_id=found.id)
    table = Table(request.GET, rows, _order_columns(), caption="Orders", name="orders")
    is_open = found.state in ("approved", "amended")
    context = {
        "terms": found,
        "items": _terms_items(found),
        "proposed": [(words(name), str(value)) for name, value in found.proposed.items()],
        "steps": queries.steps(GENERAL_TERMS, GENERAL_TERMS_STEPS, found.state),
        "places": queries.places(viewer, found),
        "moves": queries.open_moves(viewer, found),
        "may_order": is_open and viewer.may("order.draft"),
        "trail": [("Agreements", reverse("agreements:list")), (found.number, "")],
    }
    return listing(request, "agreements/terms.html", table, context)


def order(request: HttpRequest, key: str) -> HttpResponse:
    """An order: its steps, lines, funding of both sides, signatures, instances, and what may be done next."""
    viewer = _viewer(request)
    found = queries.the_order(viewer, key)
    under = found.general_terms
    context = {
        "order": found,
        "items": _order_items(found),
        "steps": queries.steps(ORDER, ORDER_STEPS, found.state),
        "places": queries.places(viewer, found),
        "moves": queries.open_moves(viewer, found),
        "lines": queries.lines_of(found),
        "funding": queries.funding_of(found),
        "sides": [side for side in ("requesting", "servicing") if viewer.may(f"order.fund.{side}", found)],
        "trail": [
            ("Agreements", reverse("agreements:list")),
            (under.number, reverse("agreements:terms", args=[under.pk])),
            (found.number, ""),
        ],
    }
    return render(request, "agreements/order.html", context)


@opened_and_sent
def new_terms(request: HttpRequest) -> HttpResponse:
    """Draft general terms."""
    viewer = _viewer(request)
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_terms(viewer, **form.stated())
        except Refusal as refusal:
            show_refusal(form, refusal, LAST_DAY)
        else:
            return HttpResponseRedirect(reverse("agreements:terms", args=[made.pk]))
    return _form(request, form, "Draft general terms", reverse("agreements:list"))


@opened_and_sent
def new_order(request: HttpRequest, key: str) -> HttpResponse:
    """Draft an order of one line under general terms."""
    viewer = _viewer(request)
    under = queries.the_terms(viewer, key)
    form = OrderForm(queries.plans_for(viewer, under), request.POST or None)
    if request.method == "POST" and form.is_valid():
        stated = form.cleaned_data
        draft = OrderDraft(stated["starts_on"], stated["ends_on"], stated["need"], stated["is_severable"])
        line = LineDraft(
            stated["plan"], stated["words"], stated["quantity"], stated["unit"], stated["unit_price"]
        )
        try:
            made = actions.draft_order(viewer, under.id, draft, [line], key=stated["key"])
        except Refusal as refusal:
            show_refusal(form, refusal, LAST_DAY)
        else:
            return HttpResponseRedirect(reverse("agreements:order", args=[made.pk]))
    return _form(request, form, f"Order under {under.number}", reverse("agreements:terms", args=[under.pk]))


@opened_and_sent
def fund(request: HttpRequest, key: str, side: str) -> HttpResponse:
    """State one side's accounting of an order as one line."""
    viewer = _viewer(request)
    found = queries.the_order(viewer, key)
    back = reverse("agreements:order", args=[found.pk])
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        line = Funding(**form.parts(), amount_cents=found.total_cents)
        try:
            actions.fund_order(viewer, found.id, side, [line])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return HttpResponseRedirect(back)
    return _form(request, form, f"Accounting of the {side} side for {found.number}", back)


@only_sent
def act_on_terms(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """One move of general terms, named in the address."""
    viewer, why = _viewer(request), request.POST.get("why", "")
    match verb:
        case "share":
            actions.share_terms(viewer, key)
        case "open_approval":
            actions.open_approval(viewer, key)
        case "reject":
            actions.reject_terms(viewer, key, why=why)
        case "redraft":
            actions.redraft_terms(viewer, key)
        case "drop_amendment":
            actions.drop_amendment(viewer, key, why=why)
        case "close":
            actions.close_terms(viewer, key)
        case _:
            raise Refusal("not-found", f"There is no button “{verb}”", status=404)
    return HttpResponseRedirect(reverse("agreements:terms", args=[key]))


@only_sent
def act_on_order(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """One move of an order, named in the address."""
    viewer, why = _viewer(request), request.POST.get("why", "")
    match verb:
        case "share":
            actions.share_order(viewer, key)
        case "reject":
            actions.reject_order(viewer, key, why=why)
        case "redraft":
            actions.redraft_order(viewer, key)
        case "cancel":
            actions.cancel_order(viewer, key, why=why)
        case "complete":
            actions.complete_order(viewer, key)
        case "close":
            actions.close_order(viewer, key)
        case _:
            raise Refusal("not-found", f"There is no button “{verb}”", status=404)
    return HttpResponseRedirect(reverse("agreements:order", args=[key]))


@only_sent
def sign_terms(request: HttpRequest, key: str, capacity: str) -> HttpResponse:
    """Sign general terms in one capacity."""
    actions.sign_terms(_viewer(request), key, capacity)
    return HttpResponseRedirect(reverse("agreements:terms", args=[key]))


@only_sent
def sign_order(request: HttpRequest, key: str, capacity: str) -> HttpResponse:
    """Sign an order in one capacity."""
    actions.sign_order(_viewer(request), key, capacity)
    return HttpResponseRedirect(reverse("agreements:order", args=[key]))


routes = [
    path("", all_terms, name="list"),
    path("new/", new_terms, name="new-terms"),
    path("orders/", all_orders, name="orders"),
    path("orders/<str:key>/", order, name="order"),
    path("orders/<str:key>/fund/<str:side>/", fund, name="fund"),
    path("orders/<str:key>/sign/<str:capacity>", sign_order, name="sign-order"),
    path("orders/<str:key>/<str:verb>", act_on_order, name="act-on-order"),
    path("<str:key>/", terms, name="terms"),
    path("<str:key>/order/", new_order, name="new-order"),
    path("<str:key>/sign/<str:capacity>", sign_terms, name="sign-terms"),
    path("<str:key>/<str:verb>", act_on_terms, name="act-on-terms"),
]


def _form(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "agreements/form.html", context, status=422 if form.errors else 200)


def _order_columns() -> list[Column]:
    return [
        Column("number", "Number", sort=True, link=lambda row: reverse("agreements:order", args=[row.pk])),
        Column("requesting", "Requesting", value="requesting.name", sort="requesting__name"),
        Column("servicing", "Servicing", value="servicing.name", sort="servicing__name"),
        Column("starts_on", "From", kind="date", sort=True),
        Column("ends_on", "Until before", kind="date", sort=True),
        Column("total_cents", "Total", kind="money", sort=True),
        Column("left_cents", "Left to bill", kind="money"),
        Column("state", "State", kind="state", sort=True),
    ]


def _terms_items(found: GeneralTerms) -> Items:
    return [
        ("Requesting agency", found.requesting.name),
        ("Servicing agency", found.servicing.name),
        ("Runs", f"{day(found.during.start)} to {day(found.during.last)}"),
        ("Ceiling", dollars(found.bounds.amount)),
        ("Taken by orders", dollars(found.bounds.taken)),
        ("Left", dollars(found.bounds.left)),
        ("Statutory authority", f"{words(found.authority)} ({found.authority_citation})"),
        ("Notice of termination", f"{found.termination_days} days"),
        ("Assisted acquisition", "yes" if found.is_assisted else "no"),
        ("Advance payments", "allowed" if found.allows_advance else "not allowed"),
        ("Orders start on", f"the {found.orders_start} side"),
        ("Amendments", str(found.amendment)),
    ]


def _order_items(found: Order) -> Items:
    return [
        ("Requesting agency", found.requesting.name),
        ("Servicing agency", found.servicing.name),
        ("Period of performance", f"{day(found.during.start)} to {day(found.during.last)}"),
        ("Bona fide need", found.need),
        ("Service", "severable" if found.is_severable else "not severable"),
        ("Total", dollars(found.total_cents)),
        ("Billed", dollars(found.spent_cents)),
        ("Left to bill", dollars(found.left_cents)),
    ]


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Viewer, cast(Any, request).viewer)
