"""Supplemental wages: what is taxed at a flat rate, what goes into the table with regular wages, and the flat tax.

Awards, incentives, lump-sum leave, severance and back pay are supplemental wages; overtime counts as regular here,
which the regulation permits.
"""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_most, times, where
from qsmo.services.payroll.rules.rule import Reading, Rule

CITE = "26 U.S.C. 3402; 26 CFR 31.3402(g)-1"


def _above(law: Reading, wages: nw.Expr, before: nw.Expr) -> nw.Expr:
    limit = law.cents("supplemental", "above_amount")
    return at_least(before + wages - limit, 0) - at_least(before - limit, 0)


def _tax(law: Reading, flat: nw.Expr, above: nw.Expr, exempt: nw.Expr) -> nw.Expr:
    at_flat = where(exempt == 1, 0, times(flat, law.rate("supplemental", "flat")))
    return at_flat + times(above, law.rate("supplemental", "above"))


SPLIT = [
    Rule(
        name="supplemental_wages_cents",
        kind="wages",
        title="Supplemental wages",
        words="The supplemental part of gross pay; what is taken before taxes lowers regular wages first.",
        cite=CITE,
        inputs=("supplemental_pay_cents", "income_tax_wages_cents"),
        expression=lambda paid, wages: at_most(paid, wages),
    ),
    Rule(
        name="supplemental_above_cents",
        kind="wages",
        title="Supplemental wages above the limit of the year",
        words="The part by which supplemental wages of the year pass the limit; the higher rate is a must for it.",
        cite="26 CFR 31.3402(g)-1(a)(2)",
        inputs=("supplemental_wages_cents", "ytd_supplemental_cents"),
        expression=_above,
        tables=("supplemental",),
    ),
    Rule(
        name="supplemental_flat_cents",
        kind="wages",
        title="Supplemental wages at the flat rate",
        words="The rest of supplemental wages, if income tax was withheld from wages earlier in the year; otherwise it "
        "is taxed together with regular wages.",
        cite="26 CFR 31.3402(g)-1(a)(6), (7)",
        inputs=("supplemental_wages_cents", "supplemental_above_cents", "ytd_federal_tax_cents"),
        expression=lambda wages, above, before: where(before > 0, wages - above),
    ),
    Rule(
        name="regular_wages_cents",
        kind="wages",
        title="Wages for the table",
        words="Wages for income tax less the supplemental wages that have rates of their own.",
        cite="26 CFR 31.3402(g)-1(a)(6)",
        inputs=("income_tax_wages_cents", "supplemental_above_cents", "supplemental_flat_cents"),
        expression=lambda wages, above, flat: wages - above - flat,
    ),
]

SUPPLEMENTAL_TAX = Rule(
    name="supplemental_tax_cents",
    kind="total",
    title="Income tax at flat rates",
    words="The flat rate on supplemental wages, none of it on an exempt form, and the higher rate on those above the "
    "limit of the year, whatever the form says.",
    cite=CITE,
    inputs=("supplemental_flat_cents", "supplemental_above_cents", "tax_exempt"),
    expression=_tax,
    tables=("supplemental",),
)
