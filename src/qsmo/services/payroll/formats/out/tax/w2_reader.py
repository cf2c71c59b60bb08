"""A reader of wage statement files that knows the layout and nothing of how we write.

Every position is counted from 1, both ends included, as the layout gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qsmo.kernel.finding import Finding

PERSON_AMOUNTS: dict[str, tuple[int, int]] = {
    "wages": (188, 198), "federal_tax": (199, 209), "social_security_wages": (210, 220),
    "social_security_tax": (221, 231), "medicare_wages": (232, 242), "medicare_tax": (243, 253), "tips": (254, 264),
    "dependent_care": (276, 286), "code_d": (287, 297), "code_w": (364, 374), "code_c": (408, 418),
    "code_aa": (441, 451), "code_dd": (463, 473), "code_ff": (474, 484),
}  # fmt: skip
TOTAL_AMOUNTS: dict[str, tuple[int, int]] = {
    "wages": (10, 24), "federal_tax": (25, 39), "social_security_wages": (40, 54), "social_security_tax": (55, 69),
    "medicare_wages": (70, 84), "medicare_tax": (85, 99), "tips": (100, 114), "dependent_care": (130, 144),
    "code_d": (145, 159), "code_w": (250, 264), "code_dd": (295, 309), "code_c": (310, 324), "code_aa": (370, 384),
    "code_ff": (400, 414),
}  # fmt: skip
AFTER = {"": "RA", "RA": "RE", "RE": "RW", "RW": "RW RT", "RT": "RE RF", "RF": ""}


@dataclass
class Statement:
    """A wage statement as read, amounts in cents."""

    ssn: str
    first: str
    last: str
    pension: str
    amounts: dict[str, int]


@dataclass
class Employer:
    """An employer with a kind of employment, and its people."""

    year: str
    ein: str
    name: str
    kind: str
    employment: str
    people: list[Statement] = field(default_factory=list)


@dataclass
class WageFile:
    """A file as read, and everything that is wrong with it."""

    ein: str = ""
    employers: list[Employer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_w2(path: Path) -> WageFile:
    """Read a file as far as it can be read; what is wrong stands in its findings, each with its line."""
    found = WageFile()
    text = path.read_bytes().decode("ascii", "replace")
    last = ""
    number = 0

    def wrong(code: str, words: str) -> None:
        found.findings.append(Finding(code, words, file=path.name, line=number))

    for number, line in enumerate(text.split("\n")[:-1], start=1):  # noqa: B007  # `wrong` names the line
        if len(line) != 512 or any(not " " <= sign <= "~" for sign in line):
            wrong("width", f"A record has 512 printable characters; this one has {len(line)}.")
            continue
        kind = line[:2]
        if kind not in AFTER[last].split():
            wrong("order", f"{kind} does not come after {last or 'nothing'}.")
        last = kind if kind in AFTER else last
        for code, words in _taken(found, kind, line):
            wrong(code, words)
    if last != "RF":
        wrong("no-end", "The file has no final record.")
    return found


def _at(line: str, first: int, last: int) -> str:
    return line[first - 1 : last]


def _taken(found: WageFile, kind: str, line: str) -> list[tuple[str, str]]:
    """Take one record in; what is wrong with it."""
    if kind == "RA":
        found.ein = _at(line, 3, 11)
        blank = [("submitter", "The submitter's number, name and contact are required.")]
        return (
            blank
            if not all(_at(line, *place).strip() for place in ((3, 11), (12, 19), (38, 94), (396, 422)))
            else []
        )
    if kind == "RE":
        found.employers.append(
            Employer(_at(line, 3, 6), _at(line, 8, 16), _at(line, 40, 96).strip(), line[173], line[218])
        )
        return (
            [] if found.employers[-1].employment in "AHMQXFR" else [("employment", "There is no such code.")]
        )
    if kind == "RW" and found.employers:
        return _person(found.employers[-1], line)
    if kind == "RT" and found.employers:
        return list(_total(found.employers[-1].people, line))
    people = sum(len(each.people) for each in found.employers)
    if kind == "RF" and _at(line, 8, 16) != f"{people:09d}":
        return [("final", f"The final record counts {_at(line, 8, 16)}, there are {people}.")]
    return []


def _person(employer: Employer, line: str) -> list[tuple[str, str]]:
    cells = {name: _at(line, *place) for name, place in PERSON_AMOUNTS.items()}
    if not all(cell.isdecimal() for cell in cells.values()):
        return [("amount", "Amounts are digits alone.")]
    amounts = {name: int(cell) for name, cell in cells.items()}
    person = Statement(
        _at(line, 3, 11), _at(line, 12, 26).strip(), _at(line, 42, 61).strip(), line[487], amounts
    )
    employer.people.append(person)
    found = []
    if not person.ssn.isdecimal() or not person.first or not person.last:
        found.append(("person", "Number, first and last name are required."))
    if amounts["medicare_wages"] < amounts["social_security_wages"] + amounts["tips"]:
        found.append(("medicare-wages", "Medicare wages are below Social Security wages and tips."))
    if amounts["social_security_tax"] and not amounts["social_security_wages"]:
        found.append(("social-security-tax", "There is Social Security tax without wages."))
    if employer.employment == "Q" and amounts["social_security_wages"]:
        found.append(("employment", "There are Social Security wages under Medicare-only employment."))
    if not any(amounts.values()):
        found.append(("empty", "All amounts are zero."))
    return found


def _total(people: list[Statement], line: str) -> list[tuple[str, str]]:
    found = []
    if _at(line, 3, 9) != f"{len(people):07d}":
        found.append(("count", f"The total counts {_at(line, 3, 9)} people, there are {len(people)}."))
    for name, place in TOTAL_AMOUNTS.items():
        added = sum(person.amounts[name] for person in people)
        if _at(line, *place) != f"{added:015d}":
            found.append(("total", f"The total of {name} is {_at(line, *place)}, the people have {added}."))
    return found
