"""Payment schedules over HTTP: proposed, certified by another person, sent, confirmed; payments that come back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.services.ledger.actions.payable import paying as actions
from qsmo.services.ledger.models import Payment, PaymentSchedule
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import paying

router = Router()
Why = Annotated[str, Field(max_length=240)]


class ScheduleIn(Schema):
    """Invoices to be paid on a day."""

    pays_on: date
    invoices: list[Key]
    number: Annotated[str, Field(max_length=14)] = ""


class ScheduleOut(Schema):
    """A payment schedule; `digest` is that of the payment request that was certified."""

    id: str
    number: str
    year: int
    pays_on: date
    paid_on: date | None
    count: int
    cents: int
    digest: str
    state: str


class SchedulesOut(Schema):
    """One page of schedules."""

    items: list[ScheduleOut]
    page: int
    more: bool


class PaymentCheckOut(Schema):
    """A check before certification, with what was found."""

    code: str
    title: str
    outcome: str
    words: str


class VendorPaymentOut(Schema):
    """A payment; of the account only the last characters."""

    id: str
    key: str
    invoice: str
    payee: str
    account: str
    principal_cents: int
    discount_cents: int
    interest_cents: int
    paid_on: date | None
    trace: str
    state: str


class WholeScheduleOut(ScheduleOut):
    """A schedule with its payments and checks."""

    payments: list[VendorPaymentOut]
    checks: list[PaymentCheckOut]


class WaivedIn(Schema):
    """A reason to waive what may be waived; none where all checks hold."""

    why: Why = ""


class ReasonIn(Schema):
    """A reason."""

    why: Annotated[str, Field(min_length=1, max_length=240)]


class ConfirmedIn(Schema):
    """The day of payment, and trace numbers by payment."""

    on: date
    traces: dict[Key, Key] = {}


class ReturnedIn(ReasonIn):
    """When and why a payment came back."""

    on: date
    wrong_account: bool = False


@router.get("/books/{book}/schedules", response={200: SchedulesOut, **PROBLEMS})
def schedules(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The payment schedules of books."""
    viewer = viewer_of(request)
    return paged(paying.schedules(viewer, reports.book(viewer, book)), page, size, _schedule)


@router.post("/books/{book}/schedules", response={200: ScheduleOut, **PROBLEMS})
def propose(request: HttpRequest, book: Key, said: ScheduleIn) -> dict[str, Any]:
    """Propose the payment of invoices; a schedule that is named again is the same one."""
    return _schedule(actions.propose_schedule(viewer_of(request), book, **said.dict()))


@router.get("/schedules/{schedule}", response={200: WholeScheduleOut, **PROBLEMS})
def schedule(request: HttpRequest, schedule: Key) -> dict[str, Any]:
    """A schedule with its payments and checks: as they were kept, or as they are now."""
    viewer = viewer_of(request)
    found = paying.schedule(viewer, schedule)
    checks = found.checks or [
        {
            "code": each.code,
            "title": each.title,
            "outcome": "holds" if each.holds else "fails",
            "words": "; ".join(each.wrong),
        }
        for each in paying.checks_of(viewer, found)
    ]
    rows = [_payment(each) for each in paying.payments(viewer, found)]
    return {**_schedule(found), "payments": rows, "checks": checks}


@router.post("/schedules/{schedule}/certification", response={200: ScheduleOut, **PROBLEMS})
def certify(request: HttpRequest, schedule: Key, said: WaivedIn) -> dict[str, Any]:
    """Certify a schedule that another person proposed."""
    return _schedule(actions.certify_schedule(viewer_of(request), schedule, said.why))


@router.post("/schedules/{schedule}/refusal", response={200: ScheduleOut, **PROBLEMS})
def decline(request: HttpRequest, schedule: Key, said: ReasonIn) -> dict[str, Any]:
    """Send a schedule back before it is certified."""
    return _schedule(actions.decline_schedule(viewer_of(request), schedule, said.why))


@router.post("/schedules/{schedule}/sending", response={200: ScheduleOut, **PROBLEMS})
def send(request: HttpRequest, schedule: Key) -> dict[str, Any]:
    """Say that the file was handed over."""
    return _schedule(actions.send_schedule(viewer_of(request), schedule))


@router.post("/schedules/{schedule}/rejection", response={200: ScheduleOut, **PROBLEMS})
def reject(request: HttpRequest, schedule: Key, said: ReasonIn) -> dict[str, Any]:
    """Say that Treasury did not take it."""
    return _schedule(actions.reject_schedule(viewer_of(request), schedule, said.why))


@router.post("/schedules/{schedule}/confirmation", response={200: ScheduleOut, **PROBLEMS})
def confirm(request: HttpRequest, schedule: Key, said: ConfirmedIn) -> dict[str, Any]:
    """Take in that it was paid."""
    return _schedule(actions.confirm_schedule(viewer_of(request), schedule, said.on, said.traces))


@router.post("/payments/{payment}/return", response={200: VendorPaymentOut, **PROBLEMS})
def return_payment(request: HttpRequest, payment: Key, said: ReturnedIn) -> dict[str, Any]:
    """Take in that a payment came back."""
    return _payment(actions.return_payment(viewer_of(request), payment, **said.dict()))


def _schedule(row: PaymentSchedule) -> dict[str, Any]:
    named = ("number", "year", "pays_on", "paid_on", "count", "cents", "digest", "state")
    return {"id": row.pk, **{name: getattr(row, name) for name in named}}


def _payment(row: Payment) -> dict[str, Any]:
    named = (
        "key",
        "payee",
        "principal_cents",
        "discount_cents",
        "interest_cents",
        "paid_on",
        "trace",
        "state",
    )
    said = {name: getattr(row, name) for name in named}
    return {"id": row.pk, "invoice": row.invoice_id, "account": row.account_shown, **said}
