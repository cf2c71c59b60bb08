"""Wage statements for the Social Security Administration: EFW2, records of 512 characters.

RA, then for each kind of employment RE, RW…, RT, and RF at the end. People under Social Security and people under
Medicare alone (CSRS) are reported under employment codes of their own. State records (RS) are not written: no source
for their positions is on file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.out.bank.disbursing import Written, plain
from qsmo.services.payroll.formats.paying.office import Office

WIDTH = 512
REGULAR, MEDICARE_ONLY = "R", "Q"
FEDERAL_GOVERNMENT = "F"
OWN_SOFTWARE = "98"
NEEDS = (
    "ein", "employer_name", "employer_delivery", "employer_city", "employer_state", "employer_postal_code", "ssa_user",
    "contact_name", "contact_phone", "contact_email",
)  # fmt: skip
AMOUNTS = {
    "wages": (188, 10), "federal_tax": (199, 25), "social_security_wages": (210, 40), "social_security_tax": (221, 55),
    "medicare_wages": (232, 70), "medicare_tax": (243, 85), "dependent_care": (276, 130), "code_d": (287, 145),
    "code_w": (364, 250), "code_c": (408, 310), "code_aa": (441, 370), "code_dd": (463, 295),
}  # fmt: skip
"""Where each amount begins: eleven digits in the record of a person, fifteen in the total."""
OTHER_AMOUNTS = ((254, 100), (298, 160), (309, 175), (320, 190), (331, 205), (353, 235), (375, 265), (386, 280),
                 (419, 340), (430, 355), (452, 385), (474, 400))  # fmt: skip
"""Amounts that we never have and that are filled with zeros all the same: tips, codes E to H, and the like."""


@dataclass(frozen=True, slots=True)
class Person:
    """One wage statement: who, where, and the amounts in cents by name."""

    employee: str
    ssn: str
    given_name: str
    last_name: str
    pension: bool
    amounts: Mapping[str, int]
    middle_name: str = ""
    delivery: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def employment(self) -> str:
        """Under Social Security, or under Medicare alone."""
        return REGULAR if self.amounts.get("social_security_wages", 0) else MEDICARE_ONLY


def people_of(wages: Iterable[Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]) -> list[Person]:
    """Wage rows with the names of the HR rows, by employee."""
    found = []
    for row in wages:
        person = people[row["employee"]]
        street, city, state, postal_code = ((person.get("address") or "").split("|") + [""] * 4)[:4]
        found.append(
            Person(
                employee=row["employee"],
                ssn=person["ssn"],
                given_name=plain(person["given_name"]),
                last_name=plain(person["last_name"]),
                pension=bool(row["pension"]),
                amounts={name: row[name] for name in AMOUNTS if name in row},
                delivery=plain(street),
                city=plain(city),
                state=plain(state),
                postal_code=postal_code,
            )
        )
    return found


def faults(person: Person) -> list[Finding]:
    """What SSA would reject, or could not use, in one statement; an error keeps the statement from being written."""
    cents = person.amounts
    rules = [
        ("w2-medicare-wages", cents.get("medicare_wages", 0) < cents.get("social_security_wages", 0),
         f"Medicare wages of {Money(cents.get('medicare_wages', 0))} are below Social Security wages of "
         f"{Money(cents.get('social_security_wages', 0))}.", "Medicare wages at least as high"),
        ("w2-social-security-tax",
         bool(cents.get("social_security_tax")) and not cents.get("social_security_wages"),
         "Social Security tax was withheld and there are no Social Security wages.", "wages, or no tax"),
        ("w2-medicare-tax", bool(cents.get("medicare_tax")) and not cents.get("medicare_wages"),
         "Medicare tax was withheld and there are no Medicare wages.", "wages, or no tax"),
        ("w2-negative", any(amount < 0 for amount in cents.values()),
         "An amount is below zero; a wage statement has none.", "amounts of zero or more"),
        ("w2-empty", not any(cents.values()), "All amounts are zero.", "no statement for somebody without pay"),
        ("w2-name", not person.given_name or not person.last_name,
         "The name has nothing that SSA can read.", "a first and a last name in Latin letters"),
    ]  # fmt: skip
    return [
        Finding(code, words, field="Form W-2", expected=expected, who=person.employee)
        for code, is_wrong, words, expected in rules
        if is_wrong
    ]


def write_w2(
    path: Path, office: Office, people: Sequence[Person], year: int
) -> tuple[Written, list[Finding]]:
    """Write the file; people whose statement SSA would reject are left out and named.

    Refused (422) where the office lacks an item or nobody is left.
    """
    office.need("The wage statement file", *NEEDS)
    found = [fault for person in people for fault in faults(person)]
    refused = {each.who for each in found}
    good = [person for person in people if person.employee not in refused]
    if not good:
        raise Refusal(
            "w2-nobody", "Nobody has wages that can be reported", status=422, findings=tuple(found[:20])
        )
    good.sort(key=lambda person: (person.employment != REGULAR, person.employee))
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(_submitter(office))
        for employment, group in groupby(good, key=lambda person: person.employment):
            file.write(_employer(office, year, employment))
            sums = dict.fromkeys(AMOUNTS, 0)
            count = 0
            for person in group:
                file.write(_person(person))
                count += 1
                for name, cents in person.amounts.items():
                    sums[name] += cents
            file.write(_total(sums, count))
        file.write(_record("RF", {8: f"{len(good):09d}"}))
    return Written(len(good), sum(person.amounts.get("wages", 0) for person in good)), found


def _record(code: str, cells: Mapping[int, str]) -> str:
    """A record from texts by the position at which each begins."""
    signs = [" "] * WIDTH
    for first, text in {1: code, **cells}.items():
        signs[first - 1 : first - 1 + len(text)] = text
    line = "".join(signs)
    if len(line) != WIDTH:
        raise AssertionError(f"a record of {len(line)} characters")
    return line + "\n"


def _address(office: Office, first: int) -> dict[int, str]:
    """Location, delivery, city, state, ZIP: together wherever they stand."""
    return {
        first: office.get("employer_location", "")[:22],
        first + 22: office["employer_delivery"],
        first + 44: office["employer_city"],
        first + 66: office["employer_state"],
        first + 68: office["employer_postal_code"],
    }


def _submitter(office: Office) -> str:
    name = plain(office["employer_name"])
    return _record("RA", {
        3: office["ein"], 12: office["ssa_user"], 29: "0", 36: OWN_SOFTWARE, 38: name, **_address(office, 95),
        217: name, **_address(office, 274), 396: plain(office["contact_name"]), 423: office["contact_phone"],
        446: office["contact_email"][:40],
    })  # fmt: skip


def _employer(office: Office, year: int, employment: str) -> str:
    return _record("RE", {
        3: f"{year:04d}", 8: office["ein"], 26: "0", 40: plain(office["employer_name"]), **_address(office, 97),
        174: FEDERAL_GOVERNMENT, 219: employment, 221: "0",
    })  # fmt: skip


def _person(person: Person) -> str:
    zeros = {row: "0" * 11 for row, _ in OTHER_AMOUNTS}
    own = {place: f"{person.amounts.get(name, 0):011d}" for name, (place, _) in AMOUNTS.items()}
    return _record("RW", {
        3: person.ssn, 12: person.given_name[:15], 27: person.middle_name[:15], 42: person.last_name[:20],
        88: person.delivery[:22], 110: person.city[:22], 132: person.state[:2], 134: person.postal_code[:5],
        **zeros, **own, 486: "0", 488: "1" if person.pension else "0", 489: "0",
    })  # fmt: skip


def _total(sums: Mapping[str, int], count: int) -> str:
    zeros = {total: "0" * 15 for _, total in OTHER_AMOUNTS}
    own = {total: f"{sums[name]:015d}" for name, (_, total) in AMOUNTS.items()}
    return _record("RT", {3: f"{count:07d}", **zeros, **own})
