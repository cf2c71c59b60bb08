"""Small federal messages written by hand: one analyst in Washington state, and what becomes of her in 2026."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

SPACE = 'xmlns:hc="us:gov:federal:hc"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
POSITION = {
    "AgySubElementCode": "GS28",
    "DutyStationCode": "531960033",
    "PayPlan": "GS",
    "Grade": "12",
    "SteporRate": "05",
    "BasicPay": "86659",
    "AdjBasicPay": "27358",
    "TotalSalary": "114017",
    "PayBasis": "PA",
    "WorkSchedule": "F",
    "TODHrs": "40",
    "FLSA": "E",
}
PERSON = {
    "DOB": "1980-05-05",
    "GivenName": "Ana",
    "LastName": "Example",
    "MaritalStatus": "S",
    "SSN": "900000001",
    "W4StandardDeductionIndicator": "No",
}
PROMOTED = {**POSITION, "Grade": "13", "SteporRate": "01", "BasicPay": "90925", "AdjBasicPay": "28705"}
PROMOTED["TotalSalary"] = "119630"
FIRST_DAYS = ("2026-01-11", "2026-01-25", "2026-02-08", "2026-02-22")
LAST_DAYS = ("2026-01-24", "2026-02-07", "2026-02-21", "2026-03-07")


def tag(name: str, cells: dict[str, str], inside: str = "") -> str:
    """One element."""
    text = "".join(f' hc:{key}="{value}"' for key, value in cells.items())
    return f"<hc:{name}{text}>{inside}</hc:{name}>\n" if inside else f"<hc:{name}{text}/>\n"


def message(root: str, batch: str, records: Iterable[str], sent: str = "2030-01-01") -> str:
    """A message of records."""
    inside = "".join(records)
    return f'{HEAD}<hc:{root} {SPACE} hc:TxTime="{sent}T09:00:00"><hc:{batch}>\n{inside}</hc:{batch}></hc:{root}>\n'


def people(folder: Path, name: str = "people.xml", **changes: dict[str, str]) -> Path:
    """The analyst's profile."""
    parts = {
        "HREmployee": PERSON,
        "HRPositionPay": POSITION,
        "HREmployeeWork": {"FEGLI": "C0", "RetirementPlan": "KF"},
        "HRTSP": {"TSPStatusCode": "Y", "TSPRate": "5", "TSPAmt": "0"},
    } | changes
    inside = "".join(tag(part, cells) for part, cells in parts.items())
    record = tag("HRData", {"HireDate": "2025-06-01", "RecordID": "00000001"}, inside)
    return written(folder / name, message("HRDATATx", "HRDataBatch", [record]))


def action(on: str, nature: str, parts: str = "", employee: str = "00000001", sequence: str = "11") -> str:
    """One personnel action."""
    noa = tag("HRTRANSFirstNOA", {"NOACode": nature, "NOADesc": "in words"})
    cells = {"PAEffDate": on, "PAEffSeqNum": sequence, "RecordID": employee}
    return tag("HRTRANSData", cells, noa + parts)


def actions(folder: Path, name: str, *records: str, sent: str = "2030-01-01") -> Path:
    """A message of personnel actions."""
    return written(folder / name, message("HRTRANSTx", "HRTRANSBatch", records, sent))


def deductions(folder: Path, name: str, first: str, last: str, **codes: str) -> Path:
    """A message of pay deductions: c428="250" asks for code 428."""
    work = tag("PayEmployeeWork", {"PPEndDate": last, "PPNum": "202601", "PPStartDate": first})
    held = "".join(
        tag("PayDeductions", {"PayDedCode": code[1:], "PayDedPPAmt": amount})
        for code, amount in codes.items()
    )
    record = tag("PayData", {"RecordID": "00000001"}, work + held)
    return written(folder / name, message("PayTx", "PayBatch", [record]))


def summary(place: int, details: str, employee: str = "00000001", ssn: str = "900000001") -> str:
    """One person's time for a pay period, by its place in FIRST_DAYS."""
    cells = {
        "AgySubElementCode": "GS28",
        "AlternatePersonID": employee,
        "PPEndDate": LAST_DAYS[place],
        "SSN": ssn,
        "TABeginDate": FIRST_DAYS[place],
        "TAEndDate": LAST_DAYS[place],
    }
    return tag("TCSummary", cells, details)


def week(number: int, codes: str = "1037 1037 1037 1037 1037") -> str:
    """Five days of eight hours from Monday on."""
    return "".join(detail(number, day, code, "8") for day, code in enumerate(codes.split(), start=2))


def detail(number: int, day: int, code: str, hours: str) -> str:
    """One entry."""
    cells = {"DayCode": str(day), "HrsWrk": hours, "TimeCode": code, "WeekCode": str(number)}
    return tag("TCDetail", cells)


HOLIDAYS = {0: (2, "816 1037 1037 1037 1037"), 2: (2, "816 1037 1037 1037 1037")}


def fortnight(place: int, more: str = "") -> str:
    """The analyst's ordinary two weeks: 19 January and 16 February 2026 are holidays."""
    holiday = HOLIDAYS.get(place)
    weeks = [
        week(number, holiday[1]) if holiday and holiday[0] == number else week(number) for number in (1, 2)
    ]
    return summary(place, "".join(weeks) + more)


def time(folder: Path, name: str, *records: str) -> Path:
    """A message of time."""
    return written(folder / name, message("TATx", "TABatch", records))


def written(path: Path, text: str) -> Path:
    """A file of some text."""
    path.write_text(text, encoding="utf-8")
    return path
