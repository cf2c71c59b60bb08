"""Three fiscal years of events chosen by lot, and the years after them: everything ties after every single event.

A continuing resolution, enactment, orders, receipts, payments, payroll, reimbursable work, adjustments of prior years,
expiry, and cancellation in the fifth year after it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qsmo.kernel.fiscal import FiscalYear
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.symbol import TreasuryAccount
from qsmo.services.ledger.tests.posting.simulation import Books

DIRECT: dict[str, Any] = {"reimbursable": "D"}
REIMBURSABLE: dict[str, Any] = {"reimbursable": "R", "federal": "F", "partner": "047"}
CHOICES = (
    "appropriate", "order", "receive", "pay", "payroll", "buy", "commit", "reimburse", "earn", "collect",
    "cancel_order", "recover", "refund", "raise", "imputed", "leave",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(CHOICES), st.integers(1, 5_000_00)), min_size=3, max_size=14)
FIRST = 2024


def act(books: Books, choice: str, cents: int) -> None:  # noqa: C901  # one case an event
    """One choice as the event or events that it is; never more than what is there to be received, paid or adjusted."""
    fresh = books.fund.life(books.today) == "unexpired"
    ordered = min(cents, books.ending_of("480100", "D") + books.ending_of("487100", "D"))
    owed = min(cents, books.ending_of("490100", "D"))
    brought = books.brought("480100")
    this = books.year
    match choice:
        case "appropriate" if fresh:
            for rule in ("APPROPRIATE", "APPORTION", "ALLOT"):
                assert books.post(rule, cents, **DIRECT)
        case "order" if fresh:
            books.post("OBLIGATE", cents, **DIRECT)
        case "receive" if ordered:
            assert books.post("RECEIVE", ordered, **DIRECT)
        case "pay" if owed:
            assert books.post("PAY", owed, **DIRECT)
        case "payroll" if fresh:
            books.post("PAYROLL_ACCRUE", cents + 10, **DIRECT)
        case "buy" if fresh:
            books.post("PAY_NO_ACCRUAL", cents, **DIRECT)
        case "commit" if fresh and books.post("COMMIT", cents, **DIRECT):
            assert books.post("OBLIGATE_FROM_COMMIT", cents, **DIRECT)
        case "reimburse" if fresh:
            assert books.post("ORDER_NO_ADVANCE", cents, chosen=frozenset({"445000"}), **REIMBURSABLE)
            assert books.post("APPORTION", cents, **REIMBURSABLE)
            assert books.post("ALLOT", cents, **REIMBURSABLE)
        case "earn":
            work = min(cents, -books.ending_of("422100", "R"))
            if work > 0 and fresh and books.post("OBLIGATE", work, **REIMBURSABLE):
                assert books.post("RECEIVE", work, **REIMBURSABLE)
                assert books.post("EARN_NO_ADVANCE", work, **REIMBURSABLE)
        case "collect":
            due = min(cents, -books.ending_of("425100", "R"))
            if due > 0:
                assert books.post("COLLECT_REIMB", due, **REIMBURSABLE)
        case "cancel_order" if fresh and ordered > brought:
            assert books.post("DEOB_CY", min(cents, ordered - brought), **DIRECT)
        case "recover" if brought and ordered:
            assert books.post("DOWN_UDO", min(cents, brought, ordered), of_year=this - 1, **DIRECT)
        case "raise" if books.today >= date(FIRST, 10, 1):
            books.post("UP_UDO", cents, **DIRECT)
        case "imputed":
            assert books.post("IMPUTED", cents)
        case "leave":
            assert books.post("LEAVE_UNFUNDED", cents)


def year_end(books: Books) -> None:
    """What must be settled before a year is closed: reimbursable orders that were not filled stay, estimates go."""
    assert books.broken(at_year_end=True) == ()


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.sampled_from(["X", "multi"]), st.tuples(STEPS, STEPS, STEPS))
def test_everything_ties_after_every_event(kind: str, years: tuple[list[tuple[str, int]], ...]) -> None:
    symbol = "073-X-0306-000" if kind == "X" else f"073-{FIRST}/{FIRST + 1}-0306-000"
    books = Books(Fund(TreasuryAccount.parse(symbol), "reimbursable", "A"), date(FIRST - 1, 10, 15))
    # Until the appropriation is enacted the warrant is awaited; then the fund balance takes its place.
    assert books.post("APPROPRIATE", 1_000_00, chosen=frozenset({"109000"}), **DIRECT)
    assert books.broken() == ()
    books.warrant(1_000_00)
    for rule in ("APPORTION", "ALLOT"):
        assert books.post(rule, 1_000_00, **DIRECT)
    for steps in years:
        for choice, cents in steps:
            act(books, choice, cents)
            assert books.broken() == (), (choice, cents)
        year_end(books)
        books.close()
        assert books.broken() == ()
    if kind != "X":
        _cancel(books)


def _cancel(books: Books) -> None:
    last = FIRST + 1 + 5
    while books.year < last:
        assert books.broken() == ()
        books.close()
    assert books.fund.life(books.today) == "expired"
    for account, rule in (("480100", "DOWN_UDO"), ("490100", "DOWN_DO")):
        for flag in (DIRECT, REIMBURSABLE):
            owed = books.ending_of(account, flag["reimbursable"])
            if owed:
                assert books.post(rule, owed, of_year=last - 1, **flag)
    assert books.broken() == ()
    assert books.year == FiscalYear(last).year
