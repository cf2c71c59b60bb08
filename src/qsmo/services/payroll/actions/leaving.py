"""A payment to somebody who has left: made from the last papers of them, since no file of now names them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from qsmo.contract.documents import Entitlement, PayAssignment
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.store import files
from qsmo.services.payroll.actions.outside import open_outside
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.formats.tables import (
    read_assignments_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.models import Account, Intake, PayRun
from qsmo.services.payroll.queries.standing import pay_of
from qsmo.services.payroll.rules.intake.earnings.payments import BY_HOUR
from qsmo.services.payroll.rules.rule import figures

PROGRAM = program("payroll")
PARQUET = ".parquet"


@action("payroll.calculate")
def pay_leaver(
    viewer: Viewer,
    /,
    account_id: str,
    label: str,
    *,
    employee: str,
    separates_on: date,
    code: str,
    amount: Money = Money(0),
    centihours: int = 0,
    pays_on: date,
    why: str,
) -> PayRun:
    """Open a run outside the calendar that pays one payment to one person who left before the pay period `label`.

    Their last assignment is taken from the last run that paid them, and the agency's rates from its last list; there
    is no time. The run then goes the way of every other. Refused (404) for somebody whom no run paid, (422) by field.
    """
    account = one(Account, viewer, account_id)
    allow(viewer, "payroll.calculate", account)
    period = account.calendar.of_label(label)
    _refuse_fields(period, separates_on, code, amount, centihours)
    last = _last_of(account, employee)
    paper = _paper(last, employee)
    if separates_on < paper.effective_on:
        words = f"The last papers of {employee} are of {paper.effective_on}, after that day"
        raise _refused(Finding("separation-day", words, field="separates_on"))
    run = open_outside(viewer, account_id, label, names=[employee], pays_on=pays_on, why=why)
    payment = Entitlement(code, amount, centihours, separates_on)
    paid = replace(paper, ends_on=separates_on, entitlements=(payment,), year_to_date=())
    name = f"last papers of {employee}, {last.called}"[:120]
    people = files.keep(PARQUET, partial(write_assignments_table, assignments=[paid]))
    times = files.keep(PARQUET, partial(write_times_table, times=[]))
    rates = _last_rates(account)
    for kind, called, kept, accepted in (
        ("hr", name, people, 1),
        ("time", "no time after separation", times, 0),
        ("rates", rates.name, rates.accepted_file, rates.accepted),
    ):
        intake = Intake(
            run=run, kind=kind, name=called, file=kept, accepted_file=kept, accepted=accepted, refused=0
        )
        add(viewer, intake, "payroll.take-in", why=why)
    return move(viewer, run, "collect")


def _refuse_fields(period: PayPeriod, separates_on: date, code: str, amount: Money, centihours: int) -> None:
    found: list[Finding] = []
    if separates_on >= period.during.start:
        words = f"{separates_on} is not before pay period {period.label}; what is due in it is a final pay"
        found.append(Finding("separation-day", words, field="separates_on"))
    law = figures(period.during.start, period.pay_date)
    codes = [row.text("code") for row in law.version("entitlements").rows]
    if code not in codes:
        found.append(Finding("payment-code", f"“{code}” is not one of {', '.join(codes)}", field="code"))
    elif amount.cents < 0 or centihours < 0 or bool(amount.cents) == bool(centihours):
        words = "A payment has an amount, or hours of leave, above zero"
        found.append(Finding("payment", words, field="amount"))
    elif centihours and code not in BY_HOUR:
        found.append(Finding("payment", f"Only {' and '.join(BY_HOUR)} are paid by hours", field="hours"))
    if found:
        raise _refused(*found)


def _refused(*found: Finding) -> Refusal:
    return Refusal("fields", "; ".join(each.words for each in found), status=422, findings=found)


def _last_of(account: Account, employee: str) -> PayRun:
    """The last run that paid somebody."""
    standing = PayRun.seen_by(PROGRAM).filter(account=account, state__in=PAID)
    for run in standing.order_by("-pays_on", "-made_at"):
        if pay_of([run]).filter(pl.col("employee") == employee).select("employee").collect().height:
            return run
    raise Refusal("not-found", f"No run of this account has paid {employee}", status=404)


def _paper(run: PayRun, employee: str) -> PayAssignment:
    """The last assignment of somebody in the file of a run."""
    held = Intake.seen_by(PROGRAM).get(run=run, kind="hr", is_current=True)
    own = pl.scan_parquet(files.path(held.accepted_file)).filter(pl.col("employee") == employee).collect()
    with files.named(files.keep(PARQUET, own.write_parquet), PARQUET) as path:
        read = [each for each in read_assignments_table(path) if isinstance(each, PayAssignment)]
    return max(read, key=lambda each: each.effective_on)


def _last_rates(account: Account) -> Intake:
    """The last list of rates that the account sent for a run."""
    held = Intake.seen_by(PROGRAM).filter(run__account=account, kind="rates", is_current=True)
    return held.select_related("run").latest("run__starts_on", "made_at")
