"""Payments on the command line: payees asked about, schedules proposed, certified, written to a file, confirmed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform import console

Book = Annotated[str, typer.Argument(help="Identifier of the books.")]
Schedule = Annotated[str, typer.Argument(help="Identifier of the schedule.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of payment.")]


def screen_(
    book: Book,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Recorded answers as CSV.")],
    acting: console.As = "",
) -> None:
    """Take in what the lists said of vendors; again it changes nothing."""
    from qsmo.services.ledger.actions.payable import paying as actions
    from qsmo.services.ledger.formats.paying.answers import Recorded
    from qsmo.services.ledger.queries.payable import paying

    adapter = Recorded(path.read_bytes(), path.name, frozenset(paying.lists()))
    new, matched = actions.screen(console.viewer_of(acting), book, adapter)
    console.facts({"new answers": new, "found somebody": matched})


def schedule_(
    book: Book,
    on: Day,
    number: Annotated[str, typer.Option(help="Number of the schedule: the same one twice is one.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Propose the payment of every invoice whose time has come on a day."""
    from qsmo.services.ledger.actions.payable import paying as actions
    from qsmo.services.ledger.queries import reports
    from qsmo.services.ledger.queries.payable import paying

    viewer, pays_on = console.viewer_of(acting), on.date()
    kept = reports.book(viewer, book)
    there = paying.schedules(viewer, kept).filter(number=number).first() if number else None
    chosen = [
        each.pk
        for each in paying.ready(viewer, kept)
        if paying.is_time(paying.costs_of(viewer, each, pays_on), pays_on)
    ]
    if there is None or chosen:
        there = actions.propose_schedule(viewer, book, pays_on=pays_on, invoices=chosen, number=number)
    facts = {
        "schedule": there.pk,
        "number": there.number,
        "payments": there.count,
        "amount": Money(there.cents),
        "state": there.state,
    }
    console.facts(facts, as_json=as_json)


def certify_(
    schedule: Schedule,
    why: Annotated[str, typer.Option(help="Reason to waive what may be waived.")] = "",
    acting: console.As = "",
) -> None:
    """Certify a schedule that another person proposed; exit 1 with the checks that do not hold."""
    from qsmo.services.ledger.actions.payable import paying as actions

    done = actions.certify_schedule(console.viewer_of(acting), schedule, why)
    console.table(
        done.checks, {"title": "check", "outcome": "outcome", "words": "found", "why": "waived because"}
    )
    console.facts({"schedule": done.number, "state": done.state, "digest": done.digest})


def write_payments_(
    schedule: Schedule,
    path: Annotated[Path, typer.Argument(dir_okay=False, help="The file that is written.")],
    nacha: Annotated[bool, typer.Option(help="As ACH file for a bank, not as request for Treasury.")] = False,
    acting: console.As = "",
) -> None:
    """Write the file of a certified schedule; `qsmo ledger check-payments` reads what is written for Treasury."""
    from qsmo.services.ledger.formats.paying.nacha import write_nacha
    from qsmo.services.ledger.formats.paying.spr import write_spr
    from qsmo.services.ledger.queries.payable import paying

    viewer = console.viewer_of(acting)
    found = paying.schedule(viewer, schedule)
    if not (viewer.may("ledger.payable", found) or viewer.may("ledger.certify", found)):
        raise Refusal("not-allowed", "The file holds account numbers; it is for those who pay", status=403)
    if not found.digest:
        raise Refusal("not-certified", "The schedule is not certified")
    content = (write_nacha if nacha else write_spr)(paying.sheet_of(viewer, found))
    path.write_bytes(content)
    console.facts({"file": path.name, "payments": found.count, "amount": Money(found.cents)})


def send_schedule_(schedule: Schedule, acting: console.As = "") -> None:
    """Say that the file of a certified schedule was handed over."""
    from qsmo.services.ledger.actions.payable import paying as actions

    done = actions.send_schedule(console.viewer_of(acting), schedule)
    console.facts({"schedule": done.number, "state": done.state})


def confirm_(schedule: Schedule, on: Day, acting: console.As = "") -> None:
    """Take in that a schedule was paid on a day; each payment is posted."""
    from qsmo.services.ledger.actions.payable import paying as actions

    done = actions.confirm_schedule(console.viewer_of(acting), schedule, on.date())
    console.facts({"schedule": done.number, "state": done.state, "paid on": done.paid_on})
