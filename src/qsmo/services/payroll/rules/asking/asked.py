"""What may be asked of one person's pay: the fields, what each may hold, and what is said where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.tax.certificates import STATUSES, read_state

MOST_LETTERS = 100
NOTHING = "none"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be different: what it is called, what may stand there, and its choices where it has some."""

    name: str
    label: str
    expected: str
    read: Callable[[str], Any]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A TSP election: a percentage of basic pay, or an amount in whole dollars."""

    percent: int = 0
    dollars: int = 0


def matched(pattern: str, text: str) -> re.Match[str]:
    """The text as the pattern reads it; ValueError where it does not."""
    found = re.fullmatch(pattern, text, re.ASCII)
    if found is None:
        raise ValueError(text)
    return found


def _number(text: str) -> int:
    return int(matched(r"\d{1,2}", text)[0])


def dollars(text: str) -> int:
    """Dollars as cents."""
    return Money.parse(matched(r"\$?(\d{1,7}(?:\.\d{2})?)", text)[1]).cents


def _share(text: str) -> Share:
    found = matched(r"(?:(\d{1,3})%|\$?(\d{1,6})(?:\.00)?)", text)
    if found[1] is None:
        return Share(dollars=int(found[2]))
    if int(found[1]) > 100:
        raise ValueError(text)
    return Share(percent=int(found[1]))


def _hours(text: str) -> int:
    hours = Fraction(matched(r"\d{1,3}(?:\.\d{1,2})?", text)[0])
    return int(hours * 100)


def plan_code(text: str) -> str:
    """The code of a health plan; empty for none."""
    if text.lower() == NOTHING:
        return ""
    return matched(r"[0-9A-Z]{3}", text.upper())[0]


def _state(text: str) -> str:
    return matched(r"[A-Z]{2}", text.upper())[0]


def _certificate(text: str) -> str:
    read_state(text)
    return text


def choice(name: str, label: str, *choices: str) -> Field:
    """A field that holds one of some words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return Field(name, label, " or ".join(choices), read, choices)


AMOUNT = "dollars, such as 2200 or 2200.00"
HOURS = "hours of the pay period, such as 10 or 7.25"
SHARE = "a whole percentage such as 5%, or whole dollars such as 200; 0 for nothing"
FIELDS = {
    field.name: field
    for field in (
        Field("grade", "Grade", "a grade of the General Schedule, 1 to 15", _number),
        Field("step", "Step", "a step of the General Schedule, 1 to 10", _number),
        Field("overtime", "Overtime hours", HOURS, _hours),
        Field("night", "Night hours", HOURS, _hours),
        Field("unpaid", "Hours of leave without pay", HOURS, _hours),
        Field("tsp_traditional", "TSP traditional", SHARE, _share),
        Field("tsp_roth", "TSP Roth", SHARE, _share),
        Field("fehb", "Health plan code", "a plan code of three characters; none for no plan", plan_code),
        choice("form", "Form W-4 of the year", "2020", "2019"),
        choice("status", "Filing status", *STATUSES),
        choice("step2", "Box of Step 2 is checked", YES, NO),
        Field("step3", "Credits for dependents (Step 3), a year", AMOUNT, dollars),
        Field("step4a", "Other income (Step 4(a)), a year", AMOUNT, dollars),
        Field("step4b", "Deductions (Step 4(b)), a year", AMOUNT, dollars),
        Field("extra", "Extra withholding (Step 4(c)), a pay period", AMOUNT, dollars),
        Field("allowances", "Allowances (forms of 2019 and earlier)", "a number, 0 to 99", _number),
        choice("exempt", "Exempt from federal withholding", YES, NO),
        Field("state", "State of the duty station", "the two letters of a state, such as VA", _state),
        Field(
            "certificate",
            "State certificate",
            "such as “VA exemptions=2” or “MD status=single exemptions=1 local=MD/031”",
            _certificate,
        ),
    )
}
"""Every field by name. An empty one leaves things as they are."""


def read(asked: Mapping[str, str], fields: Mapping[str, Field] = FIELDS) -> dict[str, Any]:
    """The fields that say something, as values. Refused (422) with a finding for each that cannot be read."""
    found: dict[str, Any] = {}
    wrong = []
    for name, text in asked.items():
        said = text.strip()
        field = fields.get(name)
        if field is None:
            known = ", ".join(fields)
            wrong.append(
                Finding("what-if-field", f"“{name}” is not a thing to change.", expected=known, field=name)
            )
        elif said:
            try:
                if len(said) > MOST_LETTERS:
                    raise ValueError(said)
                found[name] = field.read(said)
            except ValueError:
                words = f"“{said[:MOST_LETTERS]}” cannot be."
                wrong.append(Finding("what-if-value", words, expected=field.expected, field=name))
    if wrong:
        raise Refusal("what-if", wrong[0].words, status=422, findings=tuple(wrong))
    return found
