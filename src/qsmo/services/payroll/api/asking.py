"""Questions about pay for programs: why it differs from last time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qsmo.platform.api.door import PROBLEMS, Key, viewer_of
from qsmo.services.payroll.api.office import Employee
from qsmo.services.payroll.queries.asking.why import compared
from qsmo.services.payroll.rules.asking.why import CONVENTION, LineChange

router = Router(tags=["payroll"])


class LineChangeOut(Schema):
    """A line before and after, and what that does to net pay, in cents."""

    section: str
    name: str
    title: str
    before: int
    after: int
    by: int


class FactChangeOut(Schema):
    """One thing that is different, as it is shown."""

    title: str
    before: str
    after: str


class CauseOut(Schema):
    """One cause of the difference: what is different, and what that does to each line and to net pay."""

    name: str
    title: str
    words: str
    by: int
    facts: list[FactChangeOut]
    lines: list[LineChangeOut]


class WhyOut(Schema):
    """The difference of net pay between two statements in cents: `by` is the sum of the causes, and of the lines.

    Of somebody's first statement the last run is empty, and nothing is compared.
    """

    run: str
    pay_period: str
    last_run: str
    last_pay_period: str
    employee: str
    net_before: int | None
    net_after: int
    by: int | None
    convention: str
    causes: list[CauseOut]
    lines: list[LineChangeOut]


@router.get("/runs/{run}/why/{employee}", response={200: WhyOut, **PROBLEMS})
def why(request: HttpRequest, run: Key, employee: Employee) -> dict[str, Any]:
    """Why net pay differs from the last statement before: by cause, and line by line.

    Each line opens as a figure of either statement.
    """
    both = compared(viewer_of(request), run, employee)
    now, last, found = both.statement, both.last, both.why
    return {
        "run": now.run.pk,
        "pay_period": now.run.called,
        "last_run": last.run.pk if last else "",
        "last_pay_period": last.run.called if last else "",
        "employee": employee,
        "net_before": last.row["net_cents"] if last else None,
        "net_after": now.row["net_cents"],
        "by": found.by if found else None,
        "convention": CONVENTION,
        "causes": [
            {"name": each.name, "title": each.title, "words": each.words, "by": each.by,
             "facts": [FactChangeOut(title=one.title, before=one.before, after=one.after) for one in each.facts],
             "lines": [_line(one) for one in each.lines]}
            for each in (found.causes if found else ())
        ],
        "lines": [_line(each) for each in (found.lines if found else ())],
    }  # fmt: skip


def _line(each: LineChange) -> LineChangeOut:
    return LineChangeOut(
        section=each.section,
        name=each.name,
        title=each.title,
        before=each.before,
        after=each.after,
        by=each.by,
    )
