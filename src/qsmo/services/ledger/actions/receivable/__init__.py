"""The verbs of receivables: billing, charging, collecting, suspense, ending collection."""

from qsmo.services.ledger.actions.receivable.billing import assess, charge_costs, draft, drop, issue
from qsmo.services.ledger.actions.receivable.collecting import apply, collect, deposit, earn, refund
from qsmo.services.ledger.actions.receivable.debtors import keep_debtor
from qsmo.services.ledger.actions.receivable.ending import end, go_on, write_off

__all__ = [
    "apply",
    "assess",
    "charge_costs",
    "collect",
    "deposit",
    "draft",
    "drop",
    "earn",
    "end",
    "go_on",
    "issue",
    "keep_debtor",
    "refund",
    "write_off",
]
