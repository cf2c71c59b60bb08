"""The lives of a bill and of its settlement. Once issued, a bill never changes: corrections are lines of the next."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

CALCULATE, REVIEW, ISSUE = "bill.calculate", "bill.review", "bill.issue"
ACCEPT, SETTLE = "bill.accept", "bill.settle"

BILL = Flow(
    "bill",
    "open",
    moves=(
        Move("calculate", ("open",), "calculated", CALCULATE),
        Move("reopen", ("calculated", "under_review"), "open", CALCULATE),
        Move("review", ("calculated",), "under_review", REVIEW),
        Move("issue", ("under_review",), "issued", ISSUE, not_by=("review",)),
        Move("accept", ("issued",), "accepted", ACCEPT),
        Move("settle", ("accepted",), "settled", SETTLE),
    ),
)

SETTLEMENT = Flow(
    "settlement",
    "scheduled",
    moves=(
        Move("send", ("scheduled",), "sent", SETTLE),
        Move("confirm", ("sent",), "confirmed", SETTLE),
    ),
)

ISSUED = ("issued", "accepted", "settled")
BILL_STEPS = ("open", "calculated", "under_review", "issued", "accepted", "settled")
