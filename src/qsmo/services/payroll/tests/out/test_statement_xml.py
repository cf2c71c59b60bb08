"""Statements in the federal XML form: read back by a reader that adds them up, in the style of published messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.out.statement_xml import Told, read_statements, write_statements
from qsmo.services.payroll.rules import RULES
from qsmo.services.payroll.tests.out.paid import PERIOD, hr_rows, paid

AT = datetime(2026, 1, 30, 12, 0, tzinfo=UTC)


@pytest.fixture
def message(tmp_path):
    target = tmp_path / "statements.xml"
    rows = paid().iter_rows(named=True)
    written = write_statements(target, rows, hr_rows(), PERIOD, at=AT)
    assert (written.records, written.cents) == (paid().height, paid()["net_cents"].sum())
    return target


def test_every_statement_is_read_back_and_adds_up(message):
    told = list(read_statements(message))
    assert all(isinstance(each, Told) for each in told)
    for each, row in zip(told, paid().iter_rows(named=True), strict=True):
        assert isinstance(each, Told)
        assert each.employee == row["employee"]
        assert each.sums == {
            "Gross": row["gross_cents"], "Deductions": row["deductions_cents"], "Net": row["net_cents"],
            "Government": row["employer_cents"],
        }  # fmt: skip
        assert (each.first_on, each.last_on) == ("2026-01-11", "2026-01-24")
        lines = [
            rule.name
            for rule in RULES
            if rule.kind in ("earning", "deduction", "employer") and row.get(rule.name)
        ]
        assert len(each.amounts) == len(lines)


def test_codes_and_names_are_those_of_the_published_messages(message):
    text = message.read_text(encoding="utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<hc:PayTx xmlns:hc="us:gov:federal:hc"')
    assert 'hc:GivenName="Ana &amp; José"' in text
    assert (
        'hc:PPNum="202602"' in text
        or 'hc:PPNum="202603"' in text
        or f'hc:PPNum="{PERIOD.label.replace("-", "")}"' in text
    )
    first = next(iter(read_statements(message)))
    assert isinstance(first, Told)
    codes = {(each.part, each.code) for each in first.amounts}
    assert {("deduction", "167"), ("deduction", "269"), ("deduction", "174"), ("employer", "20")} <= codes
    row = paid().row(0, named=True)
    tax = next(each for each in first.amounts if (each.part, each.code) == ("deduction", "167"))
    assert (tax.cents, tax.year_cents) == (row["income_tax_cents"], row["closing_federal_tax_cents"])


def test_a_statement_that_does_not_add_up_is_named(message, tmp_path):
    text = message.read_text(encoding="utf-8")
    broken = tmp_path / "broken.xml"
    start = text.index('hc:PayDedPPAmt="') + len('hc:PayDedPPAmt="')
    broken.write_text(text[:start] + "9" + text[start:], encoding="utf-8")
    found = [each for each in read_statements(broken) if isinstance(each, Finding)]
    assert [each.code for each in found] == ["sum-wrong"]
    assert found[0].who == paid()["employee"][0]


def test_the_same_rows_give_the_same_bytes(message, tmp_path):
    again = tmp_path / "again.xml"
    write_statements(again, paid().iter_rows(named=True), hr_rows(), PERIOD, at=AT)
    assert again.read_bytes() == message.read_bytes()
