"""Reads the free text of a measure's target into operator, number and unit, or says that it is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

OPERATORS = {
    "=>": ">=",
    ">=": ">=",
    "≥": ">=",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
    "<": "<",
    ">": ">",
    "=": "=",
}
PERCENT = "percent"
UNITS = {
    "%": PERCENT,
    "percent": PERCENT,
    "sec": "second",
    "second": "second",
    "minute": "minute",
    "min": "minute",
    "hour": "hour",
    "day": "day",
    "calendar day": "day",
    "business day": "working day",
    "government work day": "working day",
    "week": "week",
}
OPEN = re.compile(
    r"^(tbd\b|(in )?accord(ing|ance)\b|agency[ -]determined|varies\b|determined\b|as determined\b)",
    re.IGNORECASE,
)
RECOMMENDED = re.compile(
    r"^agency[ -]determined; recommended: (?:at least )(?:average score of )?(.+)$", re.IGNORECASE
)
OR_LOCAL = re.compile(r"^(.+?) or according (?:to )?agency established target$", re.IGNORECASE)
SCORE = re.compile(r"^(.*?\d)\s*-\s*(?:very |strongly )?(?:satisfied|agree)$", re.IGNORECASE)
PLAIN = re.compile(
    r"^(?P<operator>=>|>=|≥|<=|=<|≤|<|>|=)?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[a-z ]+?)?s?\s*$",
    re.IGNORECASE,
)
WORDS = (
    (re.compile(r"^(?:greater than or equal to|at least) ", re.IGNORECASE), ">="),
    (re.compile(r"^less than or equal to ", re.IGNORECASE), "<="),
    (re.compile(r"^within ", re.IGNORECASE), "<="),
    (re.compile(r"^over ", re.IGNORECASE), ">"),
)
OR_LESS = re.compile(r"^(.+?) or less$", re.IGNORECASE)
SHARE_OF_ANSWERS = re.compile(r"^(\d+%) positive$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A target as published and as read.

    `standing` is `set` (it binds), `recommended` (the agency may set another), `open` (somebody has yet to set it),
    `none` (the publisher gives none) or `words` (it says more than one operator, number and unit can hold: only the
    text counts). `operator` is empty where the text gives a figure without comparison. A share is a percentage.
    """

    text: str
    standing: str
    operator: str = ""
    number: Fraction | None = None
    unit: str = ""

    @property
    def figure(self) -> str:
        """The number as a decimal without trailing zeros, nothing where there is none; every one is finite."""
        if self.number is None:
            return ""
        return format((Decimal(self.number.numerator) / Decimal(self.number.denominator)).normalize(), "f")

    def __str__(self) -> str:
        if self.number is None:
            return self.text or "none"
        return " ".join(part for part in (self.operator, self.figure, self.unit) if part)


def target(text: str, measure_unit: str = "") -> Target:
    """A target's text, for a measure counted in `measure_unit` (percent, count, time, amount, other), as a Target.

    The spellings read are those of the published lists: `>=98%`, `=>98%` and `0.98` of a percent measure, bare
    figures, durations, scores, and the several ways to say that the customer sets it.
    """
    said = text.strip()
    if not said:
        return Target(text, "none")
    recommended = RECOMMENDED.match(said)
    if recommended:
        return _read(text, f">={recommended.group(1)}", measure_unit, "recommended", otherwise="open")
    either = OR_LOCAL.match(said)
    if either:
        return _read(text, either.group(1), measure_unit, "recommended", otherwise="words")
    if OPEN.match(said):
        return Target(text, "open")
    return _read(text, said, measure_unit, "set", otherwise="words")


def _read(text: str, said: str, measure_unit: str, standing: str, *, otherwise: str) -> Target:
    if said.lower() == "zero":
        return Target(text, standing, "=", Fraction(0), _own(measure_unit))
    said = SHARE_OF_ANSWERS.sub(r"\1", said)
    scored = SCORE.match(said)
    said = scored.group(1) if scored else said
    for pattern, operator in WORDS:
        said = pattern.sub(operator, said)
    at_most = OR_LESS.match(said)
    said = f"<={at_most.group(1)}" if at_most else said
    said = _one_of_equals(said)
    found = PLAIN.match(said)
    unit = _unit(found.group("unit") or "") if found else None
    if found is None or unit is None:
        return Target(text, otherwise)
    number = Fraction(found.group("number"))
    if not unit and measure_unit == PERCENT and number <= 1:
        number *= 100
    operator = OPERATORS[found.group("operator")] if found.group("operator") else ""
    return Target(text, standing, operator, number, "score" if scored else unit or _own(measure_unit))


def _unit(said: str) -> str | None:
    """The unit in one spelling, nothing where none is given, None where it is not one we know."""
    word = said.strip().lower()
    return "" if not word else UNITS.get(word)


def _own(measure_unit: str) -> str:
    return measure_unit if measure_unit in (PERCENT, "count", "amount") else ""


def _one_of_equals(said: str) -> str:
    """One part of a text that repeats the same target several times; the text itself otherwise."""
    parts = set(said.split())
    return parts.pop() if len(parts) == 1 else said
