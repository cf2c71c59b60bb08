"""Elections and orders at the intake: read from their notation, checked, and added up into facts."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from qsmo.kernel.law import LawGap, Version
from qsmo.kernel.period import PAY_PERIOD_DAYS
from qsmo.services.payroll.rules.deductions.elections import BETWEEN, ENTRY, KINDS
from qsmo.services.payroll.rules.deductions.facts import CASES, DEDUCTION_FACTS
from qsmo.services.payroll.rules.fact import MOST_CENTS
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.part import Part
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures

ROW = "row_of_elections"
STEMS = [
    fact.name.removesuffix("_elected_cents")
    for fact in DEDUCTION_FACTS
    if fact.name.endswith("_elected_cents")
]
MARKERS = [kind.stem for kind in KINDS.values() if not kind.amount]
SUMMED = (
    *(f"{stem}_elected_cents" for stem in STEMS),
    *MARKERS,
    *(
        "tsp_traditional_amount_cents",
        "tsp_traditional_millionths",
        "tsp_roth_amount_cents",
        "tsp_roth_millionths",
    ),
    *("levy_exempt_cents", "levy_above_exempt", "debt_millionths", "debt_left_cents", "rated_debts", "debts"),
)
SPENDING = {"fsa_health": "health", "fsa_dependent": "dependent"}


def entries_of(people: pl.DataFrame, column: str = "elections") -> pl.DataFrame:
    """One row for each entry in the notation: its parts in cents and millionths, and whether it can be read.

    `people` has the number of its row: a person whose pay period has several parts stands there with each.
    """
    text = people.select(ROW, entry=pl.col(column).str.split(BETWEEN)).explode("entry")
    text = text.filter(pl.col("entry").is_not_null() & (pl.col("entry") != ""))
    found = text.with_columns(part=pl.col("entry").str.extract_groups(ENTRY)).unnest("part")
    codes = pl.DataFrame(
        [(code, kind.stem, kind.amount, kind.rate, kind.total) for code, kind in KINDS.items()],
        schema={
            "code": pl.String,
            "stem": pl.String,
            **dict.fromkeys(("may", "may_rate", "may_total"), pl.Boolean),
        },
        orient="row",
    )
    found = found.join(codes, on="code", how="left", maintain_order="left")
    amount, rate, total = (pl.col(name) for name in ("amount", "rate", "total"))
    said = amount.is_not_null() | rate.is_not_null() | total.is_not_null()
    fits = (
        pl.when("may")
        .then(
            amount.is_not_null()
            | rate.is_not_null()
            | ((pl.col("code") == "garnishment") & total.is_not_null())
        )
        .otherwise(~said)
    )
    fits &= ~(amount.is_not_null() & rate.is_not_null())
    fits &= rate.is_null() | pl.col("may_rate")
    fits &= total.is_null() | (pl.col("may_total") & pl.col("reference").is_not_null())
    return found.with_columns(
        amount_cents=_cents("amount"),
        total_cents=_cents("total"),
        millionths=_millionths("rate"),
        reads=fits.fill_null(False),
    ).drop("amount", "rate", "total")


def _cents(name: str) -> pl.Expr:
    return pl.col(name).str.replace(".", "", literal=True).cast(pl.Int64).fill_null(0)


def _millionths(name: str) -> pl.Expr:
    parts = pl.col(name).str.split(".")
    whole = parts.list.get(0, null_on_oob=True).cast(pl.Int64).fill_null(0)
    rest = parts.list.get(1, null_on_oob=True).fill_null("").str.pad_end(2 + 2, "0").cast(pl.Int64)
    return whole * 100 * 100 + pl.when(pl.col(name).is_null()).then(0).otherwise(rest)


def _joined(people: pl.DataFrame, _: Figures, __: AgencyRates) -> pl.DataFrame:
    numbered = people.with_row_index(ROW)
    some = numbered.filter((pl.col("elections") != "") | (pl.col(CASES) != ""))
    entries = entries_of(some)
    paid = (
        entries_of(some, CASES)
        .group_by(ROW, "code", "reference")
        .agg(paid_cents=pl.col("amount_cents").sum())
    )
    entries = entries.join(
        paid, on=[ROW, "code", "reference"], how="left", nulls_equal=True, maintain_order="left"
    )
    left = (pl.col("total_cents") - pl.col("paid_cents").fill_null(0)).clip(lower_bound=0)
    endless = pl.col("total_cents") == 0
    asked = (
        pl.when(pl.col("amount_cents") > 0)
        .then("amount_cents")
        .otherwise(pl.when(pl.col("millionths") > 0).then(0).otherwise(MOST_CENTS))
    )
    entries = entries.with_columns(
        left_cents=pl.when(endless).then(MOST_CENTS).otherwise(left),
        asked_cents=pl.when(endless).then("amount_cents").otherwise(pl.min_horizontal(asked, left)),
        running=endless | (left > 0),
    )
    found = numbered
    for one in (_faults(entries), _sums(entries)):
        found = found.join(one, on=ROW, how="left", maintain_order="left")
    return found.with_columns(pl.col(SUMMED).fill_null(0)).drop(ROW)


def _faults(entries: pl.DataFrame) -> pl.DataFrame:
    """The first entry of each person that cannot be read, and the first that stands there twice."""
    twice = pl.struct(ROW, "code", "reference").is_duplicated()
    return entries.group_by(ROW, maintain_order=True).agg(
        unread=pl.col("entry").filter(~pl.col("reads")).first(),
        doubled=pl.col("entry").filter(twice).first(),
    )


def _sums(entries: pl.DataFrame) -> pl.DataFrame:
    def of(stem: str) -> pl.Expr:
        return pl.col("stem") == stem

    def asked(stem: str) -> pl.Expr:
        return pl.col("asked_cents").filter(of(stem)).sum()

    def rate(stem: str) -> pl.Expr:
        return pl.col("millionths").filter(of(stem) & pl.col("running")).sum()

    rated = of("debt") & (pl.col("millionths") > 0)
    return (
        entries.filter("reads")
        .group_by(ROW)
        .agg(
            **{f"{stem}_elected_cents": asked(stem) for stem in STEMS},
            **{stem: of(stem).any().cast(pl.Int64) for stem in MARKERS},
            tsp_traditional_amount_cents=asked("tsp_traditional"),
            tsp_traditional_millionths=rate("tsp_traditional"),
            tsp_roth_amount_cents=asked("tsp_roth"),
            tsp_roth_millionths=rate("tsp_roth"),
            levy_exempt_cents=asked("levy_exempt"),
            levy_above_exempt=of("levy_exempt").any().cast(pl.Int64),
            debt_millionths=rate("debt"),
            debt_left_cents=pl.col("left_cents").filter(rated).sum(),
            rated_debts=rated.sum().cast(pl.Int64),
            debts=of("debt").sum().cast(pl.Int64),
        )
    )


def _checks(law: Figures) -> list[Check]:
    return [
        Check(
            "election-unread",
            "elections",
            pl.col("unread").is_not_null(),
            "“{unread}” is not an election that can be read.",
            "one of " + ", ".join(KINDS) + ", with what belongs to it; a whole amount has a reference",
        ),
        Check(
            "election-twice",
            "elections",
            pl.col("doubled").is_not_null(),
            "“{doubled}” stands there twice.",
            "one entry for a code and case; several cases of one code have references",
        ),
        Check(
            "debt-rate",
            "elections",
            (pl.col("rated_debts") > 0) & (pl.col("debts") > 1),
            "A debt by percentage stands beside another debt, and nothing says how they share.",
            "amounts for each, or one debt by percentage",
        ),
        Check(
            "tsp-both",
            "TSP",
            ((pl.col("tsp_traditional_amount_cents") > 0) & (pl.col("tsp_traditional_millionths") > 0))
            | ((pl.col("tsp_roth_amount_cents") > 0) & (pl.col("tsp_roth_millionths") > 0)),
            "TSP contributions of one kind are elected as a percentage and as an amount.",
            "one of the two for traditional, one of the two for Roth (5 CFR 1600.21)",
        ),
        Check(
            "tsp-share",
            "TSP",
            (pl.col("tsp_traditional_millionths") + pl.col("tsp_roth_millionths") > 100 * 100 * 100)
            | (pl.col("tsp_traditional_millionths") % (100 * 100) != 0)
            | (pl.col("tsp_roth_millionths") % (100 * 100) != 0)
            | (pl.col("tsp_traditional_amount_cents") % 100 != 0)
            | (pl.col("tsp_roth_amount_cents") % 100 != 0),
            "The TSP elections are not in whole per cent or whole dollars, or more than all of pay (5 CFR 1600.21).",
            "whole percentages of together at most 100, or amounts in whole dollars",
        ),
        *(_spending_check(law, name) for name in SPENDING),
    ]


def _spending_check(law: Figures, name: str) -> Check:
    column = pl.col(f"{name}_elected_cents")
    limits = _limits(law)
    if limits is None:
        return Check(
            f"{name.replace('_', '-')}-limit",
            "elections",
            column > 0,
            f"The limit of flexible spending for the year of {law.pay_date} is not on file.",
            "an election of a year whose limits are on file",
        )
    least, most = limits.cents("least"), limits.cents(SPENDING[name])
    return Check(
        f"{name.replace('_', '-')}-limit",
        "elections",
        (column > 0) & ((column < least.cents) | (column > most.cents)),
        f"Flexible spending of {{{name}_elected_cents}} for the year is outside its limits.",
        f"{least} to {most}",
    )


def _limits(law: Figures) -> Version | None:
    try:
        return law.version("flexible_spending")
    except LawGap:
        return None


def _facts(law: Figures) -> dict[str, pl.Expr]:
    last = date(law.pay_date.year + 1, 1, 1) - timedelta(days=1)
    left = (last - law.pay_date).days // PAY_PERIOD_DAYS + 1
    ended = pl.col("ends_on") < law.start + timedelta(days=PAY_PERIOD_DAYS)
    return {
        "pay_dates_left": pl.lit(left, pl.Int64),
        "imputed_due": (ended.fill_null(False) | pl.lit(left == 1)).cast(pl.Int64),
    }


ELECTIONS = Part("elections", _joined, _checks, _facts)
