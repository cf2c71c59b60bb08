"""The tables of published offerings: counted and compared with the dossier, and honest about what is invented."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date

import pytest

from qsmo.marketplace.catalogue.rules import listing
from qsmo.marketplace.catalogue.rules.prices import RECURS, unit_price
from qsmo.marketplace.standards.rules.framework import release

OFFERINGS = {each.id: each for each in listing.offerings()}
PROVIDERS = {each.id: each for each in listing.providers()}


def test_the_tables_hold_33_published_and_3_invented_offerings():
    assert Counter(bool(each.invented) for each in OFFERINGS.values()) == {False: 33, True: 3}
    assert {key for key, each in OFFERINGS.items() if each.invented} == {
        "ibc-payroll",
        "nfc-payroll",
        "arc-ledger",
    }
    assert Counter(each.area for each in OFFERINGS.values()) == {"GRM": 12, "CYB": 11, "HCM": 8, "FFM": 5}


def test_each_published_offering_is_as_the_dossier_has_it(reference):
    published = json.loads((reference / "market/data/offerings.json").read_text())["offerings"]
    assert {each["id"] for each in published} == {key for key, each in OFFERINGS.items() if not each.invented}
    for each in published:
        ours = OFFERINGS[each["id"]]
        activities, faults = listing.expand(release(), ours.activities)
        assert not faults
        assert activities == sorted(each["fibf"]), ours.id
        assert ours.office == f"qsmo-{each['qsmo']}"
        assert ours.name == each["name"]
        assert ours.service_kind == each["kind"]
        assert PROVIDERS[ours.provider].sector == each["sector"]
        assert ours.badges.split() == each.get("badges", [])
        assert bool(PROVIDERS[ours.provider].legacy_areas) >= bool(each.get("legacy_designated"))


def test_legacy_providers_are_those_of_the_list_by_area(reference):
    published = json.loads((reference / "market/data/legacy_providers.json").read_text())["providers"]
    ours = Counter(area for each in PROVIDERS.values() for area in each.legacy_areas)
    assert ours == Counter(each["area"] for each in published) == {"HCM": 4, "FFM": 4}


def test_an_authorization_with_a_level_is_on_the_public_list_as_carried(reference):
    with (reference / "market/data/fedramp_marketplace.csv").open(newline="") as file:
        packages = {row["package_id"]: row for row in csv.DictReader(file)}
    leveled = [each for each in listing.authorizations().values() if each.level != "unstated"]
    assert [each.offering for each in leveled] == ["hr-newpay-b"]
    row = packages[leveled[0].package_id]
    assert (row["package"], row["impact_level"].lower()) == (leveled[0].package, leveled[0].level)
    assert (row["designation"], row["authorized_date"]) == ("Compliant", str(leveled[0].authorized_on))
    assert [each["provider"] for each in packages.values()].count(row["provider"]) == 1


def test_every_offering_has_a_price_and_every_price_says_what_is_invented():
    prices = listing.prices()
    assert {each.offering for each in prices} == set(OFFERINGS)
    assert all(each.note.startswith("Invented") for each in prices)
    assert all(unit_price(each.unit_price) >= 0 and each.recurs in RECURS for each in prices)
    assert len({each.id for each in prices}) == len(prices) == 38
    measures = {each.measure for each in prices if each.measure}
    assert all(release().measure(key).level == "activity" for key in measures)


def test_the_demonstration_changes_its_prices_in_the_middle_of_pay_period_2026_06():
    told = [
        (each.plan, each.unit_price, each.effective_on)
        for each in listing.prices()
        if each.plan.startswith("ibc-p")
    ]
    assert told == [
        ("ibc-payroll-full", "6.15", date(2025, 10, 1)),
        ("ibc-payroll-full", "6.3375", date(2026, 3, 1)),
    ]


@pytest.mark.parametrize("key", ["HCM.A5-1.999", "XYZ", ""])
def test_an_identifier_that_the_framework_lacks_is_a_finding(key):
    activities, faults = listing.expand(release(), ["HCM.A5-1.010", key])
    assert activities == ["HCM.A5-1.010"]
    assert [(fault.code, fault.field) for fault in faults] == [("activity-unknown", "activities")]
    assert key in faults[0].words


def test_the_service_of_the_demonstration_counts_the_meter_that_its_plan_prices():
    payroll = OFFERINGS["ibc-payroll"]
    assert payroll.service == "payroll"
    assert {each.meter for each in listing.prices() if each.offering in {"ibc-payroll", "nfc-payroll"}} == {
        "employee-paid"
    }
