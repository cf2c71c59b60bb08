"""The journal of a pay run: one balanced entry of the employing agency, from control totals and the posting table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from qsmo.contract.documents import Journal, JournalLine, Side
from qsmo.kernel.law import register
from qsmo.kernel.money import Money

LAW = Path(__file__).parent.parent / "law"


def payroll_journal(run: str, totals: Mapping[str, Any], *, entity: str, tas: str, on: date) -> Journal:
    """Payroll earned: gross and employer cost as expense, net and withheld amounts as payable, budget used.

    `totals` are plain control totals in cents. Source of the accounts: the table `postings`.
    """
    version = register(LAW)["postings"].at(on=on)
    gross, employer = totals["gross"], sum(totals["employer"].values())
    amounts = {
        "gross": gross,
        "net": totals["net"],
        "withheld": gross - totals["net"],
        "employer": employer,
        "cost": gross + employer,
    }
    lines = tuple(
        JournalLine(
            account=row.text("account"),
            side=cast(Side, row.text("side")),
            amount=Money(amounts[row.text("amount")]),
            tas=tas,
            words=row.text("words"),
            object_class=row.cells["object_class"],
        )
        for row in version.rows
        if row.text("event") == "accrue" and amounts[row.text("amount")]
    )
    return Journal(
        key=f"payroll-{run}",
        entity=entity,
        on=on,
        words="Payroll earned",
        source=f"payroll/runs/{run}",
        lines=lines,
    )
