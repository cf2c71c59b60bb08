"""Pages on pay runs: the list, one run with its files, totals and exceptions, and the buttons on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import day, dollars
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.formats.forms import IntakeForm, RunForm
from qsmo.services.payroll.models import Intake, IntakeException, PayRun
from qsmo.services.payroll.pages.parts import asked, run_trail, stored_upload, viewer_of
from qsmo.services.payroll.pages.review import may_step
from qsmo.services.payroll.queries.calendar import cut_offs
from qsmo.services.payroll.queries.late import late_files
from qsmo.services.payroll.rules import Totals

MOST_LISTED = 20_000
"""So many statements are listed; of a larger run, the others are found by the beginning of the identifier."""
STEPS = {
    "open": "Open",
    "collecting": "Files",
    "calculating": "Calculating",
    "calculated": "Calculated",
    "reviewed": "Reviewed",
    "certified": "Certified",
    "disbursed": "Paid out",
    "closed": "Closed",
}
RUN_FIELDS = dict.fromkeys(("pay-period-form", "before-subscription", "law-gap"), "label")
UNITS = {"cents": " dollars", "centihours": " hours"}


@opened_and_sent
def runs(request: HttpRequest) -> HttpResponseBase:
    """The pay runs that the viewer may see."""
    viewer = viewer_of(request)
    columns = [
        Column(
            "label",
            "Pay period",
            value="called",
            sort="starts_on",
            link=lambda run: reverse("payroll:run", args=[run.pk]),
        ),
        Column("customer", "Agency", value="account.customer.name", sort="account__customer__name"),
        Column("pays_on", "Pay date", kind="date", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("people", "People paid", kind="number", sort=True),
        Column("refused", "Refused", kind="number", sort=True),
        Column("net", "Net pay", kind="money", value=lambda run: queries.totals(viewer, run).get("net")),
    ]  # fmt: skip
    table = Table(request.GET, queries.runs(viewer), columns, caption="Pay runs", order="-label")
    opens = viewer.may("payroll.take-in")
    form = RunForm(queries.accounts(viewer), request.POST or None) if opens else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            opened = actions.open_run(viewer, form.cleaned_data["account"], form.cleaned_data["label"])
        except Refusal as refusal:
            show_refusal(form, refusal, RUN_FIELDS)
        else:
            return HttpResponseRedirect(reverse("payroll:run", args=[opened.pk]))
    context = {
        "form": form,
        "possible": _possible(viewer) if form is not None else (),
        "accounts": list(queries.accounts(viewer)),
    }
    if form is not None and form.errors:
        return render(request, "payroll/runs.html", {"table": table, **context}, status=422)
    return listing(request, "payroll/runs.html", table, context)


def _possible(viewer: Viewer) -> list[tuple[str, str]]:
    """For each open account the agency, and the pay periods that can be run for it."""
    found = []
    for account in queries.accounts(viewer).filter(is_open=True):
        span = queries.runnable(account)
        words = f"{span[0].label} through {span[1].label}" if span else "no pay period yet: no law is on file"
        found.append((account.customer.name, words))
    return found


def run(request: HttpRequest, key: str) -> HttpResponseBase:
    """One run: where it is, its files, its control totals as chart and table, what is to be mended, who is paid."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    may_mend = viewer.may("payroll.intake.read", found)
    exceptions = _exceptions(request, found) if may_mend else None
    people = _people(request, found) if viewer.may("payroll.statement.read", found) else None
    for table in (exceptions, people):
        if table is not None and table.csv_wanted:
            return table.csv()
    moves, holds = {move.name for move in open_moves(viewer, found)}, viewer.may("payroll.certify", found)
    context = {
        "run": found,
        "trail": run_trail(found),
        "steps": _steps(found.state),
        "progress": queries.progress(found) if found.state == "calculating" else None,
        "intakes": list(queries.intakes(viewer, found)),
        "waiting": list(late_files(viewer, found).filter(state="waiting")),
        "exceptions": exceptions,
        "codes": queries.exception_codes(viewer, found) if may_mend else [],
        "code": asked(request, "code"),
        "people": people,
        "listed": MOST_LISTED if people is not None and people.total == MOST_LISTED else 0,
        "more": _more(viewer, found),
        "stepping": may_step(found, moves),
        "until": [] if found.is_paid else _until(found),
        "form": IntakeForm() if _takes(viewer, found) else None,
        "may_calculate": _may_calculate(viewer, found),
        "may_certify": "certify" in moves,
        "must_be_another": found.state == "reviewed" and holds and "certify" not in moves,
        "q": asked(request, "q"),
    }
    answer = render(request, "payroll/run.html", {**context, **_totals(queries.totals(viewer, found))})
    if request.headers.get("HX-Target") == "progress" and found.state != "calculating":
        answer["HX-Refresh"] = "true"
    return answer


@only_sent
def take_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take an uploaded file in."""
    form = IntakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _not_taken(request, key, form)
    with stored_upload(form.cleaned_data["file"]) as (target, name):
        try:
            taken = actions.take_in(
                viewer_of(request),
                key,
                form.cleaned_data["kind"],
                target,
                name=name,
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return _not_taken(request, key, IntakeForm(initial=form.cleaned_data), refusal)
    waits = " It came late, and waits for the payroll office." if taken.state == "waiting" else ""
    messages.success(
        request, f"{name}: {taken.accepted:,} records accepted, {taken.refused:,} refused.{waits}"
    )
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


def _not_taken(
    request: HttpRequest, key: str, form: IntakeForm, refusal: Refusal | None = None
) -> HttpResponse:
    """The form once more, with what was wrong with the file."""
    found = queries.run(viewer_of(request), key)
    context = {"form": form, "run": found, "refusal": refusal, "trail": run_trail(found, "Take a file in")}
    return render(request, "payroll/intake.html", context, status=422)


@only_sent
def calculate(request: HttpRequest, key: str) -> HttpResponse:
    """Start the calculation."""
    actions.calculate(viewer_of(request), key)
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


@only_sent
def certify(request: HttpRequest, key: str) -> HttpResponse:
    """Certify the run."""
    certified = actions.certify(viewer_of(request), key)
    messages.success(
        request, f"Pay period {certified.label} is certified: {certified.people:,} people are paid."
    )
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


def _exceptions(request: HttpRequest, found: PayRun) -> Table:
    rows = queries.exceptions(viewer_of(request), found, code=asked(request, "code"))
    rows = rows.exclude(state="corrected")
    columns = [
        Column("who", "Employee", sort=True,
               link=lambda row: reverse("payroll:exception", args=[row.pk])),
        Column("words", "What is wrong"),
        Column("expected", "What would be right"),
        Column("place", "Where", value=_place, sort="file"),
        Column("state", "State", kind="state", sort=True),
        Column("code", "Code", sort=True),
        Column("field", "Field"),
    ]  # fmt: skip
    return Table(request.GET, rows, columns, caption="What is to be mended", name="mend", per_page=12)


def _place(found: IntakeException) -> str:
    return f"{found.file}:{found.line}" if found.line is not None else found.file


def _people(request: HttpRequest, found: PayRun) -> Table:
    rows = queries.employees(viewer_of(request), found, beginning=asked(request, "q"), most=MOST_LISTED)
    columns = [
        Column("employee", "Employee", sort=True,
               link=lambda row: reverse("payroll:statement", args=[found.pk, row["employee"]])),
        Column("gross_cents", "Gross pay", kind="money", sort=True),
        Column("net_cents", "Net pay", kind="money", sort=True),
    ]  # fmt: skip
    return Table(request.GET, rows, columns, caption="Statements", name="people", per_page=12)


def _totals(totals: Mapping[str, Any]) -> dict[str, Any]:
    if not totals:
        return {}
    parts = [("Net pay", totals["net"])]
    parts += [(Totals.title(name), cents) for name, cents in totals["deductions"].items() if cents]
    earned = [(Totals.title(name), cents) for name, cents in totals["earnings"].items() if cents]
    return {
        "figures": [
            ("People paid", f"{totals['people']:,}", ""),
            ("Gross pay", dollars(totals["gross"]), ""),
            ("Net pay", dollars(totals["net"]), ""),
            (
                "Cost to the agency",
                dollars(totals["employer_cost"]),
                "gross pay and agency contributions",
            ),
        ],
        "earnings_chart": charts.bar(
            "Earnings by kind", earned, unit="cents", about="What the hours of this pay period earned."
        ),
        "net_chart": charts.bar(
            "From gross to net", parts, unit="cents", about="Net pay and every deduction of this pay period."
        ),
        "checks": [
            {**each, "holds": each["left"] == each["right"], **_sides(each)} for each in totals["checks"]
        ],
    }


def _sides(check: Mapping[str, Any]) -> dict[str, str]:
    """Both sides of a check as text: dollars, or hours, or a count of people."""
    unit = check["unit"]
    return {
        side: f"{check[side]:,}" if unit == "people" else f"{Money(check[side])}{UNITS[unit]}"
        for side in ("left", "right")
    }


def _steps(state: str) -> list[tuple[str, str, str]]:
    place = list(STEPS).index(state)
    last = place == len(STEPS) - 1
    return [
        (words, "done" if number < place or last else "current" if number == place else "todo", "")
        for number, words in enumerate(STEPS.values())
    ]


def _more(viewer: Viewer, found: PayRun) -> list[tuple[str, str]]:
    """Further pages on a run that the viewer may open."""
    pages = (
        ("review", "Review: totals, the last run beside this one, journal", "payroll.totals.read"),
        ("what-if-all", "What if: a raise, or other health premiums", "payroll.totals.read"),
        ("hire", "What if we hired somebody", "payroll.read"),
        ("exceptions", "Work list of exceptions", "payroll.intake.read"),
        ("late", "Missing and late time", "payroll.intake.read"),
        ("written", "Files for banks, Treasury, OPM, tax offices and the ledger", "payroll.files.read"),
        ("printed", "Statements as PDF, all of them", "payroll.statement.read"),
        ("held-payments", "Stopped and returned payments", "payroll.payment.read"),
    )
    shown = [
        (reverse(f"payroll:{name}", args=[found.pk]), words)
        for name, words, permission in pages
        if viewer.may(permission, found)
    ]
    return [*shown, (reverse("payroll:account", args=[found.account_id]), "Calendar of the account")]


def _until(found: PayRun) -> list[tuple[str, str]]:
    """The cut-offs of a run in words, those that are over marked."""
    steps = {"hr": "People", "time": "Time", "calculate": "Calculation", "certify": "Certification"}
    today = clock.today()
    return [
        (steps[step], f"{day(until)}{' (over)' if until < today else ''}")
        for step, until in cut_offs(found).items()
    ]


def _takes(viewer: Viewer, found: PayRun) -> bool:
    return found.state in (*actions.TAKES_FILES, *PAID) and viewer.may("payroll.take-in", found)


def _may_calculate(viewer: Viewer, found: PayRun) -> bool:
    if not viewer.may("payroll.calculate", found):
        return False
    kinds = {intake.kind for intake in queries.intakes(viewer, found)}
    return found.state in ("collecting", "calculated") and kinds >= set(Intake.KINDS)
