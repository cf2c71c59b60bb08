"""Federal income tax withheld from pay by the percentage method of IRS Publication 15-T."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import MILLION, at_least, half_up, millionths, where
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule
from qsmo.services.payroll.rules.tax.supplemental import SPLIT, SUPPLEMENTAL_TAX

METHOD = "26 U.S.C. 3402(b); IRS Publication 15-T, Worksheet 1A"
JOINT = "mfj"


def _bracket_rows(law: Reading) -> list[dict[str, Cell]]:
    return [
        {
            "tax_table": f"{row.text('status')} {row.text('schedule')}",
            "tax_bracket": row.integer("bracket"),
            "tax_over_cents": row.cents("at_least").cents,
            "tax_base_cents": row.cents("base_tax").cents,
            "tax_millionths": millionths(row.rate("rate")),
        }
        for row in law.version("withholding").rows
    ]


BRACKETS = Lookup("brackets", ("tax_table", "tax_bracket"), ("withholding",), _bracket_rows)


def _adjustment(law: Reading, new: nw.Expr, step2: nw.Expr, joint: nw.Expr, allowances: nw.Expr) -> nw.Expr:
    standard = where(
        joint == 1, law.cents("withholding", "line_1g_joint"), law.cents("withholding", "line_1g_other")
    )
    return where(new == 1, where(step2 == 1, 0, standard), allowances * law.cents("withholding", "allowance"))


def _alien(law: Reading, alien: nw.Expr, new: nw.Expr) -> nw.Expr:
    added = where(
        new == 1, law.cents("withholding", "alien_added"), law.cents("withholding", "alien_added_before")
    )
    return where(alien == 1, added)


def _adjusted(wages: nw.Expr, alien: nw.Expr, periods: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    other_income, deductions, adjustment = rest
    return at_least((wages + alien) * periods + other_income - deductions - adjustment, 0)


def _bracket(law: Reading, amount: nw.Expr, table: nw.Expr) -> nw.Expr:
    schedules: dict[str, list[int]] = {}
    for row in law.version("withholding").rows:
        schedule = schedules.setdefault(f"{row.text('status')} {row.text('schedule')}", [])
        if row.integer("bracket"):
            schedule.append(row.cents("at_least").cents)
    counted = nw.lit(0, nw.Int64)
    for schedule_name, bounds in schedules.items():
        passed = where(amount >= bounds[0], 1)
        for bound in bounds[1:]:
            passed = passed + where(amount >= bound, 1)
        counted = nw.when(table == schedule_name).then(passed).otherwise(counted)
    return counted


def _withheld(tentative: nw.Expr, credits_: nw.Expr, periods: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    extra, exempt = rest
    each = half_up(at_least(tentative - credits_ * MILLION, 0), periods * MILLION)
    return where(exempt == 1, 0, each + extra)


INCOME_TAX = [
    Rule(
        name="income_tax_wages_cents",
        kind="wages",
        title="Wages for income tax",
        words="Gross pay less allowances that are not wages, what is taken before taxes and traditional TSP.",
        cite="26 U.S.C. 125, 3401(a), 402(e)(3), 7701(j)",
        inputs=("gross_cents", "untaxed_pay_cents", "pretax_cents", "savings_traditional_cents"),
        expression=lambda gross, untaxed, pretax, savings: at_least(gross - untaxed - pretax - savings, 0),
    ),
    *SPLIT,
    Rule(
        name="alien_added_cents",
        kind="wages",
        title="Added for a nonresident alien",
        words="An amount for the pay period that is added to wages for withholding alone, because the tables have the "
        "standard deduction built in.",
        cite="26 U.S.C. 3402(f)(6); IRS Publication 15-T, withholding for nonresident aliens",
        inputs=("alien", "new_form"),
        expression=_alien,
        tables=("withholding",),
    ),
    Rule(
        name="withholding_adjustment_cents",
        kind="total",
        title="Worksheet 1A line 1g, or allowances",
        words="Forms W-4 since 2020: a fixed amount by filing status, none if the box of Step 2 is checked. Earlier "
        "forms: an amount for each allowance.",
        cite=METHOD,
        inputs=("new_form", "step2", "joint", "allowances"),
        expression=_adjustment,
        tables=("withholding",),
    ),
    Rule(
        name="annual_wages_cents",
        kind="wages",
        title="Adjusted annual wage amount",
        words="Wages for the table times the pay periods of the year, with other income, less deductions and line 1g "
        "or allowances.",
        cite=METHOD,
        inputs=(
            "regular_wages_cents",
            "alien_added_cents",
            "withholding_periods",
            "step4a_cents",
            "step4b_cents",
            "withholding_adjustment_cents",
        ),
        expression=_adjusted,
    ),
    Rule(
        name="tax_bracket",
        kind="rate",
        title="Row of the withholding table",
        unit="number",
        words="The row of the table in which the adjusted annual wage amount falls.",
        cite=METHOD,
        inputs=("annual_wages_cents", "tax_table"),
        expression=_bracket,
        tables=("withholding",),
    ),
    *(
        Rule(
            name=name,
            kind="rate",
            title=title,
            unit="millionths" if name == "tax_millionths" else "cents",
            words=f"{title}, from the row of the withholding table.",
            cite=METHOD,
            inputs=("tax_table", "tax_bracket"),
            lookup=BRACKETS,
            tables=("withholding",),
        )
        for name, title in (
            ("tax_over_cents", "Amount at which the row begins"),
            ("tax_base_cents", "Tax up to that amount"),
            ("tax_millionths", "Rate above that amount"),
        )
    ),
    Rule(
        name="tentative_tax_millionths",
        kind="total",
        title="Tentative annual tax",
        unit="millionths of a cent",
        words="The tax of the row, and its rate on the part above where the row begins; not rounded yet.",
        cite=METHOD,
        inputs=("annual_wages_cents", "tax_over_cents", "tax_base_cents", "tax_millionths"),
        expression=lambda annual, over, tax, rate: tax * MILLION + (annual - over) * rate,
    ),
    Rule(
        name="regular_tax_cents",
        kind="total",
        title="Income tax by the table",
        words="The tentative annual tax less the credits of Step 3, divided by the pay periods of the year, and the "
        "extra amount asked for; nothing on an exempt form.",
        cite=METHOD,
        inputs=(
            "tentative_tax_millionths",
            "step3_cents",
            "withholding_periods",
            "extra_cents",
            "tax_exempt",
        ),
        expression=_withheld,
    ),
    SUPPLEMENTAL_TAX,
    Rule(
        name="income_tax_cents",
        kind="deduction",
        title="Federal income tax",
        words="The tax by the table on regular wages, and the flat rates on supplemental wages.",
        cite="26 U.S.C. 3402",
        inputs=("regular_tax_cents", "supplemental_tax_cents"),
        expression=lambda regular, supplemental: regular + supplemental,
    ),
]
