"""Identifiers that sort, and the one spelling from which digests are made."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.ids import canonical, digest, new_id, plain
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period


class Colour(Enum):
    """A value with a name."""

    RED = "red"


class Marked(str):
    """A text that says more of itself, as templates do."""


class Counted(int):
    """A whole number of a kind of its own."""


@dataclass(frozen=True)
class Paper:
    """Something with fields, and a kind that belongs to all of its sort."""

    kind: ClassVar[str] = "paper"
    amount: Money
    words: str


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def test_identifiers_are_distinct_and_sort_by_the_time_of_making():
    first = new_id()
    time.sleep(0.002)
    later = [new_id() for _ in range(1000)]
    assert len({first, *later}) == 1001
    assert all(first < each for each in later)
    assert all(len(each) == 26 and each == each.lower() for each in later)


def test_an_identifier_holds_the_millisecond_of_its_making(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_123_000_000)
    value = 0
    for letter in new_id():
        value = value * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    assert value >> 80 == 1_700_000_000_123


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        (Money(123450), "123450"),
        (Fraction(62, 1000), '"31/500"'),
        (date(2026, 3, 8), '"2026-03-08"'),
        (datetime(2026, 3, 8, 1, 2, 3, tzinfo=UTC), '"2026-03-08T01:02:03+00:00"'),
        (Period(date(2026, 3, 8), date(2026, 3, 22)), '"2026-03-08/2026-03-22"'),
        (Colour.RED, '"red"'),
        (Marked("é"), '"é"'),
        (Counted(7), "7"),
        (Paper(Money(5), "Bürgschaft"), '{"amount":5,"kind":"paper","words":"Bürgschaft"}'),
        ({"b": (1, True), "a": None}, '{"a":null,"b":[1,true]}'),
        ({3, 1, 2}, "[1,2,3]"),
        (frozenset("ba"), '["a","b"]'),
    ],
)
def test_every_kind_of_value_has_one_spelling(value, spelling):
    assert canonical(value).decode() == spelling


@pytest.mark.parametrize("value", [1.0, b"x", object(), {"a": 0.1}, Paper])
def test_what_has_no_spelling_is_an_error(value):
    with pytest.raises(TypeError, match="canonical"):
        plain(value)


def test_a_digest_is_that_of_the_spelling():
    """The digest of nothing is the one that every description of SHA-256 gives."""
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest({"a": 1}) == digest(b'{"a":1}')


@given(tree=trees)
def test_a_digest_does_not_depend_on_the_order_in_which_things_were_put(tree):
    def reversed_(value):
        if isinstance(value, dict):
            return {key: reversed_(value[key]) for key in reversed(value)}
        return [reversed_(item) for item in value] if isinstance(value, list) else value

    assert digest(tree) == digest(reversed_(tree))


@given(tree=trees)
def test_the_spelling_reads_back_as_the_plain_value(tree):
    assert json.loads(canonical(tree)) == plain(tree)
