"""Payment schedules on pages: proposed by the accountant, certified with their checks, sent, confirmed; payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.calendar import on_or_after_workday
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import allow
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions.payable import paying as actions
from qsmo.services.ledger.formats.paying.nacha import write_nacha
from qsmo.services.ledger.formats.paying.spr import write_spr
from qsmo.services.ledger.models import Payment, PaymentSchedule
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.payable.forms import AcceptForm, CertifyForm, PayDayForm, ReturnForm, StepForm
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import paying

WRITERS = {"spr": write_spr, "nacha": write_nacha}
WAYS: dict[str, tuple[tuple[str, ...], str, Callable[..., PaymentSchedule], str]] = {
    "decline": (("proposed",), "Send it back", actions.decline_schedule, "ledger.certify"),
    "withdraw": (("proposed",), "Take it back", actions.withdraw_schedule, "ledger.payable"),
    "reject": (("certified", "sent"), "Treasury did not take it", actions.reject_schedule, "ledger.payable"),
}
"""What takes a schedule off: from which states, in which words, by which action, with which right."""


def schedules(request: HttpRequest, key: str) -> HttpResponseBase:
    """The payment schedules of a book."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    columns = [
        Column("number", "Schedule", sort=True, link=lambda row: at("schedule", row.pk)),
        Column("pays_on", "Day of payment", kind="date", sort=True),
        Column("count", "Payments", kind="number", sort=True),
        Column("cents", "Amount", kind="money", sort=True),
        Column("state", "State", kind="state", sort=True),
    ]
    table = Table(
        request.GET, paying.schedules(viewer, found), columns, caption="Schedules", order="-pays_on"
    )
    may = viewer.may("ledger.payable", found)
    office = [(at("paying-office", key), "What the paying office states about itself")] if may else []
    context = {
        "book": found, "may": found.is_open and may,
        "trail": trail(found, "Payment schedules", ("Invoices", at("invoices", key))),
        "ways": [(at("screening", key), "What the lists say of payees"), *office],
    }  # fmt: skip
    return listing(request, "ledger/payable/schedules.html", table, context)


@opened_and_sent
def propose(request: HttpRequest, key: str) -> HttpResponseBase:
    """Invoices that wait for payment, with what paying them on a day costs; those that are picked make a schedule."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    allow(viewer, "ledger.payable", found)
    given = request.POST if request.method == "POST" else request.GET
    day = {"pays_on": given.get("pays_on") or on_or_after_workday(clock.today()).isoformat()}
    form = PayDayForm(day)
    refusal, rows = None, []
    if form.is_valid():
        pays_on = form.cleaned_data["pays_on"]
        if request.method == "POST":
            try:
                made = actions.propose_schedule(
                    viewer,
                    key,
                    pays_on=pays_on,
                    invoices=request.POST.getlist("invoice")[: actions.MOST_PAYMENTS],
                )
            except Refusal as refused:
                if refused.status in (403, 404):
                    raise
                refusal = refused
            else:
                messages.success(request, "The schedule waits for a certifying officer.")
                return HttpResponseRedirect(at("schedule", made.pk))
        rows = _rows(viewer, found, pays_on)
    status = refusal.status if refusal else 200 if form.is_valid() else 422
    context = {
        "book": found, "form": form, "rows": rows, "refusal": refusal, "pays_on": day["pays_on"],
        "may": found.is_open and viewer.may("ledger.payable", found),
        "trail": trail(found, "Propose payment", ("Payment schedules", at("schedules", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/propose.html", context, status=status)


def _rows(viewer: Viewer, found: Any, pays_on: date) -> list[dict[str, Any]]:
    rows = []
    for invoice in paying.ready(viewer, found)[:100]:
        row = {"invoice": invoice, "href": at("invoice", invoice.pk)}
        try:
            costs = paying.costs_of(viewer, invoice, pays_on)
        except Refusal as refusal:
            rows.append(row | {"why": refusal.words})
        else:
            rows.append(row | {"costs": costs, "is_time": paying.is_time(costs, pays_on)})
    return rows


@opened_and_sent
def schedule(request: HttpRequest, key: str) -> HttpResponseBase:
    """One schedule: payments, checks with their outcomes, and what can be done; sent to, it is certified."""
    viewer = viewer_of(request)
    found = paying.schedule(viewer, key)
    form = CertifyForm(sent(request))
    status, refusal = 200, None
    if form.is_bound and form.is_valid():
        try:
            actions.certify_schedule(viewer, key, form.cleaned_data["why"])
        except Refusal as refused:
            if refused.status in (403, 404) or refused.code == "move-not-open":
                raise
            status, refusal = refused.status, refused
        else:
            messages.success(request, "The schedule is certified.")
            return HttpResponseRedirect(at("schedule", key))
    table = Table(
        request.GET, paying.payments(viewer, found), _columns(), caption="Payments", name="payments"
    )
    if table.csv_wanted:
        return table.csv()
    may = {right: viewer.may(right, found) for right in ("ledger.payable", "ledger.certify")}
    context = {
        "schedule": found, "table": table, "form": form, "refusal": refusal, "checks": _checks(viewer, found),
        "may_certify": found.state == "proposed" and may["ledger.certify"],
        "may_send": found.state == "certified" and may["ledger.payable"],
        "may_confirm": found.state == "sent" and may["ledger.payable"],
        "files": _files(found) if any(may.values()) else [],
        "steps": [(at("schedule-step", key, None, verb), label) for verb, (states, label, _do, right) in WAYS.items()
                  if found.state in states and may[right]],
        "items": [
            ("Day of payment", str(found.pays_on)),
            ("Payments", f"{found.count:,}"),
            ("Amount", dollars(found.cents)),
            ("Paid on", str(found.paid_on or "not yet")),
            ("Digest of the request that was certified", found.digest or "not certified"),
        ],
        "trail": trail(found.book, found.number, ("Payment schedules", at("schedules", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/payable/schedule.html", context, status=status)


def _files(found: PaymentSchedule) -> list[tuple[str, str]]:
    if found.state not in ("certified", "sent", "confirmed"):
        return []
    names = {"spr": "Treasury’s payment request", "nacha": "ACH file for a bank"}
    return [(at("schedule-file", found.pk, None, kind), words) for kind, words in names.items()]


def _checks(viewer: Viewer, found: PaymentSchedule) -> list[dict[str, str]]:
    if found.checks:
        return [dict(each) for each in found.checks]
    if found.state != "proposed":
        return []
    return [
        {
            "title": each.title,
            "outcome": "holds" if each.holds else "to be waived" if each.may_be_waived else "fails",
            "words": "; ".join(each.wrong),
        }
        for each in paying.checks_of(viewer, found)
    ]


def _columns() -> list[Column]:
    return [
        Column("key", "Payment", sort=True, link=lambda row: at("payment", row.pk)),
        Column("payee", "Payee", sort=True),
        Column("account", "Account", value="account_shown"),
        Column("invoice", "Invoice", value="invoice.number"),
        Column("discount_cents", "Discount", kind="money"),
        Column("interest_cents", "Interest", kind="money"),
        Column("cents", "Paid", kind="money"),
        Column("state", "State", kind="state"),
    ]


def file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The file of a certified schedule, for those who handle it."""
    viewer = viewer_of(request)
    found = paying.schedule(viewer, key)
    if not (viewer.may("ledger.payable", found) or viewer.may("ledger.certify", found)):
        raise Refusal("not-allowed", "The file holds account numbers; it is for those who pay", status=403)
    if kind not in WRITERS or not _files(found):
        raise Refusal("not-found", "There is no such file of this schedule", status=404)
    answer = HttpResponse(
        WRITERS[kind](paying.sheet_of(viewer, found)), content_type="text/plain; charset=us-ascii"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.number}-{kind}.txt"'
    return answer


@only_sent
def send(request: HttpRequest, key: str) -> HttpResponseBase:
    """Say that the file was handed over."""
    actions.send_schedule(viewer_of(request), key)
    messages.success(request, "The schedule is on its way.")
    return HttpResponseRedirect(at("schedule", key))


@opened_and_sent
def confirm(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take in that a schedule was paid."""
    viewer = viewer_of(request)
    found = paying.schedule(viewer, key)
    allow(viewer, "ledger.payable", found)
    return _stepped(
        request, found, "It was paid", AcceptForm(sent(request), initial={"on": found.pays_on}),
        lambda said: actions.confirm_schedule(viewer, key, said["on"]),
    )  # fmt: skip


@opened_and_sent
def step(request: HttpRequest, key: str, verb: str) -> HttpResponseBase:
    """Take a schedule off, with a reason."""
    viewer = viewer_of(request)
    found = paying.schedule(viewer, key)
    if verb not in WAYS:
        raise Refusal("not-found", f"There is no step {verb[:20]}", status=404)
    _states, label, do, right = WAYS[verb]
    allow(viewer, right, found)
    return _stepped(
        request, found, label, ReasonForm(sent(request)), lambda said: do(viewer, key, said["why"])
    )


def _stepped(
    request: HttpRequest,
    found: PaymentSchedule,
    label: str,
    form: Any,
    do: Callable[[dict[str, Any]], object],
) -> HttpResponseBase:
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{label}: done.")
            return HttpResponseRedirect(at("schedule", found.pk))
    context = {
        "heading": label, "form": form, "cancel": at("schedule", found.pk),
        "words": f"Schedule {found.number}, {found.count:,} payments of {Money(found.cents)} in all.",
        "trail": trail(found.book, label, (found.number, at("schedule", found.pk))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


def payment(request: HttpRequest, key: str) -> HttpResponse:
    """One payment: payee, amounts, what was posted for it, and what can be done when it comes back."""
    viewer = viewer_of(request)
    found = paying.payment(viewer, key)
    held = found.schedule
    may = found.state == "confirmed" and viewer.may("ledger.payable", found)
    context = {
        "payment": found,
        "steps": [(at("payment-step", key, None, verb), words) for verb, words in UNDONE.items()] if may else [],
        "entries": [(at("entry", number), f"Entry {number}") for number in found.entries],
        "shares": [(each.tas, each.attributes.organization, each.attributes.object_class, each.cents)
                   for each in found.paid_from],
        "items": [
            ("Schedule", held.number, at("schedule", held.pk)),
            ("Invoice", found.invoice.number, at("invoice", found.invoice_id)),
            ("Payee", found.payee, at("vendor", found.invoice.vendor_id)),
            ("Account", f"{found.routing} {found.account_shown}, {found.account_kind}"),
            ("Invoice less discount", dollars(found.principal_cents)),
            ("Discount", dollars(found.discount_cents)),
            ("Interest", dollars(found.interest_cents)),
            ("Paid", dollars(found.cents)),
            ("Paid on", str(found.paid_on or "not yet")),
            ("Trace number", found.trace or "none"),
        ],
        "trail": trail(held.book, found.key, (held.number, at("schedule", held.pk))),
    }  # fmt: skip
    return render(request, "ledger/payable/payment.html", context)


UNDONE = {"return": "It came back", "cancel": "Treasury canceled it"}


@opened_and_sent
def undo(request: HttpRequest, key: str, verb: str) -> HttpResponseBase:
    """Take in that a payment came back or was canceled."""
    viewer = viewer_of(request)
    found = paying.payment(viewer, key)
    allow(viewer, "ledger.payable", found)
    if verb not in UNDONE:
        raise Refusal("not-found", f"There is no step {verb[:20]}", status=404)
    kind = ReturnForm if verb == "return" else StepForm
    form = kind(sent(request), initial={"on": clock.today()})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        do: Callable[..., Payment] = actions.return_payment if verb == "return" else actions.cancel_payment
        try:
            do(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "What was posted is reversed; the invoice waits for payment again.")
            return HttpResponseRedirect(at("payment", key))
    context = {
        "heading": UNDONE[verb], "form": form, "cancel": at("payment", key),
        "words": f"Payment {found.key} of {found.amount} to {found.payee}.",
        "trail": trail(found.schedule.book, UNDONE[verb], (found.key, at("payment", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)
