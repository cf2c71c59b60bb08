"""Pay on an engine as it is in a year: a pay period, the same as it should have been, and the difference in the next.

More is back pay. Of two people who were paid too much one has it taken back from gross pay, the other owes the net.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.rules.calculation import Calculated, calculate
from qsmo.services.payroll.rules.engines import Engine
from qsmo.services.payroll.tests.pay.random_people import CALENDAR, FIRST
from qsmo.services.payroll.tests.wide.people import Lots, wide_facts

NEXT = CALENDAR.period_of(FIRST.during.end)
MOST_SAID = 300
CHANGED = ("overtime_week1_centihours", "unpaid_week2_centihours", "night_week1_centihours")


@dataclass(frozen=True)
class Told:
    """What was known of people: of an earlier pay period then and later, and of the present one."""

    then: pl.DataFrame
    later: pl.DataFrame
    now: pl.DataFrame


@dataclass(frozen=True)
class Paid:
    """The three calculations of one engine, and what the earlier pay period came to in the present one."""

    then: pl.DataFrame
    later: pl.DataFrame
    now: pl.DataFrame
    findings: tuple[Finding, ...]

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """All three, by name."""
        return {"then": self.then, "later": self.later, "now": self.now}

    @property
    def content(self) -> bytes:
        """All three as Parquet, one after the other."""
        whole = BytesIO()
        for frame in self.frames.values():
            frame.write_parquet(whole, compression="zstd", statistics=True)
        return whole.getvalue()


def told(people: int, seed: int) -> Told:
    """Random people of every kind; of each it is known later that other hours were worked, or at another step."""
    then = wide_facts(people, seed, FIRST)
    lots = Lots(seed + 1, then.height)
    later = then.with_columns(
        *(pl.col(name) + lots.some(0.3, 25, 1_200) for name in CHANGED),
        step=pl.min_horizontal(pl.col("step") + lots.of([0, 0, 1, 2], pl.Int64), 10),
        regular_week1_centihours=(pl.col("regular_week1_centihours") - lots.some(0.3, 25, 1_600)).clip(0),
    )
    return Told(then, later, wide_facts(people, seed, NEXT))


def paid(known: Told, engine: Engine, *, like: Paid | None = None) -> Paid:
    """All of it on one engine. With what another one paid, nothing is searched for: what pay did not cover is given.

    It is found in many rounds over few people, each of them the same rules; the outcome is one more of them.
    """
    then = calculate(covering(known.then, like.then if like else None), FIRST, engine=engine)
    later = calculate(covering(known.later, like.later if like else None), FIRST, engine=engine)
    facts = settled(known.now, differences(then.frame, later.frame))
    now = calculate(covering(facts, like.now if like else None), NEXT, engine=engine)
    return Paid(then.frame, later.frame, now.frame, _found(then, later, now))


def covering(facts: pl.DataFrame, like: pl.DataFrame | None) -> pl.DataFrame:
    """The facts with what pay did not cover, as another engine found it; of those whom it did not pay, nothing."""
    if like is None:
        return facts
    names = [name for name in facts.columns if name.endswith("_uncovered_cents")]
    found = facts.drop(names).join(
        like.select("employee", *names), on="employee", how="left", maintain_order="left"
    )
    return found.with_columns(pl.col(names).fill_null(0)).select(facts.columns)


def differences(then: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """What each person's gross and net pay of the earlier period should have been more, or less."""
    before = then.select("employee", gross_before="gross_cents", net_before="net_cents")
    both = before.join(later.select("employee", "gross_cents", "net_cents"), on="employee")
    return both.select(
        "employee",
        gross_by=pl.col("gross_cents") - pl.col("gross_before"),
        net_by=pl.col("net_cents") - pl.col("net_before"),
    )


def settled(now: pl.DataFrame, by: pl.DataFrame) -> pl.DataFrame:
    """The facts of the present pay period with what the earlier one brings; in its first part, if it has parts."""
    once = now.join(by, on="employee", how="left", maintain_order="left").with_columns(
        pl.col("gross_by", "net_by").fill_null(0),
        taken_back=pl.col("employee").str.tail(1).is_in(["0", "2", "4"]),
    )
    lump = (pl.col("gross_by") > 0) | pl.col("taken_back")
    return once.with_columns(
        back_pay_due_cents=pl.col("back_pay_due_cents") + pl.when(lump).then("gross_by").otherwise(0),
        debt_agreed_elected_cents=pl.col("debt_agreed_elected_cents")
        + pl.when(lump).then(0).otherwise((-pl.col("net_by")).clip(lower_bound=0)),
    ).select(now.columns)


def _found(*calculated: Calculated) -> tuple[Finding, ...]:
    return tuple(each for one in calculated for each in one.findings)


def first_difference(one: pl.DataFrame, other: pl.DataFrame) -> str:
    """Where two frames differ first, by column and person; "" where they are the same."""
    if one.columns != other.columns or one.height != other.height:
        return f"{one.shape} and {other.shape}"
    for name in one.columns:
        unlike = one.select("employee", ours=name).with_columns(theirs=other[name])
        unlike = unlike.filter(pl.col("ours").ne_missing(pl.col("theirs")))
        if unlike.height:
            return f"{name}: {unlike.height} people, first {unlike.row(0)}"[:MOST_SAID]
    return ""
