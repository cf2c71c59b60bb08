"""Each check of a pay assignment as a value: what is wrong, in a sentence, and what would be right.

A person with a finding of severity error is refused: never paid wrongly, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from qsmo.kernel.finding import Finding, Severity
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.facts import BALANCES, MOST_CENTS, NAMED
from qsmo.services.payroll.rules.rule import Figures

OLDEST = NAMED["age"].most
STATUSES = {"single": "single_or_mfs", "married": "mfj", "head": "hoh"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold: `wrong` marks the rows where it does not; words and expected may name columns."""

    code: str
    field: str
    wrong: pl.Expr
    words: str
    expected: str = ""
    severity: Severity = "error"


def all_findings(checks: Sequence[Check], frame: pl.DataFrame) -> list[Finding]:
    """The findings of every check; all are asked at once which of them find anything."""
    asked = frame.select(
        each.wrong.fill_null(True).any().alias(str(place)) for place, each in enumerate(checks)
    )
    failing = [each for each, wrong in zip(checks, asked.row(0), strict=True) if wrong] if checks else []
    return [finding for each in failing for finding in findings_of(each, frame)]


def findings_of(check: Check, frame: pl.DataFrame) -> list[Finding]:
    """One finding for each row where the check does not hold. An empty (null) answer counts as wrong."""
    failing = frame.filter(check.wrong.fill_null(True))
    return [finding(check, row) for row in failing.iter_rows(named=True)]


def finding(check: Check, row: Mapping[str, Any]) -> Finding:
    """The finding of a check for one row; columns in cents are shown as money, hundredths of hours as hours."""
    shown = _Shown(row)
    return Finding(
        code=check.code,
        words=check.words.format_map(shown),
        severity=check.severity,
        file=row.get("file") or "",
        line=row.get("line"),
        field=check.field,
        expected=check.expected.format_map(shown),
        who=row["employee"],
    )


class _Shown(dict[str, Any]):
    """A row whose cells are put into words when a sentence asks for them."""

    def __getitem__(self, name: str) -> Any:
        return _shown(name, super().__getitem__(name))


def _shown(name: str, value: Any) -> Any:
    if value is None:
        return "nothing"
    if name.endswith("_cents"):
        return str(Money(value))
    if name.endswith("centihours"):
        return str(Money(value))
    return value


def _not(column: str, *allowed: str) -> pl.Expr:
    return ~pl.col(column).is_in(list(allowed))


def form_checks() -> list[Check]:
    """The Form W-4 and the range of every amount."""
    steps = pl.col("step2_checked") | pl.any_horizontal(
        pl.col(name) != 0 for name in ("step3_cents", "step4a_cents", "step4b_cents")
    )
    amounts = [
        "step3_cents",
        "step4a_cents",
        "step4b_cents",
        "extra_cents",
        "tsp_amount_cents",
        *(f"ytd_{name}_cents" for name in BALANCES),
    ]
    old = pl.col("form") == "2019"
    return [
        Check(
            "w4-form",
            "Form W-4",
            _not("form", "2020", "2019"),
            "Form W-4 of “{form}” is not known.",
            "2020 or 2019",
        ),
        Check(
            "w4-status",
            "Form W-4",
            _not("status", *STATUSES),
            "Filing status “{status}” is not known.",
            ", ".join(STATUSES),
        ),
        Check(
            "w4-entries",
            "Form W-4",
            (old & (steps | (pl.col("status") == "head"))) | (~old & (pl.col("allowances") != 0)),
            "The entries of the Form W-4 do not belong to a form of {form}: allowances are of 2019 and earlier, "
            "steps and head of household of 2020 and later.",
            "the entries of one form",
        ),
        Check(
            "amount-range",
            "amounts",
            pl.any_horizontal(
                *((pl.col(name) < 0) | (pl.col(name) > MOST_CENTS) for name in amounts),
                (pl.col("allowances") < 0) | (pl.col("allowances") > 100),
            ),
            "An election or a balance is below zero or larger than any that can be right.",
            f"0 to {Money(MOST_CENTS)}",
        ),
    ]


def state_checks(law: Figures) -> list[Check]:
    """The state of the duty station, and the balances of the year."""
    return [
        Check(
            "duty-station",
            "duty station",
            pl.col("wage_tax").is_null() | ~pl.col("duty_station").str.contains(r"^[0-9]{9}$"),
            "Duty station {duty_station} is not a code of nine digits that begins with the number of a state.",
            "a duty station code of nine digits in a state or the District of Columbia",
        ),
        *(
            _balance_check(law, name, title)
            for name, title in (("oasdi", "Social Security"), ("medicare", "Medicare"))
        ),
        *_year_checks(law),
    ]


def _year_checks(law: Figures) -> list[Check]:
    """Balances of different taxes that must fit together: under Social Security all wages count for both."""
    fica = law.version("fica")
    base, rate = fica.cents("oasdi_base").cents, fica.rate("additional_medicare")
    wages, over = pl.col("ytd_medicare_wages_cents"), fica.cents("additional_medicare_over").cents
    exact = (wages - over).clip(lower_bound=0) * rate.numerator
    off = (pl.col("ytd_additional_medicare_cents") * rate.denominator - exact).abs()
    return [
        Check(
            "wages-balance",
            "year to date",
            pl.col("in_oasdi").fill_null(True)
            & (pl.col("ytd_oasdi_wages_cents") != pl.min_horizontal(wages, pl.lit(base))),
            "Social Security wages so far, {ytd_oasdi_wages_cents}, are not the Medicare wages of "
            "{ytd_medicare_wages_cents}, up to the wage base.",
            f"the same wages for both, Social Security up to {Money(base)}",
        ),
        Check(
            "additional-medicare-balance",
            "year to date",
            off > pl.col("period_number") * rate.denominator,
            "Additional Medicare withheld so far, {ytd_additional_medicare_cents}, is not its rate times the part of "
            f"Medicare wages of {{ytd_medicare_wages_cents}} above {Money(over)}.",
            "balances that agree to a cent for each pay period",
        ),
    ]


def _balance_check(law: Figures, name: str, title: str) -> Check:
    rate = law.version("fica").rate(name)
    exact = pl.col(f"ytd_{name}_wages_cents") * rate.numerator
    off = (pl.col(f"ytd_{name}_cents") * rate.denominator - exact).abs()
    return Check(
        f"{name}-balance",
        "year to date",
        off > pl.col("period_number") * rate.denominator,
        f"{title} withheld so far, {{ytd_{name}_cents}}, is not the rate times wages of {{ytd_{name}_wages_cents}}.",
        "balances that agree to a cent for each pay period",
    )


def timing_checks(pay_date: date) -> list[Check]:
    """Dates of birth."""
    return [
        Check(
            "born-on",
            "date of birth",
            (pl.col("born_on") >= pay_date) | (pl.col("age") > OLDEST),
            "The date of birth, {born_on}, is in the future or too long ago to be right.",
            f"a day before {pay_date} that makes nobody older than {OLDEST}",
        ),
    ]
