"""What stands behind a usage is shown to the subscription that it belongs to, and to no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from qsmo.contract.service import Subscription
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.services.payroll.plug import service
from qsmo.services.payroll.tests.app import setting


def mine(stage: setting.Stage) -> Subscription:
    account = stage.account
    return Subscription(account.subscription, account.customer_id, account.provider_id, setting.TERMS)


def test_a_usage_opens_into_its_pay_run(stage: setting.Stage, tmp_path: Path) -> None:
    run = setting.certified(stage, setting.filled(stage, tmp_path))
    [usage] = service.usage(mine(stage), Period.parse("2026-02-22/2026-03-08"))
    shown = dict(service.evidence(mine(stage), usage.evidence))
    assert shown["Pay period"] == "2026-06, 2026-02-22 to 2026-03-07, paid 2026-03-13"
    assert shown["People paid"] == str(setting.PEOPLE - 12)
    assert shown["People refused"] == "12"
    assert (shown["Calculated by"], shown["Certified by"]) == (stage.operator.name, stage.certifier.name)
    assert shown["Digest of the results"] == run.digest


def test_another_subscription_cannot_open_it(stage: setting.Stage, tmp_path: Path) -> None:
    setting.certified(stage, setting.filled(stage, tmp_path))
    [usage] = service.usage(mine(stage), Period.parse("2026-02-22/2026-03-08"))
    others = Subscription("other", setting.NEIGHBOUR, setting.PROVIDER, setting.TERMS)
    borrowed = Subscription(stage.account.subscription, setting.NEIGHBOUR, setting.PROVIDER, setting.TERMS)
    for subscription in (others, borrowed):
        with pytest.raises(Refusal, match="no such pay run"):
            service.evidence(subscription, usage.evidence)
