"""The federal HR-line message HRDATATx (us:gov:federal:hc): each HRData is one person's position, pay and elections.

What the federal message has no place for stands in one optional part of our own namespace, `PayEntries` of
`urn:qsmo:hr:1`: Form W-4 beyond status and step 2, no health plan, opening balances of the year and of leave.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from qsmo.contract.documents import LeaveTerms, PayAssignment
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money, round_to_integer
from qsmo.services.payroll.formats.federal import certificates
from qsmo.services.payroll.formats.federal.form import FORMS as FORMS
from qsmo.services.payroll.formats.federal.form import STATUSES as STATUSES
from qsmo.services.payroll.formats.federal.form import unmixed as unmixed
from qsmo.services.payroll.formats.federal.form import withholding
from qsmo.services.payroll.formats.message import (
    FEDERAL,
    OURS,
    OURS_PREFIX,
    Broken,
    Element,
    Message,
    records,
)
from qsmo.services.payroll.formats.more import ADDRESS, address_cells, of_message
from qsmo.services.payroll.formats.reading import (
    BALANCES,
    RECORD_ID,
    Reading,
    Seen,
    social_security_number,
    whose,
)
from qsmo.services.payroll.formats.terms import leave_entry
from qsmo.services.payroll.rules.intake.leave.terms import leave_text

MESSAGE = Message("HRDATATx", "HRData", "an HR profile message")
ENTRIES = f"{OURS_PREFIX}PayEntries"
BALANCE = f"{OURS_PREFIX}YearToDate"

FLSA = {"E": "exempt", "N": "nonexempt"}
PAY_BASIS = {"PA": "per annum", "PH": "per hour"}
SCHEDULES = {
    "F": "full-time",
    "G": "full-time seasonal",
    "P": "part-time",
    "Q": "part-time seasonal",
    "S": "part-time job sharer",
    "T": "part-time seasonal job sharer",
    "I": "intermittent",
    "J": "intermittent seasonal",
}
RETIREMENT = {
    "1": "CSRS",
    "6": "CSRS, law enforcement and firefighters",
    "C": "CSRS Offset",
    "K": "FERS",
    "KR": "FERS-RAE",
    "KF": "FERS-FRAE",
    "M": "FERS, law enforcement and firefighters",
    "MR": "FERS-RAE, law enforcement and firefighters",
    "MF": "FERS-FRAE, law enforcement and firefighters",
    "2": "Social Security only",
    "4": "none",
}
TSP_STATUS = {"Y": "eligible, contributing by election", "A": "enrolled automatically"}

LEAVE_ENTRY = "Leave"
_ABSENT = "(absent)"
DUTY_STATION = re.compile(r"[0-9A-Z]{2}\d{7}", re.ASCII)
PAY_PLAN = re.compile("[A-Z]{2}")
GRADE = re.compile("[0-9A-Z]{1,3}")
FEGLI = re.compile("[A-Z9][0-5]")
FEHB = re.compile("[0-9A-Z]{3}")
STATION = "a duty station of nine characters"
_PERCENT = "a percentage from 0 to 100"
GS_GRADES = {f"{grade:02d}": f"GS-{grade}" for grade in range(1, 16)}
GS_STEPS = {f"{step:02d}": f"step {step}" for step in range(1, 11)}
_PARTS = ("HREmployee", ADDRESS, "HRPositionPay", "HREmployeeWork", "HRTSP", "HRFEHB", ENTRIES)
_ENTRY_NAMES = {
    *(
        "W4Form",
        "W4Status",
        "W4Step3",
        "W4Step4a",
        "W4Step4b",
        "W4Extra",
        "W4Allowances",
        "W4Exempt",
        "NoHealthPlan",
        LEAVE_ENTRY,
    ),
    *certificates.names_of(certificates.ENTRIES),
}


def read_assignments(
    path: Path, *, agencies: Collection[str] = (), name: str = "", broken: Broken | None = None
) -> Iterator[PayAssignment | Finding]:
    """Each HRData as a PayAssignment, or as the findings that keep it from being one (`who` is its RecordID).

    `agencies`: the sub-element codes that may occur; empty allows any. Refusal (422) for the file as a whole; with
    `broken`, the whole records before the place where it is broken.
    """
    called = name or path.name
    seen = Seen()
    for number, record in enumerate(records(path, MESSAGE, name=called, broken=broken), start=1):
        reading = Reading(called, whose(record, "RecordID", number))
        if reading.whole_record(record):
            assignment = _assignment(reading, record, agencies, seen)
        if reading.findings:
            yield from reading.findings
        else:
            yield assignment


def _assignment(reading: Reading, record: Element, agencies: Collection[str], seen: Seen) -> PayAssignment:
    nothing = Element(_ABSENT, record.line, {})
    parts = {
        tag: reading.part(record, tag) for tag in ("HREmployee", "HRPositionPay", "HREmployeeWork", "HRTSP")
    }
    lacking = [tag for tag, part in parts.items() if part is None]
    person, position, work, savings = (part or nothing for part in parts.values())
    entries = _entries(reading, record)
    reading.only(record, _PARTS)
    before = len(reading.findings)
    employee = reading.text(
        record, "RecordID", RECORD_ID, "an employee number of up to 20 characters", code="id-wrong"
    )
    seen.check(reading, record, "RecordID", employee, code="employee-twice", words="This employee number")
    ssn = social_security_number(reading, person, seen)
    born_on, hired_on = reading.day(person, "DOB"), reading.day(record, "HireDate")
    if born_on >= hired_on and len(reading.findings) == before:
        words = f"Born on {born_on}, which is not before the hire on {hired_on}."
        reading.wrong("date-wrong", words, person.line, person.named("DOB"), "a birth before the hire")
    basic, adjusted = _pay(reading, position)
    plan = reading.text(position, "PayPlan", PAY_PLAN, "a pay plan such as GS", code="pay-plan-wrong")
    percent, amount, roth = _savings(reading, savings)
    assignment = PayAssignment(
        employee=employee,
        ssn=ssn,
        given_name=reading.name(person, "GivenName"),
        last_name=reading.name(person, "LastName"),
        born_on=born_on,
        agency=reading.agency(position, "AgySubElementCode", agencies),
        effective_on=hired_on,
        duty_station=reading.text(
            position, "DutyStationCode", DUTY_STATION, STATION, code="duty-station-wrong"
        ),
        pay_plan=plan,
        grade=of_plan(reading, position, "Grade", GS_GRADES, plan),
        step=of_plan(reading, position, "SteporRate", GS_STEPS, plan),
        basic_pay=basic,
        adjusted_pay=adjusted,
        pay_basis=reading.one_of(position, "PayBasis", PAY_BASIS),
        work_schedule=reading.one_of(position, "WorkSchedule", SCHEDULES),
        tour_hours=reading.whole(position, "TODHrs", low=0, high=80),
        flsa=FLSA[reading.one_of(position, "FLSA", FLSA)],
        retirement=reading.one_of(work, "RetirementPlan", RETIREMENT),
        fegli=reading.text(work, "FEGLI", FEGLI, "a life insurance code such as C0", code="fegli-wrong"),
        fehb=_health(reading, record, entries),
        tsp_percent=percent,
        tsp_amount=amount,
        tsp_roth=roth,
        withholding=withholding(reading, person, entries),
        state=certificates.of_state(reading, entries, certificates.ENTRIES),
        year_to_date=_balances(reading, entries),
        leave_since=reading.day(work, "SCDLeave") if "SCDLeave" in work.attributes else None,
        leave=leave_entry(reading, entries, LEAVE_ENTRY),
        **of_message(record, position),
    )
    if lacking:  # one finding for a missing part, not one more for everything that would have stood in it
        reading.findings[:] = [found for found in reading.findings if not found.field.startswith(_ABSENT)]
    return assignment


def of_plan(reading: Reading, position: Element, name: str, known: dict[str, str], plan: str) -> str:
    """Grade or step: a closed list in the General Schedule (5 U.S.C. 5104, 5335), free in other plans."""
    if plan == "GS":
        return reading.one_of(position, name, known)
    return reading.text(position, name, GRADE, "up to three digits or letters", code="code-unknown")


def _pay(reading: Reading, position: Element) -> tuple[Money, Money]:
    """Basic pay, and basic pay with its adjustment; the message states the sum too (cut to dollars when hourly)."""
    before = len(reading.findings)
    basic = reading.dollars(position, "BasicPay")
    adjustment = reading.dollars(position, "AdjBasicPay")
    total = reading.dollars(position, "TotalSalary")
    adjusted = basic + adjustment
    if len(reading.findings) > before:
        return basic, adjusted
    if not basic:
        reading.wrong(
            "amount-wrong", "BasicPay is 0.", position.line, position.named("BasicPay"), "an amount above 0"
        )
    stated = Money(adjusted.cents // 100 * 100) if position.attributes.get("PayBasis") == "PH" else adjusted
    if total not in (stated, adjusted):
        words = f"BasicPay {basic} and AdjBasicPay {adjustment} do not add up to TotalSalary {total}."
        reading.wrong("pay-sum-wrong", words, position.line, position.named("TotalSalary"), str(stated))
    return basic, adjusted


def _savings(reading: Reading, savings: Element) -> tuple[Fraction, Money, bool]:
    """The Thrift Savings Plan election: a percentage or an amount, of one tax treatment."""
    reading.one_of(savings, "TSPStatusCode", TSP_STATUS)
    rate = reading.hundredths(savings, "TSPRate", _PERCENT, code="number-wrong")
    amount = reading.dollars(savings, "TSPAmt")
    roth_rate = 0
    if "TSPRothRate" in savings.attributes:
        roth_rate = reading.hundredths(savings, "TSPRothRate", _PERCENT, code="number-wrong")
    roth_amount = reading.dollars(savings, "TSPRothAmt", absent=Money(0))
    if max(rate, roth_rate) > 100 * 100:
        reading.wrong(
            "number-wrong", "TSPRate is over 100.", savings.line, savings.named("TSPRate"), _PERCENT
        )
    if sum(map(bool, (rate, amount, roth_rate, roth_amount))) > 1:
        words = "The savings plan has more than one election: percentage and amount, or traditional and Roth."
        expected = "one of TSPRate, TSPAmt, TSPRothRate, TSPRothAmt above 0"
        reading.wrong("tsp-several", words, savings.line, savings.named("TSPRate"), expected)
    return Fraction(rate + roth_rate, 100 * 100), amount + roth_amount, bool(roth_rate or roth_amount)


def _entries(reading: Reading, record: Element) -> Element:
    """Our own part, or an empty one. An unknown name in it is a finding: a slip there would change somebody's tax."""
    if all(part.tag != ENTRIES for part in record.parts):
        return Element(ENTRIES, record.line, {})
    entries = reading.part(record, ENTRIES) or Element(ENTRIES, record.line, {})
    known = {OURS_PREFIX + name for name in _ENTRY_NAMES}
    for name in entries.attributes:
        if name not in known:
            words = f"{ENTRIES} has no entry {name}."
            reading.wrong(
                "attribute-unknown", words, entries.line, entries.named(name), ", ".join(sorted(known))
            )
    reading.only(entries, (BALANCE,))
    own = {name.removeprefix(OURS_PREFIX): value for name, value in entries.attributes.items()}
    return Element(ENTRIES, entries.line, own, entries.parts)


def _health(reading: Reading, record: Element, entries: Element) -> str:
    """The health plan code; no plan must be said outright, because a plan left out would go unpaid in silence."""
    if reading.yes(entries, "NoHealthPlan"):
        if any(part.tag == "HRFEHB" for part in record.parts):
            words = "The record has a health plan and says that there is none."
            reading.wrong(
                "fehb-unclear", words, entries.line, entries.named("NoHealthPlan"), "one of the two"
            )
        return ""
    plan = reading.part(record, "HRFEHB")
    return (
        reading.text(plan, "FEHBCode", FEHB, "a plan code of three characters", code="fehb-wrong")
        if plan
        else ""
    )


def _balances(reading: Reading, entries: Element) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for part in entries.parts:
        own = {name.removeprefix(OURS_PREFIX): value for name, value in part.attributes.items()}
        balance = Element(part.tag, part.line, own)
        name = reading.one_of(balance, "Name", BALANCES)
        if name in found:
            words = f"The balance {name} stands there twice."
            reading.wrong("balance-twice", words, part.line, balance.named("Name"), "each balance once")
        found[name] = reading.dollars(balance, "Amount").cents
    return tuple((name, found[name]) for name in BALANCES if name in found)


def write_assignments(path: Path, assignments: Iterable[PayAssignment], *, at: datetime) -> int:
    """Write a message that `read_assignments` reads back equal; one part a line. Hands back the number of records."""
    count = 0
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(
            f'<hc:HRDATATx xmlns:hc="{FEDERAL}" xmlns:qsmo="{OURS}" hc:Version="4.0" hc:TxTime="{stamp}">\n'
        )
        file.write(f'<hc:HRDataBatch hc:BatchType="P" hc:ID="1" hc:TxTime="{stamp}">\n')
        for assignment in assignments:
            _write(file, assignment)
            count += 1
        file.write("</hc:HRDataBatch>\n</hc:HRDATATx>\n")
    return count


def _write(file: TextIO, person: PayAssignment) -> None:
    form = person.withholding
    marital = "M" if form.status == "married" else "S"
    percent, amount = _percent(person.tsp_percent), _dollars(person.tsp_amount)
    savings = {"TSPStatusCode": "Y", "TSPRate": percent, "TSPAmt": amount}
    if person.tsp_roth:
        savings = {
            "TSPStatusCode": "Y",
            "TSPRate": "0",
            "TSPAmt": "0",
            "TSPRothRate": percent,
            "TSPRothAmt": amount,
        }
    file.write(_open("HRData", {"HireDate": str(person.effective_on), "RecordID": person.employee}) + ">\n")
    for tag, cells in (
        (
            "HREmployee",
            {
                "DOB": str(person.born_on),
                "GivenName": person.given_name,
                "LastName": person.last_name,
                "MaritalStatus": marital,
                "SSN": person.ssn,
                "W4StandardDeductionIndicator": "Yes" if form.step2_checked else "No",
            },
        ),
        (ADDRESS, address_cells(person)),
        ("HRPositionPay", _position(person)),
        ("HREmployeeWork", _work(person)),
        ("HRTSP", savings),
        ("HRFEHB", {"FEHBCode": person.fehb}),
    ):
        if cells and (tag != "HRFEHB" or person.fehb):
            file.write(_open(tag, cells) + "/>\n")
    entries = _open("PayEntries", _own_entries(person), "qsmo")
    balances = [
        _open("YearToDate", {"Name": name, "Amount": _dollars(Money(cents))}, "qsmo") + "/>"
        for name, cents in person.year_to_date
    ]
    file.write(f"{entries}>{''.join(balances)}</qsmo:PayEntries>\n</hc:HRData>\n")


def _position(person: PayAssignment) -> dict[str, str]:
    flsa = {words: code for code, words in FLSA.items()}
    cut = person.adjusted_pay.cents // 100 * 100 if person.pay_basis == "PH" else person.adjusted_pay.cents
    return {
        "AdjBasicPay": _dollars(person.adjusted_pay - person.basic_pay),
        "AgySubElementCode": person.agency,
        "BasicPay": _dollars(person.basic_pay),
        "DutyStationCode": person.duty_station,
        "FLSA": flsa[person.flsa],
        "Grade": person.grade,
        "PayBasis": person.pay_basis,
        "PayPlan": person.pay_plan,
        **({"PosApprText": person.accounting} if person.accounting else {}),
        "SteporRate": person.step,
        "TODHrs": str(person.tour_hours),
        "TotalSalary": _dollars(Money(cut)),
        "WorkSchedule": person.work_schedule,
    }


def _work(person: PayAssignment) -> dict[str, str]:
    cells = {"FEGLI": person.fegli, "RetirementPlan": person.retirement}
    return cells | ({"SCDLeave": str(person.leave_since)} if person.leave_since else {})


def _own_entries(person: PayAssignment) -> dict[str, str]:
    form = person.withholding
    amounts = {"W4Step3": form.step3, "W4Step4a": form.step4a, "W4Step4b": form.step4b, "W4Extra": form.extra}
    cells: dict[str, str] = {"W4Form": form.form, "W4Status": form.status}
    cells |= {name: _dollars(amount) for name, amount in amounts.items() if amount}
    if form.allowances:
        cells["W4Allowances"] = str(form.allowances)
    if form.exempt:
        cells["W4Exempt"] = "Yes"
    further = certificates.written(person, certificates.ENTRIES)
    cells |= {name: value for name, value in further.items() if value}
    if not person.fehb:
        cells["NoHealthPlan"] = "Yes"
    if person.leave != LeaveTerms():
        cells[LEAVE_ENTRY] = leave_text(person.leave)
    return cells


def _open(tag: str, cells: dict[str, str], prefix: str = "hc") -> str:
    return f"<{prefix}:{tag}" + "".join(
        f" {prefix}:{name}={quoteattr(value)}" for name, value in cells.items()
    )


def _dollars(amount: Money) -> str:
    whole, part = divmod(amount.cents, 100)
    return f"{whole}.{part:02d}" if part else str(whole)


def _percent(rate: Fraction) -> str:
    return _dollars(Money(round_to_integer(rate * 100 * 100)))
