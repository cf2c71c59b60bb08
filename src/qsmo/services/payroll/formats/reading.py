"""From text to values, one record at a time: what cannot be read becomes a finding that says what would be right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.message import MAX_PARTS, Element
from qsmo.services.payroll.rules import facts

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?", re.ASCII)
_CENTS = re.compile(r"\d{1,14}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_SSN = re.compile(r"\d{9}", re.ASCII)
"""ASCII digits alone: with others the same number would have two spellings, and one person could be paid twice."""
RECORD_ID = re.compile(r"[0-9A-Za-z-]{1,20}")
EARLIEST = date(1900, 1, 1)
BALANCES = {name: name.replace("_", " ") for name in facts.BALANCES}
"""Opening balances of the year that a record may carry; another name would be left out of the sums in silence."""


@dataclass(slots=True)
class Reading:
    """One record being read. After a finding a value of no meaning is handed back, and the record is not used."""

    file: str
    who: str
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, code: str, words: str, line: int | None, field: str = "", expected: str = "") -> None:
        """Note one thing wrong."""
        self.findings.append(
            Finding(code, words, file=self.file, line=line, field=field, expected=expected, who=self.who)
        )

    def whole_record(self, record: Element) -> bool:
        """Whether all of the record, and not more than it may have, was read; if not, that is its one finding."""
        if record.cut and record.tag:
            words = f"The record has more than {MAX_PARTS:,} parts, and the rest was not read."
            self.wrong("record-too-long", words, record.line, record.tag, f"at most {MAX_PARTS:,} parts")
        elif record.cut:
            words = "The row has more or fewer cells than the header has columns."
            self.wrong("row-width", words, record.line, "row", "one cell for each column")
        return not record.cut

    def part(self, record: Element, tag: str) -> Element | None:
        """The one part of that name; none or several is a finding."""
        found = [part for part in record.parts if part.tag == tag]
        if not found:
            words = f"The record has no {tag}."
            self.wrong("element-missing", words, record.line, tag, f"one {tag} in each {record.tag}")
            return None
        if len(found) > 1:
            words = f"The record has {len(found)} times {tag}, and nothing says which one holds."
            self.wrong("element-twice", words, found[1].line, tag, f"one {tag} in each {record.tag}")
            return None
        return found[0]

    def only(self, record: Element, known: Collection[str]) -> None:
        """A part that nobody acts on is a finding: nobody is paid as if it had not been sent."""
        for part in record.parts:
            if part.tag not in known:
                words = f"{part.tag} is not a part that is acted on; paying without it could be wrong."
                self.wrong("element-unknown", words, part.line, part.tag, f"only {', '.join(sorted(known))}")

    def text(self, part: Element, name: str, form: re.Pattern[str], expected: str, *, code: str) -> str:
        """An attribute of a given form; `code` is the finding's when the form is wrong."""
        value = part.attributes.get(name)
        if value is None:
            field = part.named(name)
            self.wrong("attribute-missing", f"{field} is missing.", part.line, field, expected)
            return ""
        if form.fullmatch(value) is None:
            self._bad(code, part, name, value, expected)
            return ""
        return value

    def name(self, part: Element, name: str) -> str:
        """A name of a person: something to read, no control characters, at most 60 characters."""
        value = part.attributes.get(name)
        if value is None:
            field = part.named(name)
            self.wrong("attribute-missing", f"{field} is missing.", part.line, field, "a name")
        elif not value.strip() or len(value) > 60 or not value.isprintable():
            self._bad("name-wrong", part, name, value, "a name of 1 to 60 characters")
        else:
            return value
        return ""

    def one_of(self, part: Element, name: str, known: Mapping[str, str]) -> str:
        """A code from a closed list (code → meaning)."""
        value = part.attributes.get(name)
        if value is not None and value in known:
            return value
        expected = "one of " + ", ".join(f"{code} ({words})" for code, words in known.items())
        if value is None:
            field = part.named(name)
            self.wrong("attribute-missing", f"{field} is missing.", part.line, field, expected)
        else:
            self._bad("code-unknown", part, name, value, expected)
        return next(iter(known))

    def day(self, part: Element, name: str) -> date:
        """A calendar day written YYYY-MM-DD, not before 1900."""
        expected = "a day such as 2026-03-08"
        value = part.attributes.get(name)
        if value is None:
            field = part.named(name)
            self.wrong("attribute-missing", f"{field} is missing.", part.line, field, expected)
            return EARLIEST
        try:
            day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or day < EARLIEST:
            self._bad("date-wrong", part, name, value, expected)
            return EARLIEST
        return day

    def dollars(self, part: Element, name: str, *, absent: Money | None = None) -> Money:
        """Dollars such as 63192 or 18.60, zero or more; `absent` stands in for an attribute that may be left out."""
        expected = "dollars such as 63192 or 18.60"
        value = part.attributes.get(name)
        if value is None:
            if absent is not None:
                return absent
            field = part.named(name)
            self.wrong("attribute-missing", f"{field} is missing.", part.line, field, expected)
            return Money(0)
        match = _AMOUNT.fullmatch(value)
        if match is None:
            self._bad("amount-wrong", part, name, value, expected)
            return Money(0)
        return Money(_hundredths(match))

    def cents(self, part: Element, name: str) -> int:
        """Whole cents, as our own tables hold money."""
        return int(self.text(part, name, _CENTS, "whole cents such as 6319200", code="amount-wrong") or 0)

    def whole(self, part: Element, name: str, *, low: int = 0, high: int = 999_999_999) -> int:
        """A whole number within bounds."""
        expected = f"a whole number from {low:,} to {high:,}"
        value = self.text(part, name, _WHOLE, expected, code="number-wrong")
        if value and not low <= int(value) <= high:
            self._bad("number-wrong", part, name, value, expected)
            return low
        return int(value) if value else low

    def hundredths(self, part: Element, name: str, expected: str, *, code: str) -> int:
        """A number with up to two decimals, in hundredths."""
        value = self.text(part, name, _AMOUNT, expected, code=code)
        match = _AMOUNT.fullmatch(value)
        return _hundredths(match) if match else 0

    def yes(self, part: Element, name: str) -> bool:
        """Yes or No; left out is No."""
        return (
            name in part.attributes
            and self.one_of(part, name, {"Yes": "it holds", "No": "it does not"}) == "Yes"
        )

    def agency(self, part: Element, name: str, allowed: Collection[str]) -> str:
        """The sub-element code of an agency, which must be one of those that this customer sends for."""
        form = re.compile("[0-9A-Z]{4}")
        value = self.text(part, name, form, "a sub-element code of four characters", code="agency-wrong")
        if value and allowed and value not in allowed:
            expected = f"{', '.join(sorted(allowed))}"
            words = f"This person belongs to agency {value}, not to the one that sent the file."
            self.wrong("agency-other", words, part.line, part.named(name), expected)
        return value

    def _bad(self, code: str, part: Element, name: str, value: str, expected: str) -> None:
        shown = value if len(value) <= 40 else value[:40] + "…"
        field = part.named(name)
        self.wrong(code, f"{field} is “{shown}”.", part.line, field, expected)


def _hundredths(match: re.Match[str]) -> int:
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "0").ljust(2, "0"))


OF_PERSON = "ssn-twice"
"""What two records of one employee number share, such as the parts of a pay period, is nobody else's."""


class Seen:
    """Remembers whose number was met in a file, so that the same person is not paid twice."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, int]] = {}
        self._whose: dict[str, str] = {}

    def check(self, reading: Reading, part: Element, name: str, value: str, *, code: str, words: str) -> None:
        """A value met before is a finding that names the earlier record; the value itself is not shown."""
        if not value:
            return
        earlier = self._first.get(value)
        if earlier is None:
            self._first[value] = (reading.who, part.line)
            return
        if code == OF_PERSON and earlier[0] == reading.who:
            return
        said = (
            f"{words} stands already on record {earlier[0]}, line {earlier[1]}; the second one is not used."
        )
        reading.wrong(code, said, part.line, part.named(name), "each person once in a file")

    def belongs(self, reading: Reading, part: Element, name: str, employee: str, ssn: str) -> None:
        """An employee number met before must have been the same person's; the numbers themselves are not shown."""
        if employee and ssn and self._whose.setdefault(employee, ssn) != ssn:
            said = "This employee number stands already on a record with another social security number."
            reading.wrong("employee-twice", said, part.line, part.named(name), "one person for a number")


def whose(record: Element, name: str, number: int) -> str:
    """Who a record's findings are about: its employee number, or its place in the file when that cannot be used."""
    stated = record.attributes.get(name, "")
    return stated if RECORD_ID.fullmatch(stated) else f"record {number}"


def social_security_number(reading: Reading, part: Element, seen: Seen, name: str = "SSN") -> str:
    """Nine digits, once in a file. A wrong one is not shown: it may be somebody's with a slip in it."""
    value = part.attributes.get(name)
    if value is not None and (_SSN.fullmatch(value) is None or value == "0" * 9):
        words = (
            f"The social security number is not nine digits (it has {len(value)} characters, not shown here)."
        )
        reading.wrong("ssn-wrong", words, part.line, part.named(name), "nine digits without hyphens")
        return ""
    ssn = reading.text(part, name, _SSN, "nine digits without hyphens", code="ssn-wrong")
    seen.check(reading, part, name, ssn, code=OF_PERSON, words="This social security number")
    return ssn
