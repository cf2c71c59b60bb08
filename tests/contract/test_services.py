"""Every service that is found keeps every promise of the contract."""

from __future__ import annotations

import importlib
from typing import cast

import pytest

from qsmo.contract.service import Service
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.policy import policy
from qsmo.platform.plugs import parts, services
from tests.contract import suite
from tests.contract.case import Prepare, World


@pytest.fixture(scope="session")
def world() -> World:
    """The policy and the newest release of the business framework."""
    standards = release()
    return World(
        permissions=frozenset(policy().permissions),
        activities=frozenset(activity.id for activity in standards.activities if activity.id),
        capabilities={each.id: (each.activity, each.authority) for each in standards.capabilities if each.id},
        measures=frozenset(measure.id for measure in standards.measures),
    )


def preparation(service: Service) -> Prepare:
    """How the service prepares itself: `prepare` in `tests/contract_case.py` beside its plug."""
    for slice_, plug in parts("plug"):
        if plug.service is service:
            return cast(Prepare, importlib.import_module(f"{slice_.package}.tests.contract_case").prepare)
    raise LookupError(f"{service.manifest.slug} is not among the slices")


@pytest.mark.django_db
@pytest.mark.parametrize("check", suite.CHECKS)
@pytest.mark.parametrize("slug", sorted(services()))
def test_a_service_keeps_the_contract(slug, check, world):
    service = services()[slug]
    suite.CHECKS[check](service, preparation(service)(service), world)


def test_a_service_is_found_by_the_slug_that_it_says():
    assert services()
    assert all(service.manifest.slug == slug for slug, service in services().items())
