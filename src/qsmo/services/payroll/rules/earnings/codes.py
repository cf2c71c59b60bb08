"""The time codes of the law table, and the kinds of hours that rules know: several codes may be of one kind."""

from __future__ import annotations

from qsmo.kernel.law import Row, register
from qsmo.services.payroll.rules.rule import LAW

ROWS: tuple[Row, ...] = tuple(
    {
        row.text("code"): row for version in register(LAW)["time_codes"].versions for row in version.rows
    }.values()
)
TIME_CODES = {row.text("code"): row.text("kind") for row in ROWS}
"""Time code: kind of hours."""
TITLES = {row.text("code"): row.text("title") for row in ROWS}
NOTED = ("travel_comp",)
"""Kinds that no rule of pay reads: their hours are taken in and leave pay as it is."""
OTHER_TITLES = {"other_leave": "Other paid leave", "unpaid": "Hours without pay"}
KINDS = {
    kind: OTHER_TITLES.get(kind, TITLES[code])
    for code, kind in reversed(TIME_CODES.items())
    if kind not in NOTED
}
KINDS = dict(reversed(KINDS.items()))
"""Kind of hours: its title."""
FIRST_CODE = {kind: code for code, kind in reversed(TIME_CODES.items()) if kind in KINDS}
FIRST_CODE = {kind: FIRST_CODE[kind] for kind in KINDS}
"""Kind of hours: the first code of it, under which control totals name it."""
PERCENTS = {row.text("code"): row.rate("percent") for row in ROWS if row.cells["percent"]}
"""Time code: the percentage that it stands for, where it stands for one."""
