"""Statements of a run in the federal XML form: the message PayTx of the namespace us:gov:federal:hc.

Elements and attributes that published messages of the family have stand there under their names. For what no
published message shows (earnings, contributions, sums of the period and of the year) there is our own namespace, with
the federal codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.message import FEDERAL, OURS, Element, Message, records
from qsmo.services.payroll.formats.out.bank.disbursing import Written
from qsmo.services.payroll.formats.out.printed import CLOSING
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.leave.kept import KINDS as LEAVE_KINDS
from qsmo.services.payroll.rules.leave.kept import accounts
from qsmo.services.payroll.rules.rule import Rule
from qsmo.services.payroll.rules.timeline.codes import code_of

MESSAGE = Message("PayTx", "PayData", "a message of statements")
EMPLOYEE_TYPE = "02"
"""The person type of employees in published messages."""
SUMS = {
    "Gross": "gross_cents",
    "Deductions": "deductions_cents",
    "Net": "net_cents",
    "Government": "employer_cents",
}
BALANCES = {"Gross": "gross", "Net": "net"}
WAGES = {
    "FederalTaxable": "income_tax_wages_cents",
    "OASDI": "closing_oasdi_wages_cents",
    "Medicare": "closing_medicare_wages_cents",
}
POSITION = {
    "AgySubElementCode": "agency",
    "DutyStationCode": "duty_station",
    "PayPlan": "pay_plan",
    "Grade": "grade",
    "SteporRate": "step",
    "RetirementPlan": "retirement",
    "FEGLI": "fegli",
    "FEHBCode": "fehb",
}
RATES = {"BasicPay": "basic_pay_cents", "AdjBasicPay": "adjusted_pay_cents"}
_PLAIN = re.compile(r"[\w .,:()-]*")
KINDS = ("earning", "deduction", "employer")
LEAVE = {
    "Before": "before",
    "Earned": "earned",
    "Used": "used",
    "Lost": "lost",
    "Balance": "balance",
    "YTDEarned": "year_earned",
    "YTDUsed": "year_used",
}
"""Hours of a leave account, and the figures of it that they are."""
PARTS = {"earning": "PayEarnings", "employer": "PayContributions"}


@dataclass(frozen=True, slots=True)
class Amount:
    """One coded amount of a statement as read: `part` is its element."""

    part: str
    code: str
    cents: int
    year_cents: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """One kind of leave of a statement as read, in hundredths of an hour, by the names of LEAVE."""

    kind: str
    held: dict[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as read: who, when, the sums, and every coded amount."""

    employee: str
    ssn: str
    first_on: str
    last_on: str
    sums: dict[str, int]
    amounts: tuple[Amount, ...]
    leave: tuple[Hours, ...] = ()


def write_statements(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    people: Mapping[str, Mapping[str, Any]],
    pay_period: PayPeriod,
    *,
    at: datetime,
) -> Written:
    """Write the statements of calculated rows; `people` are the HR rows by employee."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S")
    rules = [
        rule for rule in rules_on(pay_period.pay_date) if rule.kind in ("earning", "deduction", "employer")
    ]
    count = cents = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(
            f'<hc:PayTx xmlns:hc="{FEDERAL}" xmlns:qsmo="{OURS}" hc:Version="4.0" hc:TxTime="{stamp}">\n'
        )
        file.write(f'<hc:PayBatch hc:BatchType="P" hc:ID="1" hc:TxTime="{stamp}">\n')
        for row in rows:
            _write(file, row, people[row["employee"]], pay_period, rules)
            count += 1
            cents += row["net_cents"]
        file.write("</hc:PayBatch>\n</hc:PayTx>\n")
    return Written(count, cents)


def _write(
    file: TextIO, row: Mapping[str, Any], person: Mapping[str, Any], pay_period: PayPeriod, rules: list[Rule]
) -> None:
    during = pay_period.during
    file.write(f"<hc:PayData {_cells('hc', {'RecordID': row['employee']})}>\n")
    file.write(_element("hc", "PayEmployee", {
        "GivenName": person["given_name"], "LastName": person["last_name"], "PersonTypeCode": EMPLOYEE_TYPE,
        "SSN": person["ssn"],
    }))  # fmt: skip
    file.write(_element("hc", "PayEmployeeWork", {
        "PPEndDate": str(during.last), "PPNum": pay_period.label.replace("-", ""), "PPStartDate": str(during.start),
    }))  # fmt: skip
    position = {name: str(person[column] or "") for name, column in POSITION.items()}
    rates = {name: _dollars(person[column]) for name, column in RATES.items()}
    pay_date = {"PayDate": str(pay_period.pay_date)}
    file.write(_element("qsmo", "PayPosition", {**position, **rates, **pay_date}))
    for name, column in SUMS.items():
        year = row.get(f"closing_{BALANCES.get(name, '')}_cents")
        file.write(_element("qsmo", "PaySum", {"Name": name, **_amounts(row[column], year)}))
    for name, column in WAGES.items():
        if column in row:
            file.write(_element("qsmo", "PayWages", {"Name": name, "Amt": _dollars(row[column])}))
    for rule in rules:
        if row.get(rule.name):
            file.write(_line(row, rule))
    for account in accounts(row):
        held = {name: getattr(account, figure) for name, figure in LEAVE.items()}
        cells = {name: _dollars(hours) for name, hours in held.items() if hours is not None}
        file.write(_element("qsmo", "PayLeave", {"Kind": account.kind, "Title": account.title, **cells}))
    file.write("</hc:PayData>\n")


@cache
def _code(kind: str, name: str, retirement: str) -> str:
    return code_of(kind, name, retirement).code


def columns(pay_period: PayPeriod) -> list[str]:
    """The columns of a computed frame that a statement says."""
    rules = rules_on(pay_period.pay_date)
    lines = [rule for rule in rules if rule.kind in KINDS]
    balances = [rule.name for rule in rules if rule.kind == "balance"]
    quantities = [rule.quantity for rule in lines if rule.quantity]
    leave = [name for kind in LEAVE_KINDS for name in kind.columns]
    who = ("employee", "retirement", "leave_kept", "period_start", "pay_date", "known_by")
    names = [*who, *SUMS.values(), *WAGES.values(), *balances, *quantities, *leave]
    return list(dict.fromkeys([*names, *(rule.name for rule in lines)]))


def _line(row: Mapping[str, Any], rule: Rule) -> str:
    code = _code(rule.kind, rule.name, str(row["retirement"]))
    year = row.get(f"closing_{CLOSING[rule.name]}_cents") if rule.name in CLOSING else None
    amounts = _amounts(row[rule.name], year)
    if rule.kind == "deduction":
        return _element("hc", "PayDeductions", {
            "PayDedCode": code, **{f"PayDed{name}": shown for name, shown in amounts.items()}
        })  # fmt: skip
    cells = {"Code": code, "Title": rule.title}
    if rule.quantity and rule.quantity in row:
        cells["Hours"] = _dollars(row[rule.quantity])
    return _element("qsmo", PARTS[rule.kind], {**cells, **amounts})


def _amounts(cents: int, year: int | None) -> dict[str, str]:
    return {"PPAmt": _dollars(cents), **({"YTDAmt": _dollars(year)} if year is not None else {})}


def _dollars(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def _element(prefix: str, tag: str, cells: Mapping[str, str]) -> str:
    return f"<{prefix}:{tag} {_cells(prefix, cells)}/>\n"


def _cells(prefix: str, cells: Mapping[str, str]) -> str:
    return " ".join(f"{prefix}:{name}={_quoted(str(value))}" for name, value in cells.items())


def _quoted(value: str) -> str:
    """A value in quotation marks; most need no escaping, and looking is quicker than replacing."""
    return f'"{value}"' if _PLAIN.fullmatch(value) else quoteattr(value)


def read_statements(path: Path, *, name: str = "") -> Iterator[Told | Finding]:
    """Each statement of a message, or what keeps it from being one: a part that lacks, sums that do not add up."""
    called = name or path.name
    for number, record in enumerate(records(path, MESSAGE, name=called), start=1):
        reading = Reading(called, whose(record, "RecordID", number))
        told = _told(reading, record) if reading.whole_record(record) else None
        if reading.findings:
            yield from reading.findings
        elif told is not None:
            yield told


def _told(reading: Reading, record: Element) -> Told | None:
    person, work = reading.part(record, "PayEmployee"), reading.part(record, "PayEmployeeWork")
    if person is None or work is None:
        return None
    sums: dict[str, int] = {}
    amounts: list[Amount] = []
    leave: list[Hours] = []
    for part in record.parts:
        own = {key.removeprefix("qsmo:"): value for key, value in part.attributes.items()}
        if part.tag == "qsmo:PaySum":
            sums[own.get("Name", "")] = _cents(own.get("PPAmt", ""))
        elif part.tag == "qsmo:PayLeave":
            leave.append(_hours(reading, own, part))
        elif part.tag == "PayDeductions":
            amounts.append(_coded("deduction", own, "PayDed"))
        elif part.tag in ("qsmo:PayEarnings", "qsmo:PayContributions"):
            amounts.append(_coded("earning" if part.tag.endswith("Earnings") else "employer", own, ""))
    for part_name, sum_name in (
        ("earning", "Gross"),
        ("deduction", "Deductions"),
        ("employer", "Government"),
    ):
        added = sum(each.cents for each in amounts if each.part == part_name)
        if sums.get(sum_name) != added:
            words = f"The lines add up to {Money(added)}, the sum says {Money(sums.get(sum_name, 0))}."
            reading.wrong("sum-wrong", words, record.line, sum_name, "lines that add up to their sum")
    if sums.get("Net") != sums.get("Gross", 0) - sums.get("Deductions", 0):
        reading.wrong(
            "net-wrong", "Net is not gross less deductions.", record.line, "Net", "gross less deductions"
        )
    return Told(
        employee=reading.text(record, "RecordID", RECORD_ID, "an employee number", code="id-wrong"),
        ssn=person.attributes.get("SSN", ""),
        first_on=work.attributes.get("PPStartDate", ""),
        last_on=work.attributes.get("PPEndDate", ""),
        sums=sums,
        amounts=tuple(amounts),
        leave=tuple(leave),
    )


def _hours(reading: Reading, own: Mapping[str, str], part: Element) -> Hours:
    kind = own.get("Kind", "")
    held = {name: _cents(own[name]) for name in LEAVE if name in own}
    left = held.get("Before", 0) - held.get("Lost", 0) + held.get("Earned", 0) - held.get("Used", 0)
    if held.get("Balance") != left:
        words = f"The hours of {kind} do not add up to their balance."
        reading.wrong("leave-wrong", words, part.line, "Balance", "before less lost, and earned less used")
    return Hours(kind, held)


def _coded(part: str, own: Mapping[str, str], prefix: str) -> Amount:
    year = own.get(f"{prefix}YTDAmt")
    return Amount(
        part,
        own.get(f"{prefix}Code", ""),
        _cents(own.get(f"{prefix}PPAmt", "")),
        None if year is None else _cents(year),
    )


def _cents(dollars: str) -> int:
    sign, bare = (-1, dollars[1:]) if dollars.startswith("-") else (1, dollars)
    whole, _, part = bare.partition(".")
    return sign * (int(whole or 0) * 100 + int((part + "00")[:2]))
