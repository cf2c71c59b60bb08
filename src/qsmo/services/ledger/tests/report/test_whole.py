"""From events posted by the posting rules to the files that leave: the gate, the bulk file and its checker agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qsmo.services.ledger.formats.checking import check_gtas
from qsmo.services.ledger.formats.gtas_bulk import write_bulk
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.fund import as_of
from qsmo.services.ledger.rules.report.gate import Gate, gate
from qsmo.services.ledger.rules.report.gtas import trial_rows
from qsmo.services.ledger.rules.report.statements import budget_to_accrual, disagreements
from qsmo.services.ledger.rules.symbol import TreasuryAccount
from qsmo.services.ledger.tests.posting.simulation import Books
from qsmo.services.ledger.tests.report.test_gtas import WORKED

OWN: dict[str, Any] = {
    "reimbursable": "D",
    "federal": "N",
    "defc": "Q",
    "object_class": "252",
    "activity": "0001ABCD",
    "organization": "HQ",
}
FOR_OTHERS: dict[str, Any] = {
    **OWN,
    "reimbursable": "R",
    "federal": "F",
    "partner": "047",
    "partner_main": "4534",
}


def a_year(symbol: str = "073-X-0306-000") -> Books:
    """Own work, payroll and reimbursable work of one fund's first year, through the posting rules."""
    books = Books(Fund(TreasuryAccount.parse(symbol), "reimbursable", "A"), date(2025, 10, 15))
    for rule in ("APPROPRIATE", "APPORTION", "ALLOT"):
        assert books.post(rule, 1000_00, **OWN)
    assert books.post("OBLIGATE", 300_00, **OWN)
    assert books.post("RECEIVE", 200_00, **OWN)
    assert books.post("PAY", 100_00, **OWN)
    assert books.post("PAYROLL_ACCRUE", 100_00, **OWN)
    assert books.post("PAY_NO_ACCRUAL", 50_00, **OWN)
    assert books.post("ORDER_NO_ADVANCE", 90_00, chosen=frozenset({"445000"}), **FOR_OTHERS)
    for rule in ("APPORTION", "ALLOT"):
        assert books.post(rule, 90_00, **FOR_OTHERS)
    for rule in ("OBLIGATE", "RECEIVE", "EARN_NO_ADVANCE"):
        assert books.post(rule, 50_00, **FOR_OTHERS)
    assert books.post("COLLECT_REIMB", 20_00, **FOR_OTHERS)
    assert books.post("IMPUTED", 5_00, **OWN)
    assert books.post("LEAVE_UNFUNDED", 4_00, **OWN)
    return books


def gated(books: Books, period: int) -> Gate:
    fund = as_of(books.fund, books.today)
    return gate(fund, books.positions(), books.year, period)


def test_what_the_posting_rules_post_passes_the_gate_and_the_checker():
    books = a_year()
    assert gated(books, 1).findings == ()
    assert disagreements(books.positions(), books.year) == ()
    assert budget_to_accrual(books.execution()).difference == 0
    content = write_bulk(trial_rows(books.positions(), books.year, 1))
    report = check_gtas(("first.txt", content), year=books.year)
    assert [str(finding) for finding in report.findings] == []
    assert report.exit_code == 0
    assert len(content.splitlines()) == 28


@pytest.mark.parametrize("symbol", ["073-X-0306-000", "073-2026/2026-0306-000"])
def test_the_next_year_passes_too_held_against_the_last(symbol):
    books = a_year(symbol)
    whole = write_bulk(trial_rows(books.positions(), books.year, 12))
    books.close()
    assert books.post("RECEIVE", 60_00, **OWN)
    assert books.post("PAY", 60_00, authority_year="BAL", **OWN)
    if books.fund.life(books.today) == "unexpired":
        for rule in ("APPROPRIATE", "APPORTION", "ALLOT"):
            assert books.post(rule, 400_00, **OWN)
    got = gated(books, 1)
    assert got.findings == ()
    content = write_bulk(trial_rows(books.positions(), books.year, 1))
    report = check_gtas(("next.txt", content), year=books.year, prior=("last.txt", whole))
    assert [str(finding) for finding in report.findings] == []
    ran = {each["rule"] for each in report.run() if each["state"] == "ran"}
    assert {"edit-opening", "edit-brought-forward", "edit-2", "edit-zero"} <= ran


def test_the_writer_of_the_bulk_file_writes_the_worked_row():
    said = Attributes(
        reimbursable="D", category="B", program_b="6011", federal="N", bea="D", defc="Q", object_class="252"
    )
    row = trial_rows([Position("019-X-0306-000", "480100", said, 0, -1234_56)], 2026, 3)
    assert write_bulk(row).decode() == WORKED + "\n"
