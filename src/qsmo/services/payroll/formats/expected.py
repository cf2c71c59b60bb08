"""Published figures as JSON, the files of a replay as figures, and the reasons of misses: what `score` reads."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.out.replayed import LINES, MISSING, REFUSED, STATEMENTS
from qsmo.services.payroll.rules.timeline.calendar import calendar_on
from qsmo.services.payroll.rules.timeline.codes import keys
from qsmo.services.payroll.rules.timeline.score import Figures, Published, Reason

TOTALS = {"gross": "gross", "net": "net", "total_deductions": "deductions_total"}
OURS = ("gross", "net", "deductions_total", "government_total")
REASONS = ("employee", "pay_period", "what", "whose", "why")
LEAVE = {
    **{f"{kind}_leave_earned": f"{kind} accrued" for kind in ("annual", "sick")},
    **{f"{kind}_leave_balance": f"{kind} balance" for kind in ("annual", "sick")},
    "876": "annual used",
    "961": "sick used",
}
"""Codes of our lines of leave, and what a published statement calls them; hours are compared as amounts are."""
_NAMED = re.compile(r"(.+) \(.+\)")


def read_expected(path: Path) -> list[Figures]:
    """The published figures: `employees` with their `periods` and what is `expected`. Refused (422) in another form."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [
            _figures(employee["employee"], period)
            for employee in content["employees"]
            for period in employee["periods"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        words = f"{path.name} does not hold published figures as expected: {type(fault).__name__} {fault}"
        raise Refusal("expected-form", words, status=422) from None


def _figures(employee: str, period: Mapping[str, Any]) -> Figures:
    expected = period["expected"]
    amounts = {ours: _cents(expected[theirs]) for theirs, ours in TOTALS.items() if theirs in expected}
    government = expected.get("government") or {}
    if government:
        total = sum((_cents(text).amount for text in government.values()), Money(0))
        amounts["government_total"] = Published(total)
    deductions = expected.get("deductions_as_published") or {}
    amounts |= {f"deduction {key}": _cut(text) for key, text in deductions.items()}
    amounts |= {f"government {key}": _cents(text) for key, text in government.items()}
    leave = expected.get("leave") or {}
    amounts |= {f"leave {kind} {what}": _cents(text) for kind in leave for what, text in leave[kind].items()}
    begin = date.fromisoformat(period["begin"])
    label = calendar_on(begin).period_of(begin).label
    return Figures(employee.upper(), str(begin), label, amounts)


def _cents(text: str) -> Published:
    return Published(Money.parse(text))


def _cut(text: str) -> Published:
    """A published deduction: to the cent where cents are given, cut to whole dollars where not."""
    return Published(Money.parse(text), whole="." not in text)


def read_run(folder: Path) -> tuple[dict[tuple[str, str], Figures], dict[tuple[str, str], str]]:
    """Our figures by name and first day, and why somebody was refused by name and pay period.

    Refused (404, 422) where the folder is not what `replay` writes.
    """
    statements = list(_rows(folder / "statements.csv", STATEMENTS))
    amounts: dict[tuple[str, str], dict[str, Money]] = {}
    names = keys()
    partial: set[tuple[str, str]] = set()
    for row in _rows(folder / "lines.csv", LINES):
        if row["code"] == MISSING:
            partial.add((row["ssn"], row["pay_period"]))
            continue
        own = amounts.setdefault((row["ssn"], row["pay_period"]), {})
        if row["kind"] in ("deduction", "government") and row["amount"]:
            key = names.get((row["kind"], row["code"]), row["code"])
            what = f"{row['kind']} {key}"
            own[what] = own.get(what, Money(0)) + Money.parse(row["amount"])
        elif row["kind"] == "leave" and row["code"] in LEAVE:
            own[f"leave {LEAVE[row['code']]}"] = Money.parse(row["hours"])
    found = {}
    for row in statements:
        is_whole = (row["ssn"], row["pay_period"]) not in partial
        told = OURS if is_whole else OURS[:1]
        own = {name: Money.parse(row[name]) for name in told}
        own |= amounts.get((row["ssn"], row["pay_period"]), {})
        figures = {what: Published(amount) for what, amount in own.items()}
        found[row["employee"].upper(), row["begin"]] = Figures(
            row["employee"].upper(),
            row["begin"],
            row["pay_period"],
            figures,
            frozenset({"deduction", "government", "leave"} if is_whole else {"leave"}),
        )
    refused: dict[tuple[str, str], str] = {}
    for row in _rows(folder / "refused.csv", REFUSED):
        named = _NAMED.fullmatch(row["who"])
        refused.setdefault((named[1] if named else row["who"], row["period"]), row["why"])
    return found, refused


def read_reasons(path: Path) -> list[Reason]:
    """The reasons of misses that somebody found out."""
    return [
        Reason(row["employee"], row["pay_period"], row["what"], row["whose"], row["why"])
        for row in _rows(path, REASONS)
    ]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise Refusal(
            "run-missing", f"There is no {path.name} in {path.parent}: run `replay` first", status=404
        )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or not set(columns) <= set(reader.fieldnames):
            words = f"{path.name} lacks columns: {', '.join(columns)} are expected"
            raise Refusal("run-form", words, status=422)
        yield from reader
