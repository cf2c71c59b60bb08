"""How amounts, rates, dates and states are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qsmo.kernel.money import Money
from qsmo.platform.web import formats


def test_amounts_are_written_to_the_cent() -> None:
    assert formats.dollars(123_450) == "$1,234.50"
    assert formats.dollars(Money(-300)) == "-$3.00"
    assert formats.dollars(None) == "—"


def test_headline_amounts_are_rounded_half_up() -> None:
    assert [formats.whole_dollars(cents) for cents in (149, 150, -150, 0, 123_456_789)] == [
        "$1",
        "$2",
        "-$2",
        "$0",
        "$1,234,568",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12_345, "12,345"),
        (Fraction(5, 4), "1.25"),
        (Fraction(1, 3), "0.33"),
        (-7, "-7"),
        (Fraction(-1, 1000), "0"),
    ],
)
def test_quantities_lose_their_closing_zeros(value: Fraction, written: str) -> None:
    assert formats.number(value) == written


def test_rates_are_written_as_percent_and_as_they_stand_in_a_table() -> None:
    assert formats.percent(Fraction("0.062")) == "6.2%"
    assert formats.percent(1) == "100%"
    assert formats.ratio(Fraction("0.0145")) == "0.0145"
    assert formats.ratio(Fraction(2, 3)) == "2/3"


def test_days_and_instants_are_written_for_people() -> None:
    assert formats.day(date(2026, 3, 1)) == "March 1, 2026"
    assert formats.instant(datetime(2026, 3, 1, 0, 5, tzinfo=UTC)) == "Mar 1, 2026, 12:05 a.m. UTC"
    eastern = timezone(timedelta(hours=-5))
    assert formats.instant(datetime(2026, 3, 1, 20, 5, tzinfo=eastern)) == "Mar 2, 2026, 1:05 a.m. UTC"


def test_states_are_read_as_words_and_an_unknown_state_is_neutral() -> None:
    assert formats.words("in_review") == "In review"
    assert [formats.tone(state) for state in ("signed", "Waiting", "refused", "draft", "odd", None)] == [
        "good",
        "warn",
        "bad",
        "info",
        "neutral",
        "neutral",
    ]
