"""A computed row as the printed statement: names, periods and amounts as text, nothing computed anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.out.statement_pdf import LeaveLine, Statement, StatementLine
from qsmo.services.payroll.formats.out.titles import ENGLISH, Titles, titles
from qsmo.services.payroll.rules import Line, lines, year_to_date
from qsmo.services.payroll.rules.leave.kept import Account, accounts

GROUP_OF = {"earning": "earning", "deduction": "deduction", "employer": "contribution"}
CLOSING = {
    "gross_cents": "gross",
    "net_cents": "net",
    "income_tax_cents": "federal_tax",
    "oasdi_cents": "oasdi",
}
"""Lines whose year-to-date balance the calculation carries, and the name of that balance."""


def printed_row(
    row: Mapping[str, Any], person: Mapping[str, Any], pay_period: PayPeriod, *, agency: str
) -> Statement:
    """What the statement of one computed row says, with its lines and the balances after it."""
    balances = dict(year_to_date(row))
    return printed(row, lines(row), person, pay_period, agency=agency, balances=balances)


def printed(
    row: Mapping[str, Any],
    told: Sequence[Line],
    person: Mapping[str, Any],
    pay_period: PayPeriod,
    *,
    agency: str,
    balances: Mapping[str, int],
    language: str = ENGLISH,
) -> Statement:
    """What the statement of one row says; `person` is the row of the people's table, `balances` are closing cents."""
    named = titles(language)
    groups: dict[str, list[StatementLine]] = {name: [] for name in GROUP_OF.values()}
    amounts = {line.name: line.amount for line in told}
    for line in told:
        if line.section in GROUP_OF:
            own = balances.get(CLOSING.get(line.name, ""))
            ytd = "" if own is None else str(Money(own))
            groups[GROUP_OF[line.section]].append(
                StatementLine(
                    named.of(line.name), str(line.amount), line.because, line.quantity, line.rate, ytd
                )
            )

    def total(name: str, balance: str) -> tuple[str, str]:
        return str(amounts[name]), str(Money(balances[balance])) if balance in balances else ""

    return Statement(
        agency=agency,
        employee_name=f"{person['given_name']} {person['last_name']}",
        employee_number=str(row["employee"]),
        position=f"{person['pay_plan']}-{person['grade']} step {person['step']}",
        duty_station=str(person["duty_station"]),
        pay_period=pay_period.label,
        first_on=pay_period.during.start,
        last_on=pay_period.during.last,
        pay_date=pay_period.pay_date,
        totals={
            "gross": total("gross_cents", "gross"),
            "deductions": total("deductions_cents", ""),
            "net": total("net_cents", "net"),
            "employer": total("employer_cents", ""),
        },
        groups=groups,
        leave=[_leave(account, named) for account in accounts(row)],
    )


def _leave(account: Account, named: Titles) -> LeaveLine:
    names = ("before", "earned", "used", "lost", "balance", "year_earned", "year_used")
    shown = {name: getattr(account, name) for name in names}
    hours = {name: "" if held is None else str(Money(held)) for name, held in shown.items()}
    return LeaveLine(title=named.of(account.name), because=account.because, **hours)
