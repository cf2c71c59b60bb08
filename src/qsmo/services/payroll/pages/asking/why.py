"""The page that says why somebody's net pay differs from last time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from qsmo.kernel.money import Money
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.page import render
from qsmo.services.payroll import queries
from qsmo.services.payroll.pages.parts import viewer_of
from qsmo.services.payroll.pages.statements import statement_trail
from qsmo.services.payroll.queries.asking.why import Compared, compared
from qsmo.services.payroll.rules.asking.why import CONVENTION, LineChange, Why

TITLE = "Why net pay differs from last time"


def why(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """The difference of net pay by cause, and line by line, each opening in both statements."""
    viewer = viewer_of(request)
    found = compared(viewer, key, employee)
    context: dict[str, Any] = {
        "title": TITLE,
        "run": found.statement.run,
        "employee": employee,
        "person": queries.person_of(found.statement),
        "trail": statement_trail(viewer, found.statement.run, employee, TITLE),
        "last": found.last.run if found.last else None,
        "convention": CONVENTION,
    }
    if found.last is not None and found.why is not None:
        context |= _shown(found, found.last.run.pk, found.why)
    return render(request, "payroll/why.html", context)


def signed(cents: int) -> str:
    """An amount with its sign: what is more is marked as such too."""
    return f"{'+' if cents > 0 else '-' if cents < 0 else ''}${Money(abs(cents))}"


def _shown(found: Compared, last: str, why_: Why) -> dict[str, Any]:
    keys = {"before": last, "after": found.statement.run.pk}
    employee = found.statement.employee
    opens = {side: {line.name for line in row.lines} for side, row in _sides(found)}
    nets = [(side, row.row["net_cents"]) for side, row in _sides(found)]

    def line(each: LineChange) -> dict[str, Any]:
        return {
            "title": each.title,
            "section": "Earning" if each.section == "earning" else "Deduction",
            "before": dollars(each.before),
            "after": dollars(each.after),
            "by": signed(each.by),
            **{
                f"{side}_href": reverse("payroll:figure", args=[keys[side], employee, each.name])
                for side in keys
                if each.name in opens[side]
            },
        }

    causes = [
        {"title": each.title, "words": each.words, "by": signed(each.by), "facts": each.facts, "name": each.name,
         "lines": [line(one) for one in each.lines]}
        for each in why_.causes
    ]  # fmt: skip
    return {
        "figures": [
            ("Net pay last time", dollars(nets[0][1]), ""),
            ("Net pay now", dollars(nets[1][1]), ""),
            ("Difference", signed(why_.by), ""),
        ],
        "by": signed(why_.by),
        "causes": causes,
        "lines": [line(each) for each in why_.lines],
        "chart": charts.bar(
            "The difference by cause",
            [(each.title, each.by) for each in why_.causes],
            unit="cents",
            about="What each cause adds to net pay, or takes from it.",
        )
        if causes
        else None,
    }


def _sides(found: Compared) -> list[tuple[str, queries.Statement]]:
    return [("before", found.last), ("after", found.statement)] if found.last else []
