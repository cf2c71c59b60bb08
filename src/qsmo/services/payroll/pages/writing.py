"""Pages on what a run is written as: its files to save, the lists that payment rests on, and one's own wages."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.store import files
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions.writing import ask_for_files, keep_list
from qsmo.services.payroll.pages.parts import run_trail, stored_upload, viewer_of
from qsmo.services.payroll.queries.writing import (
    LISTS,
    RunFile,
    lists,
    own_wages,
    writing,
    written,
    written_file,
)


class ListForm(forms.Form):
    """A list to keep."""

    kind = forms.ChoiceField(label="What the list holds", choices=list(LISTS.items()))
    file = forms.FileField(label="File")


@opened_and_sent
def written_files(request: HttpRequest, key: str) -> HttpResponseBase:
    """The files of a run, and the lists of its account; a list is kept here."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    rows = written(viewer, found)
    keeps = viewer.may("payroll.paying", found.account)
    form = ListForm(request.POST or None, request.FILES or None) if keeps else None
    status = 200
    if form is not None and request.method == "POST" and form.is_valid():
        with stored_upload(form.cleaned_data["file"]) as (path, name):
            try:
                kept = keep_list(viewer, found.account_id, form.cleaned_data["kind"], path, name=name)
            except Refusal as refusal:
                show_refusal(form, refusal, {})
            else:
                messages.success(
                    request, f"{name}: {kept.accepted:,} lines used, {len(kept.found):,} things wrong."
                )
                return HttpResponseRedirect(reverse("payroll:written", args=[key]))
    if form is not None and form.errors:
        status = 422
    columns = [
        Column("title", "File", link=lambda row: _address(key, row)),
        Column("words", "Holds"),
        Column("records", "Records", kind="number", value=lambda row: row.held.records),
        Column("cents", "Amount", kind="money", value=lambda row: row.held.cents),
        Column("digest", "Digest", value=lambda row: row.digest[:12]),
        Column("why", "Not written because"),
    ]
    progress = writing(viewer, found)
    context = {
        "run": found,
        "progress": progress,
        "trail": run_trail(found, "Files"),
        "table": Table(request.GET, rows, columns, caption="Files of this run", name="files", per_page=25),
        "lists": lists(viewer, found.account),
        "form": form,
        "may_write": found.is_paid and not progress and viewer.may("payroll.write", found),
    }
    answer = render(request, "payroll/written.html", context, status=status)
    if request.headers.get("HX-Target") == "progress" and not progress:
        answer["HX-Refresh"] = "true"
    return answer


def _address(key: str, row: RunFile) -> str:
    return reverse("payroll:written-file", args=[key, row.kind]) if row.digest else ""


@only_sent
def write(request: HttpRequest, key: str) -> HttpResponse:
    """Have the files written."""
    ask_for_files(viewer_of(request), key)
    messages.success(request, "The files are being written.")
    return HttpResponseRedirect(reverse("payroll:written", args=[key]))


def saved_file(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """One file, to be saved."""
    return answer_with(written_file(viewer_of(request), key, kind))


def answer_with(found: RunFile, media: str = "") -> StreamingHttpResponse:
    """A file as the answer to a request; nobody on the way may keep it."""
    answer = StreamingHttpResponse(files.pieces(found.digest), content_type=media or found.media)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def wages(request: HttpRequest) -> HttpResponse:
    """One's own amounts of Form W-2, year by year."""
    years = [
        (
            each,
            [(title, dollars(cents)) for title, cents in each.amounts],
            [found.words for found in each.found],
        )
        for each in own_wages(viewer_of(request))
    ]
    return render(request, "payroll/wages.html", {"years": years})
