"""Pages on bills: the list, a bill with what it is made of, one line opened, how all ties, and the next move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.marketplace.billing import actions, queries
from qsmo.marketplace.billing.flow import BILL, BILL_STEPS, CALCULATE, SETTLE, SETTLEMENT
from qsmo.marketplace.billing.models import Bill, BillLine, Settlement
from qsmo.marketplace.billing.rules.price import exact_words, unit_words
from qsmo.platform.access.door import barring, open_moves
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import day, dollars, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table

DIGEST = 64
LABELS = {
    "calculate": "Calculate",
    "reopen": "Calculate again",
    "review": "Put under review",
    "issue": "Issue to the customer",
    "accept": "Accept bill and services",
}


class BillFilter(django_filters.FilterSet):
    """Bills by state and by the days that they are for."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(state, words(state)) for state in BILL_STEPS], empty_label="Any"
    )
    since = django_filters.DateFilter(
        label="Period starts on or after",
        field_name="starts_on",
        lookup_expr="gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Bill
        fields = ("state",)


class ConfirmForm(forms.Form):
    """What Treasury's confirmation says."""

    reference = forms.CharField(label="Treasury reference", max_length=40)


class BillForm(forms.Form):
    """Which subscription and period to bill."""

    instance = forms.CharField(label="Subscription", max_length=40)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label="First day after", widget=forms.DateInput(attrs={"type": "date"}), help_text="not billed"
    )


def home(request: HttpRequest) -> HttpResponseBase:
    """The bills that the viewer may see."""
    columns = [
        Column("period", "Period", value=lambda row: _days(row.during), sort="starts_on", link=_bill_link),
        Column("customer", "Customer", value="customer.name", sort="customer__name"),
        Column("provider", "Provider", value="provider.name", sort="provider__name"),
        Column("order", "Order", value="order.number", sort="order__number"),
        Column("state", "State", kind="state", sort=True),
        Column("total", "Total", kind="money", value="total_cents", sort="total_cents"),
    ]
    table = Table(
        request.GET,
        queries.bills(_viewer(request)),
        columns,
        caption="Bills",
        name="bills",
        order="-period",
        filterset=BillFilter,
    )
    return listing(request, "billing/home.html", table, {"may_calculate": _viewer(request).may(CALCULATE)})


def bill(request: HttpRequest, key: str) -> HttpResponseBase:
    """One bill: where it stands, its figures by days and price, its lines with their reasons, its settlement."""
    viewer = _viewer(request)
    found = queries.bill(viewer, key)
    rows = queries.lines(viewer, found)
    table = Table(request.GET, rows, _line_columns(), caption="Lines", name="lines")
    if table.csv_wanted:
        return table.csv()
    settlement = queries.settlement_of(viewer, found)
    return render(
        request,
        "billing/bill.html",
        {
            "bill": found,
            "table": table,
            "explained": [queries.explain_line(viewer, row, shows_evidence=False) for row in table.shown],
            "chart": _chart(viewer, found),
            "facts": _facts(found),
            "steps": _steps(found.state),
            "moves": _moves(viewer, found),
            "barred": _barred(viewer, found),
            "settlement": settlement,
            "parts": queries.settlement_parts(viewer, settlement) if settlement else (),
            "settlement_moves": _settlement_moves(viewer, settlement),
            "confirm_form": ConfirmForm(),
            "may_schedule": _may_schedule(viewer, found, settlement),
            "journals": [_journal(each) for each in queries.journals(viewer, found)],
            "trail": [
                ("Bills", reverse("billing:home")),
                (f"{found.order.number}, {_days(found.during)}", ""),
            ],
        },
    )


def line(request: HttpRequest, key: str) -> HttpResponse:
    """One line with everything that it follows from, and the evidence as the service shows it."""
    viewer = _viewer(request)
    row = queries.line(viewer, key)
    bill_link = (_days(row.bill.during), reverse("billing:bill", args=[row.bill_id]))
    trail = [("Bills", reverse("billing:home")), bill_link, (f"Line {row.number}", "")]
    context = {"line": row, "explained": queries.explain_line(viewer, row), "trail": trail}
    return render(request, "billing/line.html", context)


def tie(request: HttpRequest, key: str) -> HttpResponseBase:
    """Each comparison that says whether usage, lines, bill, settlement and both books agree, with its figures."""
    viewer = _viewer(request)
    found = queries.bill(viewer, key)
    tied = queries.tie(viewer, found)
    columns = [
        Column("words", "Comparison"),
        Column("left", "One side", value=lambda each: _short(each.left)),
        Column("right", "Other side", value=lambda each: _short(each.right)),
        Column("holds", "The same", kind="yesno"),
    ]
    table = Table(request.GET, list(tied.checks), columns, caption="Comparisons", name="tie", per_page=50)
    trail = [
        ("Bills", reverse("billing:home")),
        (_days(found.during), reverse("billing:bill", args=[key])),
        ("Does it tie?", ""),
    ]
    return listing(request, "billing/tie.html", table, {"bill": found, "tie": tied, "trail": trail})


@opened_and_sent
def start(request: HttpRequest) -> HttpResponseBase:
    """Open and calculate the bill of a subscription and period."""
    form = BillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            period = Period(asked["starts_on"], asked["ends_on"])
            made = actions.open_bill(_viewer(request), asked["instance"], period)
            made = actions.calculate(_viewer(request), made.pk)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            return HttpResponseRedirect(reverse("billing:bill", args=[made.pk]))
    trail = [("Bills", reverse("billing:home")), ("Calculate a bill", "")]
    status = 422 if form.errors else 200
    return render(request, "billing/start.html", {"form": form, "trail": trail}, status=status)


BILL_ACTIONS: dict[str, Callable[[Viewer, str], Any]] = {
    "calculate": actions.calculate,
    "reopen": actions.calculate,
    "review": actions.review,
    "issue": actions.issue,
    "accept": actions.accept,
    "schedule": actions.schedule,
}


@only_sent
def act(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Make one move of a bill."""
    if move not in BILL_ACTIONS:
        raise Refusal("move-unknown", f"A bill has no move “{move}”", status=404)
    BILL_ACTIONS[move](_viewer(request), key)
    return HttpResponseRedirect(reverse("billing:bill", args=[key]))


@only_sent
def settle(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Send a settlement, or note its confirmation with Treasury's reference."""
    viewer = _viewer(request)
    if move == "send":
        settlement = actions.send(viewer, key)
    else:
        settlement = actions.confirm(viewer, key, reference=request.POST.get("reference", ""))
    return HttpResponseRedirect(reverse("billing:bill", args=[settlement.bill_id]))


def _line_columns() -> list[Column]:
    return [
        Column("number", "Line", sort=True, link=_line_link),
        Column("kind", "Kind", value=lambda row: words(row.kind)),
        Column("meter", "Meter", sort=True),
        Column("days", "Days", value=lambda row: _days(row.during), sort="starts_on"),
        Column("quantity", "Quantity", value=lambda row: exact_words(row.line.quantity)),
        Column("share", "Part of days", value=lambda row: f"{row.during.days}/{row.of.days}"),
        Column("unit", "Unit price", value=lambda row: unit_words(row.line.unit)),
        Column("amount", "Amount", kind="money", value="amount_cents", sort="amount_cents"),
        Column("sum", "Worked out", value="sum_words"),
    ]


def _chart(viewer: Viewer, found: Bill) -> charts.Chart | None:
    segments = queries.priced_days(viewer, found)
    if not segments:
        return None
    bars = [(f"{_days(each.during)} at {each.unit_price}", each.amount.cents) for each in segments]
    about = f"What each stretch of days at one price adds to the total of ${found.total}."
    return charts.bar("Amount by days and price", bars, unit="cents", about=about)


def _facts(found: Bill) -> list[tuple[str, str]]:
    facts = [
        ("Customer", found.customer.name),
        ("Provider", found.provider.name),
        ("Order", found.order.number),
        ("Plan", queries.plan_words(found.plan)),
        ("Days", f"{_days(found.during)} ({found.during.days} days)"),
        ("Left of the order", dollars(found.order.left_cents)),
        ("Digest of the lines", found.digest or "not calculated yet"),
    ]
    if found.issued_on:
        facts.append(("Issued on", day(found.issued_on)))
    if found.accepted_on:
        facts.append(("Accepted on", day(found.accepted_on)))
    return facts


def _steps(state: str) -> list[tuple[str, str, str]]:
    at = BILL_STEPS.index(state)
    places = [
        "done" if place < at or state in BILL.ends else "current" if place == at else "todo"
        for place in range(len(BILL_STEPS))
    ]
    return [(words(step), place, "") for step, place in zip(BILL_STEPS, places, strict=True)]


def _moves(viewer: Viewer, found: Bill) -> list[tuple[str, str]]:
    open_ = [move.name for move in open_moves(viewer, found) if move.name in LABELS]
    return [(LABELS[name], reverse("billing:act", args=[found.pk, name])) for name in open_]


def _barred(viewer: Viewer, found: Bill) -> list[str]:
    """What the viewer could do, had they not made an earlier move of this bill: another person must."""
    held = [move for move in BILL.legal(found.state) if viewer.may(move.permission, found)]
    return [LABELS[move.name] for move in held if move.name in LABELS and barring(viewer, found, move)]


def _may_schedule(viewer: Viewer, found: Bill, settlement: Settlement | None) -> bool:
    return settlement is None and found.state == "accepted" and viewer.may(SETTLE, found)


def _settlement_moves(viewer: Viewer, settlement: Settlement | None) -> list[str]:
    if settlement is None:
        return []
    return [
        move.name for move in SETTLEMENT.legal(settlement.state) if viewer.may(move.permission, settlement)
    ]


def _journal(document: Any) -> dict[str, Any]:
    body = document.body
    return {
        "entity": document.entity.name,
        "words": body["words"],
        "on": body["on"],
        "lines": body["lines"],
        "debits": sum(each["amount"] for each in body["lines"] if each["side"] == "debit"),
        "credits": sum(each["amount"] for each in body["lines"] if each["side"] == "credit"),
    }


def _short(figure: str) -> str:
    """A figure whole; of a digest, its beginning."""
    return figure if len(figure) < DIGEST else f"{figure[:12]}…"


def _days(during: Period) -> str:
    return f"{day(during.start)} to {day(during.last)}"


def _bill_link(row: Bill) -> str:
    return reverse("billing:bill", args=[row.pk])


def _line_link(row: BillLine) -> str:
    return reverse("billing:line", args=[row.pk])


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Viewer, cast(Any, request).viewer)


routes = [
    path("", home, name="home"),
    path("new/", start, name="start"),
    path("lines/<str:key>/", line, name="line"),
    path("settlements/<str:key>/<str:move>/", settle, name="settle"),
    path("<str:key>/", bill, name="bill"),
    path("<str:key>/tie/", tie, name="tie"),
    path("<str:key>/do/<str:move>/", act, name="act"),
]
