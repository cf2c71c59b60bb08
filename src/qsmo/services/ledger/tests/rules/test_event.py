"""Events made into lines, and events that are not whole. Lines worked by hand from the posting rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event, entry_of
from qsmo.services.ledger.rules.symbol import TreasuryAccount

TAS = "073-2026/2026-0100-000"
FUND = Fund(TreasuryAccount.parse(TAS), "appropriated", "A")
FREE = Fund(TreasuryAccount.parse(TAS), "appropriated", "E")
ON, LATER = date(2026, 1, 20), date(2026, 10, 20)
EVENT = Event("OBLIGATE", TAS, ON, {"amount": Money(5_00)}, "test", "O-1", document="PO-1")


def lines(event: Event, fund: Fund = FUND) -> list[tuple[str, int]]:
    """The accounts and cents of an event's entry."""
    return [(line.account, line.cents) for line in entry_of(event, fund).lines]


def refused(event: Event) -> Refusal:
    """The refusal of an event."""
    with pytest.raises(Refusal) as caught:
        entry_of(event, FUND)
    return caught.value


def test_an_order_takes_from_the_allotment_and_says_its_document_and_rule() -> None:
    entry = entry_of(EVENT, FUND)
    assert lines(EVENT) == [("461000", 5_00), ("480100", -5_00)]
    assert {line.document for line in entry.lines} == {"PO-1"}
    assert (entry.rule, entry.words) == ("OBLIGATE", "Order placed: undelivered order, unpaid")
    assert entry.rule_version.endswith(", B306?")
    assert lines(EVENT, FREE) == [("462000", 5_00), ("480100", -5_00)]


def test_an_order_is_raised_from_the_money_that_the_account_has_left() -> None:
    raised = replace(EVENT, rule="UP_UDO")
    assert lines(raised) == [("461000", 5_00), ("488100", -5_00)]
    assert lines(raised, FREE) == [("462000", 5_00), ("488100", -5_00)]
    assert lines(replace(raised, on=LATER), FREE) == [("465000", 5_00), ("488100", -5_00)]


def test_an_older_order_recovered_waits_for_apportionment_and_one_of_this_year_does_not() -> None:
    recovered = replace(EVENT, rule="DOWN_UDO", of_year=2025)
    assert lines(recovered) == [("487100", 5_00), ("445000", -5_00)]
    assert lines(replace(recovered, of_year=2026)) == [("487100", 5_00), ("461000", -5_00)]
    assert lines(recovered, FREE) == [("487100", 5_00), ("462000", -5_00)]
    assert lines(replace(recovered, on=LATER)) == [("487100", 5_00), ("465000", -5_00)]


def test_what_customers_pay_is_received_without_appropriations_used() -> None:
    received = [("480100", 5_00), ("490100", -5_00), ("610000", 5_00), ("211000", -5_00)]
    event = replace(EVENT, rule="RECEIVE")
    assert lines(event) == [*received, ("310700", 5_00), ("570000", -5_00)]
    assert lines(replace(event, attributes=Attributes(reimbursable="R"))) == received


def test_a_rule_that_there_is_not_is_refused_by_name() -> None:
    found = refused(replace(EVENT, rule="SPEND"))
    assert (found.code, found.status, found.words, found.findings) == (
        "posting-rule", 422, "There is no posting rule SPEND", (),
    )  # fmt: skip


@pytest.mark.parametrize("amounts", [{}, {"amount": Money(0)}, {"amount": Money(-1)}])
def test_an_amount_that_is_missing_or_not_above_zero_is_refused(amounts: dict[str, Money]) -> None:
    found = refused(replace(EVENT, amounts=amounts))
    assert (found.code, found.status) == ("event", 422)
    assert found.words == "Order placed: undelivered order, unpaid: the event is not complete"
    missing = Finding(
        "amount", "The amount “amount” is missing", field="amount", expected="an amount above zero"
    )
    assert found.findings == (missing,)


def test_an_amount_that_the_rule_does_not_have_is_refused() -> None:
    found = refused(replace(EVENT, amounts={"amount": Money(5_00), "tax": Money(1_00)}))
    words = "OBLIGATE has no amount “tax”"
    assert found.findings == (Finding("amount", words, field="tax", expected="amount"),)


def test_an_account_that_the_rule_does_not_offer_is_refused() -> None:
    found = refused(replace(EVENT, chosen=frozenset({"461000", "101000"})))
    words = "OBLIGATE does not use account 101000"
    assert found.findings == (Finding("account", words, field="account", expected="461000, 480100"),)


def test_everything_that_an_event_lacks_is_said_at_once() -> None:
    found = refused(replace(EVENT, amounts={"tax": Money(1_00)}, chosen=frozenset({"101000", "100000"})))
    assert [(each.code, each.field) for each in found.findings] == [
        ("amount", "amount"), ("amount", "tax"), ("account", "account"), ("account", "account"),
    ]  # fmt: skip
