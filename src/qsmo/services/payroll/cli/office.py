"""A payroll office at the command line: exceptions, review, paying out, runs outside the calendar, single payments."""

from __future__ import annotations

from typing import Annotated

import typer

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions import answers, intake, leaving, outside, payments, sharing
from qsmo.services.payroll.cli.reading import day
from qsmo.services.payroll.queries import late as late_
from qsmo.services.payroll.queries import payments as seen
from qsmo.services.payroll.queries.calendar import calendar as calendar_
from qsmo.services.payroll.queries.sharing import shared

RunId = Annotated[str, typer.Argument(help="The run, as `qsmo payroll runs` lists it.")]
AccountId = Annotated[str, typer.Argument(help="The account, as `qsmo payroll accounts` lists it.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept in the trail.")]
Code = Annotated[str, typer.Option(help="All open exceptions of this code.")]
Employee = Annotated[str, typer.Argument(help="Employee identifier.")]
LateId = Annotated[str, typer.Argument(help="The file, as `late-files` lists it.")]
Reference = Annotated[str, typer.Option(help="The reference under which it was sent.")]

app = typer.Typer(help="The payroll office: exceptions, review, paying out.", no_args_is_help=True)


@app.command()
def accept(run: RunId, code: Code, why: Why, as_: console.As = "") -> None:
    """Answer for all open exceptions of a code."""
    console.OUT.print(answers.accept(console.viewer_of(as_), run, code=code, why=why))


@app.command()
def assign(
    run: RunId,
    code: Code,
    email: Annotated[str, typer.Option(help="E-mail of the one who sees to them.")],
    as_: console.As = "",
) -> None:
    """Hand all open exceptions of a code to somebody."""
    console.OUT.print(answers.assign(console.viewer_of(as_), run, code=code, email=email))


@app.command()
def late(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Whose time is missing or late."""
    viewer = console.viewer_of(as_)
    rows = [
        {"employee": each.employee, "what": each.what, "paid": each.was_paid_last}
        for each in late_.lacking(viewer, queries.run(viewer, run))
    ]
    console.table(
        rows, {"employee": "employee", "what": "what is lacking", "paid": "paid last time"}, as_json=as_json
    )


@app.command(name="late-files")
def late_files(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """The files of a run that came after the cut-off, and what was decided of them."""
    viewer = console.viewer_of(as_)
    rows = [
        {"id": each.pk, "file": each.name, "holds": each.holds, "state": each.state, "why": each.why,
         "decision": each.answer}
        for each in late_.late_files(viewer, queries.run(viewer, run))
    ]  # fmt: skip
    names = ("id", "file", "holds", "state", "why", "decision")
    console.table(rows, {name: name for name in names}, as_json=as_json)


@app.command(name="late-file")
def late_file(key: LateId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """What a late file says of whom that the file in use does not."""
    rows = [
        {"employee": each.employee, "what": each.what, "then": each.then}
        for each in late_.differing(late_.late_file(console.viewer_of(as_), key))
    ]
    console.table(
        rows, {"employee": "employee", "what": "what it says", "then": "by what it is paid"}, as_json=as_json
    )


@app.command()
def admit(key: LateId, why: Why, as_: console.As = "") -> None:
    """Use a late file in its run."""
    console.OUT.print(intake.admit(console.viewer_of(as_), key, why=why).state)


@app.command()
def settle(key: LateId, why: Why, as_: console.As = "") -> None:
    """Say how a late file is dealt with without being used."""
    console.OUT.print(intake.settle(console.viewer_of(as_), key, why=why).state)


@app.command()
def review(run: RunId, why: Why = "", as_: console.As = "") -> None:
    """Sign that a calculated run was reviewed."""
    console.OUT.print(actions.review(console.viewer_of(as_), run, why=why).state)


@app.command()
def reopen(run: RunId, why: Why, as_: console.As = "") -> None:
    """Put a run that is not certified back to its files."""
    console.OUT.print(actions.reopen(console.viewer_of(as_), run, why=why).state)


@app.command()
def disburse(run: RunId, reference: Reference, why: Why = "", as_: console.As = "") -> None:
    """Note that the payments of a certified run were sent."""
    paid = actions.disburse(console.viewer_of(as_), run, reference=reference, why=why)
    console.OUT.print(f"{paid.state} ${Money(paid.paid_out_cents)}")


@app.command()
def close(run: RunId, why: Why = "", as_: console.As = "") -> None:
    """Close a run whose payments have arrived."""
    console.OUT.print(actions.close(console.viewer_of(as_), run, why=why).state)


@app.command()
def calendar(
    account: AccountId,
    year: Annotated[int, typer.Option(min=1990, max=2099)] = 2026,
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """The pay periods of a year with cut-offs and pay dates."""
    viewer = console.viewer_of(as_)
    rows = [
        {
            "period": each.period.label,
            "days": f"{each.period.during.start} to {each.period.during.last}",
            **each.until,
            "pays": each.period.pay_date,
            "runs": ", ".join(f"{run.called} {run.state}" for run in each.runs),
        }
        for each in calendar_(viewer, queries.account(viewer, account), year)
    ]
    columns = {
        "period": "pay period", "days": "days", "hr": "people until", "time": "time until",
        "calculate": "calculated until", "certify": "certified until", "pays": "pay date", "runs": "runs",
    }  # fmt: skip
    console.table(rows, columns, as_json=as_json)


@app.command(name="outside")
def outside_(
    account: AccountId,
    label: Annotated[str, typer.Argument(help="Pay period that was worked, such as 2026-06.")],
    names: Annotated[list[str], typer.Argument(help="Employee identifiers.")],
    pays_on: Annotated[str, typer.Option(help="Pay date.")],
    why: Why,
    separates_on: Annotated[str, typer.Option(help="Last day of employment: a final pay.")] = "",
    as_: console.As = "",
) -> None:
    """Open a run outside the calendar for named people, or their final pay."""
    left = day(separates_on) if separates_on else None
    run = outside.open_outside(
        console.viewer_of(as_), account, label, names=names, pays_on=day(pays_on), why=why, separates_on=left
    )
    console.OUT.print(run.pk)


@app.command()
def leaver(
    account: AccountId,
    label: Annotated[str, typer.Argument(help="Pay period in which it is paid, such as 2026-07.")],
    employee: Employee,
    separates_on: Annotated[str, typer.Option(help="Last day of employment.")],
    code: Annotated[str, typer.Option(help="What is paid, such as annual_leave or award.")],
    pays_on: Annotated[str, typer.Option(help="Pay date.")],
    why: Why,
    amount: Annotated[str, typer.Option(help="Dollars.")] = "0.00",
    hours: Annotated[str, typer.Option(help="Hours of annual leave, instead of an amount.")] = "0.00",
    as_: console.As = "",
) -> None:
    """Open a run that pays one payment to somebody who left before, from their last papers."""
    run = leaving.pay_leaver(
        console.viewer_of(as_), account, label, employee=employee, separates_on=day(separates_on), code=code,
        amount=Money.parse(amount), centihours=Money.parse(hours).cents, pays_on=day(pays_on), why=why,
    )  # fmt: skip
    console.OUT.print(run.pk)


@app.command(name="share-bank")
def share_bank(
    exception: Annotated[str, typer.Argument(help="The exception of code bank-twice, by its identifier.")],
    why: Why,
    as_: console.As = "",
) -> None:
    """Accept that people share a bank account, in later pay periods too."""
    made = sharing.share_bank(console.viewer_of(as_), exception, why=why)
    console.OUT.print(f"{made.pk} {', '.join(made.employees)}")


@app.command(name="shared-banks")
def shared_banks(account: AccountId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Bank accounts that people may share, who accepted it, and why."""
    viewer = console.viewer_of(as_)
    rows = [
        {"id": each.pk, "employees": ", ".join(each.employees), "state": each.state, "by": each.accepted_by,
         "why": each.reason}
        for each in shared(viewer, queries.account(viewer, account))
    ]  # fmt: skip
    columns = {"id": "id", "employees": "employees", "state": "state", "by": "accepted by", "why": "why"}
    console.table(rows, columns, as_json=as_json)


@app.command(name="end-sharing")
def end_sharing(
    key: Annotated[str, typer.Argument(help="As `shared-banks` lists it.")], why: Why, as_: console.As = ""
) -> None:
    """Accept a shared bank account no longer."""
    console.OUT.print(sharing.end_sharing(console.viewer_of(as_), key, why=why).state)


@app.command()
def manual(
    account: AccountId,
    employee: Employee,
    label: Annotated[str, typer.Argument(help="Pay period it stands for.")],
    amount: Annotated[str, typer.Option(help="Dollars, such as 500.00.")],
    pays_on: Annotated[str, typer.Option(help="Day of payment.")],
    why: Why,
    as_: console.As = "",
) -> None:
    """Ask for a payment by hand; another person approves it."""
    cents = Money.parse(amount).cents
    made = payments.ask_manual(
        console.viewer_of(as_), account, employee, label, amount_cents=cents, pays_on=day(pays_on), why=why
    )
    console.OUT.print(f"{made.pk} {made.state}")


@app.command()
def stop(run: RunId, employee: Employee, why: Why, as_: console.As = "") -> None:
    """Stop one person's payment of a certified run."""
    held = payments.stop(console.viewer_of(as_), run, employee, why=why)
    console.OUT.print(f"{held.pk} {held.state}")


@app.command(name="return")
def return_(
    run: RunId,
    employee: Employee,
    code: Annotated[str, typer.Option(help="The bank's return reason code, such as R03.")],
    why: Why,
    as_: console.As = "",
) -> None:
    """Note that one person's payment came back."""
    held = payments.note_return(console.viewer_of(as_), run, employee, code=code, why=why)
    console.OUT.print(f"{held.pk} {held.state}")


@app.command()
def decide(
    payment: Annotated[str, typer.Argument(help="A payment by hand, or one stopped or returned.")],
    verb: Annotated[str, typer.Argument(help="approve, refuse, pay, reverse, reissue, settle, cancel ...")],
    reference: Reference = "",
    why: Why = "",
    as_: console.As = "",
) -> None:
    """Make the next move of a single payment."""
    viewer = console.viewer_of(as_)
    try:
        seen.manual_payment(viewer, payment)
    except Refusal:
        console.OUT.print(payments.decide_held(viewer, payment, verb, why=why, reference=reference).state)
    else:
        console.OUT.print(payments.decide_manual(viewer, payment, verb, why=why, reference=reference).state)


@app.command()
def exceptions(run: RunId, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Everything on the work list of a run, with its state, owner and answer."""
    viewer = console.viewer_of(as_)
    found = queries.exceptions(viewer, queries.run(viewer, run)).select_related("owner")
    rows = [
        {"who": each.who or _place(each.finding), "code": each.code, "severity": each.severity, "state": each.state,
         "owner": each.owner.name if each.owner else "", "answer": each.reason, "words": each.words}
        for each in found
    ]  # fmt: skip
    columns = {name: name for name in ("who", "code", "severity", "state", "owner", "answer", "words")}
    console.table(rows, columns, as_json=as_json)


def _place(found: Finding) -> str:
    return found.place
