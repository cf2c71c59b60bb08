"""Questions about pay for programs: why it differs from last time, and what a change would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from qsmo.kernel.finding import Finding
from qsmo.platform.api.door import PROBLEMS, Key, viewer_of
from qsmo.services.payroll.api.office import Employee
from qsmo.services.payroll.queries.asking.agency import Part, effect
from qsmo.services.payroll.queries.asking.hired import offer
from qsmo.services.payroll.queries.asking.what_if import what_if_of
from qsmo.services.payroll.queries.asking.why import compared
from qsmo.services.payroll.rules.asking.agency import ASSUMPTION as WITHIN
from qsmo.services.payroll.rules.asking.asked import MOST_LETTERS
from qsmo.services.payroll.rules.asking.hired import ASSUMPTION as OF_HIRE
from qsmo.services.payroll.rules.asking.why import CONVENTION, LineChange
from qsmo.services.payroll.rules.asking.year import ASSUMPTION

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


Text = Annotated[str, Field(max_length=MOST_LETTERS)]


class WhatIfIn(Schema):
    """What would be different, as a person would write it; what is empty stays as it is."""

    grade: Text = ""
    step: Text = ""
    overtime: Text = ""
    night: Text = ""
    unpaid: Text = ""
    tsp_traditional: Text = ""
    tsp_roth: Text = ""
    fehb: Text = ""
    form: Text = ""
    status: Text = ""
    step2: Text = ""
    step3: Text = ""
    step4a: Text = ""
    step4b: Text = ""
    extra: Text = ""
    allowances: Text = ""
    exempt: Text = ""
    state: Text = ""
    certificate: Text = ""


class PairOut(Schema):
    """A line before and after in cents, in the pay period and in a year of its pay dates where that means anything."""

    section: str
    name: str
    title: str
    before: int
    after: int
    by: int
    year_before: int | None
    year_after: int | None
    year_by: int | None


class WarningOut(Schema):
    """What would have to be looked at."""

    code: str
    words: str
    expected: str


class WhatIfOut(Schema):
    """One person's pay before and after a change; nothing is kept."""

    run: str
    employee: str
    pay_dates: int
    assumption: str
    warnings: list[WarningOut]
    lines: list[PairOut]


class HireIn(WhatIfIn):
    """Position, person and elections of somebody to be hired; pay plan, age and state are needed."""

    plan: Text = ""
    area: Text = ""
    pay: Text = ""
    hours: Text = ""
    flsa: Text = ""
    age: Text = ""
    retirement: Text = ""
    fegli: Text = ""


class AmountOut(Schema):
    """A line in cents, in the pay period and in a year of its pay dates where that means anything."""

    section: str
    name: str
    title: str
    cents: int
    year: int | None


class HiredOut(Schema):
    """What somebody to be hired would be paid by the law and the agency's rates of a run; nothing is kept."""

    run: str
    pay_dates: int
    assumption: str
    warnings: list[WarningOut]
    lines: list[AmountOut]


class SumOut(Schema):
    """A line of many people before and after, in cents."""

    name: str
    before: int
    after: int
    by: int


class CausePartOut(Schema):
    """Some people of a run, by pay plan and grade; `affected` are those whose facts change."""

    called: str
    people: int
    affected: int
    lines: list[SumOut]


class MoveOut(Schema):
    """How many of the people affected get how much more or less net pay."""

    by: str
    people: int


class EffectOut(Schema):
    """What a change would do to a run; nothing is kept."""

    run: str
    pay_dates: int
    assumption: str
    left_out: int
    whole: CausePartOut
    parts: list[CausePartOut]
    moves: list[MoveOut]


@router.get("/runs/{run}/what-if", response={200: EffectOut, **PROBLEMS})
def what_if_all(
    request: HttpRequest,
    run: Key,
    raise_percent: Text = "",
    locality_points: Text = "",
    area: Text = "",
    fehb_percent: Text = "",
    plan: Text = "",
) -> dict[str, Any]:
    """What a general raise, or other health premiums, would do to everybody of a run."""
    said = {
        "raise_percent": raise_percent, "locality_points": locality_points, "area": area,
        "fehb_percent": fehb_percent, "plan": plan,
    }  # fmt: skip
    found = effect(viewer_of(request), run, said)
    return {
        "run": run,
        "pay_dates": found.pay_dates,
        "assumption": WITHIN,
        "left_out": found.left_out,
        "whole": _part(found.whole),
        "parts": [_part(each) for each in found.parts],
        "moves": [MoveOut(by=words, people=count) for words, count in found.moves],
    }


def _part(found: Part) -> CausePartOut:
    lines = [
        SumOut(name=name, before=before, after=after, by=after - before)
        for name, (before, after) in found.lines.items()
        if before or after
    ]
    return CausePartOut(called=found.called, people=found.people, affected=found.touched, lines=lines)


@router.get("/runs/{run}/hire", response={200: HiredOut, **PROBLEMS})
def hire(request: HttpRequest, run: Key, asked: Query[HireIn]) -> dict[str, Any]:
    """What somebody to be hired would be paid. What is missing or cannot be is refused (422) field by field."""
    found = offer(viewer_of(request), run, asked.model_dump())
    return {
        "run": run,
        "pay_dates": found.pay_dates,
        "assumption": OF_HIRE,
        "warnings": _warnings(found.hired.warnings),
        "lines": [
            {name: getattr(each, name) for name in AmountOut.model_fields} for each in found.hired.lines
        ],
    }


def _warnings(found: Sequence[Finding]) -> list[WarningOut]:
    return [WarningOut(code=each.code, words=each.words, expected=each.expected) for each in found]


@router.get("/runs/{run}/what-if/{employee}", response={200: WhatIfOut, **PROBLEMS})
def what_if(request: HttpRequest, run: Key, employee: Employee, asked: Query[WhatIfIn]) -> dict[str, Any]:
    """What a change would do to one person's pay. What cannot be is refused (422) field by field."""
    found = what_if_of(viewer_of(request), run, employee, asked.model_dump())
    return {
        "run": run,
        "employee": employee,
        "pay_dates": found.pay_dates,
        "assumption": ASSUMPTION,
        "warnings": _warnings(found.what_if.warnings),
        "lines": [
            {name: getattr(each, name) for name in PairOut.model_fields} for each in found.what_if.lines
        ],
    }


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
