"""The reports that the financial management standard prescribes, from the books of one agency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book, Line, Symbol
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.books import positions
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.report import core
from qsmo.services.ledger.rules.report.crosswalk import Part
from qsmo.services.ledger.rules.report.sf133 import sf133

SAID = (*core.DIMENSIONS, "partner", "partner_main")


def core_rows(
    viewer: Viewer,
    book: Book,
    asked: Asked,
    report: str,
    *,
    tas: str = "",
    by: Iterable[str] = (),
    document: str = "",
) -> list[core.Row] | QuerySet[Line]:
    """The rows of a report: all of them, or, where each is a line of an entry, the lines as a question.

    `by` are the attributes that rows are told apart by, where a report adds balances up; `document` the order whose
    lines or obligation are wanted alone.
    """
    named = [tas] if tas else []
    match report:
        case "status-of-funding":
            funds = [
                reports.fund_of(each, asked)
                for each in reports.symbols(viewer, book)
                if tas in ("", each.tas)
            ]
            found = reports.before_closing(viewer, book, asked, named)
            return list(core.status_of_funding(funds, found, asked.year, asked.before_closing, *by))
        case "trial-balance":
            trial = positions(viewer, book, asked.year, asked.period, symbols=named, known_at=asked.known_at)
            return list(core.trial_items(trial, asked.year, asked.period, *by))
        case "obligation-status":
            return list(_obligations(viewer, book, asked, tas, document))
    return _lines(viewer, book, asked, tas, document).order_by("entry_id", "id")


def spelled(row: core.Row | Line) -> core.Row:
    """A row by what is taken, whichever report it is of."""
    return detail(row) if isinstance(row, Line) else row


def detail(line: Line) -> core.Row:
    """A line of an entry, as the items of the transaction detail."""
    entry, said = line.entry, line.combination
    debit = line.cents > 0
    return {
        **core.named(said.symbol.tas, core.period_words(entry.year, entry.period)),
        **core.classified(said.attributes),
        "key": entry.key,
        "document": line.document,
        "source": entry.source,
        "on": entry.on,
        "rule": entry.rule,
        "line": str(line.pk),
        "amount": abs(line.cents),
        "entry": str(entry.pk),
        "debit_account": said.account if debit else "",
        "debit": line.cents if debit else None,
        "credit_account": "" if debit else said.account,
        "credit": None if debit else -line.cents,
    }


def _lines(viewer: Viewer, book: Book, asked: Asked, tas: str, document: str) -> QuerySet[Line]:
    found = Line.seen_by(viewer).filter(entry__book=book, entry__sealed=True)
    year, period = asked.year, asked.period
    if document:  # all that was done on an order, from its first year on
        within = Q(entry__year__lt=year) | Q(entry__year=year, entry__period__lte=period)
        found = found.filter(within, document=document)
    else:
        found = found.filter(entry__year=year, entry__period__lte=period)
    if tas:
        found = found.filter(combination__symbol__tas=tas)
    if asked.known_at is not None:
        found = found.filter(entry__made_at__lte=asked.known_at)
    return found.select_related("entry", "combination__symbol")


def _obligations(viewer: Viewer, book: Book, asked: Asked, tas: str, document: str) -> Iterator[core.Row]:
    """Every order of the books through a period, from its first year on, with what was done on it."""
    accounts = core.accounts_of("obligation-status", asked.year)
    every = sorted({account for each in accounts.values() for account in each})
    found = Line.seen_by(viewer).filter(
        Q(entry__year__lt=asked.year) | Q(entry__year=asked.year, entry__period__lte=asked.period),
        entry__book=book,
        entry__sealed=True,
        combination__account__in=every,
    )
    found = found.filter(document=document) if document else found.exclude(document="")
    if tas:
        found = found.filter(combination__symbol__tas=tas)
    if asked.known_at is not None:
        found = found.filter(entry__made_at__lte=asked.known_at)
    keys = ("document", "combination__symbol__tas", *(f"combination__{name}" for name in SAID))
    sums: dict[str, Any] = {
        f"of_{name}": Sum("cents", filter=Q(combination__account__in=list(each)), default=0)
        for name, each in accounts.items()
    }
    for row in found.order_by(*keys).values(*keys).annotate(first_on=Min("entry__on"), **sums):
        yield {
            **core.named(row["combination__symbol__tas"]),
            **{name: row[f"combination__{name}"] for name in SAID},
            "document": row["document"],
            "first_on": row["first_on"],
            **core.obligation({name: -row[f"of_{name}"] for name in accounts}),
        }


def core_part(
    viewer: Viewer, symbol: Symbol, asked: Asked, item: core.Item, by: Iterable[str], codes: Iterable[str]
) -> tuple[Part, ...]:
    """The balances behind an amount of the status of funding: of a Treasury account, or of a group of attributes."""
    wanted = dict(zip(by, codes, strict=True))
    found = [
        each
        for each in reports.before_closing(viewer, symbol.book, asked, [symbol.tas])
        if all(getattr(each.attributes, name) == code for name, code in wanted.items())
    ]
    return sf133(reports.fund_of(symbol, asked), found, asked.year).parts(item.terms)
