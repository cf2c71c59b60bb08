"""Where pay goes: the list of bank accounts of employees and of those paid from their deductions, CSV or Parquet.

A row is one share of one amount. `purpose` is `net` for net pay, or the name of a deduction that is paid on to
somebody (`child_support_cents`). Shares of a fixed amount are served in their order; one share may take the rest.
Account numbers are shown in no finding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.formats.rows import Schema, rows_of, write_rows

BANKS: Schema = {
    **dict.fromkeys(("employee", "purpose"), pl.String),
    "place": pl.Int64,
    "share": pl.String,
    "amount_cents": pl.Int64,
    **dict.fromkeys(("kind", "routing", "account"), pl.String),
    "prenote": pl.Boolean,
    **dict.fromkeys(("payee", "reference", "fips", "medical"), pl.String),
}
SHARES = {"rest": "what is left", "amount": "a fixed amount, or what there is of it"}
KINDS = {"checking": "a checking account", "savings": "a savings account"}
MEDICAL = {"": "not support", "Y": "health insurance is offered", "N": "it is not"}
NET = "net"
CHECK_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
_PURPOSE = re.compile("net|[a-z][a-z0-9_]*_cents")
_ROUTING = re.compile(r"\d{9}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{0,16}", re.ASCII)
_PAYEE = re.compile(r"[ -~]{0,35}")
_REFERENCE = re.compile(r"[ -)+-\[\]-~]{0,20}")
"""No asterisk and no backslash: they end an element of the addenda."""
_FIPS = re.compile(r"(\d{5}|\d{7})?", re.ASCII)
_YES = {"true": "an entry of no amount that tries the account", "false": "pay goes there"}


@dataclass(frozen=True, slots=True)
class Bank:
    """One share of an amount that goes to one account. `payee` and the columns after it are for those who are paid
    from a deduction: their name, their case or account reference, and for support the place and medical indicator."""

    employee: str
    purpose: str
    place: int
    share: str
    amount_cents: int
    kind: str
    routing: str
    account: str
    prenote: bool = False
    payee: str = ""
    reference: str = ""
    fips: str = ""
    medical: str = ""

    @property
    def hidden(self) -> str:
        """The account as a page may show it: its last four characters."""
        return "…" + self.account[-4:] if len(self.account) > 4 else "…"


def is_routing(number: str) -> bool:
    """Whether nine digits are a routing number: the weighted sum of the digits is a multiple of ten."""
    if _ROUTING.fullmatch(number) is None or number == "0" * 9:
        return False
    weighed = zip(number, CHECK_WEIGHTS, strict=True)
    return sum(int(digit) * weight for digit, weight in weighed) % 10 == 0


def write_banks(path: Path, banks: Iterable[Bank]) -> int:
    """Write the list, CSV or Parquet by the suffix; `read_banks` reads it back equal."""
    return write_rows(path, BANKS, (asdict(each) for each in banks))


def read_banks(path: Path, *, purposes: Collection[str] = (), name: str = "") -> Iterator[Bank | Finding]:
    """Each row as a Bank or as findings; `purposes` are the deductions that are paid on, all if none are named."""
    called = name or path.name
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(rows_of(path, BANKS, called), start=1):
        reading = Reading(called, whose(row, "employee", number))
        if reading.whole_record(row):
            bank = _bank(reading, row)
            _fits(reading, row, bank, purposes, seen)
        if reading.findings:
            yield from reading.findings
        else:
            yield bank


def _bank(reading: Reading, row: Element) -> Bank:
    cents = row.attributes.get("amount_cents", "")
    return Bank(
        employee=reading.text(row, "employee", RECORD_ID, "an employee number", code="id-wrong"),
        purpose=reading.text(
            row, "purpose", _PURPOSE, "net, or the name of a deduction", code="purpose-wrong"
        ),
        place=reading.whole(row, "place", low=1, high=99),
        share=reading.one_of(row, "share", SHARES),
        amount_cents=reading.cents(row, "amount_cents") if cents else 0,
        kind=reading.one_of(row, "kind", KINDS),
        routing=_secret(reading, row, "routing", is_routing, "nine digits with their check digit"),
        account=_secret(reading, row, "account", _is_account, "1 to 17 letters, digits, blanks or hyphens"),
        prenote=reading.one_of(row, "prenote", _YES) == "true",
        payee=reading.text(row, "payee", _PAYEE, "a name of at most 35 characters", code="payee-wrong"),
        reference=reading.text(row, "reference", _REFERENCE, "at most 20 characters", code="reference-wrong"),
        fips=reading.text(row, "fips", _FIPS, "five or seven digits", code="fips-wrong"),
        medical=reading.one_of(row, "medical", MEDICAL),
    )


def _is_account(value: str) -> bool:
    return _ACCOUNT.fullmatch(value) is not None


def _secret(reading: Reading, row: Element, name: str, holds: object, expected: str) -> str:
    """A number that is not shown when it is wrong: it may be somebody's with a slip in it."""
    value = row.attributes.get(name, "")
    if callable(holds) and not holds(value):
        words = f"The {name} number is not one (it has {len(value)} characters, not shown here)."
        reading.wrong(f"{name}-wrong", words, row.line, name, expected)
    return value


def _fits(
    reading: Reading,
    row: Element,
    bank: Bank,
    purposes: Collection[str],
    seen: dict[tuple[str, str, str], int],
) -> None:
    """What holds between the columns, and between the rows of one employee."""
    if reading.findings:
        return
    if bank.purpose != NET and purposes and bank.purpose not in purposes:
        words = f"Nothing that is paid on to somebody is called {bank.purpose}."
        reading.wrong("purpose-wrong", words, row.line, "purpose", f"net, {', '.join(sorted(purposes))}")
    elif bank.purpose != NET and not bank.payee:
        reading.wrong(
            "payee-wrong", "It is not said who is paid.", row.line, "payee", "the name of the payee"
        )
    if (bank.share == "amount") != (bank.amount_cents > 0) and not bank.prenote:
        expected = "an amount above zero for a share “amount”, none for “rest”"
        reading.wrong("amount-wrong", "Share and amount do not fit.", row.line, "amount_cents", expected)
    keys = [(bank.employee, bank.purpose, str(bank.place))]
    if bank.share == "rest" and not bank.prenote:
        keys.append((bank.employee, bank.purpose, "rest"))
    for key in keys:
        if key in seen:
            words = f"A share of this place or kind stands already on line {seen[key]}."
            reading.wrong("share-twice", words, row.line, "place", "each place once, and one rest")
        seen.setdefault(key, row.line)
