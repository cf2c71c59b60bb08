"""The ACH file of a schedule: one batch of CCD entries, each with an addendum, in blocks of ten lines."""

from __future__ import annotations

from collections.abc import Iterator

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.paying.schedule import Sheet
from qsmo.services.ledger.formats.paying.spr import remittance

NEEDS = (
    "ach_destination", "ach_destination_name", "ach_origin", "ach_origin_name", "ach_company", "ach_company_name",
    "ach_bank",
)  # fmt: skip
WIDTH, BLOCK = 94, 10
CREDITS, CLASS, DESCRIPTION = "220", "CCD", "VENDOR PAY"
ORIGINATOR = "1"
"""A depository institution originates the batch."""
MOST_CENTS, MOST_TOTAL, HASH = 9_999_999_999, 999_999_999_999, 10**10


def write_nacha(sheet: Sheet) -> bytes:
    """The file. Refused (422) where the office lacks an item, nothing is to be paid, or an amount has no room."""
    sheet.need("The ACH file", *NEEDS)
    if not sheet.payments:
        raise Refusal("ach-empty", "There is nothing to pay through the ACH", status=422)
    if max(each.cents for each in sheet.payments) > MOST_CENTS or sheet.cents > MOST_TOTAL:
        raise Refusal("ach-amount", "An amount has more digits than an ACH file holds", status=422)
    lines = list(_lines(sheet))
    if any(len(line) != WIDTH for line in lines):
        raise Refusal(
            "ach-width", "What the paying office states about itself has no room in the file", status=422
        )
    lines += ["9" * WIDTH] * (-len(lines) % BLOCK)
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _lines(sheet: Sheet) -> Iterator[str]:
    office, made, on = sheet.office, sheet.made_at, f"{sheet.pays_on:%y%m%d}"
    bank, company = office["ach_bank"], office["ach_company"]
    yield (
        f"101 {office['ach_destination']:>9}{office['ach_origin']:<10}{made:%y%m%d}{made:%H%M}A094101"
        f"{office['ach_destination_name']:<23}{office['ach_origin_name']:<23}{sheet.number[-8:]:<8}"
    )
    yield (
        f"5{CREDITS}{office['ach_company_name']:<16}{'':<20}{company:<10}{CLASS}{DESCRIPTION}{on}{on}   {ORIGINATOR}"
        f"{bank}{1:07d}"
    )
    for number, paid in enumerate(sheet.in_order, start=1):
        code = "32" if paid.savings else "22"
        yield (
            f"6{code}{paid.routing}{paid.account:<17}{paid.cents:010d}{paid.payee_number[:15]:<15}{paid.payee[:22]:<22}"
            f"  1{bank}{number:07d}"
        )
        yield f"705{remittance(paid):<80}0001{number:07d}"
    count = 2 * len(sheet.payments)
    hashed = sum(int(each.routing[:8]) for each in sheet.payments) % HASH
    sums = f"{hashed:010d}{0:012d}{sheet.cents:012d}"
    yield f"8{CREDITS}{count:06d}{sums}{company:<10}{'':<25}{bank}{1:07d}"
    blocks = -(-(count + 4) // BLOCK)
    yield f"9{1:06d}{blocks:06d}{count:08d}{sums}{'':<39}"
