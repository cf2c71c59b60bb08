"""The books that a viewer sees, and one book: its facts, its funds as a board, what waits, and the ways further."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars, percent, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.models import Book, Symbol
from qsmo.services.ledger.pages.parts import about, asked_of, at, period_words, viewer_of
from qsmo.services.ledger.queries import entries, reports
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.report.status import Status

BOARD = ("authority", "apportioned", "allotted", "committed", "obligated", "paid", "available")
NEARLY = Fraction(1, 10)
"""Of what was allotted, so much or less left is said on the board."""
MOST_CHARTS = 6


def home(request: HttpRequest) -> HttpResponseBase:
    """The books that the viewer may see."""
    columns = [
        Column("customer", "Agency", value="customer.name", sort="customer__name", link=lambda row: at("book", row.pk)),
        Column("provider", "Kept by", value="provider.name", sort="provider__name"),
        Column("first_year", "First fiscal year", value=lambda row: f"FY{row.first_year}", sort=True),
        Column("is_open", "Open", kind="yesno"),
    ]  # fmt: skip
    table = Table(request.GET, reports.books(viewer_of(request)), columns, caption="Books", order="customer")
    return listing(request, "ledger/home.html", table)


def book(request: HttpRequest, key: str) -> HttpResponseBase:
    """One book: facts, a board of its funds with bars, limits that are near, documents that wait, and its pages."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    accounts = {each.tas: each for each in reports.symbols(viewer, found)}
    board = [each for every in reports.status_of(viewer, found, asked).values() for each in every]
    table = Table(request.GET, board, _columns(accounts, asked), caption="Status of funds", name="board")
    if table.csv_wanted:
        return table.csv()
    shown = _accounts(accounts, asked)
    context = about(
        found, asked, "",
        keep_at=at("keep-account", key) if found.is_open and viewer.may("ledger.settings", found) else "",
        table=table,
        accounts=shown,
        facts=_facts(found, accounts, asked),
        charts=[_chart(each) for each in board if each.amount("authority")][:MOST_CHARTS],
        near=[*_nearly(board), *(f"{row}: {dollars(row.left_cents)} is left" for row in entries.near(viewer, found))],
        waiting=entries.documents(viewer, found).filter(state="refused").count(),
        pages=_pages(viewer, found, asked),
    )  # fmt: skip
    return render(request, "ledger/book.html", context)


def account(request: HttpRequest, key: str) -> HttpResponse:
    """One Treasury account: what it is, its life, and the reports on it."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    tas = found.fund.tas
    items = [
        ("Title", found.title),
        ("Financing", found.get_financing_display()),
        ("Apportioned", f"category {found.category}{', line ' + found.program_b if found.program_b else ''}"),
        ("Budget category", found.get_bea_display()),
        ("Fund group", tas.group),
        ("Federal account", tas.federal_account),
        ("On the last day asked", words(tas.life(asked.last_day))),
        ("Expires", str(tas.expires_on or "never: it has no years")),
        ("Is canceled after", str(tas.cancels_on or "never: it has no years")),
    ]
    links = [
        (at("sf133", found.pk, asked), "Report on budget execution (SF-133), with what must tie"),
        (at("flow", found.pk, asked), "The way of its money, from appropriation to payment"),
        (at("trial-balance", found.book_id, asked, tas=found.tas), "Trial balance"),
        (at("statements", found.book_id, asked, tas=found.tas), "Financial statements"),
        (at("entries", found.book_id, None, tas=found.tas), "Entries"),
    ]
    context = about(found.book, asked, found.tas, account=found, items=items, links=links)
    return render(request, "ledger/account.html", context)


def _columns(accounts: dict[str, Symbol], asked: Asked) -> list[Column]:
    def link(name: str) -> Any:
        return lambda row: at("status", accounts[row.fund.symbol].pk, asked, name)

    return [
        Column("symbol", "Treasury account", value="fund.symbol", sort=True,
               link=lambda row: at("account", accounts[row.fund.symbol].pk, asked)),
        Column("life", "Life", value=lambda row: words(row.fund.life)),
        *(
            Column(name, title, kind="money", value=partial(amount_of, name), sort=True, link=link(name))
            for name, title in zip(BOARD, _titles(), strict=True)
        ),
        Column("rate", "Obligated of allotted", kind="percent", value="obligation_rate", sort=True),
    ]  # fmt: skip


def amount_of(name: str, row: Status) -> int:
    """One column of a status of funds."""
    return row.amount(name)


def _titles() -> tuple[str, ...]:
    return ("Authority", "Apportioned", "Allotted", "Committed", "Obligated", "Paid", "Available")


def _chart(each: Status) -> charts.Chart:
    bars = [(title, each.amount(name)) for name, title in zip(BOARD, _titles(), strict=True)]
    rate = (
        f" {percent(each.obligation_rate)} of what was allotted is obligated." if each.obligation_rate else ""
    )
    return charts.bar(
        each.fund.symbol, bars, unit="cents", about=f"From authority to what is still available.{rate}"
    )


def _nearly(board: list[Status]) -> list[str]:
    """Each account of whose allotments little is left, in words."""
    return [
        f"{each.fund.symbol}: {dollars(each.amount('available'))} is left of "
        f"{dollars(each.amount('allotted'))} allotted"
        for each in board
        if each.amount("allotted") > 0 and each.amount("available") <= each.amount("allotted") * NEARLY
        and each.fund.life == "unexpired"
    ]  # fmt: skip


def _accounts(accounts: dict[str, Symbol], asked: Asked) -> list[tuple[str, str, str]]:
    return [(at("account", each.pk, asked), each.tas, each.title) for each in accounts.values()]


def _facts(found: Book, accounts: dict[str, Symbol], asked: Asked) -> list[tuple[str, str]]:
    return [
        ("Agency", found.customer.name),
        ("Kept by", found.provider.name),
        ("First fiscal year", f"FY{found.first_year}"),
        ("State", "Open" if found.is_open else "Closed: it can be read and exported"),
        ("Treasury accounts", f"{len(accounts):,}"),
        ("Shown", f"FY{asked.year} through period {period_words(asked.period)}"),
        ("Today", f"{clock.today()}"),
    ]


def _pages(viewer: Viewer, found: Book, asked: Asked) -> list[tuple[str, str]]:
    acts = viewer.may("ledger.post", found) or viewer.may("ledger.funds", found)
    post = [(at("rules", found.pk), "Post an event by its rule")] if acts and found.is_open else []
    return [
        *post,
        (at("entries", found.pk), "Entries"),
        (at("trial-balance", found.pk, asked), "Trial balance"),
        (at("statements", found.pk, asked), "Balance sheet, net cost, changes in net position"),
        (at("invoices", found.pk), "Invoices, orders, vendors"),
        (at("funds", found.pk, asked), "Status of funds by organization, object class or program"),
        (
            at("core-reports", found.pk, asked),
            "Prescribed reports: funding, obligations, trial balance, transactions",
        ),
        (at("limits", found.pk), "Limits of funds control"),
        (at("receivables", found.pk), "Receivables, by age"),
        (at("between", found.pk, asked), "Dealings with other agencies, both sides"),
        (at("gtas", found.pk, asked), "Trial balance for Treasury (GTAS), through our gate"),
        (at("periods", found.pk, asked), "Accounting periods"),
        (at("documents", found.pk), "Documents that were refused"),
        *([] if acts else [(at("rules", found.pk), "Posting rules")]),
    ]
