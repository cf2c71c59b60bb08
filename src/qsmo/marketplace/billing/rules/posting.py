"""Which accounts an event of a bill moves on which side: rows of the posting table turned into balanced journals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from qsmo.contract.documents import Journal, JournalLine, Side
from qsmo.kernel.law import LawGap, Register, Row, register
from qsmo.kernel.money import Money, allocate

Event = Literal["performed", "accepted", "paid", "collected"]
Party = Literal["buyer", "seller"]

EVENTS: tuple[tuple[Event, Party], ...] = (
    ("performed", "seller"),
    ("accepted", "buyer"),
    ("paid", "buyer"),
    ("collected", "seller"),
)


@dataclass(frozen=True, slots=True)
class Fund:
    """One funding line of a side: the Treasury account symbol in display form, and its part of the order."""

    tas: str
    weight: Money


@dataclass(frozen=True, slots=True)
class Books:
    """Whose journal it is: the entity, its funds, and its trading partner, agency and main account."""

    entity: str
    partner: str
    funds: tuple[Fund, ...]


def tables() -> Register:
    """The law of billing: postings, fund groups, rounding."""
    return register(Path(__file__).parent.parent / "law")


def spends_appropriations(tas: str, on: date) -> bool:
    """Whether an account spends appropriations of the general fund, by its main account code; LawGap if unknown."""
    main = tas.split("-")[-2] if tas.count("-") > 1 else ""
    for row in tables()["fund_groups"].at(on=on).rows:
        if row.text("first") <= main <= row.text("last"):
            return row.text("appropriated") == "yes"
    raise LawGap(f"Account {tas}: no group of funds is on file for the main account code “{main}”")


def shares(amount: Money, funds: Sequence[Fund]) -> list[tuple[str, Money]]:
    """An amount over the funding lines in proportion to their parts of the order, to the cent; none is empty."""
    parts = allocate(amount, [fund.weight.cents for fund in funds])
    return [(fund.tas, part) for fund, part in zip(funds, parts, strict=True) if part]


def journal(event: Event, books: Books, amount: Money, *, key: str, on: date, source: str) -> Journal:
    """The journal of one event, balanced within each fund and half. An amount must be above zero (422)."""
    version = tables()["postings"].at(on=on)
    rows = [row for row in version.rows if row.text("event") == event]
    parts = shares(amount, books.funds)
    lines = [
        JournalLine(
            account=row.text("account"),
            side=cast(Side, row.text("side")),
            amount=part,
            tas=tas,
            words=f"{row.text('title')} ({row.text('code')})",
            partner=books.partner,
            object_class=row.cells["object_class"],
        )
        for tas, part in parts
        for row in rows
        if _applies(row, tas, on)
    ]
    posted = [row for row in rows if any(_applies(row, tas, on) for tas, _part in parts)]
    codes = " and ".join(dict.fromkeys(row.text("code") for row in posted))
    words = f"{rows[0].text('title')} (USSGL transaction {codes})"
    return Journal(key, books.entity, on, words, source, tuple(lines))


def _applies(row: Row, tas: str, on: date) -> bool:
    return not row.cells["condition"] or spends_appropriations(tas, on)


def moved(lines: Sequence[JournalLine], account: str, side: Side) -> Money:
    """What journal lines say on one side of one account."""
    return Money.total(line.amount for line in lines if (line.account, line.side) == (account, side))
