"""What is owed, by age and one by one: chart and table of ages, the list, and a receivable that opens line by line."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.law import LawGap
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import day, dollars
from qsmo.platform.web.page import listing
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.flow import RECEIVABLE
from qsmo.services.ledger.models import Receivable, ReceivableLine
from qsmo.services.ledger.pages.parts import at, trail, viewer_of
from qsmo.services.ledger.pages.receivable.acting import offered
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.receivable import debt
from qsmo.services.ledger.rules.receivable.postings import KINDS


class ReceivableFilter(django_filters.FilterSet):
    """Receivables by state, kind, and what their number begins with."""

    state = django_filters.ChoiceFilter(
        label="State",
        choices=[(each, each.replace("-", " ")) for each in RECEIVABLE.states],
        empty_label="Any",
    )
    kind = django_filters.ChoiceFilter(label="Kind", choices=list(KINDS.items()), empty_label="Any")
    q = django_filters.CharFilter(
        label="Number", field_name="number", lookup_expr="istartswith", max_length=40
    )

    class Meta:
        model = Receivable
        fields = ("state", "kind")


def receivables(request: HttpRequest, key: str) -> HttpResponseBase:
    """What is owed to the agency: by age as bars and as a table, and every receivable."""
    viewer, today = viewer_of(request), clock.today()
    found = reports.book(viewer, key)
    columns = [
        Column("number", "Number", sort=True, link=lambda row: at("receivable", row.pk)),
        Column("debtor", "Debtor", value="debtor.name", sort="debtor__name"),
        Column("words", "What for"),
        Column("state", "State", kind="state", sort=True),
        Column("due_on", "Due", kind="date", sort=True),
        Column("late", "Days past due", kind="number", value=lambda row: _late(row, today)),
        Column("principal_cents", "Amount", kind="money", sort=True),
        Column("open_cents", "Open", kind="money", sort=True),
    ]
    rows = queries.receivables(viewer, found)
    table = Table(
        request.GET, rows, columns, caption="Receivables", order="-due_on", filterset=ReceivableFilter
    )
    aged = queries.ages_of(viewer, found, today)
    chart = charts.bar(
        "Receivables by age", [(each.title, each.amount.cents) for each in aged], unit="cents",
        about=f"What is open on {today} by how many days it is past due; interest not yet charged is left out.",
    )  # fmt: skip
    context = {
        "book": found, "trail": trail(found, "Receivables"),
        "chart": chart if any(each.count for each in aged) else None,
        "acts": found.is_open and viewer.may("ledger.post", found),
        "whole": sum(each.amount.cents for each in aged), "count": sum(each.count for each in aged),
        "late": sum(each.amount.cents for each in aged if each.name != "current"),
    }  # fmt: skip
    return listing(request, "ledger/receivable/list.html", table, context)


def receivable(request: HttpRequest, key: str) -> HttpResponseBase:
    """One receivable: what is open by part, every line and how it came about, the books beside it, what may be done."""
    viewer = viewer_of(request)
    found = queries.receivable(viewer, key)
    lines = queries.lines_of(viewer, found)
    columns = [
        Column("on", "Counts from", kind="date"),
        Column("event", "What", kind="state"),
        Column("part", "Part", value=lambda row: debt.TITLES[row.part]),
        Column("words", "Words"),
        Column("cents", "Amount", kind="money"),
        Column(
            "entry", "Entry", value=lambda row: f"Entry {row.entry_id}",
            link=lambda row: at("entry", row.entry_id),
        ),
    ]  # fmt: skip
    table = Table(request.GET, lines, columns, caption="Lines", name="lines", per_page=50)
    left = queries.left_of(viewer, found)
    context = {
        "receivable": found, "left": [(debt.TITLES[part], dollars(cents)) for part, cents in left.items() if cents],
        "explained": [_explained(line) for line in lines if line.steps],
        "agreement": queries.agreement(viewer, found) if found.noticed_on else [],
        "coming": _coming(viewer, found), "facts": _facts(found), "offered": offered(viewer, found),
        "trail": trail(found.book, found.number, ("Receivables", at("receivables", found.book_id))),
    }  # fmt: skip
    return listing(request, "ledger/receivable/one.html", table, context)


def _late(row: Receivable, today: Any) -> int | None:
    return max((today - row.due_on).days, 0) if row.state in queries.OWED and row.kind != "advance" else None


def _explained(line: ReceivableLine) -> dict[str, Any]:
    return {
        "label": line.words, "amount": dollars(line.cents), "rule": line.event, "steps": line.steps,
        "table": line.table, "cite": line.cite,
    }  # fmt: skip


def _coming(viewer: Viewer, found: Receivable) -> list[dict[str, Any]]:
    """What the law would charge through today, each with its steps; nothing of it is posted."""
    if found.state != "open" or found.kind != "general-fund":
        return []
    owed = queries.debt_of(viewer, found)
    try:
        charges = [charge(owed, clock.today()) for charge in (debt.interest, debt.penalty)]
    except LawGap as gap:
        return [{"label": str(gap), "amount": None}]
    return [
        {
            "label": f"{debt.TITLES[each.part]}: {each.words}", "amount": dollars(each.amount), "rule": each.part,
            "steps": each.steps, "table": each.table, "cite": each.cite,
        }
        for each in charges
    ]  # fmt: skip


def _facts(found: Receivable) -> list[tuple[str, ...]]:
    items: list[tuple[str, ...]] = [
        ("Debtor", found.debtor.name, at("debtors", found.book_id)),
        ("Kind", KINDS[found.kind]),
        ("Treasury account", found.symbol.tas, at("account", found.symbol_id)),
        ("Amount", dollars(found.principal_cents)),
        ("Notice", day(found.noticed_on) if found.noticed_on else "not yet"),
        ("Due", day(found.due_on)),
    ]
    if found.order:
        items.append(("Order", found.order))
    if found.kind == "general-fund" and found.noticed_on and not found.debtor.agency:
        rate = debt.rate_of(found.noticed_on)
        treasury = day(debt.goes_to_treasury_on(found.noticed_on, found.due_on))
        items.append(("Rate of interest", f"{rate.rate('rate') * 100} percent, {rate.source}"))
        items.append(("To Treasury if unpaid after", treasury))
    return items
