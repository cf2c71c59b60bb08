"""What people enter about vendors, orders and invoices: what is right passes, what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
    exact,
    improper,
    invoice_findings,
    is_routing,
    order_findings,
    order_total,
    refuse,
    vendor_findings,
)

DAY = date(2026, 1, 7)
VENDOR = VendorDraft("Northfield Chairs", "NFCHAIRS0001", "521234567", "021000021", "0012345678")
CHAIRS, DESKS = OrderLine(1, "chairs", "10", "12.50"), OrderLine(2, "desks", "4", "100.3333")
ORDER = OrderDraft("PO-7", "a vendor", "Furniture", (CHAIRS, DESKS))
LINE = InvoiceLine(1, "10", "12.50", Money(125_00))
INVOICE = InvoiceDraft("INV-1", "PO-7", DAY, DAY, (LINE,))

ACCOUNT = ("account", "account", "1 to 17 letters, digits, blanks or hyphens")
ROUTING = ("routing", "routing", "nine digits with their check digit")
NAME = ("name", "legal_name", "letters without accents")
UEI = ("uei", "uei", "12 capitals and digits")
EIN = ("ein", "ein", "nine digits")
KINDS = "ordinary, meat, perishable, dairy, construction, retainage, financing"
TOLERANCE = ("tolerance", "tolerance_rate", "such as 0.02, and dollars")
DISCOUNT = ("discount", "discount_rate", "such as 0.02 and 10, or neither")
COUNT, ORDINALS = ("lines", "lines", "1 to 100"), ("lines", "lines", "1, 2, 3")
ABOVE_ZERO = "above zero, such as 12.5"
NUMBER = ("number", "number", "letters and digits")


def _said(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(each.code, each.field, each.expected) for each in found]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"account_kind": "savings", "account": "A1-2 3"}, []),
        ({"account": "1" * 17}, []),
        ({"legal_name": "Chaises Éclair"}, [NAME]),
        ({"legal_name": ""}, [NAME]),
        ({"legal_name": "   "}, [NAME]),
        ({"uei": "nfchairs0001"}, [UEI]),
        ({"uei": "NFCHAIRS001"}, [UEI]),
        ({"ein": "52-1234567"}, [EIN]),
        ({"ein": "٥٢١٢٣٤٥٦٧"}, [EIN]),
        ({"routing": "021000022"}, [ROUTING]),
        ({"account": ""}, [ACCOUNT]),
        ({"account": "1" * 18}, [ACCOUNT]),
        ({"account": "-12"}, [ACCOUNT]),
        ({"account": "000-00"}, [ACCOUNT]),
        ({"account_kind": "gold"}, [("account-kind", "account_kind", "checking or savings")]),
    ],
)
def test_what_is_wrong_with_a_vendor_is_said(
    change: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert _said(vendor_findings(replace(VENDOR, **change))) == expected


def test_everything_wrong_with_a_vendor_is_said_at_once_and_no_number_of_an_account_is_shown() -> None:
    draft = VendorDraft("", "short", "52123456", "021000022", "12345_678", "gold")
    found = tuple(vendor_findings(draft))
    assert [each.code for each in found] == ["name", "uei", "ein", "routing", "account", "account-kind"]
    said = " ".join(map(str, found))
    assert "“short” is not a unique entity identifier" in said
    assert not any(number in said for number in (draft.ein, draft.routing, draft.account))


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("021000021", True),
        ("021000022", False),
        ("012000021", False),
        ("000000000", False),
        ("02100002", False),
        ("021000021 ", False),
        ("02100002X", False),
        ("٠٢١٠٠٠٠٢١", False),
    ],
)
def test_a_routing_number_has_nine_digits_weighed_to_a_sum_of_tens(number: str, is_one: bool) -> None:
    """Weights 3, 7, 1: 7×2 + 1 + 7×2 + 1 are 30; with the second and third changed 7 + 2 + 7×2 + 1 are 24."""
    assert is_routing(number) is is_one


@given(st.integers(1, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_no_digit_of_a_routing_number_can_be_mistaken(front: int, place: int, more: int) -> None:
    """The ninth digit is weighed by one, so it brings any eight to a sum of tens; then no other digit fits."""
    digits = [int(each) for each in f"{front:08d}"]
    weighed = 3 * sum(digits[0::3]) + 7 * sum(digits[1::3]) + sum(digits[2::3])
    digits.append(-weighed % 10)
    assert is_routing("".join(map(str, digits)))
    digits[place] = (digits[place] + more) % 10
    assert not is_routing("".join(map(str, digits)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"terms_days": 45, "tolerance_rate": "0.02", "tolerance": Money(5_00)}, []),
        ({"kind": "financing", "terms_days": 20, "tolerance_rate": "1"}, []),
        ({"kind": "barter"}, [("kind", "kind", KINDS)]),
        ({"kind": "financing"}, [("terms", "terms_days", "a number of days")]),
        ({"kind": "meat", "terms_days": 30}, [("terms", "terms_days", "none")]),
        ({"tolerance_rate": "1.01"}, [TOLERANCE]),
        ({"tolerance_rate": "2%"}, [TOLERANCE]),
        ({"tolerance_rate": "-0.01"}, [TOLERANCE]),
        ({"tolerance": Money(-1)}, [TOLERANCE]),
        ({"lines": ()}, [COUNT]),
        ({"lines": tuple(replace(CHAIRS, number=at) for at in range(1, 101))}, []),
        ({"lines": tuple(replace(CHAIRS, number=at) for at in range(1, 102))}, [COUNT]),
        ({"lines": (CHAIRS, CHAIRS)}, [ORDINALS]),
        ({"lines": (replace(CHAIRS, number=0),)}, [ORDINALS]),
        ({"lines": (replace(CHAIRS, words=" "),)}, [("words", "words", "a few words")]),
        ({"lines": (replace(CHAIRS, quantity="0"),)}, [("quantity", "quantity", ABOVE_ZERO)]),
        ({"lines": (replace(CHAIRS, unit_price="1/2"),)}, [("unit_price", "unit_price", ABOVE_ZERO)]),
    ],
)
def test_what_is_wrong_with_an_order_is_said(
    change: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert _said(order_findings(replace(ORDER, **change), DAY)) == expected


def test_what_is_wrong_with_a_line_is_said_with_its_number_and_no_more_of_it_than_fits() -> None:
    desks = replace(DESKS, words="", quantity="a great many of them", unit_price="-1")
    found = tuple(order_findings(replace(ORDER, lines=(CHAIRS, desks)), DAY))
    assert [(each.line, each.words) for each in found] == [
        (2, "Line 2 does not say what is ordered"),
        (2, "Line 2: “a great many” is not a quantity"),
        (2, "Line 2: “-1” is not a unit price"),
    ]


def test_each_line_of_an_order_comes_to_whole_cents() -> None:
    """Ten at 12.50 are 125.00; four at 100.3333 are 401.3332, so 401.33; 0.5 at 0.01 is half a cent, so a cent."""
    assert order_total(ORDER) == Money(526_33)
    half = OrderLine(3, "paper", "0.5", "0.01")
    assert order_total(replace(ORDER, lines=(half, half))) == Money(2)
    assert order_total(replace(ORDER, lines=())) == Money(0)


def _line(quantity: str, unit_price: str, cents: int, number: int = 1) -> InvoiceLine:
    return InvoiceLine(number, quantity, unit_price, Money(cents))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"lines": (_line("5", "12.50", 62_50), _line("5", "12.50", 62_50))}, []),
        ({"discount_rate": "0.02", "discount_days": 10}, []),
        ({"number": ""}, [NUMBER]),
        ({"number": "--"}, [NUMBER]),
        ({"number": "№ 12"}, [NUMBER]),
        ({"dated_on": date(2026, 1, 8)}, [("received", "received_on", "2026-01-08 or later")]),
        ({"discount_rate": "0.02"}, [DISCOUNT]),
        ({"discount_days": 10}, [DISCOUNT]),
        ({"discount_rate": "1", "discount_days": 10}, [DISCOUNT]),
        ({"discount_rate": "two", "discount_days": 10}, [DISCOUNT]),
        ({"lines": ()}, [COUNT]),
        ({"lines": (LINE,) * 100}, []),
        ({"lines": (LINE,) * 101}, [COUNT]),
        ({"lines": (replace(LINE, number=0),)}, [ORDINALS]),
        ({"lines": (_line("ten", "12.50", 125_00),)}, [("quantity", "quantity", ABOVE_ZERO)]),
        ({"lines": (_line("10", "0", 125_00),)}, [("unit_price", "unit_price", ABOVE_ZERO)]),
        ({"lines": (_line("10", "12.50", 0),)}, [("amount", "amount", "an amount above zero")]),
        ({"lines": (_line("10", "12.50", -125_00),)}, [("amount", "amount", "an amount above zero")]),
        ({"lines": (_line("10", "12.50", 125_01),)}, [("arithmetic", "amount", "125.00")]),
    ],
)
def test_what_keeps_an_invoice_from_being_read_is_said(
    change: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert _said(invoice_findings(replace(INVOICE, **change))) == expected


def test_an_invoice_is_at_most_what_ten_digits_of_cents_can_say() -> None:
    """The amount of an entry of the ACH has ten digits: 99,999,999.99 at most."""
    most = replace(INVOICE, lines=(_line("1", "99999999.99", 9_999_999_999),))
    assert (most.amount, list(invoice_findings(most))) == (Money(9_999_999_999), [])
    over = replace(most, lines=(*most.lines, _line("1", "0.01", 1, number=2)))
    (finding,) = invoice_findings(over)
    assert (finding.code, finding.field, finding.expected) == ("amount", "amount", "less than 100,000,000.00")
    assert finding.words == "100,000,000.00 is more than one payment can hold"


def test_an_invoice_that_is_not_proper_is_told_what_it_lacks() -> None:
    """5 CFR 1315.9(b): terms of shipping and payment, and whom to ask."""
    assert list(improper(INVOICE)) == []
    assert _said(improper(replace(INVOICE, says_terms=False, says_contact=False))) == [
        ("terms", "says_terms", "the terms of the order"),
        ("contact", "says_contact", "name, title, telephone"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("12.5", Fraction(25, 2)),
        ("999999999.999999", Fraction(999_999_999_999_999, 10**6)),
        ("1000000000", None),
        ("0.0000001", None),
        (".5", None),
        ("5.", None),
        ("1e3", None),
        ("1/2", None),
        ("-1", None),
        ("1,000", None),
        (" 1", None),
        ("1\n", None),
        ("१", None),
        ("", None),
    ],
)
def test_an_exact_number_is_plain_digits_with_a_point(text: str, value: Fraction | None) -> None:
    assert exact(text) == value


def test_findings_refuse_together_and_none_refuse_nothing() -> None:
    refuse("vendor", "The vendor is not right", iter(()))
    found = tuple(vendor_findings(replace(VENDOR, uei="", ein="")))
    with pytest.raises(Refusal, match="The vendor is not right") as refused:
        refuse("vendor", "The vendor is not right", iter(found))
    assert (refused.value.code, refused.value.status) == ("vendor", 422)
    assert refused.value.findings == found
    assert _said(found) == [UEI, EIN]
