"""By which posting rule a part of a receivable is charged, collected, allowed for or written off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import Version
from qsmo.services.ledger.rules.chart import law

KINDS = {
    "reimbursable": "Work for another agency under its order, without an advance",
    "advance": "Advance of a customer under its order",
    "general-fund": "Debt whose proceeds go to the General Fund",
}
PROCEEDS = {
    "590000": "Other revenue",
    "532000": "Penalties and fines",
    "532500": "Administrative fees",
    "531000": "Interest",
}
"""What a debt whose proceeds go to the General Fund may be revenue of."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting rule, its accounts where the rule leaves a choice, and the account in which the part is open."""

    rule: str
    accounts: frozenset[str]
    balance: str


def _version(on: date) -> Version:
    return law()["receivable_postings"].at(on=FiscalYear.of(on).during.start)


def posting(kind: str, event: str, part: str, on: date) -> Posting:
    """How something that happens to a part of a receivable is posted; refused (422) where no rule is on file."""
    for row in _version(on).rows:
        if (row.text("kind"), row.text("event"), row.text("part")) == (kind, event, part):
            return Posting(row.text("rule"), frozenset(row.cells["accounts"].split()), row.text("balance"))
    words = f"No posting rule is on file by which the {part} of “{KINDS[kind].lower()}” has “{event}”"
    raise Refusal("receivable-posting", words, status=422)


def standing(kind: str, on: date) -> dict[str, tuple[str, ...]]:
    """The accounts in which a receivable of a kind stands open, each with its parts."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _version(on).rows:
        if row.text("kind") == kind and row.text("event") == "charge":
            account = row.text("balance")
            found[account] = (*found.get(account, ()), row.text("part"))
    return found
