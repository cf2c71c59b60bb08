"""What must be known of a Treasury account to post to it: what pays, how it is apportioned, and its life by date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.symbol import Life, TreasuryAccount

EXEMPT = "E"
APPROPRIATED = ("appropriated", "reimbursable")
REIMBURSABLE, DIRECT = "R", "D"
OF_CUSTOMERS = "42"
"""Accounts of orders of customers and of collections from them begin so."""


@dataclass(frozen=True, slots=True)
class Fund:
    """A Treasury account as the books keep it. `category` and `program_b` are those of its money unless a line says."""

    tas: TreasuryAccount
    financing: str
    category: str
    program_b: str = ""
    bea: str = "D"

    @property
    def exempt(self) -> bool:
        """Whether its money needs no apportionment."""
        return self.category == EXEMPT

    def life(self, on: date) -> Life:
        """Whether it takes new obligations on a day, only adjustments, or nothing."""
        return _life(self.tas, on)

    def spends_appropriations(self, attributes: Attributes) -> bool:
        """Whether a cost in this account uses appropriations; reimbursable work of the same account does not."""
        return self.financing in APPROPRIATED and attributes.reimbursable != REIMBURSABLE

    def completed(self, attributes: Attributes, account: str) -> Attributes:
        """The attributes of a line with those that follow from the account: category, its line, the BEA category."""
        if not account.startswith("4"):
            return attributes
        customers_pay = self.financing == "revolving" or account.startswith(OF_CUSTOMERS)
        return _completed(self, attributes, REIMBURSABLE if customers_pay else DIRECT)


@cache
def _life(tas: TreasuryAccount, on: date) -> Life:
    return tas.life(on)


@cache
def _completed(fund: Fund, attributes: Attributes, reimbursable: str) -> Attributes:
    said = {
        "category": attributes.category or fund.category,
        "bea": attributes.bea or fund.bea,
        "reimbursable": attributes.reimbursable or reimbursable,
    }
    if said["category"] == fund.category:
        said["program_b"] = attributes.program_b or fund.program_b
    whole = replace(attributes, **said)
    return attributes if whole == attributes else whole
