"""The trial balance for Treasury: our own gate over every Treasury account of a period, edit by edit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from qsmo.platform.web.page import listing
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.formats.gtas_bulk import write_bulk
from qsmo.services.ledger.pages.parts import about, asked_of, at, viewer_of
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.report.gate import Edit, Gate


def gtas(request: HttpRequest, key: str) -> HttpResponseBase:
    """What our gate says of the trial balance of a period: the findings, and every edit with its outcome."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    gates = reports.gates(viewer, found, asked)
    edits = [(each, edit) for each in gates for edit in each.edits]
    columns = [
        Column("code", "Edit", value=lambda pair: pair[1].code, sort=True),
        Column("symbol", "Treasury account", value=lambda pair: pair[0].fund.symbol, sort=True),
        Column("title", "What it asks", value=lambda pair: pair[1].title),
        Column("fatal", "Fatal", kind="yesno", value=lambda pair: pair[1].fatal),
        Column("outcome", "Outcome", value=lambda pair: _outcome(pair[1]), sort=True),
        Column("mark", "How sure", value=lambda pair: pair[1].mark),
    ]
    table = Table(request.GET, edits, columns, caption="Edits", name="edits", per_page=50, order="outcome")
    context = about(
        found, asked, "Trial balance for Treasury (GTAS)",
        figures=_figures(gates), findings=[finding for each in gates for finding in each.findings],
        file_at=at("gtas-file", key, asked),
        stopped=[each.fund.symbol for each in gates if each.stops],
    )  # fmt: skip
    return listing(request, "ledger/gtas.html", table, context)


def bulk_file(request: HttpRequest, key: str) -> HttpResponse:
    """The file of a period, as Treasury takes it; refused while our gate finds something fatal."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    content = write_bulk(reports.bulk_rows(viewer, found, asked))
    answer = HttpResponse(content, content_type="text/plain; charset=us-ascii")
    name = f"gtas-{asked.year}-{asked.period:02d}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _outcome(edit: Edit) -> str:
    if edit.left_out:
        return f"not run: {edit.left_out}"
    return "passed" if edit.passed else f"{len(edit.findings)} found"


def _figures(gates: list[Gate]) -> list[tuple[str, str, str]]:
    edits = [edit for each in gates for edit in each.edits]
    return [
        ("Treasury accounts", f"{len(gates):,}", ""),
        ("Edits passed", f"{sum(edit.passed for edit in edits):,}", f"of {len(edits):,}"),
        ("Found", f"{sum(len(each.findings) for each in gates):,}",
         f"{sum(len(each.stops) for each in gates):,} of them fatal"),
        ("Not run", f"{sum(bool(edit.left_out) for edit in edits):,}", "each says why"),
    ]  # fmt: skip
