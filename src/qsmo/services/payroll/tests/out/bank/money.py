"""An office, banks and people by hand, for the files by which money moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from qsmo.services.payroll.formats.out.bank.disbursing import Day
from qsmo.services.payroll.formats.paying.banks import BANKS, Bank
from qsmo.services.payroll.formats.paying.office import Office

OFFICE = Office(
    {
        "ach_destination": "061000146",
        "ach_destination_name": "FEDERAL RESERVE BANK",
        "ach_origin": "1234567890",
        "ach_origin_name": "TEST AGENCY",
        "ach_company": "1234567890",
        "ach_company_name": "TEST AGENCY",
        "ach_bank": "02103620",
        "ach_status": "2",
        "location_code": "12345678",
        "schedule_prefix": "QS",
        "request_version": "502",
        "input_system": "QSMO",
        "event_type": "DISB",
        "ein": "123456789",
        "employer_name": "TEST AGENCY",
        "employer_delivery": "1 MAIN ST",
        "employer_city": "WASHINGTON",
        "employer_state": "DC",
        "employer_postal_code": "20405",
        "ssa_user": "TESTUSER",
        "contact_name": "PAY OFFICE",
        "contact_phone": "2025550100",
        "contact_email": "pay@example.gov",
        "payroll_office": "97380000",
    }
)
DAY = Day(
    date(2026, 3, 13),
    datetime(2026, 3, 10, 14, 5, tzinfo=UTC),
    "run-00000001",
    "tests/agency",
    "073-2026/2026-0100-000",
)
CHECKING, SAVINGS = "021000021", "121042882"
"""Routing numbers of two large banks, published everywhere; their check digits are right."""


def bank(employee: str, **cells: Any) -> Bank:
    """One share: all of net pay into a checking account, unless said otherwise."""
    plain: dict[str, Any] = {
        "employee": employee, "purpose": "net", "place": 1, "share": "rest", "amount_cents": 0, "kind": "checking",
        "routing": CHECKING, "account": f"ACC-{employee}",
    }  # fmt: skip
    return Bank(**{**plain, **cells})


def bank_frame(*banks: Bank) -> pl.DataFrame:
    """Banks as the rules take them."""
    return pl.DataFrame([{name: getattr(each, name) for name in BANKS} for each in banks], schema=BANKS)


def people(*employees: str) -> dict[str, dict[str, str]]:
    """HR rows with names and numbers."""
    return {
        employee: {"last_name": f"Last{employee}", "given_name": "Ann", "ssn": f"9000000{employee[-2:]}"}
        for employee in employees
    }
