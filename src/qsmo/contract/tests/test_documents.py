"""The papers between services: journals balance, every paper has one spelling and one digest."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.contract.documents import (
    Journal,
    JournalLine,
    Notice,
    PayAssignment,
    PaymentRequest,
    TimeEntry,
    TimeRecord,
    Usage,
    Withholding,
)
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period

MARCH = Period.month(2026, 3)


def line(account, side, cents, tas="047X4540"):
    """One line of an entry."""
    return JournalLine(account=account, side=side, amount=Money(cents), tas=tas, words="payroll service")


def journal(*lines):
    """An entry with these lines."""
    return Journal("j-1", "047", date(2026, 3, 31), "March", "bill-1", lines)


def test_an_entry_balances_and_sums():
    entry = journal(
        line("610000", "debit", 500),
        line("101000", "credit", 300),
        line("211000", "credit", 200),
        line("480100", "debit", 500),
        line("461000", "credit", 500),
    )
    assert entry.debits == entry.credits == Money(1000)


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ([], "journal-amount", "every line"),
        ([line("610000", "debit", 0), line("101000", "credit", 0)], "journal-amount", "above zero"),
        ([line("610000", "debit", -5), line("101000", "credit", -5)], "journal-amount", "above zero"),
        (
            [line("610000", "debit", 500), line("101000", "credit", 400)],
            "journal-unbalanced",
            "proprietary debits and credits of 047X4540 differ by 1.00",
        ),
        (
            [line("610000", "debit", 500), line("461000", "credit", 500)],
            "journal-unbalanced",
            "proprietary debits and credits of 047X4540 differ by 5.00",
        ),
        (
            [line("480100", "debit", 400), line("461000", "credit", 500)],
            "journal-unbalanced",
            "budgetary debits and credits of 047X4540 differ by -1.00",
        ),
        (
            [line("610000", "debit", 500), line("101000", "credit", 500, tas="0200100")],
            "journal-unbalanced",
            "of 047X4540 differ by 5.00",
        ),
    ],
)
def test_an_entry_that_does_not_balance_in_each_half_of_each_account_symbol_is_refused(lines, code, words):
    with pytest.raises(Refusal) as refused:
        journal(*lines)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert words in refused.value.words


@given(cents=st.lists(st.integers(1, 10**12), min_size=1, max_size=6))
def test_any_debits_with_one_credit_of_their_sum_make_an_entry(cents):
    debits = [line("610000", "debit", amount) for amount in cents]
    assert journal(*debits, line("101000", "credit", sum(cents))).credits == Money(sum(cents))
    with pytest.raises(Refusal):
        journal(*debits, line("101000", "credit", sum(cents) + 1))


def test_a_paper_is_plain_data_that_names_its_kind():
    usage = Usage("employee-paid", MARCH, Fraction(3, 2), "payrun:1")
    assert usage.body() == {
        "kind": "usage",
        "meter": "employee-paid",
        "during": "2026-03-01/2026-04-01",
        "quantity": "3/2",
        "evidence": "payrun:1",
        "words": "",
    }


ASSIGNMENT = PayAssignment(
    employee="E1",
    ssn="900000001",
    given_name="Ana",
    last_name="Reyes",
    born_on=date(1980, 5, 6),
    agency="GS00",
    effective_on=date(2026, 1, 11),
    duty_station="110010001",
    pay_plan="GS",
    grade="12",
    step="01",
    basic_pay=Money(7646300),
    adjusted_pay=Money(8950800),
    pay_basis="PA",
    work_schedule="F",
    tour_hours=80,
    flsa="E",
    retirement="K",
    fegli="C0",
    fehb="",
)
PAPERS = [
    Usage("m", MARCH, Fraction(1), "e"),
    journal(line("610000", "debit", 5), line("101000", "credit", 5)),
    TimeRecord("E1", "900000001", "GS00", MARCH, (TimeEntry(date(2026, 3, 2), "01", 800),)),
    ASSIGNMENT,
    PaymentRequest("p-1", "047", "E1", Money(5), date(2026, 3, 27), "net pay", "047X4540"),
    Notice("n-1", "047", "The bill of March is ready", "/bills/1"),
]


@pytest.mark.parametrize("paper", PAPERS, ids=[paper.kind for paper in PAPERS])
def test_the_same_content_has_the_same_digest_and_other_content_another(paper):
    field = next(
        name
        for name, value in paper.body().items()
        if isinstance(value, str) and name in ("employee", "words")
    )
    assert replace(paper).digest == paper.digest
    assert replace(paper, **{field: "other"}).digest != paper.digest


def test_every_kind_of_paper_has_a_name_of_its_own():
    assert len({paper.kind for paper in PAPERS}) == len(PAPERS)
    assert all(paper.body()["kind"] == paper.kind for paper in PAPERS)


def test_an_employee_without_a_form_is_single_with_no_entries():
    assert ASSIGNMENT.withholding == Withholding(form="2020", status="single", step3=Money(0), exempt=False)
