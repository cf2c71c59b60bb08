"""Pages that say what a change would do to one person's pay: a form that is opened, not sent, since nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from qsmo.services.payroll.pages.asking.why import signed
from qsmo.services.payroll.pages.parts import in_dollars, viewer_of
from qsmo.services.payroll.pages.statements import statement_trail
from qsmo.services.payroll.queries.asking.what_if import Asked, what_if_figure, what_if_of
from qsmo.services.payroll.rules.asking.asked import FIELDS, MOST_LETTERS, Field
from qsmo.services.payroll.rules.asking.what_if import Pair
from qsmo.services.payroll.rules.asking.year import ASSUMPTION

TITLE = "What if"
GROUPS = {
    "Position": ("grade", "step"),
    "Hours of this pay period": ("overtime", "night", "unpaid"),
    "Thrift Savings Plan": ("tsp_traditional", "tsp_roth"),
    "Health benefits": ("fehb",),
    "Form W-4": ("form", "status", "step2", "step3", "step4a", "step4b", "extra", "allowances", "exempt"),
    "State": ("state", "certificate"),
}
SECTIONS = {
    "earning": "Earnings",
    "deduction": "Deductions",
    "employer": "Paid by the agency on top",
    "total": "Totals",
}


class WhatIfForm(forms.Form):
    """What would be different; an empty field leaves things as they are."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name, field in FIELDS.items():
            self.fields[name] = field_of(field)

    def sections(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS.items()]


def what_if(request: HttpRequest, key: str, employee: str) -> HttpResponse:
    """The form, and where something is asked every line before and after."""
    viewer = viewer_of(request)
    asked = _asked(request)
    form = WhatIfForm(request.GET if asked else None)
    status, found = 200, None
    try:
        found = what_if_of(viewer, key, employee, asked)
    except Refusal as refusal:
        status = refusal.status
        show_refusal(form, refusal)
    own = found.statement if found else queries.statement(viewer, key, employee)
    context = {
        "run": own.run,
        "employee": employee,
        "person": queries.person_of(own),
        "trail": statement_trail(viewer, own.run, employee, TITLE),
        "form": form,
        "assumption": ASSUMPTION,
        **(_shown(found, asked) if found and asked else {}),
    }
    return render(request, "payroll/what_if.html", context, status=status)


def figure(request: HttpRequest, key: str, employee: str, name: str) -> HttpResponse:
    """One figure of the changed pay and what would go into it, each input opening further."""
    viewer = viewer_of(request)
    asked = _asked(request)
    own, found = what_if_figure(viewer, key, employee, name, asked)
    query = urlencode(asked)
    page = reverse("payroll:what-if", args=[key, employee])
    way = statement_trail(viewer, own.run, employee, found.title)
    inputs = [
        {"title": each.title, "shown": in_dollars(each.shown, each.unit),
         "href": _figure(key, employee, each.name, query) if each.opens else ""}
        for each in found.inputs
    ]  # fmt: skip
    context = {
        "found": found,
        "shown": in_dollars(found.shown, found.unit),
        "inputs": inputs,
        "trail": [*way[:-1], (TITLE, f"{page}?{query}"), way[-1]],
        "run": own.run,
        "employee": employee,
    }
    return render(request, "payroll/figure.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The fields of the query that say something; others that the page does not know are left aside."""
    said = {name: request.GET.get(name, "").strip() for name in FIELDS}
    return {name: text for name, text in said.items() if text}


def field_of(field: Field, unset: str = "As it is") -> forms.Field:
    """A field of a form that may stay empty; `unset` is what a choice is called that is not made."""
    if field.choices:
        choices = [("", unset), *((choice, choice) for choice in field.choices)]
        return forms.ChoiceField(label=field.label, choices=choices, required=False)
    return forms.CharField(
        label=field.label, help_text=field.expected[:1].upper() + field.expected[1:], max_length=MOST_LETTERS,
        required=False,
    )  # fmt: skip


def _shown(found: Asked, asked: Mapping[str, str]) -> dict[str, Any]:
    key, employee, query = found.statement.run.pk, found.statement.employee, urlencode(asked)
    there = {line.name for line in found.statement.lines}
    lines = [
        (SECTIONS[section], [_line(each, key, employee, query, each.name in there) for each in pairs])
        for section in SECTIONS
        if (pairs := [each for each in found.what_if.lines if each.section == section])
    ]
    net = next(each for each in found.what_if.lines if each.name == "net_cents")
    figures = [
        ("Net pay now", dollars(net.before), "a pay period"),
        ("Net pay then", dollars(net.after), "a pay period"),
        ("Difference", signed(net.by), "a pay period"),
    ]
    if net.year_by is not None:
        figures.append(("Difference in a year", signed(net.year_by), f"{found.pay_dates} pay dates"))
    paid = found.statement.row["net_cents"]
    return {
        "figures": figures,
        "lines": lines,
        "has_year": net.year_by is not None,
        "pay_dates": found.pay_dates,
        "warnings": found.what_if.warnings,
        "drift": dollars(paid) if paid != net.before else "",
    }


def _line(each: Pair, key: str, employee: str, query: str, on_statement: bool) -> dict[str, Any]:
    return {
        "title": each.title,
        "before": dollars(each.before),
        "after": dollars(each.after),
        "by": signed(each.by),
        "year_before": amount(each.year_before),
        "year_after": amount(each.year_after),
        "year_by": "" if each.year_by is None else signed(each.year_by),
        "before_href": reverse("payroll:figure", args=[key, employee, each.name]) if on_statement else "",
        "after_href": _figure(key, employee, each.name, query),
    }


def amount(cents: int | None) -> str:
    """Dollars, or nothing where a figure means nothing."""
    return "" if cents is None else dollars(cents)


def _figure(key: str, employee: str, name: str, query: str) -> str:
    return f"{reverse('payroll:what-if-figure', args=[key, employee, name])}?{query}"
