"""The verbs of billing: compute and issue bills, accept them, settle them."""

from qsmo.marketplace.billing.actions.bills import accept, calculate, issue, open_bill, review
from qsmo.marketplace.billing.actions.settling import confirm, schedule, send

__all__ = ["accept", "calculate", "confirm", "issue", "open_bill", "review", "schedule", "send"]
