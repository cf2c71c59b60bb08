"""Two commands at the same moment, each with a connection of its own, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from qsmo.kernel import clock
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, TODAY
from qsmo.marketplace.agreements.tests.test_races import meet, race
from qsmo.marketplace.orders import actions
from qsmo.marketplace.orders.actions import commands
from qsmo.marketplace.orders.models import Command, Instance
from qsmo.marketplace.orders.tests.broken import Trial
from qsmo.platform import plugs
from qsmo.platform.record.trail import broken_links

__all__ = ["meet"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("key", ["", "the same"])
def test_of_two_provisionings_at_once_the_service_hears_one(
    meet: Callable[[ModuleType], None], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    trial = Trial()
    monkeypatch.setattr(plugs, "services", lambda: {"trial": trial})
    with clock.at(TODAY):
        cast = setting.cast("trial")
        line = setting.accepted_order(cast).present_lines.get()
        instance = actions.request(cast.manager, line.id, {"employees": "5"}).instance
        actions.approve(cast.seller_admin, instance)
    meet(commands)
    came = race(
        lambda: actions.provision(cast.seller_admin, instance, key=key),
        lambda: actions.provision(cast.seller_admin, instance, key=key),
    )
    assert came == [("command-running" if key else "changed-meanwhile"), "done"]
    assert trial.asked == [("open", {"employees": "5"})]
    assert Instance.every.get().state == "active"
    assert Command.every.filter(verb="provision").count() == 1
    assert broken_links(BUYER) == []
