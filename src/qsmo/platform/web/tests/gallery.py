"""A page that holds every component in each of its variants, for the tests only."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory, override_settings
from django_cotton.compiler_regex import CottonCompiler

from qsmo.kernel.finding import Finding
from qsmo.platform.web import charts
from qsmo.platform.web.page import Link, Shell
from qsmo.platform.web.table import Column, Table

HOSTILE = '<script>alert("x")</script>'
SITE = {
    "ROOT_URLCONF": "qsmo.platform.web.tests.addresses",
    "LOGIN_URL": "/sign-in",
    "SITE_NAVIGATION": [("Plain", "plain"), ("Mine", "/mine/", "signed-in")],
    "SITE_OFFICIAL": False,
    "DEBUG": False,
}
SHELL = Shell(
    "Quality Service Management",
    False,
    (
        Link("Catalogue", "/catalogue/", True),
        Link("Offices", "/offices/", False),
        Link("My organization", "/mine/", False),
    ),
    "Rosa Delgado, Program official",
    "/sign-in",
    "/sign-out",
)


class OrderForm(forms.Form):
    """One field of each kind."""

    fund = forms.CharField(
        label="Fund citation", help_text="Treasury account symbol, such as 047-2026-0110-000"
    )
    amount = forms.DecimalField(label="Ceiling in dollars", required=False)
    begin = forms.DateField(label="First day of the order")
    office = forms.ChoiceField(label="Office", choices=[("hr", "Human resources"), ("it", "Technology")])
    why = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(
        label="Kind of order",
        widget=forms.RadioSelect,
        choices=[("new", "New"), ("change", "Change")],
        help_text="One only",
    )
    meters = forms.MultipleChoiceField(
        label="Meters",
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "People paid"), ("b", "Statements")],
        required=False,
    )
    agree = forms.BooleanField(label="I have read the general terms")
    order = forms.CharField(widget=forms.HiddenInput, initial="o-1")
    file = forms.FileField(label="File with records", required=False)


COLUMNS = [
    Column("number", "Bill", sort=True, link=lambda row: f"/bill/{row['number']}"),
    Column("customer", "Customer", sort=True),
    Column("state", "State", kind="state"),
    Column("people", "People paid", kind="number", sort=True),
    Column("total", "Total", kind="money", sort=True),
]


def bills(count: int) -> list[dict[str, Any]]:
    """Rows of a table, all different."""
    names = ("Department of Labor", "National Archives and Records Administration", "Peace Corps")
    states = ("paid", "disputed", "draft", "refused")
    return [
        {
            "number": f"2026-{place:04d}",
            "customer": names[place % 3],
            "state": states[place % 4],
            "people": 1988 + place,
            "total": 310 * (1988 + place) * (-1 if place == 2 else 1),
        }
        for place in range(1, count + 1)
    ]


def listed(query: str) -> Table:
    """The table of bills as one query string asks for it."""
    return Table(QueryDict(query), bills(60), COLUMNS, caption="Bills")


def context() -> dict[str, Any]:
    """What the gallery page shows."""
    explained = {
        "label": "Social Security, employee share",
        "amount": "$171.80",
        "rule": "6.2 percent of wages for the year up to the limit, rounded half up to the cent",
        "inputs": [("Wages of this pay period", "$2,771.00"), ("Rate", "0.062")],
        "steps": ["$2,771.00 × 0.062 = $171.802", "Rounded: $171.80"],
        "table": "fica",
        "version": "2026-01-01",
        "source": "Contribution and benefit base for 2026",
        "cite": "26 U.S.C. 3101(a)",
    }
    return {**_parts(), "explained": explained}


def drawn() -> list[charts.Chart]:
    """One chart of each kind."""
    parts = {"Net pay": 210_000_00, "Taxes": 62_500_00, "Retirement": 30_250_00, "Insurance": 21_000_00}
    periods = [f"PP {place}" for place in range(1, 14)]
    gross = [5_000_000_00 + 70_000_00 * place for place in range(13)]
    return [
        charts.bar(
            "Net pay by office",
            [("Human resources", 1_250_000_00), ("Technology", 940_000_00), ("Correction", -120_000_00)],
            unit="cents",
            about="Technology is paid a quarter less than human resources.",
        ),
        charts.stacked(
            "Where gross pay goes",
            [
                ("Pay period 3", parts),
                ("Pay period 4", {**parts, "Garnishment": 9_000_00, "Allotments": 12_000_00}),
            ],
            unit="cents",
            about="Two thirds of gross pay reach the employee.",
        ),
        charts.line(
            "Gross and net by pay period",
            periods,
            {
                "Gross": gross,
                "Net": [amount * 2 // 3 for amount in gross],
                "Taxes": [amount // 5 for amount in gross],
            },
            unit="cents",
            about="All three rise evenly.",
        ),
        charts.line(
            "Share refused",
            ["January", "February"],
            {"Refused": [Fraction(1, 100), Fraction(3, 500)]},
            unit="percent",
        ),
    ]


def _parts() -> dict[str, Any]:
    return {
        "shell": SHELL,
        "trail": [("Catalogue", "/catalogue/"), ("Payroll for agencies", "")],
        "keep": [("area", "hr")],
        "figures": [
            ("People paid", "1,988", "of 2,000"),
            ("Net pay", "$4,812,330.12", "pay period 4"),
            ("Refused", "12", "each with its reason"),
        ],
        "steps": [
            ("Draft", "done", "Nov 2"),
            ("Signed by both", "done", ""),
            ("Provisioned", "current", "waiting for the provider"),
            ("Active", "todo", ""),
        ],
        "hostile": HOSTILE,
        "state": "in_dispute",
        "table": listed("sort=-total&page=2&size=5"),
        "nothing": Table(QueryDict(""), [], COLUMNS, caption="Disputes", name="disputes"),
        "facts": [
            ("Customer", "Department of Labor"),
            ("Offering", "Payroll processing", "/offering/1"),
            ("Ends", ""),
        ],
        "bare": SimpleNamespace(label="Net pay", amount="$1,940.22", rule="Gross less deductions"),
        "form": OrderForm(),
        "wrong": OrderForm({"w-kind": "odd"}, prefix="w"),
        "hidden": [("version", 3)],
        "charts": drawn(),
        "findings": [
            Finding(
                "hours-range",
                "Hours worked are below zero",
                file="time.xml",
                line=812,
                field="HoursWorked",
                expected="0 to 24",
                who="Employee 1042",
            ),
            Finding("step", "Step is not on the pay table", severity="warning", file="hr.xml", line=3),
        ],
    }


def render(more: dict[str, Any] | None = None, text: str | None = None) -> str:
    """The gallery, or another template text with components, as HTML."""
    source = text if text is not None else (Path(__file__).with_name("gallery.html")).read_text()
    template = engines["django"].from_string(CottonCompiler().process(source))
    with override_settings(**SITE):
        return str(template.render({**context(), **(more or {})}, RequestFactory().get("/gallery")))
