"""The verbs of the ledger."""

from qsmo.services.ledger.actions.books import close_period, keep_symbol, open_year, reopen_period
from qsmo.services.ledger.actions.budgeting import set_budget
from qsmo.services.ledger.actions.closing import close_year
from qsmo.services.ledger.actions.documents import dismiss
from qsmo.services.ledger.actions.posting import Posted, post_again, post_event, reverse, take_in

__all__ = [
    "Posted",
    "close_period",
    "close_year",
    "dismiss",
    "keep_symbol",
    "open_year",
    "post_again",
    "post_event",
    "reopen_period",
    "reverse",
    "set_budget",
    "take_in",
]
