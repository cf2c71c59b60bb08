"""A whole year of the same pay: every pay date computed after the other, so that the limits of the year are met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qsmo.services.payroll.rules.earnings.facts import AMOUNTS, SEGMENT
from qsmo.services.payroll.rules.explain import LINES, year_to_date
from qsmo.services.payroll.rules.facts import BALANCES
from qsmo.services.payroll.rules.intake.opening import LAST_YEAR
from qsmo.services.payroll.rules.single import NotComputedError, pay_of

ASSUMPTION = (
    "A year is all its pay dates with the hours, elections and rates of this pay period, under the law of this pay "
    "period, begun with nothing: the limits of the year are met as they come. One-off payments are left out."
)
ONE_OFF = {
    **{f"{group}_due_cents": 0 for group in AMOUNTS},
    **dict.fromkeys(
        ("lump_leave_centihours", "credit_paid_centihours", "untaxed_due_cents", "supplemental_due_cents"), 0
    ),
}
BEGIN = {f"ytd_{name}_cents": 0 for name in BALANCES if name != LAST_YEAR}


def year_of(facts: Mapping[str, Any], pay_dates: int) -> dict[str, int] | None:
    """What each line comes to in a year of so many pay dates; None where that means nothing: pay in parts."""
    if facts[SEGMENT]:
        return None
    now = {**facts, **ONE_OFF, **BEGIN}
    sums: dict[str, int] = {}
    for place in range(pay_dates):
        left = pay_dates - place
        now |= {"period_number": place + 1, "pay_dates_left": left, "imputed_due": int(left == 1)}
        try:
            row = pay_of([now])
        except NotComputedError:
            return None
        for name, value in row.items():
            if name in LINES:
                sums[name] = sums.get(name, 0) + value
        now |= {f"ytd_{name}_cents": cents for name, cents in year_to_date(row)}
    return sums
