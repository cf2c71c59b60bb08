"""The prescribed reports as pages: the items that these books fill; as CSV every prescribed item, in its order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.models import Book, Line
from qsmo.services.ledger.pages.parts import about, asked_of, at, viewer_of, word
from qsmo.services.ledger.pages.report.behind import behind
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.core import core_part, core_rows, detail
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.report.core import (
    ADDED_UP,
    ALL,
    DIMENSIONS,
    REPORTS,
    Item,
    Row,
    dimensions,
    items,
)

LEADS = {
    "status-of-funding": "What each Treasury account was given, has promised and has spent.",
    "obligation-status": "Every order with what was delivered, paid and is outstanding, from its first year on.",
    "trial-balance": "Every account with what it opened with, how it moved and where it stands.",
    "transaction-detail": "Every line of every entry of the year, in the order of posting.",
}
FIRST = {
    "status-of-funding": "symbol",
    "obligation-status": "document",
    "trial-balance": "account",
    "transaction-detail": "entry",
}
SAID_ABOVE = ("period", "period_start", "agency", "budget_year")
"""What the heading says of all rows, or the Treasury account of its own; the CSV has it in each row."""
BETWEEN = "|"


def reports_(request: HttpRequest, key: str) -> HttpResponseBase:
    """The prescribed reports, each with how many of its items these books fill."""
    found = reports.book(viewer_of(request), key)
    asked = asked_of(request, found)
    rows = [
        {
            "name": name,
            "title": title,
            "lead": LEADS[name],
            "items": len(every := items(name, asked.year)),
            "filled": sum(bool(each.taken) for each in every),
        }
        for name, title in REPORTS.items()
    ]
    columns = [
        Column("title", "Report", link=lambda row: at("core-report", key, asked, row["name"])),
        Column("lead", "Shows"),
        Column("items", "Items prescribed", kind="number"),
        Column("filled", "Items filled", kind="number"),
    ]
    table = Table(request.GET, rows, columns, caption="Prescribed reports")
    return listing(request, "ledger/core_reports.html", table, about(found, asked, "Prescribed reports"))


def report(request: HttpRequest, key: str, report: str) -> HttpResponseBase:
    """One report; its CSV has every prescribed item, also those of which these books keep nothing."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, by = asked_of(request, found), word(request, "by")
    tas, document = word(request, "tas"), word(request, "document")
    every = items(report, asked.year)
    names = dimensions(report, by)
    rows = core_rows(viewer, found, asked, report, tas=tas, by=names, document=document)
    shown = _shown(report, every, names, rows)
    accounts = {each.tas: each.pk for each in reports.symbols(viewer, found)}
    value = _reader()
    columns = [_column(each, value, _links(report, each, found, asked, accounts, names)) for each in shown]
    table = Table(request.GET, rows, columns, caption=REPORTS[report], name=report)
    if table.csv_wanted:
        whole = [_column(each, value) for each in every]
        return Table(request.GET, rows, whole, caption=REPORTS[report], name=report).csv()
    context = about(
        found, asked, REPORTS[report], ("Prescribed reports", at("core-reports", key, asked)),
        table=table, lead=LEADS[report], tas=tas, symbols=list(accounts), by=by, document=document,
        offered=[("", "Treasury account"), *((name, words(name)) for name in DIMENSIONS), (ALL, "all of these")]
        if report in ADDED_UP else [],
        empty_items=[each for each in every if not each.taken],
        placed=[each for each in every if each.mark in ("medium", "low")],
    )  # fmt: skip
    return render(request, "ledger/core_report.html", context)


def part(request: HttpRequest, key: str, report: str, item: int) -> HttpResponseBase:
    """An amount of the status of funding with the balances that make it up."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, tas, by = asked_of(request, found), word(request, "tas"), word(request, "by")
    symbol = next((each for each in reports.symbols(viewer, found) if each.tas == tas), None)
    known = next((each for each in items(report, asked.year) if each.number == item and each.terms), None)
    if symbol is None or known is None or report not in ADDED_UP:
        raise Refusal("core-part", f"{REPORTS[report]} has no amount {item} of “{tas[:40]}”", status=404)
    names = dimensions(report, by)
    codes = request.GET.get("codes", "").split(BETWEEN) if names else []
    if len(codes) != len(names):
        raise Refusal("codes", f"“codes” has {len(codes)} codes, not the {len(names)} of “by”", status=422)
    between = (REPORTS[report], at("core-report", key, asked, report, tas=tas, by=by))
    group = ", ".join(f"{words(name)} {code or 'not said'}" for name, code in zip(names, codes, strict=True))
    return behind(
        request, found, asked, known.label, core_part(viewer, symbol, asked, known, names, codes), between,
        lead=f"{tas}{', ' if group else ''}{group}", mark=known.mark,
    )  # fmt: skip


def _shown(report: str, every: tuple[Item, ...], names: tuple[str, ...], rows: Any) -> list[Item]:
    """The items for the page: what names a row first, and without what is the same or empty in all rows."""
    hidden = {"", *SAID_ABOVE}
    if report in ADDED_UP:
        hidden |= set(DIMENSIONS).difference(names)
    if isinstance(rows, list):
        texts = {each.taken for each in every if each.kind == "text"} - set(names)
        hidden |= {name for name in texts if not any(row.get(name) for row in rows)}
    shown = [each for each in every if each.taken not in hidden]
    return sorted(shown, key=lambda each: each.taken != FIRST[report])


def _reader() -> Callable[[Any, str], Any]:
    """How a row is read: a line of an entry is spelled out once for all of its columns."""
    last: dict[int, Row] = {}

    def value(row: Any, taken: str) -> Any:
        if not isinstance(row, Line):
            return row.get(taken) if taken else None
        if row.pk not in last:
            last.clear()
            last[row.pk] = detail(row)
        return last[row.pk].get(taken) if taken else None

    return value


def _column(item: Item, value: Callable[[Any, str], Any], link: Callable[[Any], str] | None = None) -> Column:
    return Column(
        f"i{item.number}", item.label, kind=item.kind, value=lambda row: value(row, item.taken), link=link
    )


def _links(
    report: str, item: Item, book: Book, asked: Asked, accounts: dict[str, str], names: tuple[str, ...]
) -> Callable[[Any], str] | None:
    """Where a cell leads: to the balances, lines or entry behind it."""
    if item.taken == "symbol":
        return lambda row: at("account", accounts[_symbol(row)], asked)
    if report == "status-of-funding" and item.terms:
        by = ALL if len(names) > 1 else "".join(names)
        return lambda row: at(
            "core-part", book.pk, asked, report, item.number, tas=row["symbol"], by=by,
            codes=BETWEEN.join(row[name] for name in names),
        ) if row[item.taken] else ""  # fmt: skip
    if report == "obligation-status" and item.taken == "document":
        return lambda row: at("core-report", book.pk, asked, "transaction-detail", document=row["document"])
    if report == "trial-balance" and item.taken == "account":
        return lambda row: at("ledger-account", book.pk, asked, row["account"], tas=row["symbol"])
    if report == "transaction-detail" and item.taken == "entry":
        return lambda row: at("entry", row.entry_id)
    return None


def _symbol(row: Any) -> str:
    return row.combination.symbol.tas if isinstance(row, Line) else row["symbol"]
