"""The page that says what a raise or other health premiums would do to everybody of a run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode

from qsmo.kernel.finding import Refusal
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import render
from qsmo.services.payroll import queries
from qsmo.services.payroll.pages.asking.what_if import SECTIONS, field_of
from qsmo.services.payroll.pages.asking.why import signed
from qsmo.services.payroll.pages.parts import asked, run_trail, viewer_of
from qsmo.services.payroll.queries.asking.agency import Effect, effect
from qsmo.services.payroll.rules.asking.agency import ASSUMPTION, FIELDS

TITLE = "What if, for everybody"
NET = "net_cents"


class AgencyForm(forms.Form):
    """What would be different for everybody."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name, field in FIELDS.items():
            self.fields[name] = field_of(field)


def what_if_all(request: HttpRequest, key: str) -> HttpResponse:
    """The form, and where something is asked the totals before and after, each with its parts."""
    said = {name: request.GET.get(name, "").strip() for name in FIELDS}
    said = {name: text for name, text in said.items() if text}
    form = AgencyForm(request.GET if said else None)
    status, found = 200, None
    try:
        found = effect(viewer_of(request), key, said)
    except Refusal as refusal:
        status = refusal.status
        show_refusal(form, refusal)
    run = found.run if found else queries.run(viewer_of(request), key)
    context = {
        "run": run,
        "title": TITLE,
        "trail": run_trail(run, TITLE),
        "form": form,
        "assumption": ASSUMPTION,
        **(_shown(found, asked(request, "line") or NET, urlencode(said)) if found and said else {}),
    }
    return render(request, "payroll/what_if_all.html", context, status=status)


def _shown(found: Effect, line: str, query: str) -> dict[str, Any]:
    if line not in found.whole.lines:
        line = NET
    sections = [
        (
            words,
            [
                {"title": title, "href": f"?{query}&line={name}#parts", "before": dollars(before),
                 "after": dollars(after), "by": signed(after - before), "current": name == line}
                for each, name, title, before, after in found.kinds
                if each == section
            ],
        )
        for section, words in SECTIONS.items()
    ]  # fmt: skip
    totals = {name: after - before for name, (before, after) in found.whole.lines.items()}
    parts = [
        {"called": each.called, "people": each.people, "touched": each.touched, "before": dollars(before),
         "after": dollars(after), "by": signed(after - before)}
        for each in found.parts
        for before, after in [each.lines[line]]
    ]  # fmt: skip
    return {
        "figures": [
            ("Cost to the agency", signed(totals["cost_cents"]), "a pay period"),
            ("Gross pay", signed(totals["gross_cents"]), "a pay period"),
            ("Net pay", signed(totals[NET]), "a pay period"),
            ("People affected", f"{found.whole.touched:,}", f"of {found.whole.people:,}"),
        ],
        "in_year": signed(totals["cost_cents"] * found.pay_dates),
        "pay_dates": found.pay_dates,
        "left_out": found.left_out,
        "sections": sections,
        "line": next(title for _, name, title, _, _ in _titled(found, line)),
        "parts": parts,
        "chart": charts.bar(
            "By how much net pay changes",
            list(found.moves),
            unit="number",
            about="How many of the people affected get how much more or less in a pay period.",
        )
        if found.moves
        else None,
    }


def _titled(found: Effect, line: str) -> list[tuple[str, str, str, int, int]]:
    return [each for each in found.kinds if each[1] == line] or [("total", line, "Net pay", 0, 0)]
