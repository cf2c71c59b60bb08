"""Files of invoices: what is read, and each mistake by its line of the file, nothing else kept back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.invoices import read_invoices

HEAD = "order,invoice,dated_on,received_on,line,quantity,unit_price,amount,discount_rate,discount_days\n"
GOOD = "PO-7,INV-1,2026-01-05,2026-01-07,1,10,12.50,125.00,0.02,10\n"


def _read(text: str) -> tuple[list[str], list[tuple[str, int | None, str]]]:
    read = read_invoices((HEAD + text).encode(), "invoices.csv")
    return [each.number for each in read.drafts], [
        (each.code, each.line, each.field) for each in read.findings
    ]


def test_lines_of_an_invoice_are_read_together() -> None:
    second = 'PO-7,INV-1,2026-01-05,2026-01-07,2,1,"1",1.00,0.02,10\n'
    read = read_invoices((HEAD + GOOD + second + "\n").encode(), "invoices.csv")
    (draft,) = read.drafts
    assert (len(draft.lines), str(draft.amount), draft.discount_rate, draft.discount_days) == (
        2,
        "126.00",
        "0.02",
        10,
    )
    assert read.findings == ()


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("PO-7,INV-2,2026-13-05,2026-01-07,1,10,12.50,125.00,,\n", ("date", 3, "dated_on")),
        ("PO-7,INV-2,2026-01-05,2026-01-07,1,10,12.50,125.005,,\n", ("amount", 3, "amount")),
        ("PO-7,INV-2,2026-01-05,2026-01-07,x,10,12.50,125.00,,\n", ("number", 3, "line")),
        ("PO-7,INV-2,2026-01-05,2026-01-07,1,10,12.50\n", ("cells", 3, "")),
        ("PO-7,,2026-01-05,2026-01-07,1,10,12.50,125.00,,\n", ("invoice", 3, "invoice")),
        ("PO-7,INV-1,2026-01-06,2026-01-07,1,10,12.50,125.00,0.02,10\n", ("same", 3, "dated_on")),
        (f"PO-7,INV-2,2026-01-05,2026-01-07,1,10,12.50,{'9' * 21},,\n", ("amount", 3, "amount")),
    ],
)
def test_a_mistake_is_said_by_its_line_and_spoils_its_invoice_alone(
    row: str, wrong: tuple[str, int, str]
) -> None:
    other = "PO-7,INV-3,2026-01-05,2026-01-07,1,1,12.50,12.50,,\n"
    numbers, found = _read(GOOD + row + other)
    assert found == [wrong]
    assert numbers == (["INV-3"] if "INV-1" in row or wrong[0] == "cells" else ["INV-1", "INV-3"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "zip"),
        (HEAD.encode() + GOOD.replace("INV", "I\0V").encode(), "null"),
        (b"order,invoice\n", "missing"),
        (HEAD.replace("amount", "amuont").encode(), "amuont"),
        (HEAD.encode() + b'PO-7,"INV\n', "not CSV"),
        (HEAD.encode() + b"PO-7,\xff\n", "not UTF-8"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        read_invoices(content, "invoices.csv")
    assert (refused.value.code, refused.value.findings[0].file) == ("invoice-file", "invoices.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(Refusal):
        read_invoices(HEAD.encode() + content, "invoices.csv")
