"""The journals of a pay run: balanced entries of the employing agency, from whose money it spends and the postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Literal, cast

import polars as pl

from qsmo.contract.documents import Journal, JournalLine, Side
from qsmo.kernel.law import Row, register
from qsmo.kernel.money import Money, allocate
from qsmo.services.payroll.rules.outcome.accounting import EMPLOYER, GROSS, NET, WHERE, WITHHELD
from qsmo.services.payroll.rules.rule import LAW

Event = Literal["accrue", "disburse"]
WORDS: Mapping[Event, str] = {"accrue": "Payroll earned", "disburse": "Payroll paid"}
KEYS: Mapping[Event, str] = {"accrue": "payroll", "disburse": "payroll-paid"}
COST = "cost"


def payroll_journal(
    run: str, shares: pl.DataFrame, *, entity: str, on: date, event: Event = "accrue"
) -> Journal:
    """Payroll earned (gross and contributions as expense, net and withheld as payable, budget used), or paid.

    `shares` are what `accounting.shares` made of the run. Each account symbol balances by itself; gross pay stands
    there by object class. What is paid may be less than what was earned, where net pay was stopped. Source of the
    accounts: the table `postings`.
    """
    rows = [row for row in register(LAW)["postings"].at(on=on).rows if row.text("event") == event]
    places = groupby(
        shares.sort(*WHERE).iter_rows(named=True), key=lambda row: tuple(row[name] for name in WHERE)
    )
    lines = [line for place, own in places for line in _lines(rows, place, list(own))]
    return Journal(
        key=f"{KEYS[event]}-{run}",
        entity=entity,
        on=on,
        words=WORDS[event],
        source=f"payroll/runs/{run}",
        lines=tuple(lines),
    )


def _lines(rows: list[Row], place: tuple[str, ...], own: list[dict[str, Any]]) -> Iterator[JournalLine]:
    tas, fund, program = place
    measures = {
        name: [each for each in own if each["measure"] == name] for name in (GROSS, NET, WITHHELD, EMPLOYER)
    }
    cost = sum(each["cents"] for name in (NET, WITHHELD, EMPLOYER) for each in measures[name])
    for row in rows:
        amount, side, classed = row.text("amount"), row.text("side"), bool(row.cells["object_class"])
        if amount == COST:
            by_class = _costs([*measures[GROSS], *measures[EMPLOYER]], cost) if classed else {"": cost}
        else:
            by_class = _amounts(measures[amount], classed)
        for object_class, cents in sorted(by_class.items()):
            if cents:
                yield JournalLine(
                    account=row.text("account"),
                    side=cast(Side, side if cents > 0 else _other(side)),
                    amount=Money(abs(cents)),
                    tas=tas,
                    words=row.text("words"),
                    object_class=object_class,
                    fund=fund,
                    program=program,
                )


def _amounts(parts: list[dict[str, Any]], by_class: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in parts:
        key = each["object_class"] if by_class else ""
        found[key] = found.get(key, 0) + each["cents"]
    return found


def _costs(parts: list[dict[str, Any]], cost: int) -> dict[str, int]:
    """The cost by object class; where pay was stopped, what was paid is in the proportion of what was earned."""
    earned = _amounts(parts, by_class=True)
    if cost == sum(earned.values()):
        return earned
    weights = [max(cents, 0) for cents in earned.values()]
    if not any(weights):
        return {"": cost}
    shared = allocate(Money(cost), weights)
    return {name: part.cents for name, part in zip(earned, shared, strict=True)}


def _other(side: str) -> str:
    return "credit" if side == "debit" else "debit"
