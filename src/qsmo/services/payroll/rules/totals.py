"""From earnings to net: the rules that add up, and the control totals that tie hours to pay over a whole run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.benefits import BENEFITS, IMPUTED
from qsmo.services.payroll.rules.deductions import OWED
from qsmo.services.payroll.rules.deductions.orders import disposable
from qsmo.services.payroll.rules.deductions.precedence import arranged
from qsmo.services.payroll.rules.earnings.codes import FIRST_CODE, KINDS
from qsmo.services.payroll.rules.earnings.facts import SEGMENTS
from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS, total
from qsmo.services.payroll.rules.earnings.segments import parts_of
from qsmo.services.payroll.rules.earnings.stages import EARNING_RULES, EARNINGS
from qsmo.services.payroll.rules.leave.accounts import LEAVE
from qsmo.services.payroll.rules.rule import Kind, Rule
from qsmo.services.payroll.rules.tax import TAX


def _names(rules: Sequence[Rule], kind: Kind) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules if rule.kind == kind)


TAKEN = [*BENEFITS, *IMPUTED, *TAX, *OWED]
PAY_RULES = arranged([*TAKEN, disposable(frozenset(rule.name for rule in TAKEN))])
"""What comes after gross pay, each rule after those that it reads."""
DEDUCTIONS = _names(PAY_RULES, "deduction")
EMPLOYER = _names(PAY_RULES, "employer")


def _closing(name: str, title: str, source: str) -> Rule:
    return Rule(
        name=f"closing_{name}_cents",
        kind="balance",
        title=f"{title} of the year",
        words=f"{title} of this pay period and of the earlier ones paid in the year.",
        cite="26 U.S.C. 6051(a)",
        inputs=(f"ytd_{name}_cents", source),
        expression=lambda before, amount: before + amount,
    )


NET = [
    Rule(
        name="deductions_cents",
        kind="total",
        title="Total deductions",
        words="All deductions of the pay period.",
        cite="5 U.S.C. 8422, 8432, 8707, 8906; 26 U.S.C. 3102, 3402",
        inputs=DEDUCTIONS,
        expression=total,
    ),
    Rule(
        name="net_cents",
        kind="total",
        title="Net pay",
        words="Gross pay less all deductions: what is paid out.",
        cite="5 U.S.C. 5504; 31 U.S.C. 3332",
        inputs=("gross_cents", "deductions_cents"),
        expression=lambda gross, deductions: gross - deductions,
    ),
    Rule(
        name="employer_cents",
        kind="total",
        title="Agency contributions",
        words="All that the agency pays on top of gross pay.",
        cite="5 U.S.C. 8423, 8432, 8708, 8906; 26 U.S.C. 3111",
        inputs=EMPLOYER,
        expression=total,
    ),
    Rule(
        name="cost_cents",
        kind="total",
        title="Cost to the agency",
        words="Gross pay and agency contributions.",
        cite="31 U.S.C. 1501",
        inputs=("gross_cents", "employer_cents"),
        expression=total,
    ),
    _closing("gross", "Gross pay", "gross_cents"),
    _closing("net", "Net pay", "net_cents"),
    _closing("federal_tax", "Federal income tax", "income_tax_cents"),
    _closing("oasdi", "Social Security", "oasdi_cents"),
    _closing("medicare", "Medicare", "medicare_cents"),
    _closing("additional_medicare", "Additional Medicare", "additional_medicare_cents"),
    _closing("tsp", "TSP contributions", "savings_cents"),
    _closing("capped_pay", "Basic and premium pay under the limit", "capped_pay_cents"),
    _closing("compensation", "Compensation toward the limit", "aggregate_pay_cents"),
    Rule(
        name="closing_deferred_pay_cents",
        kind="balance",
        title="Payments of the year that are deferred to the next",
        words="What was deferred in this pay period and in the earlier ones paid in the year.",
        cite="5 U.S.C. 5307(b)",
        inputs=("ytd_deferred_pay_cents", "deferred_pay_cents"),
        expression=lambda before, deferred: before - deferred,
    ),
    _closing("fsa_health", "Flexible spending, health care,", "fsa_health_cents"),
    _closing("fsa_dependent", "Flexible spending, dependent care,", "fsa_dependent_cents"),
    Rule(
        name="closing_additions_cents",
        kind="balance",
        title="Annual additions to the TSP",
        words="Contributions of the employee without catch-up, and of the agency, in the year.",
        cite="26 U.S.C. 415(c), 414(v)(3)",
        inputs=(
            "ytd_additions_cents",
            "savings_cents",
            "catch_up_cents",
            "savings_automatic_cents",
            "savings_match_cents",
        ),
        expression=lambda before, own, catch_up, automatic, match: (
            before + own - catch_up + automatic + match
        ),
    ),
    Rule(
        name="closing_health_debt_cents",
        kind="balance",
        title="Health benefits premiums owed",
        words="Premiums of the year that pay did not cover: a debt to the United States until it is paid.",
        cite="5 CFR 890.502(b)",
        inputs=("ytd_health_debt_cents", "health_due_cents", "health_cents"),
        expression=lambda before, due, taken: before + due - taken,
    ),
]

RULES = [*EARNING_RULES, *PAY_RULES, *NET, *LEAVE]
"""The calculation, in order: each rule reads facts and rules above it."""

TITLES = {rule.name: rule.title for rule in RULES}


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must be the same: in cents, in hundredths of an hour, or a number of people."""

    words: str
    left: int
    right: int
    unit: Literal["cents", "centihours", "people"] = "cents"

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Totals:
    """The control totals of a run: hours by time code, amounts by line, and the ties between them."""

    people: int
    hours: dict[str, int]
    earnings: dict[str, Money]
    gross: Money
    deductions: dict[str, Money]
    net: Money
    employer: dict[str, Money]
    employer_cost: Money
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every tie holds."""
        return all(check.holds for check in self.checks)

    @staticmethod
    def title(name: str) -> str:
        """The words for a line."""
        return TITLES[name]


def totals(frame: pl.DataFrame) -> Totals:
    """Add up a calculated frame and tie it from hours to net; `holds` says whether everything ties."""
    sums: dict[str, int] = frame.select(pl.col(pl.Int64).sum()).row(0, named=True) if frame.height else {}

    def cents(name: str) -> int:
        return sums.get(name, 0)

    def money(names: Sequence[str]) -> dict[str, Money]:
        return {name: Money(cents(name)) for name in names}

    hours = {FIRST_CODE[kind]: cents(f"{kind}_centihours") for kind in KINDS}
    by_week = sum(cents(f"{kind}_week{week}_centihours") for kind in KINDS for week in (1, 2))
    basic = [f"{name}_pay_cents" for name in BASIC_HOURS]
    checks = (
        Check("hours by code are the hours of both workweeks", sum(hours.values()), by_week, "centihours"),
        Check(
            "paid basic hours are the hours of their codes",
            cents("basic_centihours"),
            sum(cents(f"{name}_centihours") for name in BASIC_HOURS),
            "centihours",
        ),
        Check("lines of basic hours add up to their pay", sum(map(cents, basic)), cents("time_pay_cents")),
        Check("hours at their hourly rates are that pay", _priced(frame), cents("time_pay_cents")),
        Check("earnings add up to gross pay", sum(map(cents, EARNINGS)), cents("gross_cents")),
        Check("deductions add up", sum(map(cents, DEDUCTIONS)), cents("deductions_cents")),
        Check(
            "gross less deductions is net",
            cents("gross_cents") - cents("deductions_cents"),
            cents("net_cents"),
        ),
        Check("agency contributions add up", sum(map(cents, EMPLOYER)), cents("employer_cents")),
        Check(
            "gross and contributions are the cost",
            cents("gross_cents") + cents("employer_cents"),
            cents("cost_cents"),
        ),
        Check(
            "nobody is paid less than nothing",
            frame.filter(pl.col("net_cents") < 0).height if frame.height else 0,
            0,
            "people",
        ),
    )
    return Totals(
        people=frame.height,
        hours=hours,
        earnings=money(EARNINGS),
        gross=Money(cents("gross_cents")),
        deductions=money(DEDUCTIONS),
        net=Money(cents("net_cents")),
        employer=money(EMPLOYER),
        employer_cost=Money(cents("cost_cents")),
        checks=checks,
    )


def _priced(frame: pl.DataFrame) -> int:
    """Pay for basic hours once more, from hours and hourly rate alone: half a cent and over goes up.

    Who has parts of the pay period has several rates: each part is priced by itself.
    """
    if not frame.height:
        return 0
    exact = pl.col("hourly_cents") * pl.col("basic_centihours")
    whole = frame.filter(pl.col(SEGMENTS) == "") if SEGMENTS in frame.columns else frame
    priced = int(whole.select(((exact * 2 + 100) // (2 * 100)).sum()).item())
    if whole.height < frame.height:
        parts = frame.filter(pl.col(SEGMENTS) != "")[SEGMENTS]
        return priced + sum(_priced(pl.DataFrame(parts_of(text))) for text in parts)
    return priced
