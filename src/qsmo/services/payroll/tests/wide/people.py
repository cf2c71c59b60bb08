"""Random facts over everything the rules read: every plan, premium, payment, election, order, state, place and part.

What is drawn follows the list of facts: a fact that is added to it is drawn here without being named.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import polars as pl

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules import AgencyRates
from qsmo.services.payroll.rules.benefits.retirement import PLANS as RETIREMENT
from qsmo.services.payroll.rules.deductions.elections import BETWEEN, KINDS
from qsmo.services.payroll.rules.deductions.facts import CASES
from qsmo.services.payroll.rules.earnings.facts import AMOUNTS, HOURS, SEGMENT
from qsmo.services.payroll.rules.earnings.rates import PLANS
from qsmo.services.payroll.rules.fact import Fact
from qsmo.services.payroll.rules.facts import BALANCES, FACTS
from qsmo.services.payroll.rules.intake.elections import ELECTIONS, SUMMED
from qsmo.services.payroll.rules.rule import Figures, Lookup, figures
from qsmo.services.payroll.rules.tax.methods import METHODS, PLACES
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

TABLED = ("GS", "GL")
"""Plans whose rate comes from the table of grades and areas; every other rate is given."""
SENIOR = ("ES", "EX", "SL", "ST")
IN_PARTS = 20
"""One of so many people has a pay period of two parts, a rise of a step between them."""
HOURS_DRAWN = (25, 150, 800, 1_210, 2_400)
RATES = (10_000, 25_000, 80_000, 100_000, 250_000)
MOST_DRAWN = 20_000
ORDERS = {
    "tax-levy": "{amount} of {total} #L{number}", "tax-levy-exempt": "{amount}", "debt": "15% of {total} #D{number}",
    "debt-agreed": "{amount} of {total} #A{number}", "child-support": "{amount} #S{number}",
    "spousal-support": "{amount} #W{number}", "chapter-13": "{amount} of {total} #B{number}",
    "tsp-traditional": "7%", "tsp-roth": "4%", "garnishment": "of {total} #G{number}",
    "tsp-loan": "{amount} of {total} #T{number}",
}  # fmt: skip
"""How an order of a code is written; every other code has an amount, or nothing where it only marks."""


class Lots:
    """Columns drawn by lot, the same for the same seed."""

    def __init__(self, seed: int, people: int) -> None:
        self.chance, self.people = random.Random(seed), people

    def of(self, values: Sequence[object], kind: type[pl.DataType] | None = None) -> pl.Series:
        """One of these values for each person."""
        return pl.Series(self.chance.choices(values, k=self.people), dtype=kind)

    def yes(self, share: float) -> pl.Series:
        """1 for about this share of the people, else 0."""
        return pl.Series([int(self.chance.random() < share) for _ in range(self.people)], dtype=pl.Int64)

    def some(self, share: float, least: int, most: int) -> pl.Series:
        """A number between the two for about this share of the people, else 0."""
        drawn = (
            self.chance.randint(least, most) if self.chance.random() < share else 0
            for _ in range(self.people)
        )  # fmt: skip
        return pl.Series(list(drawn), dtype=pl.Int64)


def wide_facts(people: int, seed: int, pay_period: PayPeriod = FIRST) -> pl.DataFrame:
    """Facts of so many people, some of them with several parts of the pay period, such as `calculate` takes."""
    law = figures(pay_period.during.start, pay_period.pay_date)
    plain = random_facts(people, seed, pay_period)
    lots = Lots(seed, people)
    frame = plain.with_columns(**{**_drawn(lots, plain.columns), **_keys(lots, law)})
    frame = _with_rates(frame, lots, law)
    elected = frame.with_columns(
        elections=pl.Series([_elections(lots.chance) for _ in range(people)], dtype=pl.String)
    ).drop(SUMMED, strict=False)
    sums = ELECTIONS.joined(elected, law, AgencyRates())
    return _in_parts(sums.select(plain.columns), lots)


def _drawn(lots: Lots, columns: Iterable[str]) -> dict[str, pl.Series]:
    """Every fact that may lack, by its unit; what is drawn together with others is left to these."""
    found = {fact.name: _column(lots, fact) for fact in FACTS if _is_drawn(fact)}
    found |= {f"{group}_due_cents": lots.some(0.15, -90_000, 900_000) for group in AMOUNTS}
    found |= {f"ytd_{name}_cents": lots.some(0.3, 0, 26_000_000) for name in ("capped_pay", "compensation")}
    # What was paid before of a kind that has a limit of the year is below it.
    found |= {f"ytd_fsa_{name}_cents": lots.some(0.2, 0, 100_000) for name in ("health", "dependent")}
    return {name: column for name, column in found.items() if name in columns}


def _is_drawn(fact: Fact) -> bool:
    together = {CASES, SEGMENT, "rate_stands", "locality_unknown", "life_age", "pay_dates_left"}
    together |= {
        *SUMMED,
        "given_base_cents",
        "given_pay_cents",
        "given_hourly_cents",
        "given_locality_millionths",
    }
    numeric = isinstance(fact.default, int) and fact.name not in together
    return numeric and not fact.name.startswith("ytd_") and not fact.name.endswith("_uncovered_cents")


def _column(lots: Lots, fact: Fact) -> pl.Series:
    if fact in HOURS:
        return lots.of([0] * 9 + [lots.chance.choice(HOURS_DRAWN)], pl.Int64)
    if fact.unit == "millionths":
        return lots.of([0] * 6 + list(RATES), pl.Int64)
    if fact.unit == "cents":
        return lots.some(0.1, 1, min(fact.most, MOST_DRAWN))
    if fact.unit == "centihours":
        return lots.some(0.1, 25, 44_800)
    return lots.yes(0.1)


def _keys(lots: Lots, law: Figures) -> dict[str, pl.Series]:
    """The keys of tables: every code of retirement, state and place that is on file for the day."""
    key = lots.of(keys(METHODS, "state_key", law), pl.String)
    ages = lots.of(range(101), pl.Int64)
    return {
        "state_key": key,
        "tax_state": key.str.slice(0, 2),
        "local_key": lots.of(["", *keys(PLACES, "local_key", law)], pl.String),
        "retirement": lots.of(keys(RETIREMENT, "retirement", law), pl.String),
        "pay_dates_left": lots.of(range(1, 28), pl.Int64),
        "life_age": ages,
        "life_b_multiples": lots.of(range(6), pl.Int64),
        "life_c_multiples": lots.of(range(6), pl.Int64),
        "state_exemptions": lots.of(range(10), pl.Int64),
        "state_dependents": lots.of(range(10), pl.Int64),
        "part_time_hours": lots.of([0, 0, 0, 16, 20, 32], pl.Int64),
        **{f"ytd_{name}_cents": lots.some(0.5, 0, 9_000_000) for name in BALANCES if "state" in name},
    }


def keys(lookup: Lookup, column: str, law: Figures) -> list[str]:
    """The keys of a table that holds on a day."""
    return sorted({str(row[column]) for row in lookup.rows(law.within(lookup.tables))})


def _with_rates(frame: pl.DataFrame, lots: Lots, law: Figures) -> pl.DataFrame:
    """Every pay plan; those without a table of their own have the rates that human resources gave."""
    plans = keys(PLANS, "pay_plan", law)
    given = ~pl.col("pay_plan").is_in(TABLED)
    by_hour = pl.col("pay_plan").str.starts_with("W")
    # Most are paid by the General Schedule, as in the government.
    frame = frame.with_columns(
        pay_plan=lots.of([*plans, *["GS"] * len(plans)], pl.String),
        annual=lots.some(1, 2_500_000, 22_000_000),
        hourly=lots.some(1, 900, 9_000),
        unknown=lots.yes(0.5),
    )
    frame = frame.with_columns(
        area=pl.when(given).then(pl.lit("")).otherwise("area"),
        rate_stands=given.cast(pl.Int64),
        given_base_cents=pl.when(given).then("annual").otherwise(0),
        given_pay_cents=pl.when(given).then("annual").otherwise(0),
        given_hourly_cents=pl.when(given & by_hour).then("hourly").otherwise(0),
        locality_unknown=pl.when(given & ~pl.col("pay_plan").is_in(SENIOR)).then("unknown").otherwise(0),
    )
    return frame.drop("annual", "hourly", "unknown")


def _elections(chance: random.Random) -> str:
    """What somebody elected, and what was ordered of their pay, in the notation."""
    if chance.random() < 0.5:
        return ""
    chosen = sorted(chance.sample(sorted(KINDS), chance.choice([1, 1, 2, 4])))
    entries = []
    for number, code in enumerate(chosen):
        amount, total = (f"{chance.randint(1, most)}.{chance.randint(0, 99):02d}" for most in (200, 9_000))
        if not KINDS[code].amount:
            entries.append(code)
        elif code in ORDERS:
            said = ORDERS[code].format(amount=amount, total=total, number=number)
            entries.append(f"{code} {said}")
        else:
            entries.append(f"{code} {amount}")
    return BETWEEN.join(entries)


def _in_parts(frame: pl.DataFrame, lots: Lots) -> pl.DataFrame:
    """Some people's pay period in two parts: the hours of each workweek in one, a step higher in the second."""
    picked = pl.Series([lots.chance.randrange(IN_PARTS) == 0 for _ in range(frame.height)])
    whole, split = frame.filter(~picked), frame.filter(picked)
    first = split.with_columns(
        *(pl.lit(0, pl.Int64).alias(each.name) for each in HOURS if "week2" in each.name),
        pl.lit(1, pl.Int64).alias(SEGMENT),
    )
    second = split.with_columns(
        *(pl.lit(0, pl.Int64).alias(each.name) for each in HOURS if "week1" in each.name),
        pl.min_horizontal(pl.col("step") + 1, 10).alias("step"),
        pl.lit(2, pl.Int64).alias(SEGMENT),
    )
    return pl.concat([whole, first, second]).sort("employee", SEGMENT)
