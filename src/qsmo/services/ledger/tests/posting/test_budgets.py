"""Budgets of an agency's own: what was used counts, a warning lets through, a stop refuses, the law stays beside."""

from __future__ import annotations

from datetime import date

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.record.trail import broken_links, entries_of
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Control, Symbol
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.tests.setting import TODAY, Stage

HQ, FIELD = Attributes(organization="HQ"), Attributes(organization="FIELD")


def budget(stage: Stage, dollars: str, *, stops: bool = True, year: int = 2026) -> Control:
    """A budget for orders and costs of HQ."""
    symbol = Symbol.seen_by(stage.officer).get()
    with clock.at(TODAY):
        return actions.set_budget(
            stage.officer, stage.book.pk, symbol.pk, year=year, amount=Money.parse(dollars), stops=stops,
            mask={"organization": "HQ", "program": ""}, warn_below=Money(10_00),
        )  # fmt: skip


def funded(stage: Stage) -> Stage:
    """Books with 1,000.00 allotted to each of two organizations, and an order of 300.00 by HQ."""
    for attributes in (HQ, FIELD):
        stage.funded("1,000.00", attributes=attributes)
    stage.post("OBLIGATE", "300.00", attributes=HQ)
    return stage


def test_a_budget_counts_what_was_used_and_stops_at_the_last_cent(stage: Stage) -> None:
    made = budget(funded(stage), "500.00")
    assert (made.left_cents, made.words) == (
        200_00, f"Budget FY2026 of {made.symbol.tas}, organization HQ",
    )  # fmt: skip
    stage.post("OBLIGATE", "900.00", attributes=FIELD)
    before, balances = stage.counts(), stage.balances()
    with pytest.raises(Refusal) as refused:
        stage.post("OBLIGATE", "200.01", attributes=HQ)
    assert (refused.value.code, refused.value.findings[0].field) == ("funds", "budget")
    assert (stage.counts(), stage.balances(), stage.left("budget")) == (before, balances, "200.00")
    assert len(stage.post("OBLIGATE", "195.00", attributes=HQ).warnings) == 1
    stage.post("RECEIVE", "300.00", attributes=HQ)
    assert stage.left("budget") == "5.00"
    stage.post("COMMIT", "5.00", attributes=Attributes(organization="HQ", program="NEW"))
    assert stage.left("budget") == "0.00"


def test_the_trail_of_a_budget_holds_though_its_record_is_named_by_a_number(stage: Stage) -> None:
    made = budget(funded(stage), "500.00")
    assert [entry.verb for entry in entries_of(made)] == ["set-budget"]
    assert broken_links(made.chain) == []


def test_a_budget_that_warns_lets_through_and_one_of_another_year_says_nothing(stage: Stage) -> None:
    budget(funded(stage), "400.00", stops=False)
    budget(stage, "1.00", year=2027)
    (warned,) = stage.post("OBLIGATE", "150.00", attributes=HQ).warnings
    assert (warned.severity, warned.field) == ("warning", "budget")
    assert {each.year: each.left_cents for each in Control.seen_by(stage.officer).filter(level="budget")} == {
        2026: -50_00, 2027: 1_00,
    }  # fmt: skip


def test_a_budget_is_set_anew_but_not_below_what_is_used(stage: Stage) -> None:
    budget(funded(stage), "500.00")
    assert budget(stage, "350.00").left_cents == 50_00
    with pytest.raises(Refusal, match=r"300\.00 is committed, ordered or spent already"):
        budget(stage, "299.99")
    assert stage.left("budget") == "50.00"
    assert budget(stage, "299.99", stops=False).left_cents == -1


def test_a_budget_over_nothing_or_by_another_than_the_budget_officer_is_refused(stage: Stage) -> None:
    symbol = Symbol.seen_by(stage.officer).get()
    said = {"year": 2026, "amount": Money(1), "stops": True}
    for viewer, mask, code in (
        (stage.officer, {}, "budget"),
        (stage.officer, {"color": "red"}, "attribute"),
        (stage.officer, {"organization": "A|B"}, "budget"),
        (stage.accountant, {"organization": "HQ"}, "not-allowed"),
    ):
        with clock.at(date(2026, 1, 20)), pytest.raises(Refusal) as refused:
            actions.set_budget(viewer, stage.book.pk, symbol.pk, mask=mask, **said)  # type: ignore[arg-type]
        assert refused.value.code == code
    assert not Control.seen_by(stage.officer).filter(level="budget").exists()
