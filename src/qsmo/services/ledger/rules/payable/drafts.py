"""What people enter about vendors, orders and invoices, and everything that is wrong with it before it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money, rate
from qsmo.services.ledger.rules.checking.payments.one import passes
from qsmo.services.ledger.rules.payable.match import Billed, arithmetic
from qsmo.services.ledger.rules.payable.prompt import kinds

_UEI = re.compile(r"[A-Z0-9]{12}")
_EIN = re.compile(r"\d{9}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{0,16}", re.ASCII)
_PRINTED = re.compile(r"[ -~]+")
_EXACT = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
MOST_LINES = 100
LARGEST = Money(100**2 * 100**2 * 100)
"""What one payment through the ACH can hold, ten digits of cents, is less than this by a cent."""


@dataclass(frozen=True, slots=True)
class VendorDraft:
    """A vendor as it is entered."""

    legal_name: str
    uei: str
    ein: str
    routing: str
    account: str
    account_kind: str = "checking"
    is_small: bool = False
    registered_until: date | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order: what, how much of it, and at which price."""

    number: int
    words: str
    quantity: str
    unit_price: str


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """What is entered of an order whose obligation stands in the books under its number."""

    number: str
    vendor: str
    title: str
    lines: tuple[OrderLine, ...]
    kind: str = "ordinary"
    terms_days: int = 0
    acceptance_days: int = 0
    tolerance_rate: str = "0"
    tolerance: Money = Money(0)  # frozen


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice, for a line of its order."""

    number: int
    quantity: str
    unit_price: str
    amount: Money


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice as it is entered. `contact` and `terms` say whether it states them, as a proper invoice must."""

    number: str
    order: str
    dated_on: date
    received_on: date
    lines: tuple[InvoiceLine, ...]
    is_stamped: bool = True
    discount_rate: str = "0"
    discount_days: int = 0
    says_contact: bool = True
    says_terms: bool = True

    @property
    def amount(self) -> Money:
        """What it asks for."""
        return Money.total(each.amount for each in self.lines)


def refuse(code: str, words: str, found: Iterable[Finding]) -> None:
    """Refuse (422) where something was found."""
    findings = tuple(found)
    if findings:
        raise Refusal(code, words, status=422, findings=findings)


def vendor_findings(draft: VendorDraft) -> Iterator[Finding]:
    """What is wrong with a vendor. Numbers of accounts are not shown."""
    if not _PRINTED.fullmatch(draft.legal_name) or not draft.legal_name.strip():
        yield Finding(
            "name", "The name is not in plain letters", field="legal_name", expected="letters without accents"
        )
    if not _UEI.fullmatch(draft.uei):
        words = f"“{draft.uei}” is not a unique entity identifier"
        yield Finding("uei", words, field="uei", expected="12 capitals and digits")
    if not _EIN.fullmatch(draft.ein):
        yield Finding("ein", "The taxpayer number is not nine digits", field="ein", expected="nine digits")
    if not is_routing(draft.routing):
        words = "The routing number does not pass its check digit"
        yield Finding("routing", words, field="routing", expected="nine digits with their check digit")
    if not _ACCOUNT.fullmatch(draft.account) or not draft.account.strip("0 -"):
        words = "The account number is not one"
        yield Finding(
            "account", words, field="account", expected="1 to 17 letters, digits, blanks or hyphens"
        )
    if draft.account_kind not in ("checking", "savings"):
        yield Finding("account-kind", f"“{draft.account_kind}” is no kind of account", field="account_kind",
                      expected="checking or savings")  # fmt: skip


def is_routing(number: str) -> bool:
    """Whether nine digits are a routing number with its check digit."""
    return bool(_EIN.fullmatch(number)) and bool(int(number)) and passes(number)


def order_findings(draft: OrderDraft, on: date) -> Iterator[Finding]:
    """What is wrong with an order by itself."""
    if draft.kind not in kinds(on):
        yield Finding(
            "kind",
            f"“{draft.kind}” is no case of prompt payment",
            field="kind",
            expected=", ".join(kinds(on)),
        )
    if draft.kind == "financing" and not draft.terms_days:
        words = "Contract financing is paid in the days that the contract says"
        yield Finding("terms", words, field="terms_days", expected="a number of days")
    if draft.terms_days and draft.kind not in ("ordinary", "financing"):
        words = "The law says the days of this case; a contract does not change them"
        yield Finding("terms", words, field="terms_days", expected="none")
    part = exact(draft.tolerance_rate)
    if part is None or part > 1 or draft.tolerance.cents < 0:
        words = "The tolerance is a part of the price, and an amount"
        yield Finding("tolerance", words, field="tolerance_rate", expected="such as 0.02, and dollars")
    yield from _numbered([each.number for each in draft.lines])
    for line in draft.lines:
        if not line.words.strip():
            words = f"Line {line.number} does not say what is ordered"
            yield Finding("words", words, line=line.number, field="words", expected="a few words")
        yield from _exact(line.number, quantity=line.quantity, unit_price=line.unit_price)


def order_total(draft: OrderDraft) -> Money:
    """What all lines of an order come to."""
    return Money.total(Money(100).times(rate(each.quantity) * rate(each.unit_price)) for each in draft.lines)


def invoice_findings(draft: InvoiceDraft) -> Iterator[Finding]:
    """What keeps an invoice from being taken in at all: it cannot be read as one."""
    if not any(each.isalnum() for each in draft.number) or not _PRINTED.fullmatch(draft.number):
        yield Finding("number", "The invoice has no number", field="number", expected="letters and digits")
    if draft.received_on < draft.dated_on:
        words = f"The invoice of {draft.dated_on} was received before, on {draft.received_on}"
        yield Finding("received", words, field="received_on", expected=f"{draft.dated_on} or later")
    part = exact(draft.discount_rate)
    if part is None or part >= 1 or bool(part) != bool(draft.discount_days):
        words = "A discount is a part of the amount, and days from the date of the invoice"
        yield Finding("discount", words, field="discount_rate", expected="such as 0.02 and 10, or neither")
    yield from _numbered([each.number for each in draft.lines], unique=False)
    for line in draft.lines:
        wrong = tuple(_exact(line.number, quantity=line.quantity, unit_price=line.unit_price))
        yield from wrong
        if line.amount.cents <= 0:
            words = f"Line {line.number} asks for nothing"
            yield Finding("amount", words, line=line.number, field="amount", expected="an amount above zero")
        elif not wrong:
            found = arithmetic(Billed(line.number, rate(line.quantity), rate(line.unit_price), line.amount))
            if found:
                yield found
    if draft.amount >= LARGEST:
        words = f"{draft.amount} is more than one payment can hold"
        yield Finding("amount", words, field="amount", expected=f"less than {LARGEST}")


def improper(draft: InvoiceDraft) -> Iterator[Finding]:
    """What a proper invoice must have and this one lacks (5 CFR 1315.9): it is returned within seven days."""
    if not draft.says_terms:
        words = "It does not state shipping and payment terms"
        yield Finding("terms", words, field="says_terms", expected="the terms of the order")
    if not draft.says_contact:
        words = "It does not name a person to be asked"
        yield Finding("contact", words, field="says_contact", expected="name, title, telephone")


def exact(text: str) -> Fraction | None:
    """A quantity, price or part as exact text; None where it is none."""
    return rate(text) if _EXACT.fullmatch(text) else None


def _exact(number: int, **texts: str) -> Iterator[Finding]:
    for field, text in texts.items():
        if not exact(text):
            words = f"Line {number}: “{text[:12]}” is not a {field.replace('_', ' ')}"
            yield Finding(field, words, line=number, field=field, expected="above zero, such as 12.5")


def _numbered(numbers: list[int], *, unique: bool = True) -> Iterator[Finding]:
    if not 0 < len(numbers) <= MOST_LINES:
        yield Finding(
            "lines", f"There are {len(numbers)} lines", field="lines", expected=f"1 to {MOST_LINES}"
        )
    if any(each < 1 for each in numbers) or (unique and len(set(numbers)) < len(numbers)):
        yield Finding("lines", "Lines are numbered from 1, each once", field="lines", expected="1, 2, 3")
