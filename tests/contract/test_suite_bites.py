"""The suite is content with a sound service, and notices each broken one."""

from __future__ import annotations

import pytest

from tests.contract import suite
from tests.contract.broken import BROKEN
from tests.contract.sound import WORLD, Water, prepare


@pytest.mark.parametrize("name", suite.CHECKS)
def test_a_sound_service_passes(name):
    service = Water()
    assert suite.faults(service, prepare(service), WORLD, name) == ""


@pytest.mark.parametrize(
    "broken", BROKEN, ids=lambda broken: broken.words.partition(":")[0].replace(" ", "-")
)
def test_a_broken_service_is_noticed(broken):
    service = broken.make()
    assert suite.faults(service, prepare(service), WORLD, broken.caught_by) != "", broken.words


def test_every_check_notices_something():
    assert {broken.caught_by for broken in BROKEN} == set(suite.CHECKS)
