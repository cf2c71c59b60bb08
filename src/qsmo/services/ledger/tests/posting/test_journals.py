"""Journals that other services leave: each taken in once; refused ones stay on the list until the books take them."""

from __future__ import annotations

import pytest

from qsmo.contract.documents import Journal, JournalLine
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import program
from qsmo.platform.record import outbox
from qsmo.services.ledger import actions
from qsmo.services.ledger.jobs import take_in_now
from qsmo.services.ledger.models import SourceDocument
from qsmo.services.ledger.tests.setting import CUSTOMER, TAS, TODAY, Stage

ACCRUED = (
    ("461000", "debit", 300_00), ("490100", "credit", 300_00), ("610000", "debit", 300_00),
    ("221000", "credit", 300_00),
    ("310700", "debit", 300_00), ("570000", "credit", 300_00),
)  # fmt: skip


def leave(key: str, *, tas: str = TAS, lines: tuple[tuple[str, str, int], ...] = ACCRUED) -> None:
    """A journal of payroll in the outbox."""
    made = Journal(
        key, CUSTOMER, TODAY, "Payroll earned", f"payroll/runs/{key}",
        tuple(JournalLine(account, side, Money(cents), tas, "pay") for account, side, cents in lines),  # type: ignore[arg-type]
    )  # fmt: skip
    outbox.put(
        program("payroll"), made, key=key, sender="payroll", to="ledger", customer=CUSTOMER, entity=CUSTOMER
    )


def taken(stage: Stage) -> dict[str, int]:
    return dict(take_in_now(lambda _document: None))


def test_a_journal_is_taken_in_once(stage: Stage) -> None:
    stage.funded("1,000.00")
    leave("run-1")
    assert taken(stage) == {"posted": 1}
    assert taken(stage) == {}
    assert {name: stage.balances()[name] for name in ("461000", "490100", "610000", "310700")} == {
        "461000": "-700.00", "490100": "-300.00", "610000": "300.00", "310700": "300.00",
    }  # fmt: skip


def test_a_refused_journal_waits_until_the_books_take_it(stage: Stage) -> None:
    leave("run-1")
    before = stage.counts()
    assert taken(stage) == {"refused": 1}
    assert stage.counts() == before
    document = SourceDocument.every.get()
    assert (document.key, document.state, document.findings[0]["code"]) == ("run-1", "refused", "funds")
    with pytest.raises(Refusal) as refused:
        actions.post_again(stage.accountant, document.pk)
    assert refused.value.code == "funds"
    with pytest.raises(Refusal) as forbidden:
        actions.post_again(stage.officer, document.pk)
    assert forbidden.value.status == 403
    assert stage.counts() == before
    stage.funded("1,000.00")
    posted = actions.post_again(stage.accountant, document.pk)
    document.refresh_from_db()
    assert (document.state, document.entry_id) == ("posted", posted.entry)
    assert stage.balances()["610000"] == "300.00"
    with pytest.raises(Refusal) as again:
        actions.post_again(stage.accountant, document.pk)
    assert again.value.code == "not-a-refused-journal"


def test_a_journal_without_what_must_accompany_it_is_refused(stage: Stage) -> None:
    stage.funded("1,000.00")
    leave("run-2", lines=ACCRUED[:4])
    before = stage.counts()
    assert taken(stage) == {"refused": 1}
    assert [each["code"] for each in SourceDocument.every.get().findings] == ["companion"]
    assert stage.counts() == before


def test_an_event_is_mended_where_it_was_made(stage: Stage) -> None:
    with pytest.raises(Refusal):
        stage.post("OBLIGATE", "1.00")
    with pytest.raises(Refusal) as refused:
        actions.post_again(stage.accountant, SourceDocument.every.get().pk)
    assert refused.value.code == "not-a-refused-journal"
