"""Treasury's Standard Payment Request: salaries and support as ACH schedules, with the account symbols that pay them.

Every position comes from the table `payment_request`. The layout is given only on request to the Fiscal Service, so
nothing is written unless the office has stated the version that it agreed on with Treasury, and its location code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import Version, register
from qsmo.services.payroll.formats.out.bank.disbursing import SALARY, SUPPORT, Day, Payment, Written
from qsmo.services.payroll.formats.out.bank.nacha import addenda, transaction_code
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.rules.rule import LAW

WIDTH = 850
NEEDS = ("request_version", "input_system", "location_code", "schedule_prefix", "ein")
MOST_CENTS = 9_999_999_999
Cells = Mapping[str, str | int]
Put = Callable[[str, Cells], None]
TAS_PARTS = ("AllocationTransferAgencyIdentifier", "AgencyIdentifier", "MainAccountCode", "Sub-accountCode")


@dataclass(frozen=True)
class Layout:
    """The fields of each record by name: first and last position, and whether they are numbers."""

    fields: Mapping[str, Mapping[str, tuple[int, int, bool]]]

    @classmethod
    def of(cls, version: Version) -> Layout:
        """The layout that a version of the table holds."""
        found: dict[str, dict[str, tuple[int, int, bool]]] = {}
        for row in version.rows:
            place = (row.integer("start"), row.integer("end"), row.text("type") == "N")
            found.setdefault(row.text("record").strip(), {})[row.text("field")] = place
        return cls(found)

    def record(self, code: str, cells: Cells) -> str:
        """One record: numbers right and filled with zeros, text left and filled with blanks."""
        signs = [" "] * WIDTH
        for name, value in {"RecordCode": code, **cells}.items():
            first, last, is_number = self.fields[code][name]
            width = last - first + 1
            text = (
                str(value).rjust(width, "0")
                if is_number or isinstance(value, int)
                else str(value).ljust(width)
            )
            if len(text) > width:
                raise Refusal("request-width", f"{name} has room for {width} characters", status=422)
            signs[first - 1 : last] = text
        return "".join(signs)


def write_spr(path: Path, office: Office, payments: Iterable[Payment], day: Day) -> Written:
    """Write the file. Refused (422) where the office lacks an item, nothing is to be paid, or a value has no room.

    Entries that try an account are left out: Treasury wants them in schedules of their own.
    """
    office.need("Treasury's payment request", *NEEDS)
    layout = Layout.of(register(LAW)["payment_request"].at(on=day.pays_on))
    paid = sorted(
        (each for each in payments if not each.prenote),
        key=lambda each: (each.kind, each.routing, each.number),
    )
    if not paid or max(each.cents for each in paid) > MOST_CENTS:
        words = "There is nothing to pay, or an amount has more than ten digits"
        raise Refusal("request-amount", words, status=422)
    records = 0
    with path.open("w", encoding="ascii", newline="") as file:

        def put(code: str, cells: Cells) -> None:
            nonlocal records
            records += 1
            file.write(layout.record(code, cells) + "\n")

        put(
            "H",
            {
                "InputSystem": office["input_system"],
                "StandardPaymentRequestVersionNumber": office["request_version"],
                "IsRequestedForSameDayACH": "0",
            },
        )
        for number, (kind, group) in enumerate(groupby(paid, key=lambda each: each.kind), start=1):
            own = list(group)
            put(
                "01",
                {
                    "ScheduleNumber": f"{office['schedule_prefix']}{day.pays_on:%y%m%d}{number:02d}",
                    "PaymentTypeCode": kind,
                    "StandardEntryClassCode": "CCD" if kind == SUPPORT else "PPD",
                    "AgencyLocationCode": office["location_code"],
                    "FederalEmployerIdentificationNumber": office["ein"],
                },
            )
            for payment in own:
                _payment(put, office, payment, day)
            put("T", {"ScheduleCount": len(own), "ScheduleAmount": sum(each.cents for each in own)})
        cents = sum(each.cents for each in paid)
        put(
            "E",
            {
                "TotalCount_Records": records + 1,
                "TotalCount_Payments": len(paid),
                "TotalAmount_Payments": cents,
            },
        )
    return Written(len(paid), cents)


def _payment(put: Put, office: Office, payment: Payment, day: Day) -> None:
    key = payment_id(payment, day)
    put(
        "02",
        {
            "AgencyAccountIdentifier": payment.employee[:16],
            "Amount": payment.cents,
            "IsTOP_Offset": "0",
            "PayeeName": payment.to[:35],
            "RoutingNumber": payment.routing,
            "AccountNumber": payment.account,
            "ACH_TransactionCode": transaction_code(payment),
            "PaymentID": key,
            **(
                {"TIN": payment.taxpayer, "PaymentRecipientTINindicator": "1"}
                if payment.kind == SALARY
                else {}
            ),
        },
    )
    if payment.kind == SUPPORT:
        put("03", {"PaymentID": key, "AddendaInformation": addenda(payment, day)})
    if "event_type" in office:
        put(
            "G",
            {
                "PaymentID": key,
                "BusinessEventTypeCode": office["event_type"],
                "AccountClassificationAmount": payment.cents,
                "IsCredit": "0",
                **symbol(day.tas),
            },
        )


def payment_id(payment: Payment, day: Day) -> str:
    """The identification of a payment: part of the run's and the number of the payment, twenty characters at most."""
    return f"{day.run[-10:]}-{payment.number:08d}"


def symbol(tas: str) -> dict[str, str]:
    """The parts of an account symbol such as 073-2026/2026-0100-000, 019-072-X-0306-000; 422 for another form."""
    parts = tas.split("-")
    if len(parts) not in (4, 5):
        raise Refusal(
            "tas-form", f"“{tas}” is not a Treasury account symbol such as 073-2026/2026-0100-000", status=422
        )
    transfer, agency, period, main, sub = ["", *parts][-5:] if len(parts) == 4 else parts
    begins, _, ends = period.partition("/")
    years = {"BeginningPeriodOfAvailability": begins, "EndingPeriodOfAvailability": ends}
    found = dict(zip(TAS_PARTS, (transfer, agency, main, sub), strict=True))
    return {name: value for name, value in found.items() if value} | (
        years if ends else {"AvailabilityTypeCode": period}
    )
