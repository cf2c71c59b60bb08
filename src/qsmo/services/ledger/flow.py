"""The lives of the ledger's records: periods, documents, what is bought and paid, receivables, receipts."""

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

RECEIVABLE = Flow(
    "Receivable",
    "draft",
    (
        Move("issue", ("draft",), "open", "ledger.post"),
        Move("drop", ("draft",), "dropped", "ledger.post"),
        Move("settle", ("open",), "paid", "ledger.post"),
        Move("end", ("open",), "ending", "ledger.write-off"),
        Move("go-on", ("ending",), "open", "ledger.write-off"),
        Move("write-off", ("ending",), "written-off", "ledger.post", not_by=("end",)),
    ),
)

RECEIPT = Flow(
    "Receipt",
    "held",
    (Move("apply", ("held",), "applied", "ledger.post"),),
)

VENDOR = Flow(
    "Vendor",
    "draft",
    (
        Move("propose", ("draft",), "proposed", "ledger.payable"),
        Move("change", ("proposed", "active", "held"), "proposed", "ledger.payable"),
        Move("approve", ("proposed",), "active", "ledger.certify", not_by=("propose", "change")),
        Move("hold", ("active",), "held", "ledger.payable"),
        Move("release", ("held",), "active", "ledger.certify"),
    ),
)

DELIVERY = Flow(
    "Delivery",
    "delivered",
    (
        Move("accept", ("delivered",), "accepted", "ledger.receive"),
        Move("reject", ("delivered",), "rejected", "ledger.receive"),
    ),
)

INVOICE = Flow(
    "Invoice",
    "received",
    (
        Move("refuse", ("received",), "improper", "ledger.payable"),
        Move("return", ("improper",), "returned", "ledger.payable"),
        Move("match", ("received",), "matched", "ledger.payable"),
        Move("dispute", ("received",), "disputed", "ledger.payable"),
        Move("settle", ("disputed",), "received", "ledger.payable"),
        Move("withdraw", ("received", "improper", "disputed"), "withdrawn", "ledger.payable"),
        Move("schedule", ("matched",), "scheduled", "ledger.payable"),
        Move("release", ("scheduled",), "matched", "ledger.schedule"),
        Move("pay", ("scheduled",), "paid", "ledger.payable"),
        Move("reopen", ("paid",), "matched", "ledger.payable"),
    ),
)

SCHEDULE = Flow(
    "Payment schedule",
    "draft",
    (
        Move("propose", ("draft",), "proposed", "ledger.payable"),
        Move("certify", ("proposed",), "certified", "ledger.certify", not_by=("propose",)),
        Move("decline", ("proposed",), "declined", "ledger.certify"),
        Move("withdraw", ("proposed",), "declined", "ledger.payable"),
        Move("send", ("certified",), "sent", "ledger.payable"),
        Move("reject", ("certified", "sent"), "rejected", "ledger.payable"),
        Move("confirm", ("sent",), "confirmed", "ledger.payable"),
    ),
)

PAYMENT = Flow(
    "Payment",
    "scheduled",
    (
        Move("drop", ("scheduled",), "dropped", "ledger.schedule"),
        Move("confirm", ("scheduled",), "confirmed", "ledger.payable"),
        Move("return", ("confirmed",), "returned", "ledger.payable"),
        Move("cancel", ("confirmed",), "canceled", "ledger.payable"),
    ),
)
