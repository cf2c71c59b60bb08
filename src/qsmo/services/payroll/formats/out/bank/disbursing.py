"""The interface to whoever disburses: one payment after another, each with all that any of their files asks for.

A disbursing adapter is a function `write(path, office, payments, day)` that writes one file and answers how many
payments and cents it holds. `ADAPTERS` in `files.py` names them. The first is our own documented layout: a line of
JSON for each `PaymentRequest`, without any account number.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from qsmo.contract.documents import PaymentRequest
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.rules.outcome.payments import NET

SALARY, SUPPORT = "Salary", "ChildSupport"
ALLOTMENT = "Allotment"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `number` counts the payments of the run from 1; `taxpayer` is the social security number.

    `to` is the person or organization whose account it is; `case` and what follows belongs to support.
    """

    number: int
    employee: str
    purpose: str
    kind: str
    to: str
    cents: int
    routing: str
    account: str
    savings: bool
    prenote: bool
    taxpayer: str
    person: str
    case: str = ""
    fips: str = ""
    medical: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """When: the day on which the accounts are credited, and the instant from which the file is dated."""

    pays_on: date
    made_at: datetime
    run: str
    payer: str
    tas: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds."""

    records: int
    cents: int


class Adapter(Protocol):
    """Writes the payments of a run for one disbursing office."""

    def __call__(self, path: Path, office: Office, payments: Iterable[Payment], day: Day, /) -> Written:
        """Write the file; Refusal (422) where the office has not given what it needs, or a payment does not fit."""


def each_payment(frame: pl.DataFrame, people: Mapping[str, Mapping[str, Any]]) -> Iterator[Payment]:
    """The payments of a run as they are handed to an adapter; `people` are their HR rows by employee."""
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        person = people[row["employee"]]
        name = f"{person['last_name']} {person['given_name']}"
        own = row["purpose"] == NET
        yield Payment(
            number=number,
            employee=row["employee"],
            purpose=row["purpose"],
            kind=SALARY if own else SUPPORT if row["medical"] else ALLOTMENT,
            to=plain(name if own else row["payee"]),
            cents=row["amount_cents"],
            routing=row["routing"],
            account=row["account"],
            savings=row["kind"] == "savings",
            prenote=row["prenote"],
            taxpayer=person["ssn"],
            person=plain(name),
            case=row["reference"],
            fips=row["fips"],
            medical=row["medical"],
        )


def plain(text: str) -> str:
    """Letters without accents and nothing but printable ASCII, as banks and tax offices take names."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in bare if " " <= sign <= "~").strip().upper()


def request(payment: Payment, day: Day) -> PaymentRequest:
    """A payment as the contract's document; the account stays with the adapter."""
    return PaymentRequest(
        key=f"payroll-{day.run}-{payment.number:08d}",
        payer=day.payer,
        payee=payment.employee if payment.purpose == NET else payment.to,
        amount=Money(payment.cents),
        on=day.pays_on,
        words="Net pay" if payment.purpose == NET else f"{payment.kind}, {payment.purpose}",
        tas=day.tas,
    )


def write_requests(path: Path, _office: Office, payments: Iterable[Payment], day: Day) -> Written:
    """Every payment as a PaymentRequest, one line of JSON each; entries that try an account are no payments."""
    records = cents = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for payment in payments:
            if payment.prenote:
                continue
            body = {"kind": PaymentRequest.kind, **request(payment, day).body()}
            file.write(json.dumps(body, sort_keys=True, separators=(",", ":")) + "\n")
            records += 1
            cents += payment.cents
    return Written(records, cents)
