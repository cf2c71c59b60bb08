"""Dealings with other agencies over HTTP: balances, differences by cause, a partner's settlement file held against."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from qsmo.kernel.finding import Refusal
from qsmo.platform.api.door import PROBLEMS, Key, viewer_of
from qsmo.services.ledger.api.reporting import Which
from qsmo.services.ledger.formats.settlement import read_settlements
from qsmo.services.ledger.queries import between as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.between.agreeing import Balance, Difference, Said

router = Router()


class StandingOut(Schema):
    """A balance with a partner on both sides, cents; `there_cents` is empty where its books are not seen."""

    partner: str
    name: str
    title: str
    here_cents: int
    there_cents: int | None


class SaidOut(Schema):
    """What one side says of a document; `entry` is the first of its entries, 0 in a file."""

    cents: int
    year: int
    period: int
    own: str
    partner: str
    betc: str
    entry: int


class DifferenceOut(Schema):
    """What both sides do not say alike, and why."""

    cause: str
    document: str
    meaning: str
    words: str
    cents: int
    here: SaidOut | None
    there: SaidOut | None


class BetweenOut(Schema):
    """Balances with partners, and the documents that differ."""

    year: int
    period: int
    balances: list[StandingOut]
    differences: list[DifferenceOut]


class FileIn(Schema):
    """A partner's settlement file as text."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    content: Annotated[str, Field(max_length=10_000_000)]


@router.get("/books/{book}/between", response={200: BetweenOut, **PROBLEMS})
def between(request: HttpRequest, book: Key, which: Query[Which]) -> dict[str, Any]:
    """Books held against those of every partner whose books the caller sees."""
    viewer = viewer_of(request)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, which.year, which.period, which.known_at)
    agreed = queries.agreed(viewer, kept, asked)
    return {
        "year": asked.year,
        "period": asked.period,
        "balances": [_balance(each) for each in agreed.balances],
        "differences": [_difference(each) for each in agreed.differences],
    }


@router.post("/books/{book}/between/settlements", response={200: list[DifferenceOut], **PROBLEMS})
def hold(request: HttpRequest, book: Key, said: FileIn, which: Query[Which]) -> list[dict[str, Any]]:
    """Hold a partner's settlement file against the books; nothing is kept. A damaged file is refused (422)."""
    viewer = viewer_of(request)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, which.year, which.period, which.known_at)
    read, wrong = read_settlements(said.name, said.content.encode())
    if wrong:
        raise Refusal("settlement-file", "The settlement file is damaged", status=422, findings=wrong)
    return [_difference(each) for each in queries.held_against(viewer, kept, asked, read)]


def _balance(each: Balance) -> dict[str, Any]:
    named = {name: getattr(each, name) for name in ("partner", "name", "title")}
    return {**named, "here_cents": each.here, "there_cents": each.there}


def _difference(each: Difference) -> dict[str, Any]:
    named = {name: getattr(each, name) for name in ("cause", "document", "meaning", "words", "cents")}
    return {**named, "here": _said(each.here), "there": _said(each.there)}


def _said(said: Said | None) -> dict[str, Any] | None:
    names = ("cents", "year", "period", "own", "partner", "betc", "entry")
    return {name: getattr(said, name) for name in names} if said is not None else None
