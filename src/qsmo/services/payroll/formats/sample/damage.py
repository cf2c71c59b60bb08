"""Damage on purpose: twelve records of a pair of messages, each in another way, and the finding that must answer."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from qsmo.kernel.period import PAY_PERIOD_DAYS

LEAST = 50
"""People from which on twelve of them can be damaged without one being the other's double."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """One record damaged on purpose, and the finding that must answer it."""

    file: str
    line: int
    who: str
    code: str
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to damage a record: `spoil(record, another)` keeps the number of lines; `marker` is what stands on the
    line that the finding must name."""

    code: str
    field: str
    marker: str
    words: str
    spoil: Callable[[str, str], str]


def _set(attribute: str, value: str) -> Callable[[str, str], str]:
    return lambda record, _: re.sub(rf'hc:{attribute}="[^"]*"', f'hc:{attribute}="{value}"', record, count=1)


def _without(pattern: str) -> Callable[[str, str], str]:
    return lambda record, _: re.sub(pattern, "", record, count=1)


def _letter_for_digit(record: str, _: str) -> str:
    return re.sub(r'(hc:BasicPay="\d+)\d"', r'\1O"', record, count=1)


def _number_of_another(record: str, another: str) -> str:
    found = re.search(r'hc:SSN="(\d{9})"', another)
    return _set("SSN", found[1])(record, "") if found else record


def _digit_lost(record: str, _: str) -> str:
    return re.sub(r'(hc:SSN="\d{8})\d"', r'\1"', record, count=1)


def _period_before(record: str, _: str) -> str:
    def earlier(found: re.Match[str]) -> str:
        return f'{found[1]}"{date.fromisoformat(found[2]) - timedelta(days=PAY_PERIOD_DAYS)}"'

    return re.sub(r'(hc:(?:TABeginDate|TAEndDate|PPEndDate)=)"([^"]*)"', earlier, record, count=3)


def _day_twice(record: str, _: str) -> str:
    first, second, *rest = re.split(r"(?=<hc:TCDetail )", record)[1:]
    head = record[: record.index("<hc:TCDetail ")]
    days = re.findall(r'hc:(?:DayCode|WeekCode)="\d"', first)
    for place in days:
        name = place.split("=")[0]
        second = re.sub(rf'{name}="\d"', place, second, count=1)
    return head + first + second + "".join(rest)


HR_WAYS = (
    _Way(
        "element-missing",
        "HRPositionPay",
        "<hc:HRData ",
        "the position and pay are gone",
        _without("<hc:HRPositionPay .*/>"),
    ),
    _Way(
        "attribute-missing",
        "HRPositionPay@BasicPay",
        "<hc:HRPositionPay ",
        "basic pay is gone",
        _without(r' hc:BasicPay="[^"]*"'),
    ),
    _Way(
        "code-unknown",
        "HREmployeeWork@RetirementPlan",
        "<hc:HREmployeeWork ",
        "a retirement plan that does not exist",
        _set("RetirementPlan", "ZZ"),
    ),
    _Way("date-wrong", "HREmployee@DOB", "<hc:HREmployee ", "born on 30 February", _set("DOB", "1980-02-30")),
    _Way(
        "amount-wrong",
        "HRPositionPay@BasicPay",
        "<hc:HRPositionPay ",
        "a letter O for a digit in the pay",
        _letter_for_digit,
    ),
    _Way("ssn-twice", "HREmployee@SSN", "<hc:HREmployee ", "the number of somebody else", _number_of_another),
    _Way(
        "agency-other",
        "HRPositionPay@AgySubElementCode",
        "<hc:HRPositionPay ",
        "a person of another agency",
        _set("AgySubElementCode", "ZZ99"),
    ),
)
TIME_WAYS = (
    _Way(
        "hours-wrong",
        "TCDetail@HrsWrk",
        "<hc:TCDetail ",
        "hours written with a colon",
        _set("HrsWrk", "7:30"),
    ),
    _Way("hours-too-many", "TCDetail@HrsWrk", "<hc:TCDetail ", "eighty hours on a day", _set("HrsWrk", "80")),
    _Way(
        "period-other",
        "TCSummary@TABeginDate",
        "<hc:TCSummary ",
        "time of the pay period before",
        _period_before,
    ),
    _Way("entry-twice", "time code", "<hc:TCDetail ", "the same code twice on a day", _day_twice),
    _Way("ssn-wrong", "TCSummary@SSN", "<hc:TCSummary ", "a digit lost from the number", _digit_lost),
)


def damage(hr: Path, time: Path, *, seed: int) -> tuple[Damaged, ...]:
    """Damage twelve records in place: seven people in the HR message, five others in the time message."""
    text = hr.read_text(encoding="utf-8")
    people = re.findall(r'<hc:HRData [^>]*hc:RecordID="([^"]*)"', text)
    if len(people) < LEAST:
        raise ValueError(f"damage needs at least {LEAST} people, not {len(people)}")
    chance = random.Random(seed)  # noqa: S311 - the same damage for the same seed, nothing secret
    chosen = sorted(chance.sample(range(1, len(people)), len(HR_WAYS) + len(TIME_WAYS)))
    chance.shuffle(chosen)
    in_hr = dict(zip(chosen, HR_WAYS, strict=False))
    in_time = dict(zip(chosen[len(HR_WAYS) :], TIME_WAYS, strict=True))
    done = _spoil(hr, "HRData", "RecordID", in_hr)
    return (*done, *_spoil(time, "TCSummary", "AlternatePersonID", in_time))


def _spoil(path: Path, tag: str, identity: str, ways: dict[int, _Way]) -> list[Damaged]:
    pieces = re.split(rf"(?=<hc:{tag} )", path.read_text(encoding="utf-8"))
    head, records = pieces[0], pieces[1:]
    # The first record is never damaged: it lends its number to the one that is made somebody's double.
    for place, way in ways.items():
        spoiled = way.spoil(records[place], records[0])
        if spoiled == records[place] or spoiled.count("\n") != records[place].count("\n"):
            raise ValueError(f"record {place + 1} cannot be damaged by: {way.words}")
        records[place] = spoiled
    path.write_text(head + "".join(records), encoding="utf-8")
    done, line = [], head.count("\n") + 1
    for place, record in enumerate(records):
        if place in ways:
            way = ways[place]
            who = re.search(rf'hc:{identity}="([^"]*)"', record)
            before = record[: _marked(record, way)].count("\n")
            done.append(
                Damaged(path.name, line + before, who[1] if who else "", way.code, way.field, way.words)
            )
        line += record.count("\n")
    return done


def _marked(record: str, way: _Way) -> int:
    first = record.index(way.marker)
    # The double is the second of the two entries.
    return record.index(way.marker, first + 1) if way.code == "entry-twice" else first
