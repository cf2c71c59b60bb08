"""Steps 4 and 5: the subscription is provisioned, records of 2,000 people are taken in, and they are paid."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.orders.models import Instance
from qsmo.platform import console
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.actions import answers
from qsmo.services.payroll.formats.sample import AGENCY, SampleFiles, write_sample
from qsmo.services.payroll.models import Account, Intake, IntakeException, PayRun
from qsmo.services.payroll.rules import Explanation, Totals
from qsmo.site.story.agreeing import subscribed
from qsmo.site.story.market import PAYROLL, PEOPLE
from qsmo.site.story.telling import Story, person

STARTED_ON, PAID_ON = date(2026, 2, 2), date(2026, 3, 10)
LABEL = "2026-06"
SCHEDULE = "DEMONSTRATION-PAY-01"
DAMAGED = 12
SHOWN = 7
TERMS = {
    "agencies": AGENCY,
    "first_day": "2025-12-14",
    "pay_lag_days": "6",
    "withholding_periods": "26",
    "tas": "073-2026/2026-0100-000",
}


def subscribe(story: Story, order: Order) -> Instance:
    """Request, approve and provision the subscription through the contract."""
    story.step(4, f"The subscription is provisioned, and records of {PEOPLE:,} people are taken in")
    return subscribed(story, PAYROLL, order, STARTED_ON, TERMS)


def take_in(story: Story, instance: Instance) -> PayRun:
    """Three files: people and time in the federal XML form, twelve records damaged on purpose, and the rate list."""
    operator = person("owen.tran@ibc.example")
    account = Account.seen_by(operator).get(subscription=instance.pk)
    with clock.at(PAID_ON):
        run = actions.open_run(operator, account.pk, LABEL)
        sample = _sample(story, run)
        if run.state in ("open", "collecting"):
            for kind, path in (("hr", sample.hr), ("time", sample.time), ("rates", sample.rates)):
                actions.take_in(operator, run.pk, kind, path)
    for intake in Intake.seen_by(operator).filter(run=run, is_current=True):
        story.say(f"  {intake.name}: {intake.accepted:,} accepted, {intake.refused} refused")
        story.figure(f"{intake.kind} accepted", intake.accepted)
    found = IntakeException.seen_by(operator).filter(run=run, intake__isnull=False)
    story.say("  What was damaged on purpose, as the system saw it:")
    for each in found:
        story.say(f"    {each.finding}")
    wanted = sorted((each.file, each.line, each.code) for each in sample.damaged)
    story.check(
        "damaged records refused at their place",
        sorted(found.values_list("file", "line", "code")) == wanted,
        True,
    )
    story.check("damaged records", len(wanted), DAMAGED)
    return run


def pay(story: Story, run: PayRun) -> PayRun:
    """Calculate, let another person certify, send the payments, and tie hours to net."""
    story.step(5, f"The pay run of {run.during.start} to {run.during.last}, paid {run.pays_on}")
    operator, certifier = person("owen.tran@ibc.example"), person("celia.banks@ibc.example")
    with clock.at(PAID_ON):
        began = time.perf_counter()
        run.refresh_from_db()
        if run.state == "collecting":
            actions.calculate(operator, run.pk)
            run.refresh_from_db()
        if run.state == "calculating":
            with console.progress("Calculating", PEOPLE) as done:
                run = jobs.compute_now(run, done)
            spent = (time.perf_counter() - began) * 1000 / max(run.people, 1)
            story.say(f"  {run.people:,} people calculated, {spent:.2f} ms each")
        if run.state == "calculated":
            left = sorted({each.code for each in queries.exceptions(operator, run).filter(state="open")})
            for code in left:
                answers.accept(
                    operator, run.pk, code=code, why="sent back to human resources; paid once mended"
                )
            run = actions.review(operator, run.pk, why="control totals hold, nothing to compare with yet")
        if run.state == "reviewed":
            run = actions.certify(
                certifier, run.pk, why="control totals hold, exceptions are with their owners"
            )
        if run.state == "certified":
            run = actions.disburse(operator, run.pk, reference=SCHEDULE)
    totals = run.totals
    hours = sum(totals["hours"].values())
    rows: list[dict[str, Any]] = [
        {"what": f"Hours recorded ({hours // 100:,}.{hours % 100:02d})", "amount": None}
    ]
    for part, sign in (("earnings", 1), ("deductions", -1)):
        rows += [
            {"what": Totals.title(name), "amount": Money(sign * cents)}
            for name, cents in totals[part].items()
            if cents
        ]
        if part == "earnings":
            rows.append({"what": "Gross pay", "amount": Money(totals["gross"])})
    rows.append({"what": "Net pay", "amount": Money(totals["net"])})
    rows += [
        {"what": Totals.title(name), "amount": Money(cents)}
        for name, cents in totals["employer"].items()
        if cents
    ]
    rows.append({"what": "Cost to the agency", "amount": Money(totals["employer_cost"])})
    console.table(rows, {"what": "control total", "amount": "$"})
    for each in totals["checks"]:
        story.check(each["words"], _shown(each, "left"), _shown(each, "right"))
    story.check("people paid", run.people, PEOPLE - DAMAGED)
    story.check("people refused", run.refused, DAMAGED)
    story.check("the run is", run.state, "disbursed")
    story.check("paid out is net pay", Money(run.paid_out_cents), Money(totals["net"]))
    for name in ("gross", "net", "employer_cost"):
        story.figure(name, totals[name])
    story.figure("digest of the results", run.digest)
    return run


def _shown(check: dict[str, Any], side: str) -> str:
    whole, part = divmod(check[side], 100)
    units = {"cents": f"${whole:,}.{part:02d}", "centihours": f"{whole:,}.{part:02d} hours"}
    return units.get(check.get("unit", ""), f"{check[side]:,}")


def open_statement(story: Story, run: PayRun) -> None:
    """One statement, and one line of it down to its rate, its limit and their citations."""
    operator = person("owen.tran@ibc.example")
    employee = str(queries.employees(operator, run, most=SHOWN)[-1]["employee"])
    actions.link_person(operator, run.account_id, employee, "edward.example@sba.example")
    found = queries.statement(operator, run.pk, employee)
    who = queries.person_of(found)
    story.say("")
    story.say(f"  Statement of {who['given_name']} {who['last_name']}, GS-{who['grade']} step {who['step']}:")
    rows = [{"line": each.title, "amount": each.amount, "because": each.because} for each in found.lines]
    console.table(rows, {"line": "line", "amount": "$", "because": "because"})
    for name in ("oasdi_cents", "closing_oasdi_wages_cents"):
        _tell(story, queries.explanation(operator, run.pk, employee, name))
    amounts = {each.name: each.amount for each in found.lines}
    deductions = Money.total(each.amount for each in found.lines if each.section == "deduction")
    story.check("gross less deductions is net", amounts["gross_cents"] - deductions, amounts["net_cents"])
    mine = person("edward.example@sba.example")
    theirs = queries.employees(operator, run, most=1)[0]["employee"]
    with story.refused("The employee opens a colleague's statement", "not-found", lambda: run.version):
        queries.statement(mine, run.pk, theirs)
    story.check("and their own opens", queries.statement(mine, run.pk, employee).employee, employee)


def _tell(story: Story, told: Explanation) -> None:
    story.say(f"  Why “{told.title}” is {told.shown}: {told.words}")
    for each in told.inputs:
        story.say(f"    {each.title}: {each.shown}")
    for use in told.tables:
        figures = ", ".join(f"{key} {text}" for key, text in use.figures)
        story.say(f"    table {use.reference} ({figures}); source: {use.source}")
    story.say(f"    law: {told.cite}")


def _sample(story: Story, run: PayRun) -> SampleFiles:
    folder: Path = story.folder / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    return write_sample(folder, PEOPLE, seed=2026, during=run.during)
