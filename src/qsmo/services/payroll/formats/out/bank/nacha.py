"""The ACH file: entries of 94 characters, PPD for people and CCD with DED addenda for support, in blocks of ten lines.

Written in one pass; the counts, the hash and the totals are those of what was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.out.bank.disbursing import SUPPORT, Day, Payment, Written
from qsmo.services.payroll.formats.paying.office import Office

WIDTH, BLOCK = 94, 10
CREDITS = "220"
PEOPLE, COMPANIES = "PPD", "CCD"
DESCRIPTIONS = {PEOPLE: "FED SALARY", COMPANIES: "DEDUCTIONS"}
NEEDS = (
    "ach_destination", "ach_destination_name", "ach_origin", "ach_origin_name", "ach_company", "ach_company_name",
    "ach_bank", "ach_status",
)  # fmt: skip
MOST_CENTS = 9_999_999_999
"""Ten digits for the amount of an entry."""
MOST_TOTAL = 999_999_999_999
"""Twelve digits for the totals of a batch and of the file."""
MOST_ENTRIES = 400_000
"""Entries and addenda of a batch are counted with six digits; a batch is full before that."""
HASH = 10**10


@dataclass
class _Sums:
    lines: int = 0
    entries: int = 0
    hash: int = 0
    cents: int = 0

    def add(self, payment: Payment, addenda: int) -> None:
        self.lines += 1 + addenda
        self.entries += 1
        self.hash += int(payment.routing[:8])
        self.cents += payment.cents


@dataclass
class _File:
    office: Office
    day: Day
    batches: int = 0
    all: _Sums = field(default_factory=_Sums)

    def header(self) -> str:
        office, made = self.office, self.day.made_at
        return (
            f"101 {office['ach_destination']}{office['ach_origin']:<10}{made:%y%m%d}{made:%H%M}A094101"
            f"{office['ach_destination_name']:<23}{office['ach_origin_name']:<23}{self.day.run[-8:]:<8}"
        )

    def batch(self, code: str, payments: list[Payment]) -> Iterator[str]:
        self.batches += 1
        office, sums = self.office, _Sums()
        on = f"{self.day.pays_on:%y%m%d}"
        bank = office["ach_bank"]
        yield (
            f"5{CREDITS}{office['ach_company_name']:<16}{'':<20}{office['ach_company']:<10}{code}"
            f"{DESCRIPTIONS[code]:<10}{on}{on}   {office['ach_status']}{bank}{self.batches:07d}"
        )
        for payment in payments:
            more = addenda(payment, self.day)
            sums.add(payment, 1 if more else 0)
            self.all.add(payment, 1 if more else 0)
            trace = f"{self.all.entries:07d}"
            yield _entry(payment, code, bank + trace, bool(more))
            if more:
                yield f"705{more:<80}0001{trace}"
        if sums.cents > MOST_TOTAL:
            raise Refusal("ach-total", "A batch holds more than twelve digits of cents", status=422)
        yield (
            f"8{CREDITS}{sums.lines:06d}{sums.hash % HASH:010d}{0:012d}{sums.cents:012d}"
            f"{office['ach_company']:<10}{'':<19}{'':<6}{bank}{self.batches:07d}"
        )

    def control(self, lines: int) -> str:
        blocks = -(-(lines + 1) // BLOCK)
        return (
            f"9{self.batches:06d}{blocks:06d}{self.all.lines:08d}{self.all.hash % HASH:010d}{0:012d}"
            f"{self.all.cents:012d}{'':<39}"
        )


def write_nacha(path: Path, office: Office, payments: Iterable[Payment], day: Day) -> Written:
    """Write the file. Refused (422) where the office lacks an item, or an amount or total has too many digits."""
    office.need("The ACH file", *NEEDS)
    by_code: dict[str, list[Payment]] = {PEOPLE: [], COMPANIES: []}
    for payment in payments:
        if payment.cents > MOST_CENTS:
            words = f"A payment of {payment.employee} has more digits than an ACH entry holds"
            raise Refusal("ach-amount", words, status=422)
        by_code[COMPANIES if payment.kind == SUPPORT else PEOPLE].append(payment)
    if not any(by_code.values()):
        raise Refusal("ach-empty", "There is nothing to pay through the ACH", status=422)
    whole = _File(office, day)
    lines = 0
    with path.open("w", encoding="ascii", newline="") as file:
        for line in _lines(whole, by_code):
            if len(line) != WIDTH:
                raise AssertionError(f"a record of {len(line)} characters")
            file.write(line + "\n")
            lines += 1
        for _ in range(-lines % BLOCK):
            file.write("9" * WIDTH + "\n")
    return Written(whole.all.entries, whole.all.cents)


def _lines(whole: _File, by_code: dict[str, list[Payment]]) -> Iterator[str]:
    yield whole.header()
    count = 1
    for code, payments in by_code.items():
        for start in range(0, len(payments), MOST_ENTRIES):
            for line in whole.batch(code, payments[start : start + MOST_ENTRIES]):
                yield line
                count += 1
    yield whole.control(count)


def _entry(payment: Payment, code: str, trace: str, has_more: bool) -> str:
    who = payment.case if code == COMPANIES else payment.employee
    return (
        f"6{transaction_code(payment)}{payment.routing}{payment.account:<17}{payment.cents:010d}{who[:15]:<15}"
        f"{payment.to[:22]:<22}  {1 if has_more else 0}{trace}"
    )


def transaction_code(payment: Payment) -> str:
    """22 and 32 pay into checking and savings, 23 and 33 try such an account."""
    return f"{3 if payment.savings else 2}{3 if payment.prenote else 2}"


def addenda(payment: Payment, day: Day) -> str:
    """The DED segment of support as Treasury describes it to agencies: case, day, cents, the parent, medical, place."""
    if payment.kind != SUPPORT:
        return ""
    family, _, given = payment.person.partition(" ")
    name = f"{family[:7]}{given[:3]}".replace("*", "").replace("\\", "")
    elements = [
        "DED", "CS", payment.case, f"{day.pays_on:%y%m%d}", str(payment.cents), payment.taxpayer, payment.medical,
        name, payment.fips,
    ]  # fmt: skip
    while not elements[-1]:
        elements.pop()
    return "*".join(elements) + "\\"
