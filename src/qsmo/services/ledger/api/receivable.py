"""Receivables over HTTP: who owes what by age, billed, charged and collected, and money in suspense."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.api.posting import Cents
from qsmo.services.ledger.models import Debtor, Receipt, Receivable
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.queries import reports

router = Router()
Number = Annotated[str, Field(min_length=1, max_length=40)]
Said = Annotated[str, Field(min_length=1, max_length=120)]
Kind = Annotated[str, Field(max_length=16)]


class DebtorIn(Schema):
    """A customer or debtor; `agency` and `main` only of agencies of the United States."""

    name: Said
    agency: Annotated[str, Field(max_length=3)] = ""
    main: Annotated[str, Field(max_length=4)] = ""
    reference: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=240)] = ""


class DebtorOut(DebtorIn):
    """A customer or debtor with its identifier."""

    id: str


class ReceivableIn(Schema):
    """A receivable to be drafted. `kind` is reimbursable, advance or general-fund."""

    number: Number
    kind: Kind
    debtor: Key
    account: Key
    cents: Cents
    due_on: date
    words: Said
    order: Annotated[str, Field(max_length=60)] = ""
    revenue: Annotated[str, Field(max_length=6)] = ""
    organization: Annotated[str, Field(max_length=60)] = ""


class DebtPartOut(Schema):
    """What is open of one part, in cents."""

    part: str
    cents: int


class OwedOut(Schema):
    """One thing that happened to a receivable, with how it came about and its entry."""

    on: date
    event: str
    part: str
    cents: int
    words: str
    steps: list[str]
    cite: str
    entry: int


class ReceivableOut(Schema):
    """A receivable and what is open of it."""

    id: str
    number: str
    kind: str
    state: str
    debtor: str
    principal_cents: int
    open_cents: int
    due_on: date
    noticed_on: date | None


class ReceivablesOut(Schema):
    """One page of receivables."""

    items: list[ReceivableOut]
    page: int
    more: bool


class WholeOut(ReceivableOut):
    """A receivable with its parts and lines, and whether the books say the same."""

    open: list[DebtPartOut]
    lines: list[OwedOut]
    agrees: bool


class AgeOut(Schema):
    """Receivables of one age."""

    name: str
    title: str
    cents: int
    count: int


class DayIn(Schema):
    """A day."""

    on: date


class PaymentIn(DayIn):
    """A payment; `payer` where it is not the debtor."""

    number: Number
    cents: Cents
    payer: Annotated[str, Field(max_length=120)] = ""


class DepositIn(PaymentIn):
    """Money in suspense: `account` is the clearing account."""

    account: Key


class ApplyIn(DayIn):
    """To which receivable money in suspense is applied."""

    receivable: Key


class EndCollectionIn(Schema):
    """Why collection ends, with the decision of the Department of Justice where the law asks for it."""

    why: Said
    justice: Annotated[str, Field(max_length=60)] = ""


class ReceiptOut(Schema):
    """Money that came."""

    id: str
    number: str
    state: str
    cents: int
    received_on: date
    receivable: str | None


@router.get("/books/{book}/receivables", response={200: ReceivablesOut, **PROBLEMS})
def receivables(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The receivables and advances of books, newest first."""
    viewer = viewer_of(request)
    return paged(queries.receivables(viewer, reports.book(viewer, book)), page, size, _receivable)


@router.get("/books/{book}/receivables/ages", response={200: list[AgeOut], **PROBLEMS})
def ages(request: HttpRequest, book: Key, on: date | None = None) -> list[dict[str, Any]]:
    """What is owed by how many days it is past due."""
    viewer = viewer_of(request)
    return [
        {"name": each.name, "title": each.title, "cents": each.amount.cents, "count": each.count}
        for each in queries.ages_of(viewer, reports.book(viewer, book), on or clock.today())
    ]


@router.post("/books/{book}/debtors", response={200: DebtorOut, **PROBLEMS})
def keep_debtor(request: HttpRequest, book: Key, said: DebtorIn) -> Debtor:
    """Take a customer or debtor in."""
    return verbs.keep_debtor(viewer_of(request), book, **said.dict())


@router.post("/books/{book}/receivables", response={200: ReceivableOut, **PROBLEMS})
def draft(request: HttpRequest, book: Key, said: ReceivableIn) -> dict[str, Any]:
    """Draft a receivable; it is owed when its notice is sent."""
    made = verbs.draft(
        viewer_of(request), book, number=said.number, debtor_id=said.debtor, symbol_id=said.account,
        kind=said.kind, amount=Money(said.cents), due_on=said.due_on, words=said.words, order=said.order,
        account=said.revenue, organization=said.organization,
    )  # fmt: skip
    return _receivable(made)


@router.get("/receivables/{key}", response={200: WholeOut, **PROBLEMS})
def receivable(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One receivable with its lines."""
    viewer = viewer_of(request)
    found = queries.receivable(viewer, key)
    named = ("on", "event", "part", "cents", "words", "steps", "cite")
    return {
        **_receivable(found),
        "open": [
            {"part": part, "cents": left.cents} for part, left in queries.left_of(viewer, found).items()
        ],
        "lines": [
            {**{name: getattr(line, name) for name in named}, "entry": line.entry_id}
            for line in queries.lines_of(viewer, found)
        ],
        "agrees": all(each.holds for each in queries.agreement(viewer, found)),
    }


@router.post("/receivables/{key}/issue", response={200: ReceivableOut, **PROBLEMS})
def issue(request: HttpRequest, key: Key, said: DayIn) -> dict[str, Any]:
    """Send the notice: the receivable is posted."""
    return _receivable(verbs.issue(viewer_of(request), key, on=said.on))


@router.post("/receivables/{key}/assessment", response={200: ReceivableOut, **PROBLEMS})
def assess(request: HttpRequest, key: Key, said: DayIn) -> dict[str, Any]:
    """Charge interest and penalty through a day, as far as they were not charged before."""
    viewer = viewer_of(request)
    verbs.assess(viewer, key, on=said.on)
    return _receivable(queries.receivable(viewer, key))


@router.post("/receivables/{key}/payments", response={200: ReceiptOut, **PROBLEMS})
def collect(request: HttpRequest, key: Key, said: PaymentIn) -> dict[str, Any]:
    """Take in a payment, applied in the order of the law."""
    viewer = viewer_of(request)
    made = verbs.collect(
        viewer, key, number=said.number, amount=Money(said.cents), on=said.on, payer=said.payer
    )
    return _receipt(made)


@router.post("/receivables/{key}/end", response={200: ReceivableOut, **PROBLEMS})
def end(request: HttpRequest, key: Key, said: EndCollectionIn) -> dict[str, Any]:
    """Decide that collection ends."""
    return _receivable(verbs.end(viewer_of(request), key, said.why, justice=said.justice))


@router.post("/receivables/{key}/write-off", response={200: ReceivableOut, **PROBLEMS})
def write_off(request: HttpRequest, key: Key, said: DayIn) -> dict[str, Any]:
    """Write off what is open, after another person decided that collection ends."""
    return _receivable(verbs.write_off(viewer_of(request), key, on=said.on))


@router.post("/books/{book}/receipts", response={200: ReceiptOut, **PROBLEMS})
def deposit(request: HttpRequest, book: Key, said: DepositIn) -> dict[str, Any]:
    """Take in money of which is not yet known what it pays."""
    made = verbs.deposit(
        viewer_of(request), book, number=said.number, symbol_id=said.account, amount=Money(said.cents),
        on=said.on, payer=said.payer,
    )  # fmt: skip
    return _receipt(made)


@router.post("/receipts/{key}/application", response={200: ReceiptOut, **PROBLEMS})
def apply(request: HttpRequest, key: Key, said: ApplyIn) -> dict[str, Any]:
    """Apply money in suspense to a receivable."""
    return _receipt(verbs.apply(viewer_of(request), key, said.receivable, on=said.on))


def _receivable(row: Receivable) -> dict[str, Any]:
    named = ("number", "kind", "state", "principal_cents", "open_cents", "due_on", "noticed_on")
    return {"id": row.pk, "debtor": row.debtor_id, **{name: getattr(row, name) for name in named}}


def _receipt(row: Receipt) -> dict[str, Any]:
    named = ("number", "state", "cents", "received_on")
    return {"id": row.pk, "receivable": row.receivable_id, **{name: getattr(row, name) for name in named}}
