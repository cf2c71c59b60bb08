"""What books say of dealings with other agencies, held against the books of those where the viewer sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book, Line, Symbol
from qsmo.services.ledger.queries.books import positions
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.between.agreeing import (
    SETTLED,
    Balance,
    Difference,
    Said,
    accounts,
    balances,
    differences,
    event_type,
    meant,
    standing,
)
from qsmo.services.ledger.rules.symbol import TreasuryAccount

FEDERAL = "F"
LINE = (
    "cents", "document", "entry_id", "entry__key", "entry__rule", "entry__year", "entry__period",
    "combination__account", "combination__symbol__tas", "combination__partner", "combination__partner_main",
)  # fmt: skip
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Agreed:
    """Books held against those of others: balances by partner, what differs, and the books of partners by account."""

    balances: tuple[Balance, ...]
    differences: tuple[Difference, ...]
    seen: dict[str, Book]


def said_of(viewer: Viewer, book: Book, asked: Asked) -> list[Said]:
    """What the entries of a fiscal year through a period say of dealings with other agencies, line by line."""
    rows = Line.seen_by(viewer).filter(
        entry__book=book, entry__sealed=True, entry__year=asked.year, entry__period__lte=asked.before_closing,
        combination__federal=FEDERAL, combination__account__in=accounts(asked.year),
    )  # fmt: skip
    if asked.known_at is not None:
        rows = rows.filter(entry__made_at__lte=asked.known_at)
    return [_said(row) for row in rows.order_by("id").values(*LINE).iterator(AT_ONCE)]


def _said(row: Mapping[str, Any]) -> Said:
    year, tas = row["entry__year"], row["combination__symbol__tas"]
    meaning, up, is_buyer = meant(row["combination__account"], row["cents"], year)
    partner, main = row["combination__partner"], row["combination__partner_main"]
    return Said(
        _document(row), meaning, up, year, row["entry__period"], tas, f"{partner}-{main}" if main else partner,
        is_buyer, event_type(up, year, is_buyer=is_buyer) if meaning == SETTLED else "", row["entry_id"],
    )  # fmt: skip


def _document(row: Mapping[str, Any]) -> str:
    """What both books call it: of a journal its key without the last part, which says what happened to it."""
    key: str = row["entry__key"]
    if row["entry__rule"]:
        return str(row["document"]) or key
    return key.rpartition("/")[0] or key


def partners(viewer: Viewer, book: Book, named: Iterable[str]) -> dict[str, Book]:
    """The books that the viewer sees of the partners that are named, by agency and main account."""
    wanted = set(named)
    rows = (
        Symbol.seen_by(viewer).exclude(book=book).filter(book__is_open=True).select_related("book__customer")
    )
    return {
        account: symbol.book
        for symbol in rows
        if (account := TreasuryAccount.parse(symbol.tas).federal_account) in wanted
    }


def own_accounts(viewer: Viewer, book: Book) -> set[str]:
    """Agency and main account of every Treasury account of a book."""
    rows = Symbol.seen_by(viewer).filter(book=book).values_list("tas", flat=True)
    return {TreasuryAccount.parse(tas).federal_account for tas in rows}


def agency_of(viewer: Viewer, book: Book) -> str:
    """The agency code of books: that of their first Treasury account."""
    first = Symbol.seen_by(viewer).filter(book=book).order_by("tas").values_list("tas", flat=True).first()
    return TreasuryAccount.parse(first).agency if first else "0"


def standing_of(viewer: Viewer, book: Book, asked: Asked) -> dict[tuple[str, str], int]:
    """The balances of a book with each partner, by pair of accounts, counted up on both sides alike."""
    known, sums = set(accounts(asked.year)), defaultdict[tuple[str, str], int](int)
    for each in positions(viewer, book, asked.year, asked.before_closing, known_at=asked.known_at):
        said = each.attributes
        if each.account in known and said.federal == FEDERAL and said.partner:
            name, up = standing(each.account, each.ending, asked.year)
            sums["-".join(filter(None, (said.partner, said.partner_main))), name] += up
    return dict(sums)


def agreed(viewer: Viewer, book: Book, asked: Asked) -> Agreed:
    """Books held against those of every partner that the viewer sees: balances, and documents entry by entry."""
    own, here = own_accounts(viewer, book), said_of(viewer, book, asked)
    mine = standing_of(viewer, book, asked)
    seen = partners(viewer, book, {partner for partner, _name in mine} | {each.partner for each in here})
    theirs: dict[tuple[str, str], int] = {}
    found: list[Difference] = []
    for other in {each.pk: each for each in seen.values()}.values():
        named = {account for account, each in seen.items() if each.pk == other.pk}
        for (partner, name), cents in standing_of(viewer, other, asked).items():
            if partner in own:
                account = next(iter(sorted(named)))
                theirs[account, name] = theirs.get((account, name), 0) + cents
        there = said_of(viewer, other, asked)
        found += differences(*between(here, there, named, own))
    return Agreed(balances(mine, theirs, frozenset(seen), asked.year), tuple(found), seen)


def between(
    here: Iterable[Said], there: Iterable[Said], named: set[str], own: set[str]
) -> tuple[list[Said], list[Said]]:
    """What two sides say of each other: what names the other, and what the other says of the same document."""
    ours, theirs = list(here), list(there)
    shared = {each.document for each in ours} & {each.document for each in theirs}
    return (
        [each for each in ours if each.partner in named or each.document in shared],
        [each for each in theirs if each.partner in own or each.document in shared],
    )


def settlements(viewer: Viewer, book: Book, asked: Asked) -> list[Said]:
    """What was settled with others in one period, with both Treasury accounts as far as they are known."""
    here = said_of(viewer, book, asked)
    seen = partners(viewer, book, {each.partner for each in here})
    others = {each.pk: said_of(viewer, each, asked) for each in seen.values()}
    found = []
    for each in here:
        if each.meaning != SETTLED or each.period != asked.period:
            continue
        of = others.get(seen[each.partner].pk, []) if each.partner in seen else []
        tas = {other.own for other in of if (other.document, other.meaning) == (each.document, each.meaning)}
        found.append(replace(each, partner=tas.pop() if len(tas) == 1 else each.partner))
    return found


def held_against(viewer: Viewer, book: Book, asked: Asked, there: Iterable[Said]) -> tuple[Difference, ...]:
    """The settlements of one period held against what a partner's file says of them."""
    theirs = [replace(each, partner=_account(each.partner)) for each in there]
    named = {_account(each.own) for each in theirs}
    here = [
        each
        for each in said_of(viewer, book, asked)
        if each.meaning == SETTLED and each.period == asked.period
    ]
    return differences(*between(here, theirs, named, own_accounts(viewer, book)))


def _account(tas: str) -> str:
    """Agency and main account, of a whole symbol or as they are."""
    return TreasuryAccount.parse(tas).federal_account if tas.count("-") > 1 else tas
