"""Treasury's Standard Payment Request: payments to vendors as one ACH schedule, with the account symbols that pay them.

Every position comes from the table `payment_layout`. The layout is given only on request to the Fiscal Service, so
nothing is written unless the office has stated the version that it agreed on with Treasury, and its location code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.paying.schedule import Paid, Sheet
from qsmo.services.ledger.rules.checking.payments.records import forms, width
from qsmo.services.ledger.rules.symbol import TreasuryAccount

NEEDS = ("location_code", "input_system", "request_version", "event_type")
KIND, CLASS, EMPLOYER_NUMBER = "Vendor", "CCD", "2"
Cells = Mapping[str, str | int]


def write_spr(sheet: Sheet) -> bytes:
    """The file. Refused (422) where the office lacks an item, nothing is to be paid, or a value has no room."""
    sheet.need("Treasury's payment request", *NEEDS)
    if not sheet.payments:
        raise Refusal("request-empty", "There is nothing to pay", status=422)
    lines = list(_records(sheet))
    total = {
        "TotalCount_Records": len(lines) + 1,
        "TotalCount_Payments": len(sheet.payments),
        "TotalAmount_Payments": sheet.cents,
    }
    return "".join(f"{line}\n" for line in (*lines, _record("E", total))).encode("ascii")


def _records(sheet: Sheet) -> Iterator[str]:
    office = sheet.office
    yield _record(
        "H",
        {
            "InputSystem": office["input_system"],
            "StandardPaymentRequestVersionNumber": office["request_version"],
            "IsRequestedForSameDayACH": "0",
        },
    )
    yield _record(
        "01",
        {
            "ScheduleNumber": sheet.number,
            "PaymentTypeCode": KIND,
            "StandardEntryClassCode": CLASS,
            "AgencyLocationCode": office["location_code"],
        },
    )
    for each in sheet.in_order:
        yield from _payment(each, office)
    yield _record("T", {"ScheduleCount": len(sheet.payments), "ScheduleAmount": sheet.cents})


def _payment(paid: Paid, office: Mapping[str, str]) -> Iterator[str]:
    yield _record(
        "02",
        {
            "AgencyAccountIdentifier": paid.payee_number[:16],
            "Amount": paid.cents,
            "IsTOP_Offset": "1",
            "PayeeName": paid.payee[:35],
            "RoutingNumber": paid.routing,
            "AccountNumber": paid.account,
            "ACH_TransactionCode": "32" if paid.savings else "22",
            "PaymentID": paid.key,
            "TIN": paid.taxpayer,
            "PaymentRecipientTINindicator": EMPLOYER_NUMBER,
        },
    )
    yield _record("03", {"PaymentID": paid.key, "AddendaInformation": remittance(paid)})
    for tas, cents in sorted(paid.symbols.items()):
        yield _record(
            "G",
            {
                "PaymentID": paid.key,
                "BusinessEventTypeCode": office["event_type"],
                "AccountClassificationAmount": cents,
                "IsCredit": "0",
                **_symbol(tas),
            },
        )


def remittance(paid: Paid) -> str:
    """The addendum that tells the payee what was paid: the segment RMR with the invoice and the amount."""
    number = paid.invoice.replace("*", " ").replace("\\", " ")
    dollars, cents = divmod(paid.cents, 100)
    return f"RMR*IV*{number}**{dollars}.{cents:02d}\\"


def _symbol(tas: str) -> dict[str, str]:
    account = TreasuryAccount.parse(tas)
    said = {
        "AllocationTransferAgencyIdentifier": account.transfer,
        "AgencyIdentifier": account.agency,
        "BeginningPeriodOfAvailability": account.begins,
        "EndingPeriodOfAvailability": account.ends,
        "AvailabilityTypeCode": account.kind,
        "MainAccountCode": account.main,
        "Sub-accountCode": account.sub,
    }
    return {name: value for name, value in said.items() if value}


def _record(code: str, cells: Cells) -> str:
    """One record: numbers right and filled with zeros, text left and filled with blanks."""
    signs = [" "] * width()
    places = forms()[code].places
    for name, value in {"RecordCode": code, **cells}.items():
        place = places[name]
        room = place.end - place.start
        text = str(value).rjust(room, "0") if place.digits else str(value).ljust(room)
        if len(text) > room:
            raise Refusal(
                "request-width", f"{name} has room for {room} characters, not “{value}”", status=422
            )
        signs[place.start : place.end] = text
    return "".join(signs)
