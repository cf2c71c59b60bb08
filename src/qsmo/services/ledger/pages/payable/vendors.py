"""Vendors on pages: the list, one with what waits for approval, entering and changing; and published rates."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import rate
from qsmo.platform.access.door import allow
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions.payable import vendors as actions
from qsmo.services.ledger.flow import VENDOR
from qsmo.services.ledger.models import Vendor
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.payable.forms import ChangeForm, RateForm, VendorForm
from qsmo.services.ledger.pages.payable.invoices import columns_of_invoices
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.drafts import VendorDraft
from qsmo.services.ledger.rules.payable.prompt import percent

STEPS = {
    "hold": ("active", "Pay nothing more to it", actions.hold_vendor, "ledger.payable"),
    "release": ("held", "Let it be paid again", actions.release_vendor, "ledger.certify"),
}


class VendorFilter(django_filters.FilterSet):
    """Vendors by state and name."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in VENDOR.states], empty_label="Any"
    )
    legal_name = django_filters.CharFilter(label="Name", lookup_expr="icontains", max_length=80)

    class Meta:
        model = Vendor
        fields = ("state", "legal_name")


def vendors(request: HttpRequest, key: str) -> HttpResponseBase:
    """The vendors of a book."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    columns = [
        Column("legal_name", "Vendor", sort=True, link=lambda row: at("vendor", row.pk)),
        Column("uei", "Identifier", sort=True),
        Column("is_small", "Small business", kind="yesno"),
        Column("registered_until", "Registered until", kind="date", sort=True),
        Column("state", "State", kind="state", sort=True),
    ]
    rows = owed.vendors(viewer, found)
    table = Table(request.GET, rows, columns, caption="Vendors", order="legal_name", filterset=VendorFilter)
    context = {
        "book": found, "may": found.is_open and viewer.may("ledger.payable", found),
        "trail": trail(found, "Vendors", ("Invoices", at("invoices", key))),
        "waiting": rows.filter(state="proposed").count(),
    }  # fmt: skip
    return listing(request, "ledger/payable/vendors.html", table, context)


def vendor(request: HttpRequest, key: str) -> HttpResponseBase:
    """One vendor, its invoices, and what can be done about it."""
    viewer = viewer_of(request)
    found = owed.vendor(viewer, key)
    rows = owed.invoices(viewer, found.book).filter(vendor=found)
    table = Table(request.GET, rows, columns_of_invoices(), caption="Its invoices", name="invoices")
    if table.csv_wanted:
        return table.csv()
    steps = [
        (at("vendor-step", key, None, verb), label)
        for verb, (state, label, _do, right) in STEPS.items()
        if found.state == state and viewer.may(right, found)
    ]
    context = {
        "vendor": found, "table": table, "steps": steps,
        "items": [
            ("Unique entity identifier", found.uei),
            ("Taxpayer number", f"…{found.ein[-2:]}"),
            ("Routing number", found.routing),
            ("Account", f"{found.account_shown}, {found.get_account_kind_display()}"),
            ("Small business", "yes" if found.is_small else "no"),
            ("Registered in SAM until", str(found.registered_until or "not said")),
        ],
        "may_approve": found.state == "proposed" and viewer.may("ledger.certify", found),
        "may_change": found.state != "draft" and viewer.may("ledger.payable", found),
        "trail": trail(found.book, found.legal_name, ("Vendors", at("vendors", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/payable/vendor.html", context)


@opened_and_sent
def enter(request: HttpRequest, key: str) -> HttpResponseBase:
    """Enter a vendor."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    allow(viewer, "ledger.payable", found)
    form = VendorForm(sent(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = actions.enter_vendor(viewer, key, form.draft)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The vendor waits for another person to approve it.")
            return HttpResponseRedirect(at("vendor", made.pk))
    context = {
        "heading": "Enter a vendor", "form": form, "cancel": at("vendors", key),
        "words": "A certifying officer approves it before anything is paid.",
        "trail": trail(found, "A new vendor", ("Vendors", at("vendors", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@opened_and_sent
def change(request: HttpRequest, key: str) -> HttpResponseBase:
    """Change a vendor; it waits for approval again. The numbers of its account are typed anew, not shown."""
    viewer = viewer_of(request)
    found = owed.vendor(viewer, key)
    allow(viewer, "ledger.payable", found)
    shown = {name: getattr(found, name) for name in VendorDraft.__dataclass_fields__}
    form = ChangeForm(sent(request), initial={**shown, "ein": "", "account": ""})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.change_vendor(viewer, key, form.draft, form.cleaned_data["why"])
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The change waits for another person to approve it.")
            return HttpResponseRedirect(at("vendor", key))
    context = {
        "heading": f"Change {found.legal_name}", "form": form, "cancel": at("vendor", key),
        "words": "Nothing is paid to it until another person has approved the change.",
        "trail": trail(found.book, "Change", (found.legal_name, at("vendor", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@only_sent
def approve(request: HttpRequest, key: str) -> HttpResponseBase:
    """Approve a vendor as it stands."""
    actions.approve_vendor(viewer_of(request), key)
    messages.success(request, "The vendor may be paid.")
    return HttpResponseRedirect(at("vendor", key))


@opened_and_sent
def step(request: HttpRequest, key: str, verb: str) -> HttpResponseBase:
    """Hold or release a vendor, with a reason."""
    viewer = viewer_of(request)
    found = owed.vendor(viewer, key)
    if verb not in STEPS:
        raise Refusal("not-found", f"There is no step {verb[:20]}", status=404)
    _state, label, do, right = STEPS[verb]
    allow(viewer, right, found)
    form = ReasonForm(sent(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        do(viewer, key, form.cleaned_data["why"])
        messages.success(request, f"{label}: done.")
        return HttpResponseRedirect(at("vendor", key))
    context = {
        "heading": label, "form": form, "cancel": at("vendor", key), "words": found.legal_name,
        "trail": trail(found.book, label, (found.legal_name, at("vendor", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@opened_and_sent
def rates(request: HttpRequest, key: str) -> HttpResponseBase:
    """The published rates that the books keep, and the form that keeps another."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    may = found.is_open and viewer.may("ledger.payable", found)
    form: Any = RateForm(sent(request)) if may or request.method == "POST" else None
    status = 200
    if form is not None and form.is_valid():
        try:
            actions.keep_rate(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The rate is kept.")
            return HttpResponseRedirect(at("rates", key))
    elif form is not None and form.is_bound:
        status = 422
    columns = [
        Column("kind", "Rate", value="get_kind_display", sort=True),
        Column("begins_on", "First day", kind="date", sort=True),
        Column("ends_on", "Last day", kind="date"),
        Column("rate", "A year", value=lambda row: percent(rate(row.rate))),
        Column("source", "Notice"),
    ]
    table = Table(request.GET, owed.rates(viewer, found), columns, caption="Published rates", name="rates")
    if table.csv_wanted:
        return table.csv()
    context = {
        "book": found, "form": form, "table": table,
        "trail": trail(found, "Published rates", ("Invoices", at("invoices", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/rates.html", context, status=status)
