"""The seeded catalogue and the people around it, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from qsmo.marketplace.catalogue import actions
from qsmo.marketplace.catalogue.actions import Meter
from qsmo.marketplace.catalogue.models import Offering
from qsmo.marketplace.designation import actions as designation
from qsmo.marketplace.standards import actions as standards
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.viewer import Viewer, program

DAY = date(2026, 4, 1)
SEED = program("seed")
CONTENT: dict[str, Any] = {
    "name": "Leave audit",
    "area": "HCM",
    "kind": "expertise",
    "service_kind": "labor_service",
    "summary": "Zebra-striped audit of leave balances",
    "activities": ["HCM.A5-2.010"],
    "scopes": "hr/work-schedule-leave",
    "service_levels": "Report in ten days, >=95%",
    "exit_terms": "All working papers are handed over",
}
METER = Meter("audit", "audit", "use")


def load() -> None:
    standards.seed(SEED)
    designation.seed(SEED)
    actions.seed(SEED)


def someone(name: str, *roles: str) -> Viewer:
    person, _ = Person.objects.get_or_create(email=f"{name}@example.gov", defaults={"name": name})
    for each in roles:
        role, organisation = each.split("@")
        assert Organisation.objects.filter(pk=organisation).exists(), organisation
        Grant(person=person, role=role, organisation_id=organisation).save(force_insert=True)
    return person.viewer("test")


def drafted(provider_admin: Viewer, key: str = "leave-audit", **changes: Any) -> Offering:
    """A draft of the National Finance Center, complete enough to be submitted."""
    content = {**CONTENT, **changes}
    made = actions.draft(provider_admin, provider="usda-nfc", office="qsmo-hr", key=key, **content)
    plan = actions.add_plan(provider_admin, made.pk, "Standard", key=f"{key}-standard")
    actions.draft_price(provider_admin, plan.pk, METER, "1200.50", effective_on=date(2026, 5, 1))
    actions.record_evidence(provider_admin, made.pk, "authorization", "none on file")
    return made
