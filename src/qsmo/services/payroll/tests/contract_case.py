"""Payroll prepared for its examination by the contract: two customers, one of which paid 24 people once."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from qsmo.contract.service import Done, Service, Subscription
from qsmo.kernel import clock
from qsmo.kernel.period import Period
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.services.payroll import actions, jobs
from qsmo.services.payroll.formats.sample import AGENCY, write_sample
from qsmo.services.payroll.models import Account
from tests.contract.case import Case

PROVIDER, MINE, OTHER = "contract/pay", "contract/mine", "contract/other"
TERMS = {
    "agencies": AGENCY,
    "first_day": "2025-12-14",
    "pay_lag_days": "6",
    "withholding_periods": "26",
    "tas": "073-2026/2026-0100-000",
}
PEOPLE = 24


def prepare(service: Service) -> Case:
    """The run of 22 February to 7 March 2026, asked for with a period that begins and ends outside it."""
    for key, kind in ((PROVIDER, "provider"), (MINE, "agency"), (OTHER, "agency")):
        Organisation.objects.get_or_create(pk=key, defaults={"name": key, "kind": kind})
    mine = Subscription("contract-mine", MINE, PROVIDER, TERMS)
    other = Subscription("contract-other", OTHER, PROVIDER, TERMS)
    with clock.at(date(2026, 2, 2)):
        assert isinstance(service.open(mine), Done)
    with clock.at(date(2026, 3, 10)):
        _pay(mine)
    period = Period(date(2026, 2, 15), date(2026, 3, 15))
    return Case(mine, other, period, (date(2026, 2, 22), date(2026, 2, 27), date(2026, 3, 5)))


def _pay(sub: Subscription) -> None:
    operator = Viewer("Operator", person="operator", held=(Held("payroll-operator", PROVIDER),))
    certifier = Viewer("Certifier", person="certifier", held=(Held("payroll-certifier", PROVIDER),))
    account = Account.seen_by(operator).get(subscription=sub.id)
    run = actions.open_run(operator, account.pk, "2026-06")
    with tempfile.TemporaryDirectory() as folder:
        sample = write_sample(Path(folder), PEOPLE, seed=6, during=run.during, damaged=False)
        for kind, path in (("hr", sample.hr), ("time", sample.time), ("rates", sample.rates)):
            actions.take_in(operator, run.pk, kind, path)
    actions.calculate(operator, run.pk)
    run.refresh_from_db()
    jobs.compute_now(run, lambda _: None)
    actions.review(operator, run.pk)
    actions.certify(certifier, run.pk)
