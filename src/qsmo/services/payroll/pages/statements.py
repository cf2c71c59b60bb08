"""Pages on pay that was computed: a statement, one figure explained, the statement as PDF, one's own statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.page import render
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.pages.parts import in_dollars, run_trail, viewer_of
from qsmo.services.payroll.rules import Explanation, Line, explain
from qsmo.services.payroll.rules.leave.kept import Account as Leave


def statement(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """One statement, each line opening into its rule, inputs, table version and citation."""
    found = queries.statement(viewer_of(request), key, employee)
    sections = {"earning": "Earnings", "deduction": "Deductions", "employer": "Paid by the agency on top"}
    amounts = {line.name: line.amount for line in found.lines}
    gross, net = amounts["gross_cents"], amounts["net_cents"]
    where = [("Net pay", net.cents)] + [
        (line.title, line.amount.cents) for line in found.lines if line.section == "deduction"
    ]
    context = {
        "run": found.run,
        "employee": employee,
        "person": queries.person_of(found),
        "trail": statement_trail(viewer_of(request), found.run, ""),
        "figures": [
            ("Gross pay", dollars(gross), ""),
            ("Deductions", dollars(gross - net), ""),
            ("Net pay", dollars(net), ""),
        ],
        "sections": [
            (
                title,
                [_opened(found.row, line, key, employee) for line in found.lines if line.section == section],
            )
            for section, title in sections.items()
        ],
        "leave": [_account(found.row, account, key, employee) for account in found.leave],
        "totals": [
            _opened(found.row, line, key, employee) for line in found.lines if line.section == "total"
        ],
        "chart": charts.bar(
            "Where gross pay goes",
            where,
            unit="cents",
            about="Net pay and each deduction of this pay period.",
        ),
    }
    return render(request, "payroll/statement.html", context)


def figure(request: HttpRequest, key: str, employee: str, name: str) -> HttpResponse:
    """One figure and what went into it, each input opening further."""
    viewer = viewer_of(request)
    found = queries.explanation(viewer, key, employee, name)
    own = queries.statement(viewer, key, employee)
    inputs = [
        {"title": each.title, "shown": in_dollars(each.shown, each.unit),
         "href": reverse("payroll:figure", args=[key, employee, each.name]) if each.opens else ""}
        for each in found.inputs
    ]  # fmt: skip
    trail = statement_trail(viewer, own.run, employee, found.title)
    shown = in_dollars(found.shown, found.unit)
    context = {
        "found": found,
        "shown": shown,
        "inputs": inputs,
        "trail": trail,
        "run": own.run,
        "employee": employee,
    }
    return render(request, "payroll/figure.html", context)


def statement_pdf(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """The statement as tagged PDF."""
    found = queries.statement(viewer_of(request), key, employee)
    answer = HttpResponse(queries.statement_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{found.run.label}-{employee}.pdf"'
    return answer


def own(request: HttpRequest) -> HttpResponse:
    """One's own statements."""
    return render(request, "payroll/own.html", {"statements": queries.own_statements(viewer_of(request))})


def _opened(row: Mapping[str, Any], line: Line, key: str, employee: str) -> dict[str, Any]:
    by = f" ({line.quantity} × {line.rate})" if line.quantity and line.rate else ""
    return _explained(explain(row, line.name), f"{line.title}{by}", dollars(line.amount), key, employee)


def _account(row: Mapping[str, Any], account: Leave, key: str, employee: str) -> dict[str, Any]:
    """An account of leave as a line that opens: the balance, and what moved it in the pay period and in the year."""
    moved = [("earned", account.earned), ("used", account.used), ("forfeited", account.lost)]
    year = [("earned", account.year_earned), ("used", account.year_used)]
    now, of_year = (
        ", ".join(f"{Money(hours)} {words}" for words, hours in each if hours) or "no change"
        for each in (moved, year)
    )
    label = f"{account.title}: {Money(account.before)} h before, {now} (leave year: {of_year})"
    return _explained(explain(row, account.name), label, f"{Money(account.balance)} h", key, employee)


def _explained(told: Explanation, label: str, shown: str, key: str, employee: str) -> dict[str, Any]:
    sources = [f"{use.title}: {use.source}" for use in told.tables]
    return {
        "label": label,
        "amount": shown,
        "rule": told.words,
        "inputs": [(each.title, in_dollars(each.shown, each.unit)) for each in told.inputs],
        "table": "; ".join(use.reference for use in told.tables),
        "version": "",
        "source": "; ".join(sources),
        "cite": told.cite,
        "steps": [],
        "href": reverse("payroll:figure", args=[key, employee, told.name]),
    }


def statement_trail(viewer: Viewer, found: PayRun, employee: str, title: str = "") -> list[tuple[str, str]]:
    """The way to a statement, or to a page of this title below it: from the run, or from one's own statements."""
    if viewer.may("payroll.read", found):
        start = run_trail(found, "")[:-1]
    else:
        start = [("My statements", reverse("payroll:own"))]
    if not title:
        return [*start, ("Statement", "")]
    return [*start, ("Statement", reverse("payroll:statement", args=[found.pk, employee])), (title, "")]
