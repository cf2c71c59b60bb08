"""The trial balance, an account opened into its combinations, and a combination into the lines behind it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.models import Combination, Line
from qsmo.services.ledger.pages.parts import about, asked_of, at, marked, said, viewer_of, word
from qsmo.services.ledger.queries import entries, reports
from qsmo.services.ledger.queries.books import positions
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.report.balance import Columns, Row, TrialBalance

TIMES = (("opening", "Opening"), ("movement", "Movement"), ("ending", "Ending"))
PER_PAGE = 100


def trial_balance(request: HttpRequest, key: str) -> HttpResponseBase:
    """Each account in debit and credit columns: what it opened with, how it moved, where it stands; and the zeros."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, tas = asked_of(request, found), word(request, "tas")
    made = reports.trial_of(viewer, found, asked, [tas] if tas else ())
    columns = _columns(found.pk, asked)
    table = Table(
        request.GET, made.rows, columns, caption="Trial balance", name="accounts", per_page=PER_PAGE
    )
    context = about(
        found, asked, "Trial balance",
        checks=_checks(made), findings=made.findings, tas=tas,
        symbols=[each.tas for each in reports.symbols(viewer, found)],
    )  # fmt: skip
    return listing(request, "ledger/trial_balance.html", table, context)


def account(request: HttpRequest, key: str, number: str) -> HttpResponseBase:
    """One account of the ledger: every combination of it, with what each opened with, moved and stands at."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, tas = asked_of(request, found), word(request, "tas")
    known = chart(asked.year).get(number)
    read = positions(
        viewer, found, asked.year, asked.period, symbols=[tas] if tas else (), known_at=asked.known_at
    )
    own = [each for each in read if each.account == number]
    if known is None and not own:
        words_ = f"The chart of FY{asked.year} has no account {number}"
        raise Refusal("account", words_, status=404)
    keys = reports.combinations_of(viewer, found, own)

    def link(row: Any) -> str:
        return at("combination", keys[row.symbol, row.account, row.attributes], asked)

    columns = [
        Column("symbol", "Treasury account", sort=True, link=link),
        Column("says", "Classified by", value=lambda row: said(row.attributes) or "nothing more"),
        *_amounts(lambda row, when: Columns.of(getattr(row, when)), link),
    ]
    table = Table(request.GET, own, columns, caption=f"What makes up account {number}", name="combinations")
    back = ("Trial balance", at("trial-balance", key, asked, tas=tas))
    context = about(
        found, asked, f"Account {number}", back,
        known=known, tas=tas, symbols=[each.tas for each in reports.symbols(viewer, found)],
        marked=marked(known.mark) if known else None,
        sums=[(name, sum(getattr(each, when) for each in own)) for when, name in TIMES],
        entries_at=at("entries", key, None, account=number, tas=tas),
    )  # fmt: skip
    return listing(request, "ledger/ledger_account.html", table, context)


def combination(request: HttpRequest, number: int) -> HttpResponseBase:
    """One combination: what it says, and every line behind its balance, each with its entry."""
    viewer = viewer_of(request)
    found = entries.combination(viewer, number)
    asked = asked_of(request, found.book)
    columns = [
        Column("entry", "Entry", value=lambda line: f"Entry {line.entry_id}", sort="id",
               link=lambda line: at("entry", line.entry_id)),
        Column("on", "On", kind="date", value="entry.on"),
        Column("period", "Period", value=lambda line: f"FY{line.entry.year}-{line.entry.period:02d}"),
        Column("words", "What it was", value=lambda line: line.words or line.entry.words),
        Column("document", "For", value="document"),
        Column("debit", "Debit", kind="money", value=_debit),
        Column("credit", "Credit", kind="money", value=_credit),
        Column("made_at", "Posted", kind="instant", value="entry.made_at"),
        Column("made_name", "By", value="entry.made_name"),
    ]  # fmt: skip
    lines = entries.lines_behind(viewer, found, asked)
    table = Table(request.GET, lines, columns, caption="Lines", name="lines", order="-entry")
    if table.csv_wanted:
        return table.csv()
    return render(request, "ledger/combination.html", {"table": table, **_about(found, asked, lines)})


def _about(found: Combination, asked: Asked, lines: Any) -> dict[str, Any]:
    debits, credits = entries.sums(lines)
    known = chart(asked.year).get(found.account)
    items = [
        ("Treasury account", found.symbol.tas, at("account", found.symbol_id, asked)),
        ("Account", f"{found.account} {known.title if known else ''}",
         at("ledger-account", found.book_id, asked, found.account, tas=found.symbol.tas)),
        ("Half", words(found.half)),
        ("Classified by", said(found.attributes)),
    ]  # fmt: skip
    back = ("Trial balance", at("trial-balance", found.book_id, asked))
    up = (f"Account {found.account}", at("ledger-account", found.book_id, asked, found.account))
    return about(
        found.book, asked, "Lines", back, up,
        items=items, debits=debits, credits=credits, balance=debits - credits, of=found,
    )  # fmt: skip


def _debit(line: Line) -> int | None:
    return line.cents if line.cents > 0 else None


def _credit(line: Line) -> int | None:
    return -line.cents if line.cents < 0 else None


def _columns(book: str, asked: Asked) -> list[Column]:
    def link(row: Row) -> str:
        each = row.position
        return at("ledger-account", book, asked, each.account, tas=each.symbol)

    return [
        Column("account", "Account", value="position.account", sort=True, link=link),
        Column("title", "Title", value=lambda row: f"{row.title}{' (not on its normal side)' if row.abnormal else ''}"),
        Column("symbol", "Treasury account", value="position.symbol", sort=True),
        *_amounts(lambda row, when: getattr(row, when), link),
    ]  # fmt: skip


def _amounts(columns: Any, link: Any) -> list[Column]:
    """Six columns: opening, movement and ending, each as debit and credit; a nil is left empty."""

    def value(when: str, side: str, row: Any) -> int | None:
        return getattr(columns(row, when), side) or None

    def opens(when: str, side: str, row: Any) -> str:
        return str(link(row)) if value(when, side, row) else ""

    return [
        Column(
            f"{when}_{side}",
            f"{title}, {side}",
            kind="money",
            value=partial(value, when, side),
            sort=True,
            link=partial(opens, when, side),
        )
        for when, title in TIMES
        for side in ("debit", "credit")
    ]


def _checks(made: TrialBalance) -> list[dict[str, Any]]:
    """For each half and time, both sides and whether they are the same."""
    return [
        {
            "half": words(half),
            "when": title,
            "debit": columns.debit,
            "credit": columns.credit,
            "off": columns.debit - columns.credit,
        }
        for half, triple in made.totals.items()
        for (_, title), columns in zip(TIMES, triple, strict=True)
        if half != "memorandum" or any(each.debit or each.credit for each in triple)
    ]
