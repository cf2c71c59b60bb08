"""Front-end edits: what somebody has to look at before pay goes out, found by comparing people, pay and the last run.

An edit warns; it changes nobody's pay. Its limits are the paying office's own choice, not law.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money

BANK_TWICE = "bank-twice"
SAME_PERSON = ("given_name", "last_name", "born_on")


@dataclass(frozen=True, slots=True)
class Limits:
    """From which rise over the last gross pay, in percent, and above which gross pay, in cents, somebody looks."""

    rise_percent: int
    most_gross: int


def high_pay(now: pl.DataFrame, last: pl.DataFrame | None, limits: Limits) -> list[Finding]:
    """Gross pay above the limit, or far above the last one. Frames have `employee`, `gross_cents`, `net_cents`."""
    above = now.filter(pl.col("gross_cents") > limits.most_gross)
    found = [
        _warning(
            "pay-above-limit",
            row["employee"],
            f"Gross pay of ${Money(row['gross_cents'])} is above the account’s limit of ${Money(limits.most_gross)}.",
        )
        for row in above.iter_rows(named=True)
    ]
    if last is None:
        return found
    both = now.join(last, on="employee", suffix="_last").filter(pl.col("gross_cents_last") > 0)
    bound = pl.col("gross_cents_last") * (100 + limits.rise_percent)
    rose = both.filter(pl.col("gross_cents") * 100 > bound).sort("employee")
    return found + [
        _warning(
            "pay-rose",
            row["employee"],
            f"Gross pay rose from ${Money(row['gross_cents_last'])} to ${Money(row['gross_cents'])}, "
            f"by more than {limits.rise_percent} percent.",
        )
        for row in rose.iter_rows(named=True)
    ]


def low_pay(now: pl.DataFrame) -> list[Finding]:
    """Net pay of nothing, and balances of the year below nothing (columns `closing_…_cents`)."""
    found = [
        _warning("net-zero", employee, "Net pay is zero: nothing reaches this person.")
        for employee in now.filter(pl.col("net_cents") == 0)["employee"]
    ]
    for name in sorted(each for each in now.columns if each.startswith("closing_")):
        for row in now.filter(pl.col(name) < 0).iter_rows(named=True):
            called = name.removeprefix("closing_").removesuffix("_cents").replace("_", " ")
            words = f"The balance of the year for {called} is below zero: ${Money(row[name])}."
            found.append(_warning("balance-negative", row["employee"], words, field=called))
    return found


def same_people(people: pl.DataFrame) -> list[Finding]:
    """Employee numbers whose name and day of birth are those of another number."""
    named = people.select(
        "employee", *(pl.col(name).cast(pl.String).str.to_lowercase() for name in SAME_PERSON)
    ).unique()
    together = named.filter(pl.len().over(SAME_PERSON) > 1)
    found = []
    for _, group in together.sort("employee").group_by(*SAME_PERSON, maintain_order=True):
        numbers = group["employee"].to_list()
        words = f"The employee numbers {', '.join(numbers)} have one name and day of birth."
        found += [_warning("person-twice", number, words) for number in numbers]
    return found


def shared_banks(banks: pl.DataFrame) -> list[tuple[str, list[str]]]:
    """Bank accounts of several people: routing and account number as one, and whose (columns as in `same_banks`)."""
    known = banks.select("employee", "routing", "account").unique()
    together = known.filter(pl.len().over("routing", "account") > 1).sort("employee")
    groups = together.group_by("routing", "account", maintain_order=True)
    return [(f"{routing} {account}", group["employee"].to_list()) for (routing, account), group in groups]


def same_banks(
    banks: pl.DataFrame, may_share: Callable[[str, list[str]], bool] = lambda _bank, _numbers: False
) -> list[Finding]:
    """People whose net pay goes to one account (columns `employee`, `routing`, `account`). No number is shown.

    `may_share` says of an account and its people that somebody accepted it.
    """
    found = []
    for bank, numbers in shared_banks(banks):
        if not may_share(bank, numbers):
            words = f"Net pay of {', '.join(numbers)} goes to one bank account."
            found += [_warning(BANK_TWICE, number, words) for number in numbers]
    return found


def coming_and_going(now: pl.DataFrame, known: Collection[str], last: Collection[str]) -> list[Finding]:
    """First pay of the year, and those of the last run of whom nothing is known now.

    `now` has `employee`, `gross_cents` and `closing_gross_cents`; `known` are those in either file.
    """
    before = pl.col("closing_gross_cents") - pl.col("gross_cents")
    first = sorted(set(now.filter(before == 0)["employee"]) - set(last))
    gone = sorted(set(last) - set(known))
    found = [_warning("first-pay", who, "This is the first pay of this person this year.") for who in first]
    return found + [
        _warning("no-pay-now", who, "This person was paid last time and is in neither file now.")
        for who in gone
    ]


def named_and_absent(names: Collection[str], known: Collection[str]) -> list[Finding]:
    """Those whom a run outside the calendar names and of whom no file says anything."""
    return [
        Finding(
            "named-absent",
            "The run names this person, and neither file has a record.",
            expected="a record of people and of time, or a run without this name",
            who=who,
        )
        for who in sorted(set(names) - set(known))
    ]


def _warning(code: str, who: str, words: str, field: str = "") -> Finding:
    return Finding(code, words, severity="warning", who=who, field=field)
