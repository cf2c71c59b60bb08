"""Pages on an account: its calendar with cut-offs and runs, its settings, and runs outside the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.formats import words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import leaving, outside
from qsmo.services.payroll.models import Account
from qsmo.services.payroll.pages.forms import CalendarForm, LeaverForm, OutsideForm
from qsmo.services.payroll.pages.parts import sent, viewer_of
from qsmo.services.payroll.queries.calendar import Dated, calendar

YEARS = range(1990, 2100)
PERIOD_FIELDS = dict.fromkeys(("pay-period-form", "before-subscription", "law-gap"), "label")


def account(request: HttpRequest, key: str) -> HttpResponseBase:
    """An account's calendar of a year: cut-offs, pay dates, and the runs that there are."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    year = _year(request)
    dated = calendar(viewer, found, year)
    columns = [
        Column("label", "Pay period", value="period.label", link=_run_address),
        Column("starts", "First day", kind="date", value="period.during.start"),
        Column("ends", "Last day", kind="date", value="period.during.last"),
        Column("hr", "People until", kind="date", value="until.hr"),
        Column("time", "Time until", kind="date", value="until.time"),
        Column("calculate", "Calculated until", kind="date", value="until.calculate"),
        Column("certify", "Certified until", kind="date", value="until.certify"),
        Column("pays", "Pay date", kind="date", value="period.pay_date"),
        Column("state", "Run", value=_state_of),
    ]
    table = Table(request.GET, dated, columns, caption=f"Pay periods paid in {year}", per_page=30)
    further = [run for each in dated for run in each.runs if run.sequence]
    context = {
        "account": found, "year": year, "years": (year - 1, year + 1), "further": further,
        "trail": [("Pay runs", reverse("payroll:runs")), (f"Calendar of {found.customer.name}", "")],
        "may_set": viewer.may("payroll.settings", found),
        "may_open": found.is_open and viewer.may("payroll.calculate", found),
        "may_see_payments": viewer.may("payroll.payment.read", found),
    }  # fmt: skip
    return listing(request, "payroll/account.html", table, context)


@opened_and_sent
def settings(request: HttpRequest, key: str) -> HttpResponse:
    """Set cut-offs and the limits of edits."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    now = {name: getattr(found, name) for name in (*outside.DAYS, "high_rise_percent")}
    amount = str(Money(found.most_gross_cents)).replace(",", "")
    form = CalendarForm(sent(request), initial={**now, "most_gross": amount})
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        chosen["most_gross_cents"] = int(chosen.pop("most_gross") * 100)
        try:
            outside.set_calendar(viewer, key, **chosen)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "The calendar is set.")
            return HttpResponseRedirect(reverse("payroll:account", args=[key]))
    if not form.is_bound and not viewer.may("payroll.settings", found):
        raise Refusal("not-allowed", "You may not set this calendar", status=403)
    lead = "Cut-offs are counted in federal working days after the last day of a pay period."
    return _form(request, found, form, "Cut-offs and limits", "Set", lead)


@opened_and_sent
def open_outside(request: HttpRequest, key: str) -> HttpResponse:
    """Open a run outside the calendar."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    form = OutsideForm(sent(request))
    if form.is_valid():
        try:
            run = outside.open_outside(viewer, key, **form.chosen())
        except Refusal as refusal:
            show_refusal(form, refusal, PERIOD_FIELDS)
        else:
            return HttpResponseRedirect(reverse("payroll:run", args=[run.pk]))
    if not form.is_bound and not viewer.may("payroll.calculate", found):
        raise Refusal("not-allowed", "You may not open a run here", status=403)
    lead = (
        "It pays the people that it names for the days of a pay period in which the regular run did not pay them, or "
        "for the last time. Its balances of the year go into every run paid later."
    )
    return _form(request, found, form, "A run outside the calendar", "Open the run", lead)


@opened_and_sent
def pay_leaver(request: HttpRequest, key: str) -> HttpResponse:
    """Open a run for a payment to somebody who left."""
    viewer = viewer_of(request)
    found = queries.account(viewer, key)
    form = LeaverForm(queries.payment_codes(), sent(request))
    if form.is_valid():
        try:
            run = leaving.pay_leaver(viewer, key, **form.chosen())
        except Refusal as refusal:
            show_refusal(form, refusal, PERIOD_FIELDS)
        else:
            return HttpResponseRedirect(reverse("payroll:run", args=[run.pk]))
    if not form.is_bound and not viewer.may("payroll.calculate", found):
        raise Refusal("not-allowed", "You may not open a run here", status=403)
    lead = (
        "For leave that is paid out, an award or pay that comes late, to somebody whom no file of now names. Their "
        "last papers and the last rates are used; health benefits, savings and allotments ended with the separation, "
        "taxes, levies, debts and orders did not."
    )
    return _form(request, found, form, "A payment to somebody who left", "Open the run", lead)


def _form(
    request: HttpRequest, found: Account, form: Any, title: str, submit: str, lead: str
) -> HttpResponse:
    trail = [
        ("Pay runs", reverse("payroll:runs")),
        (f"Calendar of {found.customer.name}", reverse("payroll:account", args=[found.pk])),
        (title, ""),
    ]
    context = {"account": found, "form": form, "title": title, "submit": submit, "lead": lead, "trail": trail}
    return render(request, "payroll/account_form.html", context, status=422 if form.errors else 200)


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year") or str(clock.today().year)
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS):
        raise Refusal("year-form", f"“{text[:20]}” is not a year such as 2026", status=422)
    return date(int(text), 1, 1).year


def _run_address(row: Dated) -> str:
    regular = [run for run in row.runs if not run.sequence]
    return reverse("payroll:run", args=[regular[0].pk]) if regular else ""


def _state_of(row: Dated) -> str:
    return next((words(run.state) for run in row.runs if not run.sequence), "")
