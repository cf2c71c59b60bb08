"""Two sides of one document, like and unlike: each difference by its cause. Files by the layout, whole and damaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.services.ledger.formats.settlement import read_settlements, write_settlements
from qsmo.services.ledger.rules.between.agreeing import (
    Said,
    accounts,
    balances,
    belong,
    differences,
    event_type,
    meant,
    standing,
)

BUYER = Said(
    "B-1", "settled", 100_00, 2026, 7, "073-2026/2026-0100-000", "014-4523", is_buyer=True, betc="DISB"
)
SELLER = Said("B-1", "settled", 100_00, 2026, 7, "014-X-4523-000", "073-0100", is_buyer=False, betc="COLL")


def test_lines_of_both_sides_say_the_same_of_a_document() -> None:
    """The journals of a bill: accepted and paid by the buyer, performed and collected by the seller."""
    assert meant("211000", -5_00, 2026) == ("billed", 5_00, True)
    assert meant("131000", 5_00, 2026) == ("billed", 5_00, False)
    assert meant("211000", 5_00, 2026)[:2] == meant("131000", -5_00, 2026)[:2] == ("settled", 5_00)
    assert meant("610000", 5_00, 2026)[:2] == meant("520000", -5_00, 2026)[:2] == ("cost", 5_00)
    assert meant("610000", -5_00, 2026)[:2] == ("cost", -5_00)
    assert meant("480100", 5_00, 2026)[:2] == meant("422100", -5_00, 2026)[:2] == ("filled", 5_00)


@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        ({}, []),
        ({"cents": 99_99}, ["amount"]),
        ({"period": 8}, ["period"]),
        ({"year": 2027}, ["period"]),
        ({"own": "014-X-4524-000"}, ["tas"]),
        ({"partner": "073-0200"}, ["tas"]),
        ({"betc": "DISB"}, ["betc"]),
        ({"document": "B-2"}, ["missing-there", "missing-here"]),
        ({"meaning": "billed"}, ["missing-here", "missing-there"]),
        ({"cents": 1, "period": 8, "betc": "COLLAJ"}, ["amount", "period", "betc"]),
    ],
)
def test_what_differs_is_named_by_its_cause(changed: dict[str, Any], causes: list[str]) -> None:
    found = differences([BUYER], [replace(SELLER, **changed)])
    assert [each.cause for each in found] == causes


def test_parts_are_added_up_and_what_was_taken_back_is_nothing() -> None:
    parts = [replace(BUYER, cents=60_00), replace(BUYER, cents=40_00)]
    assert differences(parts, [SELLER]) == ()
    assert differences([BUYER, replace(BUYER, cents=-100_00)], []) == ()
    (one,) = differences(parts[:1], [SELLER])
    assert (one.cents, one.words) == (-40_00, "The amounts differ: 60.00 here, 100.00 there")


def test_a_difference_is_a_finding_with_its_document_and_what_it_says() -> None:
    (one,) = differences([BUYER], [replace(SELLER, cents=99_99)])
    assert (one.finding.code, one.finding.field) == ("amount", "settled")
    assert one.finding.words == "B-1, settled: The amounts differ: 100.00 here, 99.99 there"


def test_the_accounts_of_both_sides_are_those_of_the_table() -> None:
    assert accounts(2026) == (
        "211000", "131000", "141000", "231000", "610000", "520000", "480100", "422100",
    )  # fmt: skip


def test_a_balance_counts_up_alike_whichever_side_it_stands_on() -> None:
    assert standing("211000", -5_00, 2026) == standing("131000", 5_00, 2026) == ("owed", 5_00)
    assert standing("141000", 5_00, 2026) == standing("231000", -5_00, 2026) == ("advance", 5_00)
    assert standing("610000", -5_00, 2026) == standing("520000", 5_00, 2026) == ("cost", -5_00)
    assert standing("480100", -5_00, 2026) == standing("422100", 5_00, 2026) == ("ordered", 5_00)


def test_event_types_belong_together_by_what_moves() -> None:
    assert event_type(1, 2026, is_buyer=True) == "DISB"
    assert event_type(-1, 2026, is_buyer=False) == "COLLAJ"
    assert belong("COLL", "DISB", 2026)
    assert not belong("COLL", "DISBAJ", 2026)


def test_balances_stand_beside_those_of_partners_that_are_seen() -> None:
    here = {("014-4523", "owed"): 5_00, ("020-4560", "owed"): 7_00, ("014-4523", "cost"): 0}
    found = balances(here, {("014-4523", "owed"): 4_00}, frozenset({"014-4523"}), 2026)
    assert [(each.partner, each.here, each.there, each.difference) for each in found] == [
        ("014-4523", 5_00, 4_00, 1_00), ("020-4560", 7_00, None, None),
    ]  # fmt: skip


SAIDS = st.lists(
    st.builds(
        Said, st.text("AB-0123456789", min_size=1, max_size=40), st.just("settled"), st.integers(-(10**16), 10**16),
        st.just(2026), st.integers(1, 14), st.just(BUYER.own), st.just(SELLER.own), st.booleans(),
        st.sampled_from(["DISB", "COLL", ""]),
    ),
    max_size=5,
)  # fmt: skip


@given(SAIDS)
def test_what_is_written_is_read_back(said: list[Said]) -> None:
    content = write_settlements(said, "073", 2026, 7, date(2026, 5, 1))
    assert read_settlements("own.txt", content) == (tuple(said), ())


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("073", "07", "settlement-width", 1),
        ("F073", "X073", "settlement-order", 1),
        ("000000000000010000", "00000000000001000x", "settlement-number", 2),
        ("000000000000010000", "000000000000010001", "settlement-sums", 3),
        ("073-2026/2026-0100-000", "073-2026/2025-0100-000", "settlement-tas", 2),
        ("T000001", "T000002", "settlement-sums", 3),
    ],
)
def test_what_is_damaged_is_found_at_its_line_and_nothing_is_taken(
    old: str, new: str, code: str, line: int
) -> None:
    content = write_settlements([BUYER], "073", 2026, 7, date(2026, 5, 1)).decode()
    said, found = read_settlements("in.txt", content.replace(old, new, 1).encode())
    assert said == ()
    assert (found[0].code, found[0].line) == (code, line)
    assert read_settlements("in.txt", b"\xff")[1][0].code == "settlement-text"
    assert read_settlements("in.txt", b"")[1][0].code == "settlement-order"
