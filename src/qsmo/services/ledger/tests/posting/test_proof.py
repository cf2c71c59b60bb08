"""Whether the books are what they were: kept amounts and seals, with what a database owner could do behind our back."""

from __future__ import annotations

from django.db import connection

from qsmo.services.ledger import actions
from qsmo.services.ledger.jobs import seal_now
from qsmo.services.ledger.models import Accounting, Line, PeriodSeal
from qsmo.services.ledger.queries.proof import kept_findings, seal_findings
from qsmo.services.ledger.tests.setting import Stage


def behind_our_back(statement: str) -> None:
    """What somebody does who owns the database: take the triggers away, and write."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement)


def test_books_that_nobody_touched_are_proved(stage: Stage) -> None:
    stage.funded("1,000.00").post("OBLIGATE", "400.00")
    for number in range(1, 5):
        actions.close_period(stage.accountant, Accounting.every.get(book=stage.book, number=number).pk)
    assert seal_now(stage.book) == 4
    assert seal_now(stage.book) == 0
    assert [each.entries for each in PeriodSeal.every.order_by("number")] == [0, 0, 0, 4]
    assert list(kept_findings(stage.accountant, stage.book)) == []
    assert list(seal_findings(stage.accountant, stage.book)) == []


def test_a_period_opened_again_is_sealed_again(stage: Stage) -> None:
    stage.funded("1,000.00")
    for number in range(1, 5):
        actions.close_period(stage.accountant, Accounting.every.get(book=stage.book, number=number).pk)
    seal_now(stage.book)
    fourth = Accounting.every.get(book=stage.book, number=4)
    actions.reopen_period(stage.officer, fourth.pk, "late")
    stage.post("OBLIGATE", "1.00")
    assert list(seal_findings(stage.accountant, stage.book)) == []
    actions.close_period(stage.accountant, fourth.pk)
    assert seal_now(stage.book) == 1
    assert list(seal_findings(stage.accountant, stage.book)) == []
    assert PeriodSeal.every.filter(period=4).count() == 2


def test_what_was_changed_behind_our_back_is_found(stage: Stage) -> None:
    stage.funded("1,000.00")
    for number in range(1, 5):
        actions.close_period(stage.accountant, Accounting.every.get(book=stage.book, number=number).pk)
    seal_now(stage.book)
    line = Line.every.order_by("id")[0]
    behind_our_back(f"UPDATE ledger_line SET cents = cents + 1 WHERE id = {line.pk}")
    assert [each.code for each in kept_findings(stage.accountant, stage.book)] == ["balance-differs"]
    assert [each.code for each in seal_findings(stage.accountant, stage.book)] == ["seal-differs"]
    behind_our_back("UPDATE ledger_control SET left_cents = left_cents + 5 WHERE level = 'cash'")
    assert {each.code for each in kept_findings(stage.accountant, stage.book)} == {
        "balance-differs",
        "control-differs",
    }
    behind_our_back("UPDATE ledger_periodseal SET digest = 'x' WHERE number = 2")
    assert {each.code for each in seal_findings(stage.accountant, stage.book)} == {
        "seal-chain",
        "seal-differs",
    }
