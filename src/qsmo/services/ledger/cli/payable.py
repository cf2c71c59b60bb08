"""Payables on the command line: invoices taken in from a file, listed, opened and matched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform import console

MOST = 200
Book = Annotated[str, typer.Argument(help="Identifier of the books.")]
Invoice = Annotated[str, typer.Argument(help="Identifier of the invoice.")]


def import_invoices_(
    book: Book,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Invoices as CSV.")],
    match: Annotated[bool, typer.Option(help="Match each that went in, at once.")] = False,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Take the invoices of a file in, each by itself; exit 1 where something was wrong. Again it changes nothing."""
    from qsmo.services.ledger.actions.payable import invoices
    from qsmo.services.ledger.formats.invoices import read_invoices

    viewer = console.viewer_of(acting)
    read = read_invoices(path.read_bytes(), path.name)
    with console.progress("Taking invoices in", len(read.drafts)) as done:
        taken = invoices.take_in_many(viewer, book, read.drafts, done)
    found = [*read.findings]
    matched = 0
    for each in taken:
        found += (
            replace(it, file=path.name, line=read.begins[each.number], who=each.number)
            for it in each.findings
        )
        if match and each.invoice and not each.findings:
            try:
                invoices.match_invoice(viewer, each.invoice)
                matched += 1
            except Refusal as refusal:
                if refusal.code != "move-not-open":
                    begins = read.begins[each.number]
                    found += (
                        replace(it, file=path.name, line=begins, who=each.number) for it in refusal.findings
                    )
    counts = {
        "taken in": sum(each.is_new for each in taken),
        "there before": sum(bool(each.invoice) and not each.is_new for each in taken),
        "refused": sum(not each.invoice for each in taken),
        "not readable": len(read.begins) - len(read.drafts),
        "matched": matched,
    }
    if as_json:
        console.facts({**counts, "findings": [each.as_dict() for each in found]}, as_json=True)
    else:
        console.facts(counts)
        console.findings(found)
    if found:
        raise typer.Exit(1)


def invoices_(
    book: Book,
    state: Annotated[str, typer.Option(help="Only those in this state.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """List invoices, those due first (at most 200)."""
    from qsmo.services.ledger.queries import reports
    from qsmo.services.ledger.queries.payable import owed

    viewer = console.viewer_of(acting)
    found = owed.invoices(viewer, reports.book(viewer, book)).order_by("due_on", "id")
    rows = [
        {"id": each.pk, "number": each.number, "vendor": each.vendor.legal_name, "order": each.order.number,
         "due": each.due_on, "amount": each.amount, "state": each.state}
        for each in (found.filter(state=state) if state else found)[:MOST]
    ]  # fmt: skip
    heads = {name: name for name in ("number", "vendor", "order", "due", "amount", "state")}
    console.table(rows, {"id": "invoice", **heads}, as_json=as_json)


def invoice_(
    invoice: Invoice,
    pays_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Paid on this day; today without it.")
    ] = None,
    acting: console.As = "",
) -> None:
    """Show an invoice beside its order, and how its due day, interest and discount come about."""
    from qsmo.kernel import clock
    from qsmo.services.ledger.queries.payable import owed

    viewer = console.viewer_of(acting)
    found = owed.invoice(viewer, invoice)
    due, on = owed.due_of(viewer, found), pays_on.date() if pays_on else clock.today()
    rows = [
        {
            "line": each.billed.number,
            "amount": each.billed.amount,
            "expected": each.expected,
            "outcome": each.outcome,
        }
        for each in owed.match_of(viewer, found).lines
    ]
    heads = {"line": "line", "amount": "amount", "expected": "by the order", "outcome": "outcome"}
    console.table(rows, heads, title=f"Invoice {found.number}, {Money(found.amount_cents)}, {found.state}")
    discount = owed.discount_of(viewer, found, due, on)
    for told in (
        due.told,
        owed.interest_of(viewer, found, due, on).told,
        discount.told if discount else None,
    ):
        if told:
            console.OUT.print(f"{told.label}: {told.amount} ({told.rule})", markup=False)
            for step in told.steps:
                console.OUT.print(f"  {step}", markup=False)


def match_invoice_(invoice: Invoice, acting: console.As = "") -> None:
    """Match an invoice with its order and what was accepted."""
    from qsmo.services.ledger.actions.payable import invoices

    done = invoices.match_invoice(console.viewer_of(acting), invoice)
    console.facts({"invoice": done.number, "state": done.state, "due": done.due_on})
