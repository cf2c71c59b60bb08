"""Social Security and Medicare: the taxes of the Federal Insurance Contributions Act on pay."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_most, times, where
from qsmo.services.payroll.rules.rule import Reading, Rule


def _cumulative(key: str, law: Reading, to_date: nw.Expr, before: nw.Expr) -> nw.Expr:
    return at_least(times(to_date, law.rate("fica", key)) - before, 0)


def _oasdi_wages(law: Reading, wages: nw.Expr, before: nw.Expr, applies: nw.Expr) -> nw.Expr:
    return where(applies == 1, at_most(wages + before, law.cents("fica", "oasdi_base")), before)


FICA = [
    Rule(
        name="fica_wages_cents",
        kind="wages",
        title="Wages for Social Security and Medicare",
        words="Gross pay less allowances that are not wages and what is taken before taxes, and what life insurance is "
        "imputed for where that is settled.",
        cite="26 U.S.C. 125, 3121(a)(2)(C), (5)(G), (20)",
        inputs=("gross_cents", "untaxed_pay_cents", "pretax_cents", "imputed_settled_cents"),
        expression=lambda gross, untaxed, pretax, imputed: at_least(gross - untaxed - pretax, 0) + imputed,
    ),
    Rule(
        name="closing_oasdi_wages_cents",
        kind="balance",
        title="Social Security wages of the year",
        words="Wages of the year up to the wage base; none are added where the retirement plan stands outside of "
        "Social Security.",
        cite="26 U.S.C. 3121(a)(1), (b)(5); 42 U.S.C. 430",
        inputs=("fica_wages_cents", "ytd_oasdi_wages_cents", "oasdi_applies"),
        expression=_oasdi_wages,
        tables=("fica",),
    ),
    Rule(
        name="oasdi_cents",
        kind="deduction",
        title="Social Security (OASDI)",
        words="The rate times the wages of the year up to the wage base, less what was withheld before.",
        cite="26 U.S.C. 3101(a), 3102(a)",
        inputs=("closing_oasdi_wages_cents", "ytd_oasdi_cents"),
        expression=lambda law, to_date, before: _cumulative("oasdi", law, to_date, before),
        tables=("fica",),
    ),
    Rule(
        name="closing_medicare_wages_cents",
        kind="balance",
        title="Medicare wages of the year",
        words="All wages of the year; there is no wage base.",
        cite="26 U.S.C. 3121(a)",
        inputs=("fica_wages_cents", "ytd_medicare_wages_cents"),
        expression=lambda wages, before: wages + before,
    ),
    Rule(
        name="medicare_cents",
        kind="deduction",
        title="Medicare",
        words="The rate times the wages of the year, less what was withheld before.",
        cite="26 U.S.C. 3101(b)(1), 3102(a)",
        inputs=("closing_medicare_wages_cents", "ytd_medicare_cents"),
        expression=lambda law, to_date, before: _cumulative("medicare", law, to_date, before),
        tables=("fica",),
    ),
    Rule(
        name="additional_medicare_cents",
        kind="deduction",
        title="Additional Medicare",
        words="On wages of the year above the threshold, whatever the filing status, less what was withheld before.",
        cite="26 U.S.C. 3101(b)(2), 3102(f)(1)",
        inputs=("closing_medicare_wages_cents", "ytd_additional_medicare_cents"),
        expression=lambda law, to_date, before: _cumulative(
            "additional_medicare",
            law,
            at_least(to_date - law.cents("fica", "additional_medicare_over"), 0),
            before,
        ),
        tables=("fica",),
    ),
    Rule(
        name="agency_oasdi_cents",
        kind="employer",
        title="Social Security (OASDI), agency",
        words="The agency pays as much as the employee.",
        cite="26 U.S.C. 3111(a)",
        inputs=("oasdi_cents",),
        expression=lambda amount: amount + 0,
    ),
    Rule(
        name="agency_medicare_cents",
        kind="employer",
        title="Medicare, agency",
        words="The agency pays as much as the employee; there is no agency share of additional Medicare.",
        cite="26 U.S.C. 3111(b)",
        inputs=("medicare_cents",),
        expression=lambda amount: amount + 0,
    ),
]
