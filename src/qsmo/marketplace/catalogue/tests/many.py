"""A large, always equal catalogue for load: offerings of many providers, mapped, priced and indexed."""

from __future__ import annotations

import random
from datetime import date

from qsmo.marketplace.catalogue.actions.content import index
from qsmo.marketplace.catalogue.models import Offering, Plan, PriceVersion, Provider
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SERVICE_KINDS
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import program

AREAS = {
    "FFM": ("qsmo-fm", "fm/core"),
    "HCM": ("qsmo-hr", "hr/compensation"),
    "CYB": ("qsmo-cyber", "cyber/all"),
    "GRM": ("qsmo-grants", "grants/grants"),
}
FIRST = ["Clear", "Open", "Shared", "Prime", "North", "Summit", "Harbor", "Liberty", "Keystone", "Beacon"]
THEN = [
    "Ledger",
    "Payroll",
    "Shield",
    "Grants",
    "Hiring",
    "Travel",
    "Records",
    "Reporting",
    "Assurance",
    "Desk",
]


def many_offerings(count: int = 2_000, sellers: int = 400, seed: int = 1) -> list[Offering]:
    """Make `count` published offerings of `sellers` providers, straight into the tables; the same for the same seed."""
    chance = random.Random(seed)
    held = release()
    activities = {area: sorted(held.covers(area)) for area in AREAS}
    organisations = Organisation.objects.bulk_create(
        Organisation(
            id=f"seller-{number:04}", name=f"{chance.choice(FIRST)} Services {number:04}", kind="provider"
        )
        for number in range(sellers)
    )
    Provider.every.bulk_create(
        Provider(organisation=each, sector=chance.choice(["federal", "commercial"])) for each in organisations
    )
    offerings = [_offering(number, organisations, activities, chance) for number in range(count)]
    Offering.every.bulk_create(offerings, batch_size=500)
    plans = [Plan(id=f"{each.pk}-plan", offering=each, name="Standard") for each in offerings]
    Plan.every.bulk_create(plans, batch_size=500)
    PriceVersion.every.bulk_create((_price(plan, chance) for plan in plans), batch_size=500)
    index(program("seed"), offerings)
    return offerings


def _offering(
    number: int, organisations: list[Organisation], activities: dict[str, list[str]], chance: random.Random
) -> Offering:
    area = chance.choice(list(AREAS))
    office, scope = AREAS[area]
    begin = chance.randrange(len(activities[area]))
    return Offering(
        id=f"load-{number:06}",
        provider=chance.choice(organisations),
        office_id=office,
        area=area,
        scopes=scope,
        name=f"{chance.choice(FIRST)} {chance.choice(THEN)} {number:06}",
        kind=chance.choice(list(KINDS)),
        service_kind=chance.choice(list(SERVICE_KINDS)),
        summary="Made for measuring: a catalogue entry with words, activities and a price",
        release=release().name,
        activities=activities[area][begin : begin + chance.randint(1, 12)],
        authorization=chance.choice(list(LEVELS)),
        invented="Made for measuring.",
        state="published",
    )


def _price(plan: Plan, chance: random.Random) -> PriceVersion:
    return PriceVersion(
        plan=plan,
        meter="unit",
        unit="unit",
        recurs="month",
        unit_price=f"{chance.randint(1, 99)}.{chance.randint(0, 9999):04}",
        effective_on=date(2025, 10, 1),
        announced_on=date(2025, 6, 2),
        approved_by="load",
        note="Made for measuring.",
        is_invented=True,
    )
