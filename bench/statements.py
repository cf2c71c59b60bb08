"""A pay run of 100,000 as the product does it, with its database and store, and opening statements of that run."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.gauge import child, peak_mib, spent

EACH = 200
LAG_DAYS = 12
FILES = {"hr": "people.parquet", "time": "times.parquet", "rates": "rates.csv"}


def measured(folder: Path) -> dict[str, Any]:
    """The run and its statements in a process of their own, on a database of their own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="qsmo-bench-") as var:
        own = {"QSMO_VAR": var, "QSMO_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
        return child("bench.statements", str(folder), environment=own)


def main(folder: Path) -> dict[str, Any]:
    """Take the files in, compute chunk by chunk, add up the journal, then open statements of people chosen by lot."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from qsmo.services.payroll import actions, queries
    from qsmo.services.payroll.formats.sample import AGENCY
    from qsmo.services.payroll.jobs import compute_now
    from qsmo.services.payroll.models import Chunk
    from qsmo.services.payroll.queries.writing import shares_of
    from qsmo.services.payroll.rules.outcome.journal import payroll_journal

    run, operator = opened_run(AGENCY), an_operator()
    with spent() as taking:
        take_files(operator, run, folder)
    taken_mib = peak_mib()
    with spent() as computing:
        run = compute_now(actions.calculate(operator, run.pk), lambda _people: None)
    with spent() as adding:
        payroll_journal(run.pk, shares_of(run), entity="buyer", on=run.pays_on, event="accrue")
    most = peak_mib()
    chosen = random.Random(1).sample(range(1, run.people + 1), EACH)
    employees = [f"{number:08d}" for number in chosen]

    def opened(employee: str) -> queries.Statement:
        return queries.statement(operator, run.pk, employee)

    statements = [opened(each) for each in employees]
    return {
        "people": run.people,
        "refused": run.refused,
        "chunks": Chunk.every.filter(run=run).count(),
        **{
            f"{name}_{key}": getattr(each, key)
            for name, each in (("take", taking), ("compute", computing), ("journal", adding))
            for key in ("cpu", "wall")
        },
        "cpu": taking.cpu + computing.cpu + adding.cpu,
        "wall": taking.wall + computing.wall + adding.wall,
        "take_mib": taken_mib,
        "peak_mib": most,
        "open": _milliseconds(opened, employees),
        "explain": _milliseconds(
            lambda each: queries.explanation(operator, run.pk, each, "net_cents"), employees
        ),
        "pdf": _milliseconds(queries.statement_pdf, statements),
    }


def an_operator() -> Any:
    """Somebody who may do what a payroll office does."""
    from qsmo.platform.access.viewer import Held, Viewer

    return Viewer("Operator", person="bench", held=(Held("payroll-operator", "seller"),), via="bench")


def take_files(operator: Any, run: Any, folder: Path) -> None:
    """Take in the files of a folder, as an agency sends them."""
    from qsmo.services.payroll import actions

    for kind, name in FILES.items():
        actions.take_in(operator, run.pk, kind, folder / name, why="measured")


def opened_run(agency: str) -> Any:
    """A run that nothing was sent for yet."""
    from qsmo.platform.access.models import Organisation
    from qsmo.services.payroll.formats.sample import PERIOD
    from qsmo.services.payroll.models import Account, PayRun

    for key, kind in (("buyer", "agency"), ("seller", "provider")):
        Organisation.objects.create(id=key, name=key, kind=kind)
    account = Account.every.create(
        subscription="bench", customer_id="buyer", provider_id="seller", agencies=agency,
        first_day=date(2026, 1, 11), pay_lag_days=LAG_DAYS, withholding_periods=26, tas="028-X-8704-000",
    )  # fmt: skip
    period = account.calendar.period_of(PERIOD.start)
    return PayRun.every.create(
        account=account, label=period.label, starts_on=PERIOD.start, ends_on=PERIOD.end,
        pays_on=period.pay_date,
    )  # fmt: skip


def _milliseconds(call: Callable[[Any], object], many: list[Any]) -> float:
    """Processor milliseconds a call, after one to warm up."""
    call(many[0])
    with spent() as all_of_them:
        for each in many:
            call(each)
    return all_of_them.cpu * 1000 / len(many)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")
    print(json.dumps(main(Path(sys.argv[1]))))
