"""Basic pay: from hours and the hourly rate to the lines of basic pay."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import for_hours
from qsmo.services.payroll.rules.earnings.codes import KINDS
from qsmo.services.payroll.rules.earnings.facts import WEEKS
from qsmo.services.payroll.rules.rule import Rule

BASIC_LINES = {
    "regular": "Regular pay",
    "holiday": "Holiday not worked",
    "holiday_worked": "Holiday worked, basic pay",
    "annual_leave": "Annual leave",
    "restored_leave": "Restored annual leave",
    "sick_leave": "Sick leave",
    "other_leave": "Other paid leave",
    "comp_used": "Compensatory time used",
    "credit_used": "Credit hours used",
    "substituted": "Work in place of hours without pay",
}
BASIC_HOURS = tuple(BASIC_LINES)


def total(first: nw.Expr, *others: nw.Expr) -> nw.Expr:
    """Columns added up."""
    added = first
    for other in others:
        added = added + other
    return added


def _slice(hourly: nw.Expr, hours: nw.Expr, *before: nw.Expr) -> nw.Expr:
    if not before:
        return for_hours(hourly, hours)
    start = total(*before)
    return for_hours(hourly, start + hours) - for_hours(hourly, start)


def hours_rule(name: str, title: str) -> Rule:
    """The hours of one kind in both workweeks of the pay period."""
    return Rule(
        name=f"{name}_centihours",
        kind="hours",
        title=title,
        unit="centihours",
        words=f"{title} are the hours recorded in both workweeks of the pay period.",
        cite="5 U.S.C. 5504(a)",
        inputs=tuple(f"{name}_{week}_centihours" for week in WEEKS),
        expression=total,
    )


def _basic_line(place: int, name: str) -> Rule:
    return Rule(
        name=f"{name}_pay_cents",
        kind="earning",
        title=BASIC_LINES[name],
        words="The hourly rate for these hours. Lines of basic pay are rounded one after the other, so that together "
        "they are the hourly rate times all paid hours.",
        cite="5 U.S.C. 5504(b)",
        inputs=("hourly_cents", *(f"{each}_centihours" for each in (name, *BASIC_HOURS[:place]))),
        expression=_slice,
        quantity=f"{name}_centihours",
        rate="hourly_cents",
    )


def _hours_title(name: str) -> str:
    title = KINDS[name]
    return title if title.lower().startswith(("hours", "regular", "holiday")) else f"{title}, hours"


HOURS = [
    *(hours_rule(name, _hours_title(name)) for name in (*BASIC_HOURS, "unpaid")),
    *(
        Rule(
            name=f"basic_{week}_centihours",
            kind="hours",
            title=f"Paid basic hours, {words}",
            unit="centihours",
            words=f"Regular hours, holiday hours and paid leave of the {words}.",
            cite="5 U.S.C. 5504(a); 5 CFR 551.401(b)",
            inputs=tuple(f"{name}_{week}_centihours" for name in BASIC_HOURS),
            expression=total,
        )
        for week, words in zip(WEEKS, ("first workweek", "second workweek"), strict=True)
    ),
    Rule(
        name="basic_centihours",
        kind="hours",
        title="Paid basic hours",
        unit="centihours",
        words="All hours of the pay period for which basic pay is due.",
        cite="5 U.S.C. 5504(a)",
        inputs=tuple(f"basic_{week}_centihours" for week in WEEKS),
        expression=total,
    ),
]

LINES = [
    *(_basic_line(place, name) for place, name in enumerate(BASIC_HOURS)),
    Rule(
        name="time_pay_cents",
        kind="total",
        title="Pay for paid basic hours",
        words="The hourly rate times all paid basic hours.",
        cite="5 U.S.C. 5504(b)",
        inputs=("hourly_cents", "basic_centihours"),
        expression=lambda hourly, hours: for_hours(hourly, hours),
        quantity="basic_centihours",
        rate="hourly_cents",
    ),
]

PAY = [*HOURS, *LINES]
