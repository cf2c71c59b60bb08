"""Order, receipt and invoice compared: what agrees, what does not, and that parts add up to the whole."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.payable.match import (
    Billed,
    Ordered,
    Tolerance,
    arithmetic,
    match,
    plain_number,
    worth,
)

PRICE = Fraction("12.50")


def _order(accepted: int = 8, invoiced: int = 0) -> dict[int, Ordered]:
    return {1: Ordered(1, "chairs", Fraction(10), PRICE, Fraction(accepted), Fraction(invoiced))}


def _line(quantity: int, price: str = "12.50", number: int = 1) -> Billed:
    exact = Fraction(price)
    return Billed(number, Fraction(quantity), exact, Money(int(quantity * exact * 100)))


@pytest.mark.parametrize(
    ("line", "tolerance", "codes"),
    [
        (_line(8), Tolerance(), []),
        (_line(9), Tolerance(), ["received"]),
        (_line(11), Tolerance(), ["ordered"]),
        (_line(8, "12.51"), Tolerance(), ["price"]),
        (_line(8, "12.60"), Tolerance(Fraction(1, 100), Money(1_00)), []),
        (_line(8, "12.62"), Tolerance(Fraction(1, 100), Money(50)), ["tolerance"]),
        (_line(8, "12.00"), Tolerance(), []),
        (_line(1, number=2), Tolerance(), ["order-line"]),
    ],
)
def test_what_does_not_agree_is_said(line: Billed, tolerance: Tolerance, codes: list[str]) -> None:
    found = match([line], _order(), tolerance, Money(100_00))
    assert [each.code for each in found.findings] == codes


def test_two_lines_of_an_invoice_share_what_was_accepted_and_more_needs_an_order() -> None:
    found = match([_line(5), _line(4)], _order(), Tolerance(), Money(0))
    assert [each.outcome for each in found.lines] == ["agrees", "Line 1: 9 invoiced of 8 accepted"]
    over = match([_line(8, "12.60")], _order(), Tolerance(Fraction(1), Money(5_00)), Money(79))
    assert (str(over.difference), [each.code for each in over.findings]) == ("0.80", ["obligation"])


def test_a_line_adds_up_and_an_invoice_number_is_one_however_it_is_written() -> None:
    assert arithmetic(_line(3)) is None
    wrong = arithmetic(Billed(1, Fraction(3), PRICE, Money(37_00)))
    assert wrong is not None
    assert wrong.words == "3 at 12.5 are 37.50, not 37.00"
    assert {plain_number(each) for each in ("INV-0042", "inv 0042", "inv/0042")} == {"INV0042"}
    assert plain_number("0042") == plain_number("42")


@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=8), st.integers(1, 10**6))
def test_parts_of_a_line_add_up_to_the_whole_to_the_cent(parts: list[int], price: int) -> None:
    unit, before, total = Fraction(price, 10_000), Fraction(0), Money(0)
    for part in parts:
        total += worth(before, Fraction(part, 100), unit)
        before += Fraction(part, 100)
    assert total == worth(Fraction(0), before, unit)
