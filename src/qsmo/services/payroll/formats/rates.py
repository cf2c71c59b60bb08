"""What only the agency can supply, as CSV: health premiums and its FERS percentages, with source.

A line `approximate,on` lets people be paid in states whose withholding table is not on file, by the rates of the
statute, from a day on; `approximate,off` ends it. Without one it is off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.hr_xml import FEHB
from qsmo.services.payroll.formats.message import Element, refuse_size
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.formats.rows import csv_rows
from qsmo.services.payroll.rules.facts import AgencyRates, FehbRate, RetirementRate

COLUMNS = ("kind", "code", "tier", "effective_on", "biweekly", "percent", "source")
APPROXIMATE = "approximate"
KINDS = {
    "fehb": "health premium",
    "retirement": "agency retirement percentage",
    APPROXIMATE: "states by the rates of their statute",
}
SWITCH = {"on": "withheld by the rates of the statute", "off": "people there are refused"}
TIERS = {
    "self_only": "one person",
    "self_plus_one": "two persons",
    "self_and_family": "a family",
}
RETIREMENT = {
    "K": "FERS",
    "KR": "FERS-RAE",
    "KF": "FERS-FRAE",
    "M": "FERS, law enforcement and firefighters",
    "MR": "FERS-RAE, law enforcement and firefighters",
    "MF": "FERS-FRAE, law enforcement and firefighters",
}
MAX_FILE_BYTES = 10_000_000
"""All plans of all carriers with ten years of premiums stay under a megabyte."""
_SOURCE = re.compile(r"(?s:.*\S.*)")


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    code: str
    effective_on: date
    rate: FehbRate | RetirementRate | bool


def read_rates(path: Path, *, on: date, name: str = "") -> tuple[AgencyRates, list[Finding]]:
    """The rates in force on a day (the start of the pay period), and what is wrong with lines that were not used.

    A person who depends on a line that was not used is refused by the checks of the pay rules, by name.
    """
    called = name or path.name
    refuse_size(path, called, MAX_FILE_BYTES)
    findings: list[Finding] = []
    lines = [line for line in _lines(path, called, findings) if line.effective_on <= on]
    in_force = {(line.kind, line.code): line for line in sorted(lines, key=lambda line: line.effective_on)}
    premiums = {line.code: line.rate for line in in_force.values() if isinstance(line.rate, FehbRate)}
    percentages = {
        line.code: line.rate for line in in_force.values() if isinstance(line.rate, RetirementRate)
    }
    switch = in_force.get((APPROXIMATE, ""))
    approximate = switch is not None and switch.rate is True
    return AgencyRates(premiums, percentages, approximate_states=approximate), findings


def _lines(path: Path, called: str, findings: list[Finding]) -> Iterator[_Line]:
    seen: set[tuple[str, str, date]] = set()
    for row in csv_rows(path, COLUMNS, called):
        reading = Reading(called, "")
        line = _line(reading, row) if reading.whole_record(row) else None
        if line is not None and not reading.findings:
            key = (line.kind, line.code, line.effective_on)
            if key in seen:
                called_so = f"{line.kind} {line.code}".strip()
                words = f"The rate {called_so} from {line.effective_on} stands there twice."
                reading.wrong("rate-twice", words, row.line, "code", "one line for a code and day")
            else:
                seen.add(key)
                yield line
        findings.extend(reading.findings)


def _line(reading: Reading, row: Element) -> _Line | None:
    kind = reading.one_of(row, "kind", KINDS)
    effective_on = reading.day(row, "effective_on")
    source = reading.text(row, "source", _SOURCE, "where the figure is from", code="source-missing")
    if kind == "fehb":
        code = reading.text(row, "code", FEHB, "a plan code of three characters", code="fehb-wrong")
        tier = reading.one_of(row, "tier", TIERS)
        premium = reading.dollars(row, "biweekly")
        _empty(reading, row, "percent")
        if premium == Money(0) and not reading.findings:
            reading.wrong(
                "amount-wrong", "The premium is 0.", row.line, "biweekly", "the whole biweekly premium"
            )
        return None if reading.findings else _Line(kind, code, effective_on, FehbRate(premium, tier, source))
    if kind == APPROXIMATE:
        switched = reading.one_of(row, "code", SWITCH)
        for column in ("tier", "biweekly", "percent"):
            _empty(reading, row, column)
        return None if reading.findings else _Line(kind, "", effective_on, switched == "on")
    code = reading.one_of(row, "code", RETIREMENT)
    percent = reading.hundredths(row, "percent", "a percentage such as 18.4", code="number-wrong")
    if not 0 < percent < 100 * 100 and not reading.findings:
        reading.wrong(
            "number-wrong", f"The percentage is {row.attributes['percent']}.", row.line, "percent", "0 to 100"
        )
    for column in ("tier", "biweekly"):
        _empty(reading, row, column)
    if reading.findings:
        return None
    return _Line(kind, code, effective_on, RetirementRate(Fraction(percent, 100 * 100), source))


def _empty(reading: Reading, row: Element, column: str) -> None:
    if row.attributes[column]:
        words = f"{column} is filled in, which this kind of rate does not have."
        reading.wrong("cell-not-empty", words, row.line, column, "an empty cell")
