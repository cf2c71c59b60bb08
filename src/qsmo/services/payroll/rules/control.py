"""Control totals as plain data that can be stored and added up: a run's totals are the sum of its chunks'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.totals import Totals


def plain_totals(found: Totals) -> dict[str, Any]:
    """Totals as JSON: amounts in cents, hours in hundredths, each check with both of its sides."""
    return {
        "people": found.people,
        "hours": dict(found.hours),
        "earnings": _cents(found.earnings),
        "gross": found.gross.cents,
        "deductions": _cents(found.deductions),
        "net": found.net.cents,
        "employer": _cents(found.employer),
        "employer_cost": found.employer_cost.cents,
        "checks": [asdict(each) for each in found.checks],
        "holds": found.holds,
    }


def added(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sum of plain totals; it holds when every part holds and every added check does."""
    total: dict[str, Any] = {}
    for part in parts:
        total = _add(total, part) if total else part
    if total:
        total["holds"] = total["holds"] and all(each["left"] == each["right"] for each in total["checks"])
    return total


def _add(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in {**one, **other}:
        if key == "holds":
            found[key] = one[key] and other[key]
        elif key == "checks":
            found[key] = [
                {**a, "left": a["left"] + b["left"], "right": a["right"] + b["right"]}
                for a, b in zip(one[key], other[key], strict=True)
            ]
        elif isinstance(one.get(key, other.get(key)), dict):
            names = {**one.get(key, {}), **other.get(key, {})}
            found[key] = {
                name: one.get(key, {}).get(name, 0) + other.get(key, {}).get(name, 0) for name in names
            }
        else:
            found[key] = one.get(key, 0) + other.get(key, 0)
    return found


def _cents(amounts: dict[str, Money]) -> dict[str, int]:
    return {name: amount.cents for name, amount in amounts.items()}
