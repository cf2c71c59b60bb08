"""Taxes of states and places by hand, each computed in dollars of the year from the state's own figures."""

from __future__ import annotations

from fractions import Fraction
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.tax import TAX
from qsmo.services.payroll.rules.tax.methods import METHODS, PLACES
from qsmo.services.payroll.rules.tax.states import STATES
from qsmo.services.payroll.tests.tax.taxing import frame_of, law_of, rounded, tax, taxes

ONE = {"state_exemptions": 1}
BOTH = {"state_exemptions": 1, "state_dependents": 1}
BEFORE_TAX = {"health_cents": 20_000, "savings_traditional_cents": 30_000}

BY_HAND: list[tuple[str, int, str, dict[str, Any], Fraction]] = [
    ("VA 2026: 104,000 - 8,750 - 930 - 800; 720 and 5.75 % above 17,000", 2026, "VA all", BOTH,
     (720 + (104000 - 8750 - 930 - 800 - 17000) * F("0.0575")) / 26),
    ("VA 2021: deduction of 4,500", 2021, "VA all", ONE, (720 + (104000 - 4500 - 930 - 17000) * F("0.0575")) / 26),
    ("VA 2021: health and TSP lower the wages", 2021, "VA all", BEFORE_TAX,
     (720 + (91000 - 4500 - 17000) * F("0.0575")) / 26),
    ("PA: 3.07 % of all wages", 2026, "PA all", {}, 4000 * F("0.0307")),
    ("PA: TSP does not lower the wages, the health premium does", 2021, "PA all", BEFORE_TAX, 3800 * F("0.0307")),
    ("IN 2026", 2026, "IN all", BOTH, (104000 - 1000 - 1500) * F("0.0295") / 26),
    ("IN 2021", 2021, "IN all", ONE, (104000 - 1000) * F("0.0323") / 26),
    ("CO 2026 to the dollar, without DR 0004", 2026, "CO other", {}, F(168)),
    ("CO 2026 with 10,000 claimed on DR 0004", 2026, "CO other", {"state_claimed_cents": 1_000_000}, F(159)),
    ("NC 2026 to the dollar: 12,750 and 4.09 %", 2026, "NC single", {}, F(144)),
    ("GA 2026: 5.19 %", 2026, "GA single", {"state_dependents": 1}, (104000 - 12000 - 4000) * F("0.0519") / 26),
    ("AZ: 2.0 % without a form", 2026, "AZ all", {}, F(80)),
    ("AZ: the rate elected", 2026, "AZ all", {"state_elected": 1, "state_election_millionths": 35_000}, F(140)),
    ("AZ: an election of nothing", 2026, "AZ all", {"state_elected": 1}, F(0)),
    ("IL 2026", 2026, "IL all", BOTH, (104000 - 2925 - 1000) * F("0.0495") / 26),
    ("MI 2026", 2026, "MI all", ONE, (104000 - 5900) * F("0.0425") / 26),
    ("MD 2021: 15 % deduction at most 2,350", 2021, "MD single", ONE, (104000 - 2350 - 3200) * F("0.0475") / 26),
    ("MD 2021 with Montgomery county", 2021, "MD single", {**ONE, "local_key": "MD/031 all"},
     (104000 - 2350 - 3200) * (F("0.0475") + F("0.0320")) / 26),
    ("MD 2026 with Montgomery county", 2026, "MD single", {**ONE, "local_key": "MD/031 all"},
     (104000 - 3400 - 3200) * (F("0.0475") + F("0.0320")) / 26),
    ("CA 2026, of the pay period: 135.55 and 10.23 % above 2,798, credit 6.47", 2026, "CA single", ONE,
     F("135.55") + (4000 - 219 - 2798) * F("0.1023") - F("6.47")),
    ("NJ A 2021: nothing lowers the wages", 2021, "NJ single", {**ONE, **BEFORE_TAX},
     (2930 + (104000 - 1000 - 75000) * F("0.07")) / 26),
    ("WI 2021: the deduction shrinks to nothing", 2021, "WI single", {"state_exemptions": 2},
     (F("1073.54") + (104000 - 800 - 21820) * F("0.0627")) / 26),
    ("NY 2021: 5.97 % from 21,400", 2021, "NY single", {**ONE, "savings_traditional_cents": 130_000},
     (1042 + (70200 - 7400 - 1000 - 21400) * F("0.0597")) / 26),
    ("OR 2021 without a certificate of the state", 2021, "OR none", {}, F(320)),
    ("extra amount", 2026, "PA all", {"state_extra_cents": 1_000}, 4000 * F("0.0307") + 10),
    ("exempt", 2026, "VA all", {"state_exempt": 1, "state_extra_cents": 1_000}, F(0)),
]  # fmt: skip


def dollars(amount: Fraction) -> int:
    """Dollars in cents."""
    return rounded(amount * 100)


@pytest.mark.parametrize(
    ("year", "key", "facts", "by_hand"), [each[1:] for each in BY_HAND], ids=[e[0] for e in BY_HAND]
)
def test_state_tax_of_4000_dollars_in_26_pay_periods(
    year: int, key: str, facts: dict[str, Any], by_hand: Fraction
) -> None:
    assert tax(year, "4000", state_key=key, **facts)["state_tax_cents"] == dollars(by_hand)


PLACES_BY_HAND: list[tuple[str, int, str, dict[str, Any], Fraction]] = [
    ("Wilmington 2026: the health premium lowers the wages, TSP does not", 2026, "DE/0490 all", BEFORE_TAX,
     3800 * F("0.0125")),
    ("Denver: 69 a year", 2026, "CO/0600 all", {}, F(69, 26)),
    ("Philadelphia, work", 2026, "PA/6540 all", {}, 4000 * F("0.0343")),
    ("Philadelphia, residence", 2026, "PA/6540-R all", {}, 4000 * F("0.0374")),
    ("New York City 2021", 2021, "NY/4170 single", ONE, (2236 + (104000 - 5000 - 1000 - 60000) * F("0.0425")) / 26),
    ("a county that the state withholds", 2021, "MD/031 all", {"state_key": "MD single"}, F(0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("year", "key", "facts", "by_hand"), [e[1:] for e in PLACES_BY_HAND], ids=[e[0] for e in PLACES_BY_HAND]
)
def test_local_tax_of_4000_dollars_in_26_pay_periods(
    year: int, key: str, facts: dict[str, Any], by_hand: Fraction
) -> None:
    assert tax(year, "4000", local_key=key, **facts)["local_tax_cents"] == dollars(by_hand)


def test_philadelphia_has_another_rate_from_july_2021() -> None:
    first, second = (tax(2021, "4000", month=month, local_key="PA/6540 all") for month in (2, 8))
    assert (first["local_tax_cents"], second["local_tax_cents"]) == (14_008, 13_792)


def test_a_fixed_amount_is_not_taken_in_a_period_without_pay() -> None:
    assert tax(2026, "0", local_key="CO/0600 all")["local_tax_cents"] == 0


def test_supplemental_wages_at_the_rate_of_the_state() -> None:
    plain = tax(2026, "4000", state_key="CA single", **ONE)
    award = tax(2026, "5000", state_key="CA single", supplemental_pay_cents=100_000, **ONE)
    assert award["state_tax_cents"] == plain["state_tax_cents"] + 6_600
    virginia = tax(2026, "5000", state_key="VA all", supplemental_pay_cents=100_000)
    assert virginia["state_tax_cents"] == tax(2026, "5000", state_key="VA all")["state_tax_cents"]


def test_an_approximation_is_a_line_of_its_own() -> None:
    row = tax(2026, "4000", state_key="AL single")
    assert row["state_approximation_cents"] == dollars((110 + (104000 - 3000) * F("0.05")) / 26)
    assert row["state_tax_cents"] == 0
    assert row["closing_state_tax_cents"] == row["state_approximation_cents"]


def test_nothing_up_to_the_deduction_and_in_california_up_to_the_low_income() -> None:
    assert tax(2026, "336.53", state_key="VA all")["state_tax_cents"] == 0
    assert tax(2026, "727", state_key="CA single")["state_tax_cents"] == 0
    assert tax(2026, "728", state_key="CA single")["state_tax_cents"] == dollars(
        F("4.69") + (728 - 219 - 426) * F("0.022")
    )


def test_balances_of_the_year_grow_by_what_was_withheld() -> None:
    row = tax(
        2026,
        "4000",
        state_key="PA all",
        local_key="PA/6540 all",
        ytd_state_tax_cents=100,
        ytd_local_tax_cents=7,
    )
    assert row["closing_state_tax_cents"] == 100 + 12_280
    assert row["closing_local_tax_cents"] == 7 + 13_720
    assert row["closing_state_wages_cents"] == 400_000


def keys(year: int) -> tuple[list[str], list[str]]:
    law = law_of(year).within(("state_methods", "local_taxes", "state_schedules"))
    return [str(row["state_key"]) for row in METHODS.rows(law)], [
        str(row["local_key"]) for row in PLACES.rows(law)
    ]


@pytest.mark.parametrize("year", [2021, 2025, 2026])
def test_in_every_state_more_wages_never_mean_less_tax_and_never_a_negative_one(year: int) -> None:
    states, _ = keys(year)
    wages = [*range(0, 1_000_000, 12_500), 2_000_000, 4_000_000, 8_000_000]
    people = [{"state_key": key, "gross_cents": gross} for key in states for gross in wages]
    found = evaluate(frame_of(*people), TAX, law_of(year)).select(
        "state_key", "gross_cents", withheld=pl.col("state_tax_cents") + pl.col("state_approximation_cents")
    )
    for (key,), one in found.group_by("state_key"):
        withheld = one.sort("gross_cents")["withheld"].to_list()
        assert withheld[0] == 0, key
        assert withheld == sorted(withheld), key
        assert withheld[-1] < 8_000_000 * 15 // 100, key
        assert (withheld[-1] > 0) == (key != ""), key


@pytest.mark.parametrize("year", [2021, 2025, 2026])
def test_every_place_takes_something_and_at_most_five_per_cent(year: int) -> None:
    states, places = keys(year)
    by_state = {key[:2]: key for key in states}
    people = [
        {"local_key": key, "state_key": by_state.get(key[:2], ""), "gross_cents": 400_000} for key in places
    ]
    plain = [each | {"local_key": ""} for each in people]
    for with_place, without in zip(taxes(year, *people), taxes(year, *plain), strict=True):
        taken = sum(with_place[name] - without[name] for name in ("state_tax_cents", "local_tax_cents"))
        assert 0 <= taken <= 20_000, with_place["local_key"]
        assert (taken > 0) == (with_place["local_key"] != ""), with_place["local_key"]


@pytest.mark.parametrize("year", [2021, 2025, 2026])
def test_the_tax_where_a_row_begins_follows_from_the_rows_before_it(year: int) -> None:
    """Within a dollar and a half: states print these amounts rounded. Ohio's statute begins with an amount."""
    rows: dict[str, list[Any]] = {}
    for row in law_of(year).version("state_schedules").rows:
        if row.text("schedule") != "OH statute all":
            rows.setdefault(row.text("schedule"), []).append(row)
    for schedule, own in rows.items():
        for low, high in pairwise(own):
            width = high.cents("over").cents - low.cents("over").cents
            assert width > 0, schedule
            follows = low.cents("base").cents + width * low.rate("rate")
            assert abs(high.cents("base").cents - follows) <= 150, (schedule, high.integer("bracket"))


def test_both_engines_agree_in_every_state_and_place() -> None:
    states, places = keys(2026)
    people: list[dict[str, Any]] = [
        {
            "state_key": key,
            "local_key": places[number % len(places)],
            "gross_cents": 98_765 * (number % 7 + 1),
            "supplemental_pay_cents": 10_000 * (number % 3),
            "state_exemptions": number % 4,
            "state_dependents": number % 3,
            "health_cents": 12_345,
            "savings_traditional_cents": 23_456,
            "ytd_federal_tax_cents": number % 2,
            "alien": number % 2,
        }
        for number, key in enumerate(states * 3)
    ]
    frame, law = frame_of(*people), law_of(2026)
    assert evaluate(frame, TAX, law, engine="duckdb").equals(evaluate(frame, TAX, law))
    assert len(STATES) > 40
