"""State income tax and the taxes of counties and cities: one formula over the figures of each state's method.

Wages of the year less deduction and allowances, taxed by the schedule, less credits, divided by the pay periods.
"""

from __future__ import annotations

from functools import partial

import narwhals as nw

from qsmo.services.payroll.rules.columns import (
    MILLION,
    at_least,
    at_millionths,
    at_most,
    half_up,
    where,
)
from qsmo.services.payroll.rules.rule import Reading, Rule
from qsmo.services.payroll.rules.tax.methods import (
    CITE,
    LOCAL_CITE,
    LOCAL_ROW_RULES,
    METHOD_RULES,
    PLACE_RULES,
    STATE_ROW_RULES,
    bracket,
)


def _wages(gross: nw.Expr, untaxed: nw.Expr, health: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    savings, before_tax, before_savings = rest
    lower = where(before_tax == 1, health) + where(before_savings == 1, savings)
    return at_least(gross - untaxed - lower, 0)


def _standard(annual: nw.Expr, amount: nw.Expr, rate: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    least, most, claims, claimed = rest
    standard = at_most(at_least(amount + at_millionths(annual, rate), least), most)
    return where((claims == 1) & (claimed > 0), claimed, standard)


def _allowance(law: Reading, exemptions: nw.Expr, dependents: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    exemption, dependent, by_period = rest
    yearly = exemptions * exemption + dependents * dependent
    periods = law.integer("state_methods", "table_periods")
    return where(by_period == 1, half_up(yearly, periods * 100) * 100, yearly)


def _credit(law: Reading, exemptions: nw.Expr, dependents: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    exemption, dependent, by_period = rest
    yearly = exemptions * exemption + dependents * dependent
    return where(by_period == 1, half_up(yearly, law.integer("state_methods", "table_periods")), yearly)


def _taxable(annual: nw.Expr, deduction: nw.Expr, allowance: nw.Expr, low_income: nw.Expr) -> nw.Expr:
    return where(annual <= low_income, 0, at_least(annual - deduction - allowance, 0))


def _tentative(taxable: nw.Expr, over: nw.Expr, base: nw.Expr, rate: nw.Expr, credits_: nw.Expr) -> nw.Expr:
    return at_least((base - credits_) * MILLION + (taxable - over) * rate, 0)


def _local_wages(wages: nw.Expr, taxable: nw.Expr, on_state: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    periods, deduction, exemption, exemptions = rest
    own = at_least(wages * periods - deduction - exemptions * exemption, 0)
    return where(on_state == 1, taxable, own)


def _amount(state: nw.Expr, local: nw.Expr, joined: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    by_period, periods, unit, supplemental, rate, extra, exempt = rest
    both = state + where(joined == 1, local)
    parts = where(by_period == 1, 1, periods)
    regular = half_up(both, parts * unit * MILLION) * unit
    return where(exempt == 1, 0, regular + at_millionths(supplemental, rate) + extra)


def _local_tax(gross: nw.Expr, tentative: nw.Expr, joined: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    periods, fixed, by_year = rest
    of_wages = where(joined == 1, 0, half_up(tentative, periods * MILLION))
    of_period = where(by_year == 1, half_up(fixed, periods), fixed)
    return of_wages + where(gross > 0, of_period)


STATE = [
    *METHOD_RULES,
    Rule(
        name="state_wages_cents",
        kind="wages",
        title="Wages for state income tax",
        words="Gross pay less allowances that are not wages and what the state lets lower its wages: health and other "
        "pre-tax amounts, traditional TSP.",
        cite=CITE,
        inputs=(
            "gross_cents",
            "untaxed_pay_cents",
            "pretax_cents",
            "savings_traditional_cents",
            "state_before_tax",
            "state_before_savings",
        ),
        expression=_wages,
    ),
    Rule(
        name="state_flat_wages_cents",
        kind="wages",
        title="Supplemental wages with a state rate of their own",
        words="The supplemental wages, where the state has a rate for them; elsewhere they are taxed with the others.",
        cite=CITE,
        inputs=("state_wages_cents", "supplemental_wages_cents", "state_supplemental_millionths"),
        expression=lambda wages, paid, rate: where(rate > 0, at_most(paid, wages)),
    ),
    Rule(
        name="state_annual_cents",
        kind="wages",
        title="State wages of a year",
        words="The other wages times the pay periods of the year, or as they are where the state's table is of the "
        "pay period.",
        cite=CITE,
        inputs=("state_wages_cents", "state_flat_wages_cents", "withholding_periods", "state_by_period"),
        expression=lambda wages, flat, periods, by_period: where(
            by_period == 1, wages - flat, (wages - flat) * periods
        ),
    ),
    Rule(
        name="state_standard_cents",
        kind="total",
        title="State standard deduction",
        words="The state's deduction: an amount, with a percentage of wages in some states, between a least and a "
        "greatest; an amount claimed on the certificate where that takes its place.",
        cite=CITE,
        inputs=(
            "state_annual_cents",
            "state_deduction_cents",
            "state_deduction_millionths",
            "state_deduction_least_cents",
            "state_deduction_most_cents",
            "state_claims",
            "state_claimed_cents",
        ),
        expression=_standard,
    ),
    Rule(
        name="state_allowance_cents",
        kind="total",
        title="State exemptions and allowances",
        words="The exemptions and dependents of the certificate times the state's amounts.",
        cite=CITE,
        inputs=(
            "state_exemptions",
            "state_dependents",
            "state_exemption_cents",
            "state_dependent_cents",
            "state_by_period",
        ),
        expression=_allowance,
        tables=("state_methods",),
    ),
    Rule(
        name="state_credits_cents",
        kind="total",
        title="State credits",
        words="The exemptions and dependents of the certificate times the state's credits.",
        cite=CITE,
        inputs=(
            "state_exemptions",
            "state_dependents",
            "state_credit_cents",
            "state_dependent_credit_cents",
            "state_by_period",
        ),
        expression=_credit,
        tables=("state_methods",),
    ),
    Rule(
        name="state_taxable_cents",
        kind="wages",
        title="State taxable wages",
        words="Wages of the year less deduction and allowances; nothing up to the state's amount for low incomes.",
        cite=CITE,
        inputs=(
            "state_annual_cents",
            "state_standard_cents",
            "state_allowance_cents",
            "state_low_income_cents",
        ),
        expression=_taxable,
    ),
    Rule(
        name="state_bracket",
        kind="rate",
        title="Row of the state's schedule",
        unit="number",
        words="The row of the schedule in which taxable wages fall.",
        cite=CITE,
        inputs=("state_taxable_cents", "state_schedule"),
        expression=partial(bracket, "state_methods"),
        tables=("state_schedules", "state_methods"),
    ),
    *STATE_ROW_RULES,
    Rule(
        name="state_rate_millionths",
        kind="rate",
        title="State rate",
        unit="millionths",
        words="The rate of the schedule, or the one elected where the state's form asks for a rate.",
        cite=CITE,
        inputs=("state_row_millionths", "state_elected", "state_election_millionths"),
        expression=lambda rate, elected, election: where(elected == 1, election, rate),
    ),
    Rule(
        name="state_tentative_millionths",
        kind="total",
        title="Tentative state tax",
        unit="millionths of a cent",
        words="The tax of the row, its rate on the part above where the row begins, less credits; not rounded yet.",
        cite=CITE,
        inputs=(
            "state_taxable_cents",
            "state_over_cents",
            "state_base_cents",
            "state_rate_millionths",
            "state_credits_cents",
        ),
        expression=_tentative,
    ),
]

LOCAL = [
    *PLACE_RULES,
    Rule(
        name="local_wages_cents",
        kind="wages",
        title="Wages for local tax",
        words="Gross pay less allowances that are not wages and what the place lets lower its wages.",
        cite=LOCAL_CITE,
        inputs=(
            "gross_cents",
            "untaxed_pay_cents",
            "pretax_cents",
            "savings_traditional_cents",
            "local_before_tax",
            "local_before_savings",
        ),
        expression=_wages,
    ),
    Rule(
        name="local_taxable_cents",
        kind="wages",
        title="Local taxable wages of a year",
        words="The taxable wages of the state where the place shares its base; elsewhere local wages times the pay "
        "periods of the year, less the place's deduction and exemptions.",
        cite=LOCAL_CITE,
        inputs=(
            "local_wages_cents",
            "state_taxable_cents",
            "local_on_state",
            "withholding_periods",
            "local_deduction_cents",
            "local_exemption_cents",
            "state_exemptions",
        ),
        expression=_local_wages,
    ),
    Rule(
        name="local_bracket",
        kind="rate",
        title="Row of the local schedule",
        unit="number",
        words="The row of the schedule in which local taxable wages fall.",
        cite=LOCAL_CITE,
        inputs=("local_taxable_cents", "local_schedule"),
        expression=partial(bracket, "local_taxes"),
        tables=("state_schedules", "local_taxes"),
    ),
    *LOCAL_ROW_RULES,
    Rule(
        name="local_tentative_millionths",
        kind="total",
        title="Tentative local tax",
        unit="millionths of a cent",
        words="The local rate on taxable wages, or the tax of the row of the local schedule; not rounded yet.",
        cite=LOCAL_CITE,
        inputs=(
            "local_taxable_cents",
            "local_flat_millionths",
            "local_over_cents",
            "local_base_cents",
            "local_row_millionths",
        ),
        expression=lambda wages, flat, over, base, rate: (
            base * MILLION + (wages - over) * rate + wages * flat
        ),
    ),
]

AMOUNTS = [
    Rule(
        name="state_amount_cents",
        kind="total",
        title="State tax of the pay period",
        words="The tentative tax, with that of a county where it is withheld together, divided by the pay periods of "
        "the year and rounded as the state says; the state's rate on supplemental wages; the extra amount asked for. "
        "Nothing on an exempt certificate.",
        cite=CITE,
        inputs=(
            "state_tentative_millionths",
            "local_tentative_millionths",
            "local_joined",
            "state_by_period",
            "withholding_periods",
            "state_unit_cents",
            "state_flat_wages_cents",
            "state_supplemental_millionths",
            "state_extra_cents",
            "state_exempt",
        ),
        expression=_amount,
    ),
    Rule(
        name="state_tax_cents",
        kind="deduction",
        title="State income tax",
        words="The tax of the state, with that of a county where the state withholds it.",
        cite=CITE,
        inputs=("state_amount_cents", "state_approximate"),
        expression=lambda amount, approximate: where(approximate == 1, 0, amount),
    ),
    Rule(
        name="state_approximation_cents",
        kind="deduction",
        title="State income tax (statutory approximation)",
        words="The rates of the state's statute on the wages of a year, without its deductions and credits: not the "
        "state's withholding table. The agency has switched this on.",
        cite=CITE,
        inputs=("state_amount_cents", "state_approximate"),
        expression=lambda amount, approximate: where(approximate == 1, amount),
    ),
    Rule(
        name="local_tax_cents",
        kind="deduction",
        title="Local tax",
        words="The tax of the county or city on wages, and a fixed amount where it asks for one; nothing that is "
        "withheld with the state's.",
        cite=LOCAL_CITE,
        inputs=(
            "gross_cents",
            "local_tentative_millionths",
            "local_joined",
            "withholding_periods",
            "local_fixed_cents",
            "local_by_year",
        ),
        expression=_local_tax,
    ),
]


def _closing(name: str, title: str, *sources: str) -> Rule:
    return Rule(
        name=f"closing_{name}_cents",
        kind="balance",
        title=f"{title} of the year",
        words=f"{title} of this pay period and of the earlier ones paid in the year.",
        cite="26 U.S.C. 6051(a)",
        inputs=(f"ytd_{name}_cents", *sources),
        expression=_added,
    )


def _added(before: nw.Expr, *amounts: nw.Expr) -> nw.Expr:
    total = before
    for amount in amounts:
        total = total + amount
    return total


CLOSING = [
    _closing("supplemental", "Supplemental wages", "supplemental_wages_cents"),
    _closing("state_wages", "Wages for state income tax", "state_wages_cents"),
    _closing("state_tax", "State income tax", "state_tax_cents", "state_approximation_cents"),
    _closing("local_tax", "Local tax", "local_tax_cents"),
]

STATES = [*STATE, *LOCAL, *AMOUNTS, *CLOSING]
