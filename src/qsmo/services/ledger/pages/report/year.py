"""Reports on the year: the SF-133 of a Treasury account with what must tie, and the financial statements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.pages.parts import about, asked_of, at, of_account, said, viewer_of, word
from qsmo.services.ledger.pages.report.behind import behind
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.reports import STATEMENTS, Asked
from qsmo.services.ledger.rules.report.sf133 import Line
from qsmo.services.ledger.rules.report.statements import OUTSIDE, Statement, StatementLine
from qsmo.services.ledger.rules.report.ties import Tie, broken

RESOURCES, STATUS = "1910", "2500"
TITLES = {
    "balance-sheet": "Balance sheet",
    "net-cost": "Statement of net cost",
    "net-position": "Statement of changes in net position",
}
BASIS = "From balances before closing: the entries that close the year are left out."


def sf133(request: HttpRequest, key: str) -> HttpResponseBase:
    """The SF-133 of a Treasury account: lines, 1910 against 2500, and every point that must tie, held or not."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    made = reports.execution_of(viewer, found, asked)

    def link(line: Line) -> str:
        return at("sf133-line", key, asked, line.form.number) if line.parts else ""

    every = word(request, "lines") == "all"
    lines = [line for line in made.lines.values() if every or line.amount or line.parts]
    columns = [
        Column("number", "Line", value="form.number", sort=True, link=link),
        Column("title", "Title", value="form.title"),
        Column("section", "Section", value=lambda line: words(line.form.section), sort=True),
        Column("amount", "Amount", kind="money", sort=True, link=link),
        Column("mark", "Placed"),
    ]
    table = Table(request.GET, lines, columns, caption="Lines", name="lines", per_page=100)
    tied = reports.ties_of(made, asked)
    context = about(
        found.book, asked, f"SF-133 of {found.tas}", account=found,
        ties=_sides(tied, key, asked), basis=BASIS, every=every,
        left=made.amount(RESOURCES), right=made.amount(STATUS),
        equal=made.amount(RESOURCES) == made.amount(STATUS),
        findings=broken(made, min(asked.period, reports.MONTHS)),
        held=sum(tie.holds for tie in tied),
        unplaced=[(each.account, said(each.attributes), each.ending) for each in made.unplaced],
        all_at=at("sf133", key, asked, lines="" if every else "all"),
        flow_at=at("flow", key, asked),
        reconciliation_at=at("reconciliation", key, asked),
    )  # fmt: skip
    return listing(request, "ledger/sf133.html", table, context)


def sf133_line(request: HttpRequest, key: str, number: str) -> HttpResponseBase:
    """One line of the SF-133 with the balances that make it up."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    line = reports.execution_of(viewer, found, asked).lines.get(number)
    if line is None:
        raise Refusal("line", f"The SF-133 of FY{asked.year} has no line {number[:20]}", status=404)
    return behind(
        request, found.book, asked, f"Line {number}", line.parts, of_account(found, "sf133", "SF-133", asked),
        lead=line.form.title, mark=line.mark, source=line.form.source,
    )  # fmt: skip


def tie(request: HttpRequest, key: str, code: str, side: str) -> HttpResponseBase:
    """One side of a point that must tie, with the balances that make it up."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    made = reports.execution_of(viewer, found, asked)
    point = next((each for each in reports.ties_of(made, asked) if each.code == code), None)
    if point is None or side not in ("left", "right"):
        raise Refusal("tie", f"There is no point {code[:40]} that must tie here", status=404)
    words_ = getattr(point, f"{side}_words")
    parts = made.parts(reports.terms_of(code, side, asked.year))
    return behind(
        request, found.book, asked, f"{words_[:1].upper()}{words_[1:]}", parts,
        of_account(found, "sf133", "SF-133", asked), lead=point.words, mark=point.mark,
    )  # fmt: skip


def statements(request: HttpRequest, key: str) -> HttpResponseBase:
    """Balance sheet, net cost and changes in net position, with what is in no line of the crosswalk."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, tas = asked_of(request, found), word(request, "tas")
    made, findings = reports.statements_of(viewer, found, asked, [tas] if tas else ())
    tables = [_table(request, made[name], key, asked, tas) for name in STATEMENTS]
    for each in tables:
        if each.csv_wanted:
            return each.csv()
    context = about(
        found, asked, "Financial statements", findings=findings, tas=tas, tables=tables, basis=BASIS,
        symbols=[each.tas for each in reports.symbols(viewer, found)],
    )  # fmt: skip
    return render(request, "ledger/statements.html", context)


def statement_line(request: HttpRequest, key: str, name: str, line: str) -> HttpResponseBase:
    """One line of a statement with the balances that make it up."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, tas = asked_of(request, found), word(request, "tas")
    made, _ = reports.statements_of(viewer, found, asked, [tas] if tas else ())
    if name not in made or line not in made[name].lines:
        raise Refusal("line", f"There is no such line: {name[:20]}, {line[:40]}", status=404)
    each = made[name].lines[line]
    back = ("Financial statements", at("statements", key, asked, tas=tas))
    return behind(
        request, found, asked, each.title, each.parts, back, lead=TITLES[name], mark=each.mark, source=each.source
    )  # fmt: skip


def reconciliation(request: HttpRequest, key: str) -> HttpResponseBase:
    """From net cost to net outlays of a Treasury account, line by line."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    made = reports.reconciliation_of(viewer, found, asked)
    columns = [
        Column("title", "Line"),
        Column("amount", "Amount", kind="money"),
        Column("mark", "Placed"),
    ]
    table = Table(request.GET, list(made.lines.values()), columns, caption="From net cost to net outlays")
    context = about(
        found.book, asked, "From net cost to net outlays", of_account(found, "sf133", "SF-133", asked),
        account=found, difference=made.difference, basis=BASIS,
    )  # fmt: skip
    return listing(request, "ledger/reconciliation.html", table, context)


def _table(request: HttpRequest, made: Statement, book: str, asked: Asked, tas: str) -> Table:
    def link(line: StatementLine) -> str:
        return at("statement-line", book, asked, made.name, line.name, tas=tas) if line.parts else ""

    columns = [
        Column("title", "Line", link=link),
        Column("total", "Is", value=lambda line: "Total" if line.total else "Line"),
        Column("amount", "Amount", kind="money", link=link),
        Column("mark", "Placed"),
    ]
    lines: list[Any] = [
        line for line in made.lines.values() if line.amount or (line.total and line.name != OUTSIDE)
    ]
    return Table(request.GET, lines, columns, caption=TITLES[made.name], name=made.name, per_page=100)


def _sides(ties: tuple[Tie, ...], key: str, asked: Asked) -> list[tuple[Tie, str, str]]:
    """Each point with the addresses of its two sides."""
    return [
        (each, at("tie", key, asked, each.code, "left"), at("tie", key, asked, each.code, "right"))
        for each in ties
    ]
