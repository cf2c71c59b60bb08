"""Payroll's pages: runs, one run with its files, totals and exceptions, one statement, one figure explained."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.formats.forms import IntakeForm, RunForm
from qsmo.services.payroll.models import Intake, IntakeException, PayRun
from qsmo.services.payroll.rules import Explanation, Line, Totals, explain

MOST_LISTED = 2000
STEPS = {
    "collecting": "Files",
    "calculating": "Calculating",
    "calculated": "Review",
    "certified": "Certified",
}
RUN_FIELDS = dict.fromkeys(("pay-period-form", "before-subscription", "law-gap"), "label")
UNITS = {"cents": " dollars", "centihours": " hours"}


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking."""
    return cast(Viewer, cast(Any, request).viewer)


def runs(request: HttpRequest) -> HttpResponseBase:
    """The pay runs that the viewer may see."""
    viewer = viewer_of(request)
    columns = [
        Column(
            "label", "Pay period", sort="starts_on", link=lambda run: reverse("payroll:run", args=[run.pk])
        ),
        Column("customer", "Agency", value="account.customer.name", sort="account__customer__name"),
        Column("pays_on", "Pay date", kind="date", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("people", "People paid", kind="number", sort=True),
        Column("refused", "Refused", kind="number", sort=True),
        Column("net", "Net pay", kind="money", value=lambda run: queries.totals(viewer, run).get("net")),
    ]
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
    if form is not None and form.errors:
        return render(request, "payroll/runs.html", {"table": table, "form": form}, status=422)
    return listing(request, "payroll/runs.html", table, {"form": form})


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
    context = {
        "run": found,
        "trail": _run_trail(found),
        "steps": _steps(found.state),
        "progress": queries.progress(found) if found.state == "calculating" else None,
        "intakes": list(queries.intakes(viewer, found)),
        "exceptions": exceptions,
        "codes": queries.exception_codes(viewer, found) if may_mend else [],
        "code": _asked(request, "code"),
        "people": people,
        "form": IntakeForm() if _takes(viewer, found) else None,
        "may_calculate": _may_calculate(viewer, found),
        "may_certify": found.state == "calculated" and viewer.may("payroll.certify", found),
        "q": _asked(request, "q"),
    }
    answer = render(request, "payroll/run.html", {**context, **_totals(queries.totals(viewer, found))})
    if request.headers.get("HX-Target") == "progress" and found.state != "calculating":
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def take_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take an uploaded file in."""
    form = IntakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _not_taken(request, key, form)
    with stored_upload(form.cleaned_data["file"]) as (target, name):
        try:
            taken = actions.take_in(viewer_of(request), key, form.cleaned_data["kind"], target, name=name)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return _not_taken(request, key, IntakeForm(initial=form.cleaned_data), refusal)
    messages.success(request, f"{name}: {taken.accepted:,} records accepted, {taken.refused:,} refused.")
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


def _not_taken(
    request: HttpRequest, key: str, form: IntakeForm, refusal: Refusal | None = None
) -> HttpResponse:
    """The form once more, with what was wrong with the file."""
    found = queries.run(viewer_of(request), key)
    context = {"form": form, "run": found, "refusal": refusal, "trail": _run_trail(found, "Take a file in")}
    return render(request, "payroll/intake.html", context, status=422)


@require_POST
def calculate(request: HttpRequest, key: str) -> HttpResponse:
    """Start the calculation."""
    actions.calculate(viewer_of(request), key)
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


@require_POST
def certify(request: HttpRequest, key: str) -> HttpResponse:
    """Certify the run."""
    certified = actions.certify(viewer_of(request), key)
    messages.success(
        request, f"Pay period {certified.label} is certified: {certified.people:,} people are paid."
    )
    return HttpResponseRedirect(reverse("payroll:run", args=[key]))


def statement(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """One statement, each line opening into its rule, inputs, table version and citation."""
    found = queries.statement(viewer_of(request), key, employee)
    sections = {"earning": "Earnings", "deduction": "Deductions", "employer": "Paid by the agency on top"}
    amounts = {line.name: line.amount for line in found.lines}
    gross, net = amounts["gross_cents"], amounts["net_cents"]
    where = [("Net pay", net.cents)] + [
        (line.title, line.amount.cents) for line in found.lines if line.section == "deduction"
    ]
    context = {
        "run": found.run,
        "employee": employee,
        "person": queries.person_of(found),
        "trail": _statement_trail(viewer_of(request), found.run, ""),
        "figures": [
            ("Gross pay", f"${gross}", ""),
            ("Deductions", f"${gross - net}", ""),
            ("Net pay", f"${net}", ""),
        ],
        "sections": [
            (
                title,
                [_opened(found.row, line, key, employee) for line in found.lines if line.section == section],
            )
            for section, title in sections.items()
        ],
        "totals": [
            _opened(found.row, line, key, employee) for line in found.lines if line.section == "total"
        ],
        "chart": charts.bar(
            "Where gross pay goes",
            where,
            unit="cents",
            about="Net pay and each deduction of this pay period.",
        ),
    }
    return render(request, "payroll/statement.html", context)


def figure(request: HttpRequest, key: str, employee: str, name: str) -> HttpResponse:
    """One figure and what went into it, each input opening further."""
    viewer = viewer_of(request)
    found = queries.explanation(viewer, key, employee, name)
    own = queries.statement(viewer, key, employee)
    inputs = [
        {"title": each.title, "shown": _in_dollars(each.shown, each.unit),
         "href": reverse("payroll:figure", args=[key, employee, each.name]) if each.opens else ""}
        for each in found.inputs
    ]  # fmt: skip
    trail = _statement_trail(viewer, own.run, employee, found.title)
    shown = _in_dollars(found.shown, found.unit)
    context = {
        "found": found,
        "shown": shown,
        "inputs": inputs,
        "trail": trail,
        "run": own.run,
        "employee": employee,
    }
    return render(request, "payroll/figure.html", context)


def statement_pdf(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """The statement as tagged PDF."""
    found = queries.statement(viewer_of(request), key, employee)
    answer = HttpResponse(queries.statement_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{found.run.label}-{employee}.pdf"'
    return answer


def own(request: HttpRequest) -> HttpResponse:
    """One's own statements."""
    return render(request, "payroll/own.html", {"statements": queries.own_statements(viewer_of(request))})


@contextmanager
def stored_upload(upload: UploadedFile[Any]) -> Iterator[tuple[Path, str]]:
    """An uploaded file as a path with its suffix, and its own name; gone again after the block."""
    name = Path(upload.name or "upload").name
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"upload{Path(name).suffix.lower()}"
        with target.open("wb") as file:
            for piece in upload.chunks():
                file.write(piece)
        yield target, name


def _asked(request: HttpRequest, name: str) -> str:
    """A word of the query string, no longer than any that could be meant."""
    asked: str = request.GET.get(name, "")[:60]
    return asked


def _exceptions(request: HttpRequest, found: PayRun) -> Table:
    rows = queries.exceptions(viewer_of(request), found, code=_asked(request, "code"))
    columns = [
        Column("who", "Employee", sort=True),
        Column("words", "What is wrong"),
        Column("expected", "What would be right"),
        Column("place", "Where", value=_place, sort="file"),
        Column("code", "Code", sort=True),
        Column("field", "Field"),
    ]
    return Table(request.GET, rows, columns, caption="What is to be mended", name="mend", per_page=12)


def _place(found: IntakeException) -> str:
    return f"{found.file}:{found.line}" if found.line is not None else found.file


def _in_dollars(shown: str, unit: str) -> str:
    return f"${shown}" if unit == "cents" else shown


def _people(request: HttpRequest, found: PayRun) -> Table:
    rows = queries.employees(viewer_of(request), found, beginning=_asked(request, "q"), most=MOST_LISTED)
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
            ("Gross pay", f"${Money(totals['gross'])}", ""),
            ("Net pay", f"${Money(totals['net'])}", ""),
            (
                "Cost to the agency",
                f"${Money(totals['employer_cost'])}",
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


def _opened(row: Mapping[str, Any], line: Line, key: str, employee: str) -> dict[str, Any]:
    told: Explanation = explain(row, line.name)
    sources = [f"{use.title}: {use.source}" for use in told.tables]
    return {
        "label": f"{line.title} ({line.quantity} × {line.rate})"
        if line.quantity and line.rate
        else line.title,
        "amount": f"${line.amount}",
        "rule": told.words,
        "inputs": [(each.title, _in_dollars(each.shown, each.unit)) for each in told.inputs],
        "table": "; ".join(use.reference for use in told.tables),
        "version": "",
        "source": "; ".join(sources),
        "cite": told.cite,
        "steps": [],
        "href": reverse("payroll:figure", args=[key, employee, line.name]),
    }


def _statement_trail(viewer: Viewer, found: PayRun, employee: str, title: str = "") -> list[tuple[str, str]]:
    if viewer.may("payroll.read", found):
        start = _run_trail(found, "")[:-1]
    else:
        start = [("My statements", reverse("payroll:own"))]
    if not title:
        return [*start, ("Statement", "")]
    return [*start, ("Statement", reverse("payroll:statement", args=[found.pk, employee])), (title, "")]


def _run_trail(found: PayRun, title: str | None = None) -> list[tuple[str, str]]:
    """The way to a run, or to a page of this title below it."""
    runs_ = ("Pay runs", reverse("payroll:runs"))
    here = f"Pay period {found.label}"
    return (
        [runs_, (here, "")]
        if title is None
        else [runs_, (here, reverse("payroll:run", args=[found.pk])), (title, "")]
    )


def _steps(state: str) -> list[tuple[str, str, str]]:
    place = list(STEPS).index(state)
    last = place == len(STEPS) - 1
    return [
        (words, "done" if number < place or last else "current" if number == place else "todo", "")
        for number, words in enumerate(STEPS.values())
    ]


def _takes(viewer: Viewer, found: PayRun) -> bool:
    return found.state in ("collecting", "calculated") and viewer.may("payroll.take-in", found)


def _may_calculate(viewer: Viewer, found: PayRun) -> bool:
    if not viewer.may("payroll.calculate", found):
        return False
    kinds = {intake.kind for intake in queries.intakes(viewer, found)}
    return found.state in ("collecting", "calculated") and kinds >= set(Intake.KINDS)


routes = [
    path("", runs, name="runs"),
    path("mine/", own, name="own"),
    path("runs/<str:key>/", run, name="run"),
    path("runs/<str:key>/files", take_in, name="take-in"),
    path("runs/<str:key>/calculate", calculate, name="calculate"),
    path("runs/<str:key>/certify", certify, name="certify"),
    path("runs/<str:key>/statements/<str:employee>/", statement, name="statement"),
    path("runs/<str:key>/statements/<str:employee>/pdf", statement_pdf, name="statement-pdf"),
    path("runs/<str:key>/statements/<str:employee>/<str:name>/", figure, name="figure"),
]
