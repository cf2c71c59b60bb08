"""The payroll office for programs: the calendar, runs outside it, payments by hand, stopped and returned."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.kernel.money import Money
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import intake, leaving, outside, payments, sharing
from qsmo.services.payroll.models import HeldPayment, Intake, ManualPayment, SharedBank
from qsmo.services.payroll.queries import late
from qsmo.services.payroll.queries import payments as seen
from qsmo.services.payroll.queries.calendar import calendar as calendar_of
from qsmo.services.payroll.queries.sharing import shared as sharing_of

router = Router(tags=["payroll"])
Employee = Annotated[str, Field(min_length=1, max_length=60)]
Label = Annotated[str, Field(max_length=10)]
Why = Annotated[str, Field(max_length=400)]


class PayPeriodOut(Schema):
    """A pay period with its cut-offs: the last day for people, time, calculation and certification."""

    pay_period: str
    starts_on: date
    ends_on: date
    people_until: date
    time_until: date
    calculated_until: date
    certified_until: date
    pays_on: date
    runs: list[str]


class OutsideIn(Schema):
    """A run outside the calendar; with `separates_on` it is the final pay of those who leave that day."""

    pay_period: Label
    employees: Annotated[list[Employee], Field(min_length=1, max_length=1000)]
    pays_on: date
    why: Why
    separates_on: date | None = None


class LeaverIn(Schema):
    """A payment to somebody who left: an amount in cents, or hundredths of hours of annual leave."""

    pay_period: Label
    employee: Employee
    separates_on: date
    code: Annotated[str, Field(max_length=40)]
    amount: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    centihours: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    pays_on: date
    why: Why


class SharedOut(Schema):
    """People who may have one bank account, who accepted it, and why; the account itself is never shown."""

    id: str
    employees: list[str]
    accepted_by: str
    reason: str
    state: str


class SharedsOut(Schema):
    """A page of shared bank accounts."""

    items: list[SharedOut]
    page: int
    more: bool


class OpenedOut(Schema):
    """A run that was opened."""

    id: str
    pay_period: str
    state: str


class LateOut(Schema):
    """A file that came after the cut-off: why, and what the payroll office decided."""

    id: str
    kind: str
    name: str
    state: str
    why: str
    answer: str
    accepted: int
    refused: int


class LatesOut(Schema):
    """A page of late files."""

    items: list[LateOut]
    page: int
    more: bool


class LateIn(Schema):
    """Why it is decided so."""

    why: Annotated[str, Field(min_length=1, max_length=400)]


class ManualIn(Schema):
    """A payment by hand that is asked for; the amount in cents."""

    employee: Employee
    pay_period: Label
    amount: Annotated[int, Field(ge=1, le=100_000_000)]
    pays_on: date
    why: Why


class HoldIn(Schema):
    """One person's payment: stopped in a certified run, or with the bank's code come back of a run paid out."""

    employee: Employee
    code: Annotated[str, Field(max_length=3)] = ""
    why: Why


class DecisionIn(Schema):
    """The next move of a payment: its name, and the reference or reason that it needs."""

    move: Annotated[str, Field(max_length=20)]
    reference: Annotated[str, Field(max_length=40)] = ""
    why: Why = ""


class OfficePaymentOut(Schema):
    """A payment beside the runs; the amount in cents."""

    id: str
    employee: str
    amount: int
    state: str
    reason: str
    reference: str


class PaymentsOut(Schema):
    """A page of payments."""

    items: list[OfficePaymentOut]
    page: int
    more: bool


@router.get("/runs/{run}/late-files", response={200: LatesOut, **PROBLEMS})
def late_files_of(
    request: HttpRequest, run: Key, page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The files of a run that came after the cut-off, those that wait first."""
    viewer = viewer_of(request)
    return paged(late.late_files(viewer, queries.run(viewer, run)), page, size, _late)


@router.post("/late-files/{key}/admit", response={200: LateOut, **PROBLEMS})
def admit(request: HttpRequest, key: Key, said: LateIn) -> LateOut:
    """Use a late file: its people have what it says of them, anybody else keeps what was used."""
    return _late(intake.admit(viewer_of(request), key, why=said.why))


@router.post("/late-files/{key}/settle", response={200: LateOut, **PROBLEMS})
def settle(request: HttpRequest, key: Key, said: LateIn) -> LateOut:
    """Say how a late file is dealt with without being used."""
    return _late(intake.settle(viewer_of(request), key, why=said.why))


def _late(found: Intake) -> LateOut:
    names = ("kind", "name", "state", "why", "answer", "accepted", "refused")
    return LateOut(id=found.pk, **{name: getattr(found, name) for name in names})


@router.get("/accounts/{key}/calendar", response={200: list[PayPeriodOut], **PROBLEMS})
def calendar(
    request: HttpRequest, key: Key, year: Annotated[int, Field(ge=1990, le=2099)] = 2026
) -> list[PayPeriodOut]:
    """The pay periods paid in a year, with cut-offs and the runs that there are."""
    viewer = viewer_of(request)
    return [
        PayPeriodOut(
            pay_period=each.period.label, starts_on=each.period.during.start, ends_on=each.period.during.last,
            people_until=each.until["hr"], time_until=each.until["time"], calculated_until=each.until["calculate"],
            certified_until=each.until["certify"], pays_on=each.period.pay_date, runs=[run.pk for run in each.runs],
        )
        for each in calendar_of(viewer, queries.account(viewer, key), year)
    ]  # fmt: skip


@router.post("/accounts/{key}/outside", response={200: OpenedOut, **PROBLEMS})
def open_outside(request: HttpRequest, key: Key, asked: OutsideIn) -> OpenedOut:
    """Open a run outside the calendar for named people."""
    run = outside.open_outside(
        viewer_of(request), key, asked.pay_period, names=asked.employees, pays_on=asked.pays_on, why=asked.why,
        separates_on=asked.separates_on,
    )  # fmt: skip
    return OpenedOut(id=run.pk, pay_period=run.called, state=run.state)


@router.post("/accounts/{key}/leavers", response={200: OpenedOut, **PROBLEMS})
def pay_leaver(request: HttpRequest, key: Key, asked: LeaverIn) -> OpenedOut:
    """Open a run that pays one payment to somebody who left before the pay period, from their last papers."""
    run = leaving.pay_leaver(
        viewer_of(request), key, asked.pay_period, employee=asked.employee, separates_on=asked.separates_on,
        code=asked.code, amount=Money(asked.amount), centihours=asked.centihours, pays_on=asked.pays_on, why=asked.why,
    )  # fmt: skip
    return OpenedOut(id=run.pk, pay_period=run.called, state=run.state)


@router.get("/accounts/{key}/shared-banks", response={200: SharedsOut, **PROBLEMS})
def shared_banks(request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """Bank accounts that people may share, newest first."""
    viewer = viewer_of(request)
    return paged(sharing_of(viewer, queries.account(viewer, key)), page, size, _shared)


@router.post("/exceptions/{key}/share", response={200: SharedOut, **PROBLEMS})
def share_bank(request: HttpRequest, key: Key, said: LateIn) -> SharedOut:
    """Accept that the people of an exception share a bank account, in later pay periods too."""
    return _shared(sharing.share_bank(viewer_of(request), key, why=said.why))


@router.post("/shared-banks/{key}/end", response={200: SharedOut, **PROBLEMS})
def end_sharing(request: HttpRequest, key: Key, said: LateIn) -> SharedOut:
    """Accept a shared bank account no longer."""
    return _shared(sharing.end_sharing(viewer_of(request), key, why=said.why))


def _shared(found: SharedBank) -> SharedOut:
    return SharedOut(
        id=found.pk, employees=found.employees, accepted_by=found.accepted_by, reason=found.reason, state=found.state
    )  # fmt: skip


@router.get("/accounts/{key}/manual", response={200: PaymentsOut, **PROBLEMS})
def manual_payments(
    request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The payments by hand of an account that you may see, newest first."""
    viewer = viewer_of(request)
    return paged(seen.manual_payments(viewer, queries.account(viewer, key)), page, size, _payment)


@router.post("/accounts/{key}/manual", response={200: OfficePaymentOut, **PROBLEMS})
def ask_manual(request: HttpRequest, key: Key, asked: ManualIn) -> OfficePaymentOut:
    """Ask for a payment by hand; another person approves it."""
    made = payments.ask_manual(
        viewer_of(request), key, asked.employee, asked.pay_period, amount_cents=asked.amount,
        pays_on=asked.pays_on, why=asked.why,
    )  # fmt: skip
    return _payment(made)


@router.post("/manual/{key}", response={200: OfficePaymentOut, **PROBLEMS})
def decide_manual(request: HttpRequest, key: Key, said: DecisionIn) -> OfficePaymentOut:
    """Approve, refuse, pay, withdraw or reverse a payment by hand."""
    made = payments.decide_manual(viewer_of(request), key, said.move, why=said.why, reference=said.reference)
    return _payment(made)


@router.get("/runs/{key}/payments", response={200: PaymentsOut, **PROBLEMS})
def held_payments(
    request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The payments of a run that were stopped or came back and that you may see, newest first."""
    viewer = viewer_of(request)
    return paged(seen.held_payments(viewer, queries.run(viewer, key)), page, size, _payment)


@router.post("/runs/{key}/payments", response={200: OfficePaymentOut, **PROBLEMS})
def hold(request: HttpRequest, key: Key, said: HoldIn) -> OfficePaymentOut:
    """Stop one person's payment of a certified run, or with a return code note that it came back."""
    viewer = viewer_of(request)
    if said.code:
        return _payment(payments.note_return(viewer, key, said.employee, code=said.code, why=said.why))
    return _payment(payments.stop(viewer, key, said.employee, why=said.why))


@router.post("/held/{key}", response={200: OfficePaymentOut, **PROBLEMS})
def decide_held(request: HttpRequest, key: Key, said: DecisionIn) -> OfficePaymentOut:
    """Reissue, settle or cancel a payment that was stopped or came back."""
    made = payments.decide_held(viewer_of(request), key, said.move, why=said.why, reference=said.reference)
    return _payment(made)


def _payment(found: ManualPayment | HeldPayment) -> OfficePaymentOut:
    return OfficePaymentOut(
        id=found.pk, employee=found.employee, amount=found.amount_cents, state=found.state, reason=found.reason,
        reference=found.reference,
    )  # fmt: skip
