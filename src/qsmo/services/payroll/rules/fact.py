"""What a fact is: one column that comes from outside, with its words, its bound and what it is where nobody said it."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.rule import Unit

MOST_CENTS = 100 * 100 * 100 * 100 * 100
MOST_CENTIHOURS = 12 * 100 * 100
HR = "From the pay assignment of human resources."
W4 = "From the employee's Form W-4."
TIME = "From the certified time record."
RUN = "From the pay calendar of the run."


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact column: what it is called, what it says, and how large it may be (0 where it is not a number).

    `default` is its value in frames without it; None where every frame must have it. `least` is below zero only for
    amounts that may be taken back.
    """

    name: str
    title: str
    words: str
    unit: Unit = "number"
    most: int = 0
    default: int | str | None = None
    least: int = 0


def text_fact(name: str, title: str, words: str, default: str | None = None) -> Fact:
    """A text."""
    return Fact(name, title, words, default=default)


def number_fact(name: str, title: str, words: str, most: int = 100, default: int | None = None) -> Fact:
    """A whole number, or a yes and no as 1 and 0."""
    return Fact(name, title, words, "number", most, default)


def money_fact(name: str, title: str, words: str, default: int | None = None) -> Fact:
    """An amount in cents; `_cents` is added to the name."""
    return Fact(f"{name}_cents", title, words, "cents", MOST_CENTS, default)


def rate_fact(name: str, title: str, words: str, default: int | None = None) -> Fact:
    """A rate in whole millionths, at most 100 per cent; `_millionths` is added to the name."""
    return Fact(f"{name}_millionths", title, words, "millionths", MILLION, default)


def hours_fact(name: str, title: str, words: str, default: int | None = None) -> Fact:
    """Hundredths of an hour; `_centihours` is added to the name."""
    return Fact(f"{name}_centihours", title, words, "centihours", MOST_CENTIHOURS, default)
