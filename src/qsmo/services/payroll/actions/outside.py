"""Runs outside the calendar: for people whom the regular run did not pay, and the final pay of those who leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from qsmo.kernel.calendar import is_workday
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.door import action, add, allow, edit, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.actions import refuse_out_of_time
from qsmo.services.payroll.actions.saying import reasoned
from qsmo.services.payroll.models import Account, PayRun

MOST_NAMED = 1000
MOST_WORKDAYS = 10
EMPLOYEE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}")
KINDS = ("off_cycle", "final")


@action("payroll.calculate")
def open_outside(
    viewer: Viewer,
    /,
    account_id: str,
    label: str,
    *,
    names: Sequence[str],
    pays_on: date,
    why: str,
    separates_on: date | None = None,
) -> PayRun:
    """Open a run for named people and the days of a pay period, paid on a working day of its own.

    With the day on which they leave it is their final pay. Its balances of the year go into every run that is paid
    later, so it is refused (409) where a run that would follow it is calculated or paid already.
    """
    account = one(Account, viewer, account_id)
    allow(viewer, "payroll.calculate", account)
    if not account.is_open:
        raise Refusal("account-closed", f"{account} was closed; nothing more can be paid under it")
    Account.seen_by(viewer).select_for_update().get(pk=account.pk)
    regular = account.calendar.of_label(label)
    _refuse_fields(regular, pays_on, separates_on, names)
    reason = reasoned(why)
    refuse_out_of_time(account, PayPeriod(regular.during, regular.number, pays_on))
    _refuse_before_others(viewer, account, pays_on)
    there = PayRun.seen_by(viewer).filter(account=account, starts_on=regular.during.start)
    run = PayRun(
        account=account,
        label=regular.label,
        starts_on=regular.during.start,
        ends_on=regular.during.end,
        pays_on=pays_on,
        kind="final" if separates_on else "off_cycle",
        sequence=max([*there.values_list("sequence", flat=True), 0]) + 1,
        names=sorted(set(names)),
        separates_on=separates_on,
    )
    return add(viewer, run, "payroll.calculate", why=reason)


def _refuse_fields(period: PayPeriod, pays_on: date, separates_on: date | None, names: Sequence[str]) -> None:
    found: list[Finding] = []
    wrong = sorted(name for name in names if EMPLOYEE.fullmatch(name) is None)
    if wrong or not 0 < len(set(names)) <= MOST_NAMED:
        words = (
            f"“{wrong[0]}” is no employee number" if wrong else f"A run names 1 to {MOST_NAMED:,} employees"
        )
        found.append(Finding("names", words, field="names"))
    if not is_workday(pays_on) or pays_on < period.during.start:
        words = f"{pays_on} is not a federal working day in or after the pay period"
        found.append(Finding("pay-day", words, field="pays_on"))
    if separates_on and separates_on not in period.during:
        words = f"{separates_on} is not a day of pay period {period.label}"
        found.append(Finding("separation-day", words, field="separates_on"))
    if found:
        raise Refusal("fields", "; ".join(each.words for each in found), status=422, findings=tuple(found))


def _refuse_before_others(viewer: Viewer, account: Account, pays_on: date) -> None:
    of_year = PayRun.seen_by(viewer).filter(account=account, pays_on__year=pays_on.year, pays_on__gt=pays_on)
    after = of_year.exclude(state__in=("open", "collecting")).order_by("-pays_on").first()
    if after is not None:
        words = f"{after} is {after.state} already, with balances that this run would change"
        words += f"; pay on {after.pays_on} or later"
        raise Refusal("later-run-calculated", words)


@action("payroll.settings")
def set_calendar(viewer: Viewer, /, account_id: str, *, why: str = "", **chosen: int) -> Account:
    """Set an account's cut-offs in working days after the period, and from where on its edits warn.

    `chosen` may hold hr_workdays, time_workdays, calculate_workdays, certify_workdays, high_rise_percent and
    most_gross_cents. Refused (422) where a step would be due before the one that it needs.
    """
    account = one(Account, viewer, account_id)
    days = {name: getattr(account, name) for name in DAYS} | {
        name: value for name, value in chosen.items() if name in DAYS
    }
    found = [
        Finding("cut-off", f"{words} is 0 to {MOST_WORKDAYS} working days after the period", field=name)
        for name, words in DAYS.items()
        if not 0 <= days[name] <= MOST_WORKDAYS
    ]
    if (
        not max(days["hr_workdays"], days["time_workdays"])
        <= days["calculate_workdays"]
        <= days["certify_workdays"]
    ):
        words = "Files come before the calculation, and the calculation before the certification"
        found.append(Finding("cut-off", words, field="calculate_workdays"))
    found += [
        Finding("limit", f"{words} is above zero", field=name)
        for name, words in LIMITS.items()
        if chosen.get(name, 1) <= 0
    ]
    unknown = set(chosen) - set(DAYS) - set(LIMITS)
    if unknown:
        raise ValueError(f"no settings: {sorted(unknown)}")
    if found:
        raise Refusal("fields", "; ".join(each.words for each in found), status=422, findings=tuple(found))
    return edit(viewer, account, "payroll.settings", why=why, **chosen)


DAYS = {
    "hr_workdays": "The cut-off for people",
    "time_workdays": "The cut-off for time",
    "calculate_workdays": "The cut-off for the calculation",
    "certify_workdays": "The cut-off for the certification",
}
LIMITS = {"high_rise_percent": "The rise that is looked at", "most_gross_cents": "The limit of gross pay"}
