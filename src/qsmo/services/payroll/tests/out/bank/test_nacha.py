"""The ACH file against lines made by hand from the layout, and against a reader that shares nothing with the writer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.out.bank.disbursing import each_payment
from qsmo.services.payroll.formats.out.bank.nacha import write_nacha
from qsmo.services.payroll.formats.out.bank.nacha_reader import AchFile, read_nacha
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.rules.outcome.payments import DUE, Payments, payments
from qsmo.services.payroll.tests.out.bank.money import (
    CHECKING,
    DAY,
    OFFICE,
    SAVINGS,
    bank,
    bank_frame,
    people,
)

SUPPORT = "child_support_cents"


def due(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """What is owed."""
    return pl.DataFrame(list(rows), schema=DUE, orient="row")


def example() -> Payments:
    """Ada has one account and pays support; Bob splits his pay and tries a third account."""
    banks = bank_frame(
        bank("00000001"),
        bank("00000001", purpose=SUPPORT, payee="State Disbursement Unit", reference="CASE 77", fips="51000",
             medical="Y", routing=SAVINGS, account="555"),
        bank("00000002", share="amount", amount_cents=50_000, kind="savings", routing=SAVINGS, account="77"),
        bank("00000002", place=2),
        bank("00000002", place=3, prenote=True, routing=SAVINGS, account="99"),
    )  # fmt: skip
    wanted = due(
        ("00000001", "net", 123_456), ("00000002", "net", 200_000), ("00000001", SUPPORT, 30_000)
    )  # fmt: skip
    return payments(wanted, banks)


def written(path: Path, found: Payments) -> Path:
    target = path / "ach.txt"
    write_nacha(target, OFFICE, each_payment(found.frame, people("00000001", "00000002")), DAY)
    return target


BY_HAND = [
    "101 061000146123456789026031014" + "05A094101FEDERAL RESERVE BANK   TEST AGENCY            00000001",
    "5220TEST AGENCY                         1234567890PPDFED SALARY260313260313   2021036200000001",
    "622021000021ACC-00000001     0000123456" + "00000001       LAST00000001 ANN        0021036200000001",
    "63212104288277               0000050000" + "00000002       LAST00000002 ANN        0021036200000002",
    "622021000021ACC-00000002     0000150000" + "00000002       LAST00000002 ANN        0021036200000003",
    "62312104288299               0000000000" + "00000002       LAST00000002 ANN        0021036200000004",
    "82200000040028408580000000000000000000323456" + "1234567890" + " " * 25 + "021036200000001",
    "5220TEST AGENCY                         1234567890CCDDEDUCTIONS260313260313   2021036200000002",
    "622121042882555              0000030000" + "CASE 77        STATE DISBURSEMENT UNI  1021036200000005",
    "705" + "DED*CS*CASE 77*260313*30000*900000001*Y*LAST000ANN*51000\\".ljust(80) + "00010000005",
    "82200000020012104288000000000000000000030000" + "1234567890" + " " * 25 + "021036200000002",
    "9000002000002000000060040512868000000000000000000353456" + " " * 39,
    *["9" * 94] * 8,
]


def test_the_file_is_byte_for_byte_the_one_made_by_hand(tmp_path):
    lines = written(tmp_path, example()).read_bytes().decode("ascii").split("\n")
    assert lines[:-1] == BY_HAND
    assert lines[-1] == ""
    assert {len(line) for line in lines[:-1]} == {94}


def test_the_reader_finds_nothing_wrong_and_the_same_money(tmp_path):
    found = read_nacha(written(tmp_path, example()))
    assert found.findings == []
    assert [batch.fields["sec"] for batch in found.batches] == ["PPD", "CCD"]
    assert found.credits == 353_456
    assert [entry.account for entry in found.entries][:2] == [f"{CHECKING} ACC-00000001", f"{SAVINGS} 77"]
    assert found.entries[-1].addenda == ["DED*CS*CASE 77*260313*30000*900000001*Y*LAST000ANN*51000\\"]


def test_the_same_payments_give_the_same_bytes(tmp_path):
    first = written(tmp_path, example()).read_bytes()
    assert written(tmp_path, example()).read_bytes() == first


def damaged(path: Path, line: int, place: int, text: str) -> AchFile:
    """The example with some characters of one line replaced."""
    lines = list(BY_HAND)
    lines[line] = lines[line][: place - 1] + text + lines[line][place - 1 + len(text) :]
    target = path / "damaged.txt"
    target.write_text("\n".join([*lines, ""]), encoding="ascii")
    return read_nacha(target)


@pytest.mark.parametrize(
    ("line", "place", "text", "code"),
    [
        (0, 35, "095", "header"),
        (0, 5, "161000146", "destination"),
        (1, 88, "0000002", "batch-number"),
        (2, 12, "2", "routing"),
        (2, 30, "0000000000", "amount"),
        (2, 30, "0000123457", "credits"),
        (5, 30, "0000000001", "amount"),
        (2, 13, " " * 17, "account"),
        (2, 2, "99", "code"),
        (2, 2, "27", "class"),
        (3, 80, "021036200000001", "trace"),
        (6, 5, "000005", "count"),
        (6, 11, "0028408581", "hash"),
        (6, 45, "9999999999", "control"),
        (8, 79, "0", "addenda"),
        (9, 88, "0000009", "addenda"),
        (9, 2, "99", "addenda"),
        (11, 2, "000003", "batches"),
        (11, 8, "000003", "blocks"),
        (11, 60, "X", "control"),
        (12, 1, "8", "after-end"),
        (4, 1, "4", "record"),
    ],
)
def test_the_reader_finds_each_damage(tmp_path, line, place, text, code):
    assert code in {each.code for each in damaged(tmp_path, line, place, text).findings}


def test_the_reader_finds_lines_that_lack(tmp_path):
    for left, code in (([*BY_HAND[:11]], "no-end"), ([*BY_HAND[:-1]], "block"), (BY_HAND[1:], "batch-order")):
        target = tmp_path / "cut.txt"
        target.write_text("\n".join([*left, ""]), encoding="ascii")
        assert code in {each.code for each in read_nacha(target).findings}


def test_an_office_that_has_not_given_everything_is_told_what_lacks(tmp_path):
    with pytest.raises(Refusal) as refused:
        write_nacha(tmp_path / "ach", Office({"ach_origin": "1"}), [], DAY)
    assert refused.value.status == 422
    assert "ach_bank (routing number of the originating institution, eight digits)" in refused.value.words
    assert "ach_origin (" not in refused.value.words


def test_who_has_no_account_is_named_and_not_dropped():
    wanted = due(("00000001", "net", 100), ("00000002", "net", 70_000), ("00000003", "net", 5))
    found = payments(wanted, bank_frame(
        bank("00000001"), bank("00000002", share="amount", amount_cents=50_000)
    ))  # fmt: skip
    assert found.total == 50_100
    assert [(each.who, each.code) for each in found.findings] == [
        ("00000002", "no-way-to-be-paid"),
        ("00000003", "no-way-to-be-paid"),
    ]
    assert found.findings[0].words == "Net pay of 200.00 is left over, and no share takes the rest."
    assert found.findings[1].words == "Net pay of 0.05 has no way to be paid: no bank account is known."


def test_fixed_shares_are_served_in_their_order_while_there_is_money():
    banks = bank_frame(
        bank("1", place=2, share="amount", amount_cents=400, account="B"),
        bank("1", place=1, share="amount", amount_cents=700, account="A"),
        bank("1", place=3, account="C"),
    )
    for owed, shares in ((2_000, [700, 400, 900]), (1_000, [700, 300]), (500, [500]), (1_100, [700, 400])):
        assert payments(due(("1", "net", owed)), banks).frame["amount_cents"].to_list() == shares


@given(
    owed=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=6),
    fixed=st.lists(st.integers(1, 500_000), max_size=4),
    rest=st.booleans(),
)
def test_nothing_is_lost_between_what_is_due_and_what_is_paid(owed, fixed, rest):
    banks, wanted = [], []
    for number, amount in enumerate(owed):
        who = f"{number:08d}"
        wanted.append((who, "net", amount))
        banks += [
            bank(who, place=place, share="amount", amount_cents=cents) for place, cents in enumerate(fixed, 1)
        ]
        banks += [bank(who, place=9)] if rest else []
    found = payments(due(*wanted), bank_frame(*banks))
    served = sum(min(amount, sum(fixed)) if not rest else amount for amount in owed)
    assert found.total == served
    assert (found.findings == []) == (served == sum(owed))
    assert found.frame.filter(pl.col("amount_cents") <= 0).is_empty()
