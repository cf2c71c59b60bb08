"""Payments beside the runs, as somebody may see them; and what a run would send to one person."""

from __future__ import annotations

from django.db.models import QuerySet

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.models import Account, HeldPayment, ManualPayment, PayRun
from qsmo.services.payroll.queries import statement


def net_of(viewer: Viewer, run: PayRun, employee: str) -> int:
    """One person's net pay of a run in cents; refused (404) where the run pays nobody of this number."""
    amounts = {line.name: line.amount.cents for line in statement(viewer, run.pk, employee).lines}
    return amounts["net_cents"]


def manual_payments(viewer: Viewer, account: Account) -> QuerySet[ManualPayment]:
    """The payments by hand of an account, newest first."""
    return ManualPayment.seen_by(viewer).filter(account=account)


def manual_payment(viewer: Viewer, key: str) -> ManualPayment:
    """One payment by hand."""
    return one(ManualPayment, viewer, key)


def held_payments(viewer: Viewer, run: PayRun) -> QuerySet[HeldPayment]:
    """The payments of a run that were stopped or came back, newest first."""
    return HeldPayment.seen_by(viewer).filter(run=run)


def held_payment(viewer: Viewer, key: str) -> HeldPayment:
    """One payment that was stopped or came back."""
    return one(HeldPayment, viewer, key)


def stopped(viewer: Viewer, run: PayRun) -> frozenset[str]:
    """The employees whose payment of a run is stopped: what is sent leaves them out. Refused (403) to others."""
    if not viewer.may("payroll.payment.read", run):
        raise Refusal("not-allowed", "You may not see payments that were stopped", status=403)
    found = held_payments(viewer, run).filter(state="stopped").values_list("employee", flat=True)
    return frozenset(found)
