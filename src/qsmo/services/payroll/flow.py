"""The lives of payroll's records: a run, what is to be mended in it, and payments that go a way of their own."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

RUN = Flow(
    "Pay run",
    "open",
    (
        Move("collect", ("open",), "collecting", "payroll.take-in"),
        Move("calculate", ("collecting", "calculated"), "calculating", "payroll.calculate"),
        Move("finish", ("calculating",), "calculated", "payroll.finish"),
        Move("fail", ("calculating",), "collecting", "payroll.finish"),
        Move("review", ("calculated",), "reviewed", "payroll.review"),
        Move("reopen", ("calculated", "reviewed"), "collecting", "payroll.calculate"),
        Move("certify", ("reviewed",), "certified", "payroll.certify", not_by=("calculate", "review")),
        Move("disburse", ("certified",), "disbursed", "payroll.disburse", not_by=("certify",)),
        Move("close", ("disbursed",), "closed", "payroll.close"),
    ),
)
PAID = ("certified", "disbursed", "closed")
"""States of a run whose pay stands; nothing of it is ever edited again."""
AT_WORK = ("calculating", "calculated", "reviewed")
"""States of a run whose pay is computed and does not stand yet."""

LATE = Flow(
    "File that came late",
    "waiting",
    (
        Move("admit", ("waiting",), "used", "payroll.admit"),
        Move("settle", ("waiting",), "settled", "payroll.admit"),
    ),
)

EXCEPTION = Flow(
    "Exception",
    "open",
    (
        Move("accept", ("open",), "accepted", "payroll.accept"),
        Move("take_back", ("accepted",), "open", "payroll.accept"),
        Move("correct", ("open", "accepted"), "corrected", "payroll.finish"),
    ),
)

MANUAL = Flow(
    "Manual payment",
    "drafted",
    (
        Move("request", ("drafted",), "requested", "payroll.pay-out"),
        Move("approve", ("requested",), "approved", "payroll.approve", not_by=("request",)),
        Move("refuse", ("requested",), "refused", "payroll.approve"),
        Move("pay", ("approved",), "paid", "payroll.pay-out", not_by=("approve",)),
        Move("withdraw", ("requested", "approved"), "withdrawn", "payroll.pay-out"),
        Move("reverse", ("paid",), "reversed", "payroll.approve", not_by=("pay",)),
    ),
)
OUTSTANDING = ("requested", "approved", "paid")
"""States of a manual payment that is, or may yet be, paid beside the runs."""

HELD = Flow(
    "Payment held or returned",
    "noted",
    (
        Move("stop", ("noted",), "stopped", "payroll.pay-out"),
        Move("return", ("noted", "reissued"), "returned", "payroll.pay-out"),
        Move("reissue", ("stopped", "returned"), "reissued", "payroll.approve", not_by=("stop", "return")),
        Move("settle", ("reissued",), "settled", "payroll.pay-out"),
        Move("cancel", ("stopped", "returned"), "canceled", "payroll.approve", not_by=("stop", "return")),
    ),
)
SHARED = Flow(
    "Shared bank account",
    "accepted",
    (
        Move("end", ("accepted",), "ended", "payroll.accept"),
        Move("lapse", ("accepted",), "ended", "payroll.paying"),
    ),
)

NOT_WITH_THE_PERSON = ("stopped", "returned")
"""States of a payment that somebody still has to decide about."""
