"""What the database itself holds, whatever program writes to it: tried with SQL past everything of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from qsmo.services.ledger.models import Accounting, Balance, Combination, Control, Entry
from qsmo.services.ledger.tests.setting import Stage

HEADER = (
    'INSERT INTO ledger_entry (book_id, made_at, year, period, "on", rule, rule_version, source, key, digest, words, '
    "made_by, made_name, sealed) VALUES (%s, CURRENT_TIMESTAMP, 2026, %s, '2026-01-20', '', '', 'x', %s, '', 'x', "
    "'x', 'x', %s) RETURNING id"
)


def sql(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """Run a statement in a savepoint of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def raw_entry(stage: Stage, lines: Sequence[tuple[str, int]], period: int = 4) -> int:
    """An entry written by hand, not sealed: lines of account and cents."""
    ((number,),) = sql(HEADER, [stage.book.pk, period, f"raw-{lines}-{period}", False])
    for account, cents in lines:
        known = Combination.every.filter(book=stage.book, account=account).first()
        assert known is not None
        line = "INSERT INTO ledger_line (entry_id, combination_id, cents, document, words) VALUES (%s, %s, %s, '', '')"
        sql(line, [number, known.pk, cents])
    return int(number)


def seal(number: int) -> None:
    sql("UPDATE ledger_entry SET sealed = %s WHERE id = %s", [True, number])


def whole(statement: str, values: Sequence[Any]) -> None:
    """Run a statement, and look at once at what a database may leave to the end of a transaction."""
    with transaction.atomic():
        sql(statement, values)
        connection.check_constraints()


@pytest.fixture
def busy(stage: Stage) -> Stage:
    stage.funded("1,000.00").post("OBLIGATE", "400.00")
    return stage


def test_an_entry_by_hand_moves_balances_and_controls_when_it_is_sealed(busy: Stage) -> None:
    number = raw_entry(busy, [("461000", 100), ("480100", -100)])
    before = busy.balances()
    seal(number)
    assert {name: value for name, value in busy.balances().items() if before[name] != value} == {
        "461000": "-599.00",
        "480100": "-401.00",
    }
    assert busy.left("allotment") == "599.00"


@pytest.mark.parametrize(
    ("lines", "period", "said"),
    [
        ([("461000", 100), ("480100", -99)], 4, "unbalanced"),
        ([("461000", 100), ("101000", -100)], 4, "unbalanced"),
        ([("461000", 100)], 4, "lines"),
        ([], 4, "lines"),
        ([("461000", 60_001), ("480100", -60_001)], 4, "not_overdrawn"),
        ([("461000", 100), ("480100", -100)], 3, "period"),
        ([("461000", 100), ("480100", -100)], 16, "period"),
    ],
)
def test_what_is_wrong_is_not_sealed(
    busy: Stage, lines: list[tuple[str, int]], period: int, said: str
) -> None:
    Accounting.every.filter(book=busy.book, number=3).update(state="closed")
    number, before, left = raw_entry(busy, lines, period), busy.balances(), busy.left("allotment")
    with pytest.raises(DatabaseError, match=said):
        seal(number)
    assert (busy.balances(), busy.left("allotment")) == (before, left)
    assert not Entry.every.get(pk=number).sealed


@pytest.mark.parametrize("missing", ["entry_id", "combination_id"])
def test_a_line_names_an_entry_and_a_combination_that_are_there(busy: Stage, missing: str) -> None:
    number, counts = raw_entry(busy, []), busy.counts()
    known = Combination.every.filter(book=busy.book).first()
    assert known is not None
    named = {"entry_id": number, "combination_id": known.pk} | {missing: 10**9}
    with pytest.raises(DatabaseError):
        whole("INSERT INTO ledger_line (entry_id, combination_id, cents, document, words) VALUES (%s, %s, 1, '', '')",
              list(named.values()))  # fmt: skip
    assert busy.counts() == counts


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET words = 'other' WHERE id = {entry}",
        "UPDATE ledger_entry SET sealed = {false} WHERE id = {entry}",
        "UPDATE ledger_entry SET sealed = {true} WHERE id = {entry}",
        "UPDATE ledger_entry SET book_id = 'other' WHERE id = {entry}",
        "DELETE FROM ledger_entry WHERE id = {entry}",
        "UPDATE ledger_line SET cents = cents + 1 WHERE entry_id = {entry}",
        "DELETE FROM ledger_line WHERE entry_id = {entry}",
        "INSERT INTO ledger_line (entry_id, combination_id, cents, document, words) "
        "SELECT entry_id, combination_id, 5, '', '' FROM ledger_line WHERE entry_id = {entry}",
        "UPDATE ledger_combination SET account = '999999'",
        "DELETE FROM ledger_combination",
        "UPDATE ledger_draw SET weight = -weight",
        "DELETE FROM ledger_balance",
        "DELETE FROM ledger_control",
    ],
)
def test_what_is_sealed_never_changes(busy: Stage, statement: str) -> None:
    entry = Entry.every.filter(book=busy.book).order_by("id")[0]
    before, counts = busy.balances(), busy.counts()
    yes, no = ("true", "false") if connection.vendor == "postgresql" else ("1", "0")
    with pytest.raises(DatabaseError):
        sql(statement.format(entry=entry.pk, true=yes, false=no))
    assert (busy.balances(), busy.counts()) == (before, counts)


def test_an_entry_is_not_born_sealed(busy: Stage) -> None:
    with pytest.raises(DatabaseError, match="sealed once its lines are there"):
        sql(HEADER, [busy.book.pk, 4, "born", True])


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_balance SET debits_cents = 0",
        "UPDATE ledger_control SET left_cents = left_cents + 1",
        "UPDATE ledger_control SET hard = false",
        "TRUNCATE ledger_line",
        "TRUNCATE ledger_entry CASCADE",
        "TRUNCATE ledger_balance",
    ],
)
def test_kept_amounts_move_no_other_way(busy: Stage, statement: str) -> None:
    before, left = busy.balances(), busy.left("allotment")
    with pytest.raises(DatabaseError):
        sql(statement)
    assert (busy.balances(), busy.left("allotment")) == (before, left)


def test_kept_balances_are_the_sums_of_the_lines(busy: Stage) -> None:
    busy.post("RECEIVE", "300.00")
    busy.post("PAY", "250.00")
    kept = {
        (each.combination_id, each.year, each.period): each.debits_cents - each.credits_cents
        for each in Balance.every.all()
    }
    rows = sql(
        "SELECT l.combination_id, e.year, e.period, sum(l.cents) FROM ledger_line l "
        "JOIN ledger_entry e ON e.id = l.entry_id GROUP BY 1, 2, 3"
    )
    assert kept == {(combination, year, period): cents for combination, year, period, cents in rows}
    left = {(each.level): each.left_cents for each in Control.every.filter(level__in=("allotment", "cash"))}
    assert left == {"allotment": 60_000, "cash": 75_000}
