"""Payroll as the marketplace sees it: what it is, what it counts, and the five verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction

from qsmo.contract.documents import Usage
from qsmo.contract.service import (
    Claim,
    Done,
    ExportedFile,
    Manifest,
    Meter,
    Refused,
    Step,
    Subscription,
    Term,
    term_findings,
)
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.platform.access.door import add, edit
from qsmo.platform.access.viewer import program
from qsmo.platform.record.trail import entries_of
from qsmo.services.payroll.flow import AT_WORK, PAID
from qsmo.services.payroll.models import Account, PayRun
from qsmo.services.payroll.queries import exported_files

PROGRAM = program("payroll")
METER = Meter(
    name="employee-paid",
    unit="employee paid per pay period",
    words="people whose pay was certified, spread evenly over the days of the pay period they were paid for",
    closes_after_days=21,
)


class Payroll:
    """The contract's five verbs for payroll. Every verb is safe to repeat."""

    manifest = Manifest(
        slug="payroll",
        name="Payroll",
        area="HCM",
        words="Gross to net for federal civilian employees by law, every line with its rule and citation.",
        meters=(METER,),
        permissions=("payroll.read", "payroll.take-in", "payroll.calculate", "payroll.certify"),
        terms=(
            Term("agencies", "text", "the sub-element codes whose people are paid, separated by commas"),
            Term("first_day", "date", "the first day of any one of the customer's pay periods"),
            Term("pay_lag_days", "integer", "days from the last day of a pay period to its pay date"),
            Term("withholding_periods", "choice", "pay periods a year for withholding", choices=("26", "27")),
            Term("tas", "text", "the Treasury account symbol that salaries are paid from"),
        ),
        activities=("HCM.A5-1.050", "HCM.A5-1.060"),
        capabilities=(
            Claim("HCM.A5-1.050.140", "5 CFR § 551.501", "table premium", "551 subpart E"),
            Claim("HCM.A5-1.050.170", "26 CFR § 31.3402(g)-1", "table supplemental", "31.3402(g)-1"),
        ),
        formats=("HR line of business XML", "CSV", "Parquet", "PDF/UA statement", "ACH", "EFW2"),
    )

    def open(self, sub: Subscription) -> Step:
        """Make the customer's account, or find it made."""
        found = term_findings(self.manifest, sub.terms)
        if found:
            return Refused("The terms of the subscription are not complete", found)
        account = self._account(sub)
        if account is not None:
            return (
                Done("The account was open before") if account.is_open else Refused("The account was closed")
            )
        with transaction.atomic():
            add(PROGRAM, Account(subscription=sub.id, **_columns(sub)), "payroll.account")
        return Done("The account is open")

    def change(self, sub: Subscription) -> Step:
        """Take changed terms over; runs that exist keep the calendar they were opened under."""
        found = term_findings(self.manifest, sub.terms)
        account = self._account(sub)
        if found or account is None:
            return Refused("The terms are not complete" if found else "There is no such account", found)
        with transaction.atomic():
            edit(PROGRAM, account, "payroll.account", **_columns(sub))
        return Done("The account has the new terms")

    def close(self, sub: Subscription) -> Step:
        """Close the account; refused while a run is neither certified nor empty."""
        account = self._account(sub)
        if account is None or not account.is_open:
            return Done("There is nothing open")
        busy = PayRun.seen_by(PROGRAM).filter(account=account, state__in=AT_WORK)
        if busy.exists():
            return Refused(f"Pay runs are not finished: {', '.join(run.label for run in busy)}")
        with transaction.atomic():
            edit(PROGRAM, account, "payroll.account", is_open=False)
        return Done("The account is closed; its data can still be exported")

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """For each certified run with days in the period: its people times the share of its days that fall there."""
        return tuple(self._usage(sub, period))

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """Every file taken in, as accepted; every result; every finding; with a list of all of it."""
        account = self._account(sub)
        return exported_files(account) if account is not None else ()

    def evidence(self, sub: Subscription, pointer: str) -> Iterable[tuple[str, str]]:
        """What stands behind the pointer of a usage: the pay run, its people, and who answered for it."""
        run = PayRun.seen_by(PROGRAM).filter(
            pk=pointer.removeprefix("payroll/runs/"), account__subscription=sub.id, account__customer_id=sub.customer
        ).first()  # fmt: skip
        if run is None:
            raise Refusal("not-found", "There is no such pay run under this subscription", status=404)
        made = {entry.verb: entry.actor_name for entry in entries_of(run)}
        return (
            ("Pay period", f"{run.called}, {run.during.start} to {run.during.last}, paid {run.pays_on}"),
            ("People paid", f"{run.people:,}"),
            ("People refused", f"{run.refused:,}"),
            ("Calculated by", made.get("calculate", "")),
            ("Certified by", made.get("certify", "")),
            ("Digest of the results", run.digest),
        )

    def _usage(self, sub: Subscription, period: Period) -> Iterator[Usage]:
        certified = PayRun.seen_by(PROGRAM).filter(
            account__in=Account.seen_by(PROGRAM).filter(subscription=sub.id, customer_id=sub.customer),
            state__in=PAID,
            starts_on__lt=period.end,
            ends_on__gt=period.start,
        )
        for run in certified.order_by("starts_on", "sequence"):
            shared = run.during.overlap(period)
            if shared is not None and run.people:
                quantity = Fraction(run.people * shared.days, run.during.days)
                words = f"{run.people:,} people, {shared.days} of {run.during.days} days of pay period {run.called}"
                yield Usage(METER.name, shared, quantity, evidence=f"payroll/runs/{run.pk}", words=words)

    def _account(self, sub: Subscription) -> Account | None:
        return Account.seen_by(PROGRAM).filter(subscription=sub.id, customer_id=sub.customer).first()


def _columns(sub: Subscription) -> dict[str, Any]:
    terms = sub.terms
    return {
        "customer_id": sub.customer,
        "provider_id": sub.provider,
        "agencies": terms["agencies"],
        "first_day": date.fromisoformat(terms["first_day"]),
        "pay_lag_days": int(terms["pay_lag_days"]),
        "withholding_periods": int(terms["withholding_periods"]),
        "tas": terms["tas"],
    }


service = Payroll()
