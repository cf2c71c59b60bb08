"""What somebody may see of billing: bills, lines and why they are what they are, settlements, and how all ties."""

from qsmo.marketplace.billing.queries.bills import (
    bill,
    bill_for,
    bills,
    journals,
    latest_answer,
    line,
    lines,
    lines_now,
    plan_words,
    settlement_of,
    settlement_parts,
)
from qsmo.marketplace.billing.queries.explaining import Explained, explain_line, priced_days
from qsmo.marketplace.billing.queries.todo import waiting
from qsmo.marketplace.billing.queries.tying import Tie, tie

__all__ = [
    "Explained",
    "Tie",
    "bill",
    "bill_for",
    "bills",
    "explain_line",
    "journals",
    "latest_answer",
    "line",
    "lines",
    "lines_now",
    "plan_words",
    "priced_days",
    "settlement_of",
    "settlement_parts",
    "tie",
    "waiting",
]
