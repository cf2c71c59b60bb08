"""The page on which all statements of a run are printed, and their archives saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.platform.access.second_lock.opened import only_sent
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions.printing import ask_for_statements
from qsmo.services.payroll.pages.parts import run_trail, viewer_of
from qsmo.services.payroll.pages.writing import answer_with
from qsmo.services.payroll.queries.printing import archive, archive_name, archives, printing
from qsmo.services.payroll.queries.writing import archived_file


def printed(request: HttpRequest, key: str) -> HttpResponseBase:
    """How far the printing is, and the archives that are there."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    rows, progress = archives(viewer, found), printing(viewer, found)
    columns = [
        Column("number", "Archive", sort=True, value=lambda row: archive_name(found, row),
               link=lambda row: reverse("payroll:archive", args=[key, row.number])),
        Column("first", "First employee"),
        Column("last", "Last employee"),
        Column("people", "People", kind="number"),
        Column("unprinted", "Not printed", value=lambda row: ", ".join(row.unprinted)),
        Column("file", "Digest", value=lambda row: row.file[:12]),
    ]  # fmt: skip
    table = Table(request.GET, rows, columns, caption="Archives of statements", name="archives", per_page=20)
    if table.csv_wanted:
        return table.csv()
    context = {
        "run": found,
        "trail": run_trail(found, "Statements as PDF"),
        "table": table if progress.done else None,
        "progress": progress if progress.planned else None,
        "may_print": found.is_paid and not progress.planned and viewer.may("payroll.write", found),
    }
    answer = render(request, "payroll/printed.html", context)
    if request.headers.get("HX-Target") == "progress" and not progress.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@only_sent
def print_(request: HttpRequest, key: str) -> HttpResponse:
    """Have the statements printed."""
    ask_for_statements(viewer_of(request), key)
    messages.success(request, "The statements are being printed.")
    return HttpResponseRedirect(reverse("payroll:printed", args=[key]))


def saved_archive(request: HttpRequest, key: str, number: int) -> HttpResponseBase:
    """One archive, to be saved."""
    viewer = viewer_of(request)
    return answer_with(archived_file(queries.run(viewer, key), archive(viewer, key, number)))
