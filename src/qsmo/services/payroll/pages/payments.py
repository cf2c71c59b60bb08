"""Pages on payments beside the runs: those made by hand, those stopped, and those that came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.formats import day, dollars, words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import payments
from qsmo.services.payroll.models import HeldPayment, ManualPayment
from qsmo.services.payroll.pages.forms import DecisionForm, HoldForm, ManualForm, ReturnForm
from qsmo.services.payroll.pages.parts import run_trail, sent, viewer_of
from qsmo.services.payroll.queries import payments as seen

FIELDS = {"names": "employee", "pay-period-form": "label", "not-found": "employee"}


@opened_and_sent
def manual_payments(request: HttpRequest, key: str) -> HttpResponseBase:
    """The payments by hand of an account, and the form that asks for one."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    if not viewer.may("payroll.payment.read", found):
        raise Refusal("not-allowed", "You may not see payments by hand", status=403)
    form = ManualForm(sent(request)) if found.is_open and viewer.may("payroll.pay-out", found) else None
    if form is not None and form.is_valid():
        asked = dict(form.cleaned_data)
        asked["amount_cents"] = int(asked.pop("amount") * 100)
        try:
            made = payments.ask_manual(
                viewer, key, asked.pop("employee").strip(), asked.pop("label").strip(), **asked
            )
        except Refusal as refusal:
            show_refusal(form, refusal, FIELDS)
        else:
            return HttpResponseRedirect(reverse("payroll:manual-payment", args=[made.pk]))
    columns = [
        Column("employee", "Employee", sort=True,
               link=lambda row: reverse("payroll:manual-payment", args=[row.pk])),
        Column("label", "For pay period", sort=True),
        Column("amount_cents", "Amount", kind="money", sort=True),
        Column("pays_on", "Paid on", kind="date", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("reason", "Reason"),
    ]  # fmt: skip
    table = Table(request.GET, seen.manual_payments(viewer, found), columns, caption="Payments by hand")
    context = {
        "title": f"Payments by hand, {found.customer.name}",
        "lead": "A payment by hand is asked for by one person and approved by another. It is taken back once a run "
        "has paid the same, or when the money comes back.",
        "trail": [
            ("Pay runs", reverse("payroll:runs")),
            (f"Calendar of {found.customer.name}", reverse("payroll:account", args=[key])),
            ("Payments by hand", ""),
        ],
        "forms": [("Ask for a payment by hand", "Ask for it", "", form)] if form is not None else [],
        "empty": "There is no payment by hand.",
    }
    if form is not None and form.errors:
        return render(request, "payroll/payments.html", {"table": table, **context}, status=422)
    return listing(request, "payroll/payments.html", table, context)


@opened_and_sent
def held_payments(request: HttpRequest, key: str) -> HttpResponseBase:
    """The payments of a run that were stopped or came back, and the form that stops one or notes a return."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    if not viewer.may("payroll.payment.read", found):
        raise Refusal("not-allowed", "You may not see payments that were stopped or came back", status=403)
    form, title, act = _hold(request, found.state)
    if not viewer.may("payroll.pay-out", found):
        form = None
    if form is not None and form.is_valid():
        try:
            made = act(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.code == "not-found":
                form.add_error("employee", "The run pays nobody of this number.")
            else:
                show_refusal(form, refusal, FIELDS)
        else:
            return HttpResponseRedirect(reverse("payroll:held-payment", args=[made.pk]))
    columns = [
        Column("employee", "Employee", sort=True,
               link=lambda row: reverse("payroll:held-payment", args=[row.pk])),
        Column("amount_cents", "Net pay", kind="money", sort=True),
        Column("code", "Return code", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("reason", "Reason"),
    ]  # fmt: skip
    table = Table(
        request.GET, seen.held_payments(viewer, found), columns, caption="Stopped and returned payments"
    )
    context = {
        "title": f"Stopped and returned payments, pay period {found.called}",
        "lead": "A payment is stopped before the run is paid out, or comes back from the bank after. Another person "
        "decides whether it is sent again.",
        "trail": run_trail(found, "Stopped and returned payments"),
        "forms": [(title, title, "", form)] if form is not None else [],
        "empty": "No payment of this run was stopped or came back.",
    }
    if form is not None and form.errors:
        return render(request, "payroll/payments.html", {"table": table, **context}, status=422)
    return listing(request, "payroll/payments.html", table, context)


def _hold(request: HttpRequest, state: str) -> tuple[HoldForm | None, str, Callable[..., HeldPayment]]:
    if state == "certified":
        return HoldForm(sent(request)), "Stop a payment", payments.stop
    if state in ("disbursed", "closed"):
        return ReturnForm(sent(request)), "Note a payment that came back", payments.note_return
    return None, "", payments.stop


@opened_and_sent
def manual_payment(request: HttpRequest, key: str) -> HttpResponse:
    """One payment by hand and what may be done about it."""
    found = seen.manual_payment(viewer_of(request), key)
    trail = [
        ("Pay runs", reverse("payroll:runs")),
        ("Payments by hand", reverse("payroll:manual-payments", args=[found.account_id])),
        (found.employee, ""),
    ]
    items = [
        ("Employee", found.employee),
        ("Stands for pay period", found.label),
        ("Amount", dollars(found.amount_cents)),
        ("Day of payment", day(found.pays_on)),
        ("Reason", found.reason),
        ("Reference", found.reference),
    ]
    return _payment(request, found, items, trail, payments.decide_manual)


@opened_and_sent
def held_payment(request: HttpRequest, key: str) -> HttpResponse:
    """One payment that was stopped or came back, and what may be done about it."""
    found = seen.held_payment(viewer_of(request), key)
    trail = [
        *run_trail(found.run, "")[:-1],
        ("Stopped and returned", reverse("payroll:held-payments", args=[found.run_id])),
        (found.employee, ""),
    ]
    items = [
        ("Employee", found.employee),
        ("Net pay", dollars(found.amount_cents)),
        ("Return code", found.code),
        ("Reason", found.reason),
        ("Reference of the payment in its place", found.reference),
    ]
    return _payment(request, found, items, trail, payments.decide_held)


def _payment(
    request: HttpRequest, found: ManualPayment | HeldPayment, items: list[tuple[str, str]],
    trail: list[tuple[str, str]], act: Callable[..., Any],
) -> HttpResponse:  # fmt: skip
    viewer = viewer_of(request)
    moves = [move.name for move in open_moves(viewer, found) if move.name not in ("stop", "return")]
    form = DecisionForm(moves, sent(request))
    if form.is_valid():
        decided = dict(form.cleaned_data)
        try:
            moved = act(viewer, found.pk, decided.pop("verb"), **decided)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"The payment is {words(moved.state).lower()}.")
            return HttpResponseRedirect(request.path)
    context = {
        "payment": found, "title": str(found), "trail": trail,
        "items": [each for each in items if each[1]], "form": form if moves else None,
    }  # fmt: skip
    return render(request, "payroll/payment.html", context, status=422 if form.errors else 200)
