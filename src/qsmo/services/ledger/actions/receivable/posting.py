"""What every verb of receivables does: hold the record, post by the rule of its part, and keep the line of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import add, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.posting import record
from qsmo.services.ledger.models import Receipt, Receivable, ReceivableLine
from qsmo.services.ledger.queries.receivable import left_of
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.rules.receivable.postings import posting

SOURCE = "receivables"
"""What the entries of receivables say that they came from."""


def held(viewer: Viewer, key: str, *states: str, kind: str = "") -> Receivable:
    """The receivable, held against others who change it; refused unless it is in one of the states, and of the kind."""
    if connection.vendor == "postgresql":
        Receivable.seen_by(viewer).select_for_update(no_key=True).filter(pk=key).first()
    found = one(Receivable, viewer, key)
    allow(viewer, "ledger.post", found)
    if found.state not in states:
        words = f"{found} is “{found.state}”; this is open only while it is “{'” or “'.join(states)}”"
        raise Refusal("receivable-state", words)
    if kind and found.kind != kind:
        raise Refusal("receivable-kind", f"{found} is no {kind}", status=422)
    return found


def says(found: Receivable) -> Attributes:
    """What the lines of a receivable say beside account and amount."""
    debtor = found.debtor
    return Attributes(
        federal="F" if debtor.agency else "N",
        partner=debtor.agency,
        partner_main=debtor.main,
        organization=found.organization,
        exchange="T" if found.kind == "general-fund" else "X",
    )


def post(
    viewer: Viewer, found: Receivable, event: str, part: str, amount: Money, *, on: date, key: str, words: str,
    chosen: Iterable[str] = (),
) -> int:  # fmt: skip
    """Post what happened to a part of a receivable, by the rule of the table. Answers the entry."""
    rule = posting(found.kind, event, part, on)
    made = Event(
        rule=rule.rule,
        tas=found.symbol.tas,
        on=on,
        amounts={"amount": amount},
        source=SOURCE,
        key=f"{found.number}/{key}",
        words=f"{found.number}: {words}",
        attributes=says(found),
        chosen=rule.accounts | frozenset(chosen),
        document=found.number,
    )
    return record(viewer, found.book_id, made).entry


def note(
    viewer: Viewer, found: Receivable, event: str, part: str, amount: Money, *, on: date, entry: int, words: str,
    steps: Iterable[str] = (), cite: str = "", table: str = "", receipt: Receipt | None = None,
) -> ReceivableLine:  # fmt: skip
    """Keep a line of a receivable: an amount that adds to what is open, or takes from it, with how it came about."""
    line = ReceivableLine(
        book_id=found.book_id, receivable=found, on=on, event=event, part=part, cents=amount.cents,
        entry_id=entry, words=words, steps=list(steps), cite=cite, table=table, receipt=receipt,
    )  # fmt: skip
    return add(viewer, line, "ledger.post")


def settled(viewer: Viewer, found: Receivable, **changes: Any) -> Receivable:
    """Note what is open now; where nothing is, the receivable is paid."""
    whole = Money.total(left_of(viewer, found).values()).cents
    if found.state == "open" and not whole:
        return move(viewer, found, "settle", open_cents=0, **changes)
    return edit(viewer, found, "ledger.post", open_cents=whole, **changes)
