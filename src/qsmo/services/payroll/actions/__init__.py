"""What people do with a pay run: open it, take files in, calculate, review, certify, pay out, close. Whole or not."""

from __future__ import annotations

import polars as pl

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.signin import command_viewer
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.platform.record.outbox import put as leave
from qsmo.platform.work.jobs import later
from qsmo.services.payroll import jobs
from qsmo.services.payroll.actions.intake import TAKES_FILES as TAKES_FILES
from qsmo.services.payroll.actions.intake import emptied
from qsmo.services.payroll.actions.intake import take_in as take_in
from qsmo.services.payroll.actions.saying import reasoned, referenced
from qsmo.services.payroll.flow import AT_WORK, HELD
from qsmo.services.payroll.models import (
    Account,
    HeldPayment,
    Intake,
    IntakeException,
    PayPerson,
    PayRun,
)
from qsmo.services.payroll.queries import missing_law, runnable
from qsmo.services.payroll.queries.standing import earlier_than
from qsmo.services.payroll.queries.writing import shares_of
from qsmo.services.payroll.rules.outcome.journal import Event, payroll_journal

MOST_SHOWN = 20


@action("payroll.take-in")
def open_run(viewer: Viewer, /, account_id: str, label: str) -> PayRun:
    """Open the run of a pay period, `2026-06`; a run that is there already is answered as it is.

    Refused (422) for a pay period that starts before the account began, or for which law is not on file.
    """
    account = one(Account, viewer, account_id)
    allow(viewer, "payroll.take-in", account)
    if not account.is_open:
        raise Refusal("account-closed", f"{account} was closed; nothing more can be paid under it")
    pay_period = account.calendar.of_label(label)
    same = PayRun.seen_by(viewer).filter(account=account, starts_on=pay_period.during.start, sequence=0)
    there = same.first()
    if there is not None:
        return there
    refuse_out_of_time(account, pay_period)
    run = PayRun(
        account=account,
        label=pay_period.label,
        starts_on=pay_period.during.start,
        ends_on=pay_period.during.end,
        pays_on=pay_period.pay_date,
    )
    return add(viewer, run, "payroll.take-in")


@action("payroll.calculate")
def calculate(viewer: Viewer, /, run_id: str) -> PayRun:
    """Start the calculation of a run; it goes on as a job, chunk by chunk, and may be killed and started again.

    Refused (409) while files are missing, and where another run of the tax year would make its balances wrong.
    """
    run = one(PayRun, viewer, run_id)
    Account.seen_by(viewer).select_for_update().get(pk=run.account_id)
    present = {intake.kind: intake for intake in Intake.seen_by(viewer).filter(run=run, is_current=True)}
    missing = [kind for kind in Intake.KINDS if kind not in present]
    if missing:
        raise Refusal("files-missing", f"{run} still lacks its {' and '.join(missing)} file")
    _refuse_out_of_order(viewer, run)
    emptied(viewer, run, "calculate", chunks_planned=jobs.chunks_of(run, present))
    later(jobs.compute, run=run.pk)
    return run


@action("payroll.calculate")
def reopen(viewer: Viewer, /, run_id: str, *, why: str) -> PayRun:
    """Put a run that is calculated or reviewed back to collecting, with the reason (422 without); its results go."""
    run = one(PayRun, viewer, run_id)
    emptied(viewer, run, "reopen", reasoned(why))
    return run


@action("payroll.review")
def review(viewer: Viewer, /, run_id: str, *, why: str = "") -> PayRun:
    """Sign that a calculated run was reviewed: its totals hold, and it was compared with the last one."""
    run = one(PayRun, viewer, run_id)
    _refuse_open_totals(run, "calculated")
    return move(viewer, run, "review", why=why, evidence=run.digest)


@action("payroll.certify")
def certify(viewer: Viewer, /, run_id: str, *, why: str = "") -> PayRun:
    """Certify a reviewed run whose control totals all hold, as a person who neither calculated nor reviewed it.

    Refused (409) while an exception is open, naming those. The journal of the run is left for the ledger in the same
    transaction.
    """
    run = one(PayRun, viewer, run_id)
    _refuse_open_totals(run, "reviewed")
    if run.state == "reviewed":
        _refuse_open_exceptions(viewer, run)
    move(viewer, run, "certify", why=why, evidence=run.digest)
    _leave_journal(viewer, run, shares_of(run), "accrue")
    return run


@action("payroll.disburse")
def disburse(viewer: Viewer, /, run_id: str, *, reference: str, why: str = "") -> PayRun:
    """Note that the payments of a certified run were sent, under the reference of their schedule (422 without).

    What is stopped is not among them. Not by the person who certified. The journal of what was paid is left for the
    ledger in the same transaction.
    """
    run = one(PayRun, viewer, run_id)
    held = HeldPayment.seen_by(viewer).filter(run=run, state="stopped").select_for_update()
    stopped = dict(held.values_list("employee", "amount_cents"))
    paid_out = run.totals.get("net", 0) - sum(stopped.values())
    move(viewer, run, "disburse", why=why, reference=referenced(reference), paid_out_cents=paid_out)
    _leave_journal(viewer, run, shares_of(run, frozenset(stopped)), "disburse")
    return run


@action("payroll.close")
def close(viewer: Viewer, /, run_id: str, *, why: str = "") -> PayRun:
    """Close a disbursed run: its pay date has come, and no payment of it is stopped, returned or on its way again."""
    run = one(PayRun, viewer, run_id)
    if run.state == "disbursed" and clock.today() < run.pays_on:
        raise Refusal("before-pay-date", f"{run} is paid on {run.pays_on}; it closes on that day or later")
    undecided = HeldPayment.seen_by(viewer).filter(run=run).exclude(state__in=HELD.ends)
    left = [f"{each.employee} ({each.state})" for each in undecided[:MOST_SHOWN]]
    if left:
        raise Refusal("payments-undecided", f"Payments of {run} are not settled: {', '.join(left)}")
    return move(viewer, run, "close", why=why)


@action("payroll.link")
def link_person(viewer: Viewer, /, account_id: str, employee: str, email: str) -> PayPerson:
    """Say that an employee identifier is a person who signs in, so that they see their own statements.

    Refused for somebody who is not an employee of the account's customer (422), and where the identifier is already
    another person (409).
    """
    account = one(Account, viewer, account_id)
    holder = command_viewer(email)
    if Held("employee", account.customer_id) not in holder.held:
        raise Refusal("not-employee", f"{email} is not an employee of {account.customer}", status=422)
    there = (
        PayPerson.unseen("an identifier is linked once, whoever asks")
        .filter(account=account, employee=employee)
        .first()
    )
    if there is None:
        return add(
            viewer, PayPerson(account=account, employee=employee, person_id=holder.person), "payroll.link"
        )
    if there.person_id != holder.person:
        raise Refusal("employee-linked", f"Employee {employee} is linked to another person")
    return there


def refuse_out_of_time(account: Account, asked: PayPeriod) -> None:
    """Nothing is paid for days before the subscription, nor without the law of the pay period."""
    lacking = missing_law(asked)
    if asked.during.start >= account.began_on and not lacking:
        return
    possible = runnable(account)
    words = f"Pay period {asked.label} ({asked.during.start} to {asked.during.last}) cannot be run: "
    if lacking:
        words += f"no law is on file for it ({'; '.join(lacking)})"
    else:
        words += f"it starts before the subscription, which began on {account.began_on}"
    if possible is None:
        words += ". No later one can be run either until more law is on file"
    else:
        first, last = possible
        words += f". Possible are those from {first.label}, which starts on {first.during.start}, through {last.label}"
    raise Refusal("law-gap" if lacking else "before-subscription", words, status=422)


def _leave_journal(viewer: Viewer, run: PayRun, shares: pl.DataFrame, event: Event) -> None:
    entity = run.account.customer_id
    journal = payroll_journal(run.pk, shares, entity=entity, on=run.pays_on, event=event)
    leave(viewer, journal, key=journal.key, sender="payroll", to="ledger", customer=entity, entity=entity)


def _refuse_open_totals(run: PayRun, state: str) -> None:
    if run.state == state and not (run.totals.get("holds") and run.people):
        words = f"The control totals of {run} do not hold, or nobody is paid; it stays open"
        raise Refusal("totals-open", words)


def _refuse_open_exceptions(viewer: Viewer, run: PayRun) -> None:
    """Errors and warnings that nobody has answered for keep a run from being certified; the first of them are named."""
    left = IntakeException.seen_by(viewer).filter(run=run, state="open")
    count = left.count()
    if count:
        shown = tuple(each.finding for each in left.order_by("severity", "code", "who", "pk")[:MOST_SHOWN])
        named = "; ".join(f"{each.code} {each.who or each.place}" for each in shown)
        more = f" and {count - len(shown):,} more" if count > len(shown) else ""
        words = f"{run} has {count:,} open exceptions that are neither corrected nor accepted: {named}{more}"
        raise Refusal("exceptions-open", words, findings=shown)


def _refuse_out_of_order(viewer: Viewer, run: PayRun) -> None:
    """Balances pass from run to run, so the runs of a tax year are paid in their order."""
    others = PayRun.seen_by(viewer).filter(account=run.account_id, pays_on__year=run.tax_year)
    before = others.filter(earlier_than(run), state__in=AT_WORK).first()
    if before is not None:
        words = f"{before} is {before.state}; certify it first, because its balances are carried into {run}"
        raise Refusal("earlier-run-open", words)
    later_ = others.exclude(earlier_than(run)).exclude(pk=run.pk)
    after = later_.exclude(state__in=("open", "collecting")).first()
    if after is not None:
        words = f"{after} is {after.state} already, with balances that {run} would change"
        raise Refusal("later-run-calculated", words)
