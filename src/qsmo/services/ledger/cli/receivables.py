"""Accounts, budgets and receivables on the command line: kept, set, listed by age, charged and collected."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.services.ledger.cli.books import MOST, Book, Day, _pair, _viewer

One = Annotated[str, typer.Argument(help="Identifier of the receivable.")]


def keep_account_(
    book: Book,
    tas: Annotated[str, typer.Argument(help="Treasury account symbol.")],
    title: Annotated[str, typer.Option()],
    financing: Annotated[str, typer.Option(help="What pays it, such as revolving, receipts or clearing.")],
    category: Annotated[str, typer.Option(help="A, B or E.")],
    program_b: Annotated[str, typer.Option(help="Line of the apportionment, of category B.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Take a Treasury account into the books."""
    from qsmo.services.ledger import actions

    kept = actions.keep_symbol(
        console.viewer_of(acting), book, tas=tas, title=title, financing=financing, category=category,
        program_b=program_b,
    )  # fmt: skip
    console.facts({"account": kept.pk, "tas": kept.tas}, as_json=as_json)


def set_budget_(
    book: Book,
    account: Annotated[str, typer.Argument(help="Treasury account symbol.")],
    amount: Annotated[str, typer.Argument(help="Dollars.")],
    year: Annotated[int, typer.Option(help="Fiscal year.")],
    over: Annotated[list[str], typer.Option(help="What its lines say, name=code; again for another.")],
    stops: Annotated[bool, typer.Option(help="Refuse what is more, instead of a warning.")] = False,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Set a budget of the agency's own, as the person named by --as."""
    from qsmo.services.ledger import actions
    from qsmo.services.ledger.queries import reports

    viewer = console.viewer_of(acting)
    symbols = reports.symbols(viewer, reports.book(viewer, book))
    kept = next((each.pk for each in symbols if each.tas == account), account)
    made = actions.set_budget(
        viewer, book, kept, year=year, amount=Money.parse(amount), stops=stops, mask=dict(map(_pair, over))
    )
    console.facts({"budget": made.words, "left": str(Money(made.left_cents))}, as_json=as_json)


def receivables_(book: Book, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List receivables, newest first (at most 200)."""
    from qsmo.services.ledger.queries import receivable, reports

    viewer = _viewer(acting)
    rows = [
        {"id": each.pk, "number": each.number, "debtor": each.debtor.name, "state": each.state,
         "due": each.due_on, "amount": Money(each.principal_cents), "open": Money(each.open_cents)}
        for each in receivable.receivables(viewer, reports.book(viewer, book))[:MOST]
    ]  # fmt: skip
    heads = {name: name for name in ("id", "number", "debtor", "state", "due", "amount", "open")}
    console.table(rows, heads, as_json=as_json)


def ages_(
    book: Book,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; today without it.")] = None,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Print what is owed by how many days it is past due."""
    from qsmo.kernel import clock
    from qsmo.services.ledger.queries import receivable, reports

    viewer = _viewer(acting)
    found = receivable.ages_of(viewer, reports.book(viewer, book), on.date() if on else clock.today())
    rows = [{"age": each.title, "receivables": each.count, "open": each.amount} for each in found]
    console.table(rows, {name: name for name in ("age", "receivables", "open")}, as_json=as_json)


def assess_(receivable: One, on: Day, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Charge interest and penalty through a day, as the person named by --as; again it charges nothing."""
    from qsmo.services.ledger.actions import receivable as verbs

    made = verbs.assess(console.viewer_of(acting), receivable, on=on.date())
    console.facts({"charges": len(made), "charged": str(Money.total(made))}, as_json=as_json)


def collect_(
    receivable: One,
    amount: Annotated[str, typer.Argument(help="Dollars.")],
    number: Annotated[str, typer.Option(help="Number of the deposit or transfer.")],
    on: Day,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Take in a payment, as the person named by --as; it is applied in the order of the law."""
    from qsmo.services.ledger.actions import receivable as verbs
    from qsmo.services.ledger.queries import receivable as queries

    viewer = console.viewer_of(acting)
    verbs.collect(viewer, receivable, number=number, amount=Money.parse(amount), on=on.date())
    found = queries.receivable(viewer, receivable)
    console.facts({"state": found.state, "open": str(Money(found.open_cents))}, as_json=as_json)
