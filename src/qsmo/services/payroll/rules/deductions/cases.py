"""Cases: what of a deduction goes to each election or order of its kind, and what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qsmo.contract.documents import Election
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.deductions.elections import KINDS, parsed, written
from qsmo.services.payroll.rules.fact import MOST_CENTS

FOLLOWS = {"levy_exempt": "levy"}
"""Stems whose deduction has another name."""


@dataclass(frozen=True, slots=True)
class Case:
    """One election or order in one pay period: what was taken for it, and what is left (None: it has no end)."""

    code: str
    title: str
    reference: str
    taken: Money
    left: Money | None


def cases(row: Mapping[str, Any]) -> list[Case]:
    """The cases of one calculated row, in the order of the elections; those first in order are paid first."""
    paid = {(each.code, each.reference): each.amount.cents for each in parsed(row["ytd_cases"])}
    left_of: dict[str, int] = {}
    found = []
    for each in parsed(row["elections"]):
        kind = KINDS[each.code]
        column = f"{FOLLOWS.get(kind.stem, kind.stem)}_cents"
        if not kind.amount or column not in row or kind.stem.startswith(("tsp", "fsa")):
            continue
        left = left_of.setdefault(column, int(row[column]))
        before = paid.get((each.code, each.reference), 0)
        taken = min(left, _asked(each, before))
        left_of[column] = left - taken
        rest = Money(max(each.total.cents - before - taken, 0)) if each.total else None
        found.append(Case(each.code, kind.title, each.reference, Money(taken), rest))
    return found


def _asked(each: Election, before: int) -> int:
    """The most that a case may take now; one without an amount takes what its kind has."""
    most = max(each.total.cents - before, 0) if each.total else None
    asked = each.amount.cents or None
    if each.code == "tax-levy-exempt":
        asked = None
    return min(value for value in (most, asked, MOST_CENTS) if value is not None)


def paid_after(row: Mapping[str, Any]) -> str:
    """What was paid on each case with an end, this pay period included, in the notation of elections."""
    before = {(each.code, each.reference): each.amount.cents for each in parsed(row["ytd_cases"])}
    for case in cases(row):
        if case.left is not None and case.taken:
            key = (case.code, case.reference)
            before[key] = before.get(key, 0) + case.taken.cents
    return written(
        Election(code, amount=Money(cents), reference=reference)
        for (code, reference), cents in before.items()
    )
