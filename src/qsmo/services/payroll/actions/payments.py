"""Payments that go a way of their own: by hand beside the runs, stopped before they go out, or sent back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.actions.outside import EMPLOYEE
from qsmo.services.payroll.actions.saying import reasoned, referenced
from qsmo.services.payroll.models import Account, HeldPayment, ManualPayment, PayRun
from qsmo.services.payroll.queries.payments import net_of

RETURN_CODE = re.compile(r"R\d\d", re.ASCII)
MOST_CENTS = 100_000_00
NAMED = ("pay", "reissue")
"""Moves by which money goes out: each has a reference."""


@action("payroll.pay-out")
def ask_manual(
    viewer: Viewer,
    /,
    account_id: str,
    employee: str,
    label: str,
    *,
    amount_cents: int,
    pays_on: date,
    why: str,
) -> ManualPayment:
    """Ask for a payment by hand, for the days of a pay period; another person approves it."""
    account = one(Account, viewer, account_id)
    allow(viewer, "payroll.pay-out", account)
    account.calendar.of_label(label)
    found = []
    if EMPLOYEE.fullmatch(employee) is None:
        found.append(Finding("names", f"“{employee}” is no employee number", field="employee"))
    if not 0 < amount_cents <= MOST_CENTS:
        words = f"A payment by hand is above zero and at most {MOST_CENTS // 100:,} dollars"
        found.append(Finding("amount", words, field="amount"))
    if found:
        raise Refusal("fields", "; ".join(each.words for each in found), status=422, findings=tuple(found))
    payment = ManualPayment(
        account=account, employee=employee, label=label, amount_cents=amount_cents, pays_on=pays_on,
        reason=reasoned(why),
    )  # fmt: skip
    add(viewer, payment, "payroll.pay-out", why=payment.reason)
    return move(viewer, payment, "request", why=payment.reason)


@action("payroll.payment.read")
def decide_manual(
    viewer: Viewer, /, key: str, verb: str, *, why: str = "", reference: str = ""
) -> ManualPayment:
    """Approve, refuse, pay, withdraw or reverse a payment by hand; a payment has a reference, a reversal a reason."""
    payment = one(ManualPayment, viewer, key)
    return move(viewer, payment, verb, **_said(payment, verb, why, reference))


@action("payroll.pay-out")
def stop(viewer: Viewer, /, run_id: str, employee: str, *, why: str) -> HeldPayment:
    """Stop one person's payment of a certified run before it goes out."""
    run = one(PayRun, viewer, run_id)
    allow(viewer, "payroll.pay-out", run)
    _held(viewer, run)
    if run.state != "certified":
        raise Refusal("nothing-to-stop", f"{run} is {run.state}: a payment is stopped when it is certified")
    return _noted(viewer, run, employee, "stop", why)


@action("payroll.pay-out")
def note_return(viewer: Viewer, /, run_id: str, employee: str, *, code: str, why: str) -> HeldPayment:
    """Note that a payment of a disbursed run came back, with the bank's return reason code (`R03`)."""
    run = one(PayRun, viewer, run_id)
    allow(viewer, "payroll.pay-out", run)
    _held(viewer, run)
    if run.state not in ("disbursed", "closed"):
        raise Refusal("nothing-sent", f"{run} is {run.state}: nothing of it was sent that could come back")
    if RETURN_CODE.fullmatch(code) is None:
        words = f"“{code}” is no return reason code such as R03"
        raise Refusal("fields", words, status=422, findings=(Finding("code", words, field="code"),))
    return _noted(viewer, run, employee, "return", why, code=code)


@action("payroll.payment.read")
def decide_held(viewer: Viewer, /, key: str, verb: str, *, why: str = "", reference: str = "") -> HeldPayment:
    """Reissue, settle or cancel a payment that was stopped or came back; a reissue has a reference."""
    payment = one(HeldPayment, viewer, key)
    if verb in ("stop", "return"):
        raise Refusal("move-not-open", f"“{verb}” is said of a payment of a run")
    return move(viewer, payment, verb, **_said(payment, verb, why, reference))


def _held(viewer: Viewer, run: PayRun) -> None:
    """Hold the run until the transaction ends, so that it is not sent meanwhile; refused if it has moved."""
    PayRun.seen_by(viewer).select_for_update().get(pk=run.pk, state=run.state)


def _noted(viewer: Viewer, run: PayRun, employee: str, verb: str, why: str, **changes: Any) -> HeldPayment:
    reason = reasoned(why)
    there = HeldPayment.seen_by(viewer).filter(run=run, employee=employee).first()
    if there is None:
        there = HeldPayment(
            run=run, employee=employee, amount_cents=net_of(viewer, run, employee), reason=reason, **changes
        )
        add(viewer, there, "payroll.pay-out", why=reason)
    return move(viewer, there, verb, why=reason, reason=reason, **changes)


def _said(payment: ManualPayment | HeldPayment, verb: str, why: str, reference: str) -> dict[str, str]:
    """What a decision needs: a reference where money goes out, a reason where an earlier decision is undone."""
    known = {each.name for each in payment.flow.moves} if payment.flow else set()
    if verb not in known:
        raise Refusal("move-unknown", f"“{verb}” is nothing that can be done here", status=422)
    said = {"why": why}
    if verb in NAMED:
        said["reference"] = referenced(reference)
    elif verb in ("refuse", "withdraw", "reverse", "cancel"):
        said["why"] = reasoned(why)
    return said
