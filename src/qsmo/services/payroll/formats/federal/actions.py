"""The federal message HRTRANSTx: each HRTRANSData is one personnel action, and states the record as it is after it.

What an action does not state stays as it was. Elections carry days of their own where the message has them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.federal.form import INDICATOR, MARITAL, federal_entries, of_marital
from qsmo.services.payroll.formats.hr_xml import (
    DUTY_STATION,
    FEGLI,
    FEHB,
    FLSA,
    GRADE,
    PAY_BASIS,
    PAY_PLAN,
    RETIREMENT,
    SCHEDULES,
)
from qsmo.services.payroll.formats.message import Broken, Element, Message, records
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.rules.timeline.events import Event, Pay, family_of, paid_as

MESSAGE = Message("HRTRANSTx", "HRTRANSData", "a message of personnel actions")
PARTS = (
    "HRTRANSEmployee",
    "HRTRANSFirstNOA",
    "HRTRANSSecondNOA",
    "HRTRANSFromPosition",
    "HRTRANSToPosition",
    "HRTRANSEmployeeWork",
    "HRTRANSEmployeeAddress",
    "HRTRANSAgencyData",
    "HRTRANSTSP",
    "HRTRANSFEHB",
    "HRTRANSAward",
    "HRTRANSRemark",
)
NATURE = re.compile(r"\d{3}", re.ASCII)
PLACED = frozenset({"GS", "GL", "WG", "WL", "WS"})
"""Plans whose grades and steps are two digits; a message that drops the leading zero means the same."""
TENTH = Money(5)
"""Actions state hourly rates in tenths of a dollar, profiles in cents: 18.6 repeats 18.56."""


def read_actions(
    path: Path, *, agencies: Collection[str] = (), name: str = "", broken: Broken | None = None
) -> Iterator[Event | Finding]:
    """Each HRTRANSData as an event, or as the findings that keep it from being one (`who` is its RecordID).

    Refusal (422) for the file as a whole.
    """
    called = name or path.name
    for number, record in enumerate(records(path, MESSAGE, name=called, broken=broken), start=1):
        reading = Reading(called, whose(record, "RecordID", number))
        event = _action(reading, record, agencies) if reading.whole_record(record) else None
        if event is None or reading.findings:
            yield from reading.findings
        else:
            yield event


def _action(reading: Reading, record: Element, agencies: Collection[str]) -> Event:
    reading.only(record, PARTS)
    expected = "an employee number of up to 20 characters"
    employee = reading.text(record, "RecordID", RECORD_ID, expected, code="id-wrong")
    nature, corrects = _natures(reading, record)
    stated: dict[str, Any] = {}
    parts = {tag: _part(reading, record, tag) for tag in PARTS}
    if person := parts["HRTRANSEmployee"]:
        stated |= _person(reading, person)
    if position := parts["HRTRANSToPosition"]:
        stated |= _position(reading, position, agencies)
    if work := parts["HRTRANSEmployeeWork"]:
        stated |= _work(reading, work)
    if family_of(nature) == "appointment":
        stated["limited_to"] = reading.day(record, "NTEDate") if "NTEDate" in record.attributes else None
    elected_on: dict[str, date] = {}
    if savings := parts["HRTRANSTSP"]:
        stated |= savings_stated(reading, savings)
        if "TSPEffectiveDate" in savings.attributes:
            elected_on["savings"] = reading.day(savings, "TSPEffectiveDate")
    if health := parts["HRTRANSFEHB"]:
        stated["fehb"] = reading.text(
            health, "FEHBCode", FEHB, "a plan code of three characters", code="fehb-wrong"
        )
    return Event(
        employee=employee,
        effective_on=reading.day(record, "PAEffDate"),
        nature=nature,
        stated=stated,
        sequence=reading.whole(record, "PAEffSeqNum", high=999) if "PAEffSeqNum" in record.attributes else 0,
        corrects=corrects,
        pays=_pays(reading, record, nature),
        elected_on=elected_on,
        within=TENTH if stated.get("pay_basis") == "PH" and stated["basic_pay"].cents % 10 == 0 else Money(0),
        file=reading.file,
        line=record.line,
    )


def _natures(reading: Reading, record: Element) -> tuple[str, str]:
    first = reading.part(record, "HRTRANSFirstNOA")
    expected = "a nature of action code of three digits"
    if first is None:
        return "", ""
    nature = reading.text(first, "NOACode", NATURE, expected, code="nature-wrong")
    if nature and not family_of(nature):
        words = f"Nature of action {nature} is in no family of actions that is known."
        reading.wrong("nature-unknown", words, first.line, first.named("NOACode"), "a code of OPM's guide")
    second = next((part for part in record.parts if part.tag == "HRTRANSSecondNOA"), None)
    if family_of(nature) not in ("correction", "cancellation"):
        return nature, ""
    if second is None:
        words = f"Nature of action {nature} does not say which action it corrects or cancels."
        reading.wrong("element-missing", words, record.line, "HRTRANSSecondNOA", "the action that is meant")
        return nature, ""
    return nature, reading.text(second, "NOACode", NATURE, expected, code="nature-wrong")


def _part(reading: Reading, record: Element, tag: str) -> Element | None:
    """A part that may be left out; two of the same are a finding (remarks may be many)."""
    if tag in ("HRTRANSRemark", "HRTRANSFirstNOA", "HRTRANSAward") or all(
        part.tag != tag for part in record.parts
    ):
        return None
    return reading.part(record, tag)


def _person(reading: Reading, person: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    attributes = person.attributes
    if "SSN" in attributes:
        found["ssn"] = reading.text(
            person, "SSN", re.compile(r"\d{9}", re.ASCII), "nine digits without hyphens", code="ssn-wrong"
        )
    if "GivenName" in attributes:
        found["given_name"] = reading.name(person, "GivenName")
    if "LastName" in attributes:
        found["last_name"] = reading.name(person, "LastName")
    if "DOB" in attributes:
        found["born_on"] = reading.day(person, "DOB")
    if "MaritalStatus" in attributes:
        found["status"] = of_marital(reading.one_of(person, "MaritalStatus", MARITAL))
    if "W4StandardDeductionIndicator" in attributes:
        found["step2_checked"] = reading.one_of(person, "W4StandardDeductionIndicator", INDICATOR) == "Yes"
    if entries := federal_entries(reading, person):
        found["entries"] = entries
    return found


def _position(reading: Reading, position: Element, agencies: Collection[str]) -> dict[str, Any]:
    attributes = position.attributes
    found: dict[str, Any] = {}
    if "AgySubElementCode" in attributes:
        found["agency"] = reading.agency(position, "AgySubElementCode", agencies)
    for name, key, form, expected, code in (
        ("DutyStationCode", "duty_station", DUTY_STATION, "nine characters", "duty-station-wrong"),
        ("PayPlan", "pay_plan", PAY_PLAN, "a pay plan such as GS", "pay-plan-wrong"),
        ("Grade", "grade", GRADE, "up to three digits or letters", "code-unknown"),
        ("SteporRate", "step", GRADE, "up to three digits or letters", "code-unknown"),
    ):
        if name in attributes:
            found[key] = reading.text(position, name, form, expected, code=code)
    if found.get("pay_plan") in PLACED:
        found |= {key: found[key].zfill(2) for key in ("grade", "step") if found.get(key)}
    for name, key, known in (
        ("PayBasis", "pay_basis", PAY_BASIS),
        ("WorkSchedule", "work_schedule", SCHEDULES),
        ("FLSA", "flsa", FLSA),
    ):
        if name in attributes:
            found[key] = reading.one_of(position, name, known)
    if "flsa" in found:
        found["flsa"] = FLSA[found["flsa"]]
    if "TODHrs" in attributes:
        found["tour_hours"] = reading.whole(position, "TODHrs", low=0, high=80)
    return found | _rates(reading, position)


def _rates(reading: Reading, position: Element) -> dict[str, Any]:
    """Basic pay with and without its adjustment; where a sum is stated it must be theirs, or theirs cut to dollars."""
    if "BasicPay" not in position.attributes:
        return {}
    before = len(reading.findings)
    nothing = Money(0)
    basic = reading.dollars(position, "BasicPay")
    adjusted = basic + reading.dollars(position, "AdjBasicPay", absent=nothing)
    total = reading.dollars(position, "TotalSalary", absent=adjusted)
    field = position.named("TotalSalary")
    if len(reading.findings) == before and not basic:
        reading.wrong("amount-wrong", "BasicPay is 0.", position.line, position.named("BasicPay"), "above 0")
    right = {adjusted.cents}
    if position.attributes.get("PayBasis") == "PH":  # the sum is that of the exact rate, cut to dollars
        around = (adjusted.cents - TENTH.cents, adjusted.cents, adjusted.cents + TENTH.cents)
        right |= {each // 100 * 100 for each in around}
    if len(reading.findings) == before and total.cents not in right:
        words = f"BasicPay and AdjBasicPay together are {adjusted}, TotalSalary says {total}."
        reading.wrong("pay-sum-wrong", words, position.line, field, str(adjusted))
    return {"basic_pay": basic, "adjusted_pay": adjusted}


def _work(reading: Reading, work: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "RetirementPlan" in work.attributes:
        found["retirement"] = reading.one_of(work, "RetirementPlan", RETIREMENT)
    if "FEGLI" in work.attributes:
        found["fegli"] = reading.text(
            work, "FEGLI", FEGLI, "a life insurance code such as C0", code="fegli-wrong"
        )
    if "SCDLeave" in work.attributes:
        found["leave_since"] = reading.day(work, "SCDLeave")
    return found


def savings_stated(reading: Reading, savings: Element) -> dict[str, Any]:
    """The elections that the part states, by tax treatment; a percentage takes the place of an amount and back."""
    found: dict[str, Any] = {}
    for rate, amount, kind in (("TSPRate", "TSPAmt", "tsp"), ("TSPRothRate", "TSPRothAmt", "roth")):
        if rate not in savings.attributes and amount not in savings.attributes:
            continue
        percent = 0
        if rate in savings.attributes:
            percent = reading.hundredths(savings, rate, "a percentage from 0 to 100", code="number-wrong")
        if percent > 100 * 100:
            words = f"{rate} is over 100."
            reading.wrong("number-wrong", words, savings.line, savings.named(rate), "from 0 to 100")
        found[f"{kind}_percent"] = Fraction(percent, 100 * 100)
        found[f"{kind}_amount"] = reading.dollars(savings, amount, absent=Money(0))
        if percent and found[f"{kind}_amount"]:
            words = "The savings election has both a percentage and an amount."
            reading.wrong("tsp-several", words, savings.line, savings.named(rate), "one of the two")
    return found


def _pays(reading: Reading, record: Element, nature: str) -> tuple[Pay, ...]:
    found = []
    for part in record.parts:
        if part.tag != "HRTRANSAward":
            continue
        amount = reading.dollars(part, "AwdAmt", absent=Money(0))
        if amount and not paid_as(nature):
            words = f"Action {nature} states an amount of {amount}, and actions of its kind pay none."
            reading.wrong("award-unclear", words, part.line, part.named("AwdAmt"), "an award or an incentive")
        elif amount:
            words = f"Action {nature} of {record.attributes.get('PAEffDate', '')}"
            found.append(Pay(paid_as(nature), amount, words))
    return tuple(found)
