"""Reads the cases that a payroll specialist can read: a person, hours by day of January 2026, what must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord, Withholding
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import AgencyRates, FehbRate, RetirementRate, prepare
from qsmo.services.payroll.tests.pay.random_people import FIRST

CASES = Path(__file__).parents[1] / "cases" / "2026-01-11"
RATES = AgencyRates(
    fehb={
        "111": FehbRate(Money.parse("400.00"), "self_only", "invented for the cases"),
        "105": FehbRate(Money.parse("1150.00"), "self_and_family", "invented for the cases"),
    },
    retirement={
        code: RetirementRate(Fraction(rate), "invented for the cases")
        for code, rate in (("K", "0.184"), ("KR", "0.165"), ("KF", "0.165"))
    },
)
MONEY = ("basic_pay", "adjusted_pay", "tsp_amount")
W4_MONEY = ("step3", "step4a", "step4b", "extra")


def facts_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a case, through the same door as everybody's. AssertionError if the person is refused."""
    found = prepare([_assignment(case["person"])], [_time(case["time"])], RATES, FIRST)
    assert not found.refused, [str(finding) for finding in found.findings]
    return found.facts.row(0, named=True)


def _assignment(person: Mapping[str, Any]) -> PayAssignment:
    given: dict[str, Any] = {
        name: Money.parse(value) if name in MONEY else value for name, value in person.items()
    }
    form: dict[str, Any] = {
        name: Money.parse(value) if name in W4_MONEY else value for name, value in given.pop("w4", {}).items()
    }
    balances = {name: Money.parse(value).cents for name, value in given.pop("year_to_date", {}).items()}
    given["born_on"] = date.fromisoformat(given.get("born_on", "1985-07-01"))
    given["tsp_percent"] = Fraction(given.get("tsp_percent", "0")) / 100
    usual = {"fegli": "B0", "fehb": "", "flsa": "exempt"}
    return PayAssignment(
        employee="00000001",
        ssn="900000001",
        given_name="Case",
        last_name="Example",
        agency="GS28",
        effective_on=date(2025, 1, 12),
        pay_plan="GS",
        pay_basis="PA",
        work_schedule="F",
        tour_hours=40,
        withholding=Withholding(**form),
        year_to_date=tuple(balances.items()),
        **{**usual, **given},
    )


def _time(entries: list[dict[str, str]]) -> TimeRecord:
    worked = [
        TimeEntry(date(2026, 1, day), each["code"], int(Fraction(each["hours"]) * 100))
        for each in entries
        for day in _days(each["days"])
    ]
    return TimeRecord("00000001", "900000001", "GS28", FIRST.during, tuple(worked))


def _days(text: str) -> Iterator[int]:
    for part in text.split(", "):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
