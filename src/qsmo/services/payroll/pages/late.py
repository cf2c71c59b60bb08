"""Pages on what is missing and what came late: whose time lacks, and a late file with what it changes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import intake as intakes
from qsmo.services.payroll.models import Intake
from qsmo.services.payroll.pages.forms import LateForm
from qsmo.services.payroll.pages.parts import run_trail, sent, viewer_of
from qsmo.services.payroll.queries.late import Lacking, differing, lacking, late_file, late_files

VERBS = {"admit": "Use it in this run", "settle": "Do not use it; it is settled as the reason says"}
DONE = {"admit": "is used in this run", "settle": "is settled"}


def late(request: HttpRequest, key: str) -> HttpResponseBase:
    """Whose time is missing or late, and the files that came after the cut-off."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    rows = lacking(viewer, found)
    columns: list[Column] = [
        Column("employee", "Employee", sort=True),
        Column("what", "What is lacking", sort=True),
        Column("was_paid_last", "Paid last time", kind="yesno", sort=True),
    ]
    table = Table(request.GET, rows, columns, caption="Missing and late time")
    context = {
        "run": found,
        "trail": run_trail(found, "Missing and late time"),
        "counts": _counted(rows),
        "intakes": list(late_files(viewer, found)),
    }
    return listing(request, "payroll/late.html", table, context)


@opened_and_sent
def late_file_(request: HttpRequest, key: str) -> HttpResponseBase:
    """One late file: what it says that the file in use does not, and what the payroll office decides."""
    viewer = viewer_of(request)
    found = late_file(viewer, key)
    verbs = _verbs(request, found)
    form = LateForm(verbs, sent(request))
    if request.method == "POST" and form.is_valid():
        verb = form.cleaned_data["verb"]
        act = {"admit": intakes.admit, "settle": intakes.settle}[verb]
        try:
            act(viewer, key, why=form.cleaned_data["why"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{found.name} {DONE[verb]}.")
            return HttpResponseRedirect(reverse("payroll:run", args=[found.run_id]))
    columns: list[Column] = [
        Column("employee", "Employee", sort=True),
        Column("what", "What it says", sort=True),
        Column("then", "By what it is paid", sort=True),
    ]
    rows = differing(found)
    table = Table(request.GET, rows, columns, caption="People of whom the file says other things")
    context = {
        "found": found,
        "run": found.run,
        "trail": run_trail(found.run, found.name),
        "form": form if verbs else None,
        "items": [
            ("Holds", found.holds),
            ("Reason given", found.why or "none needed"),
            ("Records accepted", f"{found.accepted:,}"),
            ("Records refused", f"{found.refused:,}"),
            ("Decision", found.answer or ("none yet" if found.state == "waiting" else "none needed")),
        ],
    }
    if form.errors:
        return render(request, "payroll/late_file.html", {"table": table, **context}, status=422)
    return listing(request, "payroll/late_file.html", table, context)


def _verbs(request: HttpRequest, found: Intake) -> list[tuple[str, str]]:
    """What may be decided: a file cannot be used where pay stands."""
    names = {move.name for move in open_moves(viewer_of(request), found)}
    if found.run.is_paid:
        names.discard("admit")
    return [(name, words) for name, words in VERBS.items() if name in names]


def _counted(rows: list[Lacking]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for each in rows:
        found[each.what] = found.get(each.what, 0) + 1
    return sorted(found.items())
