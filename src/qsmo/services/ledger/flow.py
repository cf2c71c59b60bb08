"""The lives of the ledger's records: an accounting period, and a document that waits for its entry."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

PERIOD = Flow(
    "Accounting period",
    "open",
    (
        Move("close", ("open",), "closed", "ledger.close"),
        Move("reopen", ("closed",), "open", "ledger.reopen", not_by=("close",)),
    ),
)

DOCUMENT = Flow(
    "Document",
    "waiting",
    (
        Move("post", ("waiting", "refused"), "posted", "ledger.take-in"),
        Move("refuse", ("waiting", "refused"), "refused", "ledger.take-in"),
        Move("dismiss", ("refused",), "dismissed", "ledger.post"),
    ),
)
