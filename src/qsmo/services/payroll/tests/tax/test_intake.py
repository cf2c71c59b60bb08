"""Which form holds, which state and place tax, and who is refused or warned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from qsmo.contract.documents import StateWithholding, Withholding
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.calculation import calculate
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, prepared
from qsmo.services.payroll.tests.pay.random_people import FIRST

ALEXANDRIA, BETHESDA, INDIANA, DENVER = "510040510", "240090031", "181234003", "080600031"
PHOENIX, PHILADELPHIA, ALABAMA, TEXAS = "040370013", "426540101", "010920000", "480000113"
CODES = ("state-", "local-", "w4-alien", "exemption-", "lock-in")
RATES_BY_STATUTE = replace(RATES, approximate_states=True)


def facts(changes: dict[str, Any], rates: Any = RATES) -> dict[str, Any]:
    """The facts of the analyst with these changes; nothing may refuse him."""
    found = prepared(changes, rates=rates).facts.filter(employee=ANALYST.employee)
    assert found.height == 1
    return found.row(0, named=True)


def codes(changes: dict[str, Any], rates: Any = RATES) -> dict[str, str]:
    """What is found on taxes, with its severity."""
    found = prepared(changes, rates=rates).findings
    return {each.code: each.severity for each in found if each.code.startswith(CODES)}


def form(**entries: Any) -> dict[str, Any]:
    return {"withholding": Withholding(**entries)}


def station(code: str, **entries: Any) -> dict[str, Any]:
    return {"duty_station": code, "state": StateWithholding(**entries)}


def test_no_form_on_file_is_a_single_person_without_entries() -> None:
    row = facts({})
    assert (row["tax_table"], row["new_form"], row["tax_exempt"]) == ("single_or_mfs standard", 1, 0)


@pytest.mark.parametrize(
    ("signed", "exempt", "found"),
    [
        (date(2025, 3, 1), 1, {}),
        (date(2024, 12, 31), 0, {"exemption-lapsed": "warning"}),
        (None, 1, {"exemption-date": "warning"}),
    ],
)
def test_a_claim_of_exemption_lapses_on_15_february_of_the_next_year(
    signed: date | None, exempt: int, found: dict[str, str]
) -> None:
    claimed = form(exempt=True, status="married", signed_on=signed)
    assert codes(claimed) == found
    row = facts(claimed)
    assert row["tax_exempt"] == exempt
    assert row["tax_table"] == ("mfj standard" if exempt else "single_or_mfs standard")


MARRIED = {"status": "married", "step3": Money.parse("2000"), "extra": Money.parse("5")}


def test_a_lock_in_letter_limits_the_form_and_a_stricter_form_stands() -> None:
    letter = Withholding(status="single", step3=Money.parse("500"))
    row = facts(form(**MARRIED, exempt=True, signed_on=date(2025, 3, 1), letter=letter))
    assert (row["tax_table"], row["step3_cents"], row["extra_cents"]) == (
        "single_or_mfs standard",
        50_000,
        500,
    )
    assert row["tax_exempt"] == 0
    strict = facts(form(status="single", letter=Withholding(status="married", step3=Money.parse("500"))))
    assert (strict["tax_table"], strict["step3_cents"]) == ("single_or_mfs standard", 0)


def test_a_lock_in_letter_of_another_generation_stands_alone() -> None:
    letter = Withholding(form="2019", status="single", allowances=1)
    row = facts(form(**MARRIED, letter=letter))
    assert (row["new_form"], row["allowances"], row["step3_cents"], row["extra_cents"]) == (0, 1, 0, 0)
    old = facts(form(form="2019", status="married", allowances=5, letter=letter))
    assert (old["allowances"], old["joint"]) == (1, 0)


def test_a_nonresident_alien_files_as_single() -> None:
    assert facts(form(nonresident_alien=True))["alien"] == 1
    assert codes(form(nonresident_alien=True, status="married")) == {"w4-alien": "error"}


def test_the_state_of_the_duty_station_taxes_by_its_own_rule_without_a_certificate() -> None:
    row = facts(station(ALEXANDRIA))
    assert (row["tax_state"], row["state_key"], row["local_key"]) == ("VA", "VA all", "")
    assert facts(station(DENVER))["state_key"] == "CO other"
    assert facts(station(DENVER) | form(status="married"))["state_key"] == "CO joint"
    assert facts(station(TEXAS))["state_key"] == ""


def test_a_certificate_of_the_state_brings_its_entries() -> None:
    row = facts(station(ALEXANDRIA, state="VA", exemptions=2, dependents=1, extra=Money.parse("10")))
    assert (row["state_exemptions"], row["state_dependents"], row["state_extra_cents"]) == (2, 1, 1_000)
    assert facts(station(ALEXANDRIA, state="VA", exempt=True))["state_exempt"] == 1
    elected = facts(station(PHOENIX, state="AZ", percent=Fraction(35, 1000)))
    assert (elected["state_elected"], elected["state_election_millionths"]) == (1, 35_000)
    claimed = facts(station(DENVER, state="CO", deduction=Money.parse("12000")))
    assert claimed["state_claimed_cents"] == 1_200_000


def test_a_certificate_of_another_state_is_not_used() -> None:
    other = station(ALEXANDRIA, state="PA", exempt=True)
    assert codes(other) == {"state-form-other": "warning"}
    assert facts(other)["state_exempt"] == 0


def test_an_agreement_leaves_the_tax_to_the_state_of_residence_by_its_certificate_only() -> None:
    row = facts(station(ALEXANDRIA, state="MD", residence="MD", local="MD/031"))
    assert (row["tax_state"], row["state_key"], row["local_key"]) == ("MD", "MD single", "MD/031 all")
    assert facts(station(ALEXANDRIA))["tax_state"] == "VA"
    assert codes(station(ALEXANDRIA, residence="NC"))["state-residence"] == "error"


def test_the_place_of_the_duty_station_or_the_one_stated() -> None:
    assert facts(station(BETHESDA))["local_key"] == "MD/031 all"
    assert facts(station(PHILADELPHIA))["local_key"] == "PA/6540 all"
    assert facts(station(PHILADELPHIA, local="PA/6540-R"))["local_key"] == "PA/6540-R all"
    assert facts(station(PHILADELPHIA, local="PA/NONE"))["local_key"] == ""
    assert facts(station(DENVER))["local_key"] == "CO/0600 all"


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("state-status", "error", station(ALEXANDRIA, state="VA", status="widowed")),
    ("state-form", "error", station(ALEXANDRIA, status="A B")),
    ("state-entries", "error", station(ALEXANDRIA, state="VA", percent=Fraction(1, 100))),
    ("state-entries", "error", station(ALEXANDRIA, state="VA", deduction=Money.parse("5"))),
    ("state-approximation", "error", station(ALABAMA)),
    ("local-tax", "error", station(ALEXANDRIA, local="VA/9999")),
    ("local-county", "warning", station(INDIANA)),
]


@pytest.mark.parametrize(("code", "severity", "changes"), REFUSED)
def test_what_is_found(code: str, severity: str, changes: dict[str, Any]) -> None:
    assert codes(changes) == {code: severity}


def test_the_statute_stands_in_for_the_table_only_where_the_agency_switched_it_on() -> None:
    assert ANALYST.employee not in prepared(station(ALABAMA)).facts["employee"]
    assert codes(station(ALABAMA), RATES_BY_STATUTE) == {"state-approximated": "warning"}
    found = prepared(station(ALABAMA), rates=RATES_BY_STATUTE)
    row = calculate(found.facts, FIRST).frame.filter(employee=ANALYST.employee).row(0, named=True)
    assert (row["state_key"], row["state_tax_cents"]) == ("AL single", 0)
    assert row["state_approximation_cents"] > 0
    assert row["deductions_cents"] + row["net_cents"] == row["gross_cents"]


def test_taxes_of_state_and_place_lower_net_pay() -> None:
    found = prepared(station(PHILADELPHIA))
    row, plain = calculate(found.facts, FIRST).frame.sort("employee").iter_rows(named=True)
    taken = row["state_tax_cents"] + row["local_tax_cents"]
    assert taken > 0
    assert (plain["state_tax_cents"], plain["local_tax_cents"]) == (0, 0)
    assert row["net_cents"] == plain["net_cents"] - taken
