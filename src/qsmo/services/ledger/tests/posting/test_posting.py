"""Events posted by their rules: what each does to the accounts, and what is refused with the books as they were.

Expected balances are worked by hand from the transactions of the USSGL supplement.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import SourceDocument
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.tests.setting import TAS, Stage


def test_money_flows_from_appropriation_to_payment(stage: Stage) -> None:
    stage.funded("1,000.00")
    assert stage.balances() == {
        "101000": "1,000.00",
        "310100": "-1,000.00",
        "411900": "1,000.00",
        "461000": "-1,000.00",
    }
    stage.post("OBLIGATE", "400.00")
    stage.post("RECEIVE", "300.00")
    stage.post("PAY", "250.00")
    assert stage.balances() == {
        "101000": "750.00", "211000": "-50.00", "310100": "-1,000.00", "310700": "300.00", "411900": "1,000.00",
        "461000": "-600.00", "480100": "-100.00", "490100": "-50.00", "490200": "-250.00", "570000": "-300.00",
        "610000": "300.00",
    }  # fmt: skip
    assert stage.left("allotment") == "600.00"
    assert stage.left("cash") == "750.00"


def test_an_order_over_the_allotment_is_refused_and_kept(stage: Stage) -> None:
    stage.funded("1,000.00").post("OBLIGATE", "900.00")
    before, balances = stage.counts(), stage.balances()
    with pytest.raises(Refusal) as refused:
        stage.post("OBLIGATE", "100.01", key="too-much")
    assert refused.value.code == "funds"
    (finding,) = refused.value.findings
    assert finding.words == f"Allotment of {TAS}: 100.00 is left and this takes 100.01, 0.01 too much"
    assert finding.expected == "at most 100.00 (31 U.S.C. 1517(a)(2))"
    assert (stage.counts(), stage.balances()) == (before, balances)
    kept = SourceDocument.seen_by(stage.accountant).get()
    assert (kept.key, kept.state, kept.findings[0]["code"]) == ("too-much", "refused", "funds")
    assert stage.post("OBLIGATE", "100.00").warnings == ()
    assert stage.left("allotment") == "0.00"


def test_the_same_document_is_posted_once(stage: Stage) -> None:
    stage.funded("1,000.00")
    first = stage.post("OBLIGATE", "10.00", key="order-1")
    before = stage.counts()
    again = stage.post("OBLIGATE", "10.00", key="order-1")
    assert (again.entry, again.is_new) == (first.entry, False)
    with pytest.raises(Refusal) as refused:
        stage.post("OBLIGATE", "11.00", key="order-1")
    assert refused.value.code == "document-differs"
    assert stage.counts() == before


@pytest.mark.parametrize(
    ("rule", "said", "code"),
    [
        ("OBLIGATE", {"tas": "073-2025/2025-0100-000"}, "symbol"),
        ("OBLIGATE", {"on": date(2027, 1, 5)}, "expired"),
        ("NOTHING", {}, "posting-rule"),
        ("RECEIVE", {"chosen": frozenset({"999999"})}, "account"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_posted(
    stage: Stage, rule: str, said: dict[str, Any], code: str
) -> None:
    stage.funded("1,000.00")
    before, balances = stage.counts(), stage.balances()
    with pytest.raises(Refusal) as refused:
        stage.post(rule, "1.00", **said)
    assert code in {refused.value.code, *(finding.code for finding in refused.value.findings)}
    assert (stage.counts(), stage.balances()) == (before, balances)


def accrued(stage: Stage, on: date, dollars: str = "100.00") -> int:
    """Pay of the end of a month that is not yet paid, taken back on the first day of the next one."""
    event = Event(
        "ACCRUE_DIRECT", TAS, on, {"amount": Money.parse(dollars)}, "test", f"accrual of {on}",
        attributes=Attributes(object_class="111"),
    )  # fmt: skip
    return actions.post_event(stage.accountant, stage.book.pk, event, taken_back=True).entry


def test_an_accrual_stands_at_the_end_of_its_month_and_is_taken_back_in_the_next_once(stage: Stage) -> None:
    stage.funded("1,000.00")
    first = accrued(stage, date(2026, 1, 31))
    before = stage.counts()
    assert (accrued(stage, date(2026, 1, 31)), stage.counts()) == (first, before)
    at_the_end, after = stage.balances(period=4), stage.balances(period=5)
    assert {name: at_the_end[name] for name in ("221000", "461000", "490100", "610000")} == {
        "221000": "-100.00", "461000": "-900.00", "490100": "-100.00", "610000": "100.00",
    }  # fmt: skip
    assert after == {
        "101000": "1,000.00",
        "310100": "-1,000.00",
        "411900": "1,000.00",
        "461000": "-1,000.00",
    }


@pytest.mark.parametrize(
    ("on", "dollars", "code"),
    [
        (date(2026, 1, 30), "1.00", "event"),
        (date(2026, 9, 30), "1.00", "entry"),
        (date(2026, 1, 31), "1,000.01", "funds"),
    ],
)
def test_an_accrual_that_cannot_be_taken_back_is_not_posted(
    stage: Stage, on: date, dollars: str, code: str
) -> None:
    stage.funded("1,000.00")
    before, balances = stage.counts(), stage.balances()
    with pytest.raises(Refusal) as refused:
        accrued(stage, on, dollars)
    assert (refused.value.code, stage.counts(), stage.balances()) == (code, before, balances)
    assert SourceDocument.seen_by(stage.accountant).get().state == "refused"
