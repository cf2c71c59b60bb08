"""The page that says what somebody would be paid who is to be hired: a form that is opened, not sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from qsmo.kernel.finding import Refusal
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import render
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.pages.asking.what_if import GROUPS, SECTIONS, amount, field_of
from qsmo.services.payroll.pages.parts import in_dollars, run_trail, viewer_of
from qsmo.services.payroll.queries.asking.hired import Offer, offer, offer_figure
from qsmo.services.payroll.rules.asking.hired import ASSUMPTION, FIELDS, NEEDED, OF_PERSON, OF_POSITION

TITLE = "What if we hired somebody"
SPLIT = {
    "Position": tuple(field.name for field in OF_POSITION),
    "Person": (*(field.name for field in OF_PERSON), *GROUPS["State"]),
    **{title: names for title, names in GROUPS.items() if title not in ("Position", "State")},
}


class HireForm(forms.Form):
    """The position, the person, and what they would elect."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name, field in FIELDS.items():
            self.fields[name] = field_of(field, unset="Not said")
            self.fields[name].required = name in NEEDED

    def sections(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in SPLIT.items()]


def hire(request: HttpRequest, key: str) -> HttpResponse:
    """The form, and where something is said every line of what the new person would be paid."""
    viewer = viewer_of(request)
    run, asked = queries.run(viewer, key), _asked(request)
    form = HireForm(request.GET if asked else None)
    status, found = 422 if form.errors else 200, None
    if asked and not form.errors:
        try:
            found = offer(viewer, key, asked)
        except Refusal as refusal:
            status = refusal.status
            show_refusal(form, refusal)
    context = {
        "run": run, "title": TITLE, "trail": run_trail(run, TITLE), "form": form, "assumption": ASSUMPTION,
        **(_shown(found, urlencode(asked)) if found else {}),
    }  # fmt: skip
    return render(request, "payroll/hire.html", context, status=status)


def figure(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One figure of that pay and what would go into it, each input opening further."""
    asked = _asked(request)
    run, found = offer_figure(viewer_of(request), key, name, asked)
    query = urlencode(asked)
    inputs = [
        {"title": each.title, "shown": in_dollars(each.shown, each.unit),
         "href": _figure(run, each.name, query) if each.opens else ""}
        for each in found.inputs
    ]  # fmt: skip
    way = run_trail(run, found.title)
    page = f"{reverse('payroll:hire', args=[key])}?{query}"
    context = {
        "found": found,
        "shown": in_dollars(found.shown, found.unit),
        "inputs": inputs,
        "trail": [*way[:-1], (TITLE, page), way[-1]],
    }
    return render(request, "payroll/figure.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    said = {name: request.GET.get(name, "").strip() for name in FIELDS}
    return {name: text for name, text in said.items() if text}


def _shown(found: Offer, query: str) -> dict[str, Any]:
    by_name = {line.name: line for line in found.hired.lines}
    figures = [
        (words, dollars(by_name[name].cents), "a pay period")
        for name, words in (
            ("gross_cents", "Gross pay"),
            ("net_cents", "Net pay"),
            ("cost_cents", "Cost to the agency"),
        )
    ]
    cost = by_name["cost_cents"].year
    if cost is not None:
        figures.append(("Cost in a year", dollars(cost), f"{found.pay_dates} pay dates"))
    lines = [
        (words, rows)
        for section, words in SECTIONS.items()
        if (
            rows := [
                {"title": each.title, "amount": dollars(each.cents), "year": amount(each.year),
                 "href": _figure(found.run, each.name, query)}
                for each in found.hired.lines
                if each.section == section
            ]
        )
    ]  # fmt: skip
    return {
        "figures": figures, "lines": lines, "pay_dates": found.pay_dates, "has_year": cost is not None,
        "warnings": found.hired.warnings,
    }  # fmt: skip


def _figure(run: PayRun, name: str, query: str) -> str:
    return f"{reverse('payroll:hire-figure', args=[run.pk, name])}?{query}"
