"""Status of funds by what the lines say, the way of money as a drawing, and the limits of funds control."""

from __future__ import annotations

from functools import partial

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import percent
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Book, Control, Symbol
from qsmo.services.ledger.pages.books import amount_of
from qsmo.services.ledger.pages.forms import BudgetForm, refused_in
from qsmo.services.ledger.pages.parts import (
    about,
    asked_of,
    at,
    of_account,
    said,
    sent,
    trail,
    viewer_of,
    word,
)
from qsmo.services.ledger.pages.report.behind import behind
from qsmo.services.ledger.queries import entries, reports
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.report.status import Status

BY = {
    "organization": "Organization",
    "object_class": "Object class",
    "program": "Program",
    "project": "Project",
    "fund": "Fund of the agency",
    "reimbursable": "Direct or reimbursable",
    "category": "Apportionment category",
}
SHOWN = ("allotted", "committed", "obligated", "expended", "paid", "unpaid", "available")
STAGES = (
    ("authority", "not apportioned"),
    ("apportioned", "not allotted"),
    ("allotted", "committed, or available"),
    ("obligated", "ordered, not received"),
    ("expended", "received, not paid"),
    ("paid", ""),
)
MOST_BARS = 12


class LimitFilter(django_filters.FilterSet):
    """Limits by level and by whether the law stops at them."""

    level = django_filters.ChoiceFilter(
        label="Level", choices=list(Control.LEVELS.items()), empty_label="Any"
    )
    q = django_filters.CharFilter(label="Words", field_name="words", lookup_expr="icontains", max_length=80)

    class Meta:
        model = Control
        fields = ("level",)


def funds(request: HttpRequest, key: str) -> HttpResponseBase:
    """Status of funds by organization, object class, program or another attribute, as bars and as a table."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked, by, tas = asked_of(request, found), word(request, "by") or "organization", word(request, "tas")
    if by not in BY:
        raise Refusal("by", f"Funds are not shown by “{by[:20]}”; by {', '.join(BY)}", status=422)
    accounts = {each.tas: each for each in reports.symbols(viewer, found)}
    groups = [
        each
        for symbol, every in reports.status_of(viewer, found, asked, by).items()
        for each in every
        if symbol == tas or not tas
    ]
    table = Table(
        request.GET,
        groups,
        _columns(accounts, asked, by),
        caption=f"Status of funds by {BY[by].lower()}",
        name="funds",
    )
    context = about(
        found, asked, "Status of funds", by=by, offered=list(BY.items()), tas=tas, symbols=list(accounts),
        chart=_bars(groups, by), note=BY[by].lower(),
    )  # fmt: skip
    return listing(request, "ledger/funds.html", table, context)


def flow(request: HttpRequest, key: str) -> HttpResponseBase:
    """The way of an account's money from authority to payment, with what stays at each stage."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked = asked_of(request, found.book)
    (whole,) = reports.status_of_account(viewer, found, asked) or (None,)
    columns = [
        Column("title", "Stage"),
        Column("amount", "Amount", kind="money",
               link=lambda row: at("status", key, asked, row.name) if row.parts else ""),
        Column("mark", "Placed"),
    ]  # fmt: skip
    rows = list(whole.columns.values()) if whole else []
    table = Table(request.GET, rows, columns, caption="Every stage", name="stages")
    back = of_account(found, "account", "Treasury account", asked)
    context = about(
        found.book, asked, f"The way of money in {found.tas}", (found.tas, back[1]),
        account=found, chart=_flow(whole) if whole else None,
    )  # fmt: skip
    return listing(request, "ledger/flow.html", table, context)


def status_column(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """One number of a status of funds with the balances that make it up."""
    viewer = viewer_of(request)
    found = reports.symbol(viewer, key)
    asked, by, group = asked_of(request, found.book), word(request, "by"), word(request, "group")
    if by and by not in BY:
        raise Refusal("by", f"Funds are not shown by “{by[:20]}”", status=422)
    held = reports.status_of_account(viewer, found, asked, *([by] if by else []))
    whole = next((each for each in held if each.group == ((group,) if by else ())), None)
    if whole is None or name not in whole.columns:
        raise Refusal("number", f"There is no such number: {name[:40]} {group[:40]}", status=404)
    column = whole.columns[name]
    about_group = f"{BY[by].lower()} {group or 'not said'}" if by else ""
    return behind(
        request, found.book, asked, column.title, column.parts,
        (found.tas, at("account", key, asked)), lead=about_group, mark=column.mark,
    )  # fmt: skip


@opened_and_sent
def limits(request: HttpRequest, key: str) -> HttpResponseBase:
    """The limits of funds control of a book, with what is left of each, and the form that sets a budget."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    form, status, done = _budget(request, viewer, found)
    if done:
        return HttpResponseRedirect(done)
    columns = [
        Column("words", "Limit", sort=True, link=lambda row: at("limit", row.pk)),
        Column("level", "Level", value=lambda row: Control.LEVELS[row.level], sort=True),
        Column("left_cents", "Left", kind="money", sort=True, link=lambda row: at("limit", row.pk)),
        Column("warn_below_cents", "Warns below", kind="money", sort=True),
        Column("hard", "Kept by the database", kind="yesno"),
    ]
    rows = entries.controls(viewer, found)
    table = Table(request.GET, rows, columns, caption="Limits", order="words", filterset=LimitFilter)
    if table.csv_wanted:
        return table.csv()
    context = {"book": found, "trail": trail(found, "Limits of funds control"), "table": table, "form": form}
    return render(request, "ledger/limits.html", context, status=status)


def limit(request: HttpRequest, number: int) -> HttpResponseBase:
    """One limit: what is left, and every combination whose lines draw on it."""
    viewer = viewer_of(request)
    found = entries.control(viewer, number)
    columns = [
        Column("account", "Account", value=lambda pair: pair[0].account, sort=True,
               link=lambda pair: at("combination", pair[0].pk)),
        Column("says", "Classified by", value=lambda pair: said(pair[0].attributes)),
        Column("adds", "Adds to what is left", kind="money", value=lambda pair: pair[1], sort=True,
               link=lambda pair: at("combination", pair[0].pk)),
    ]  # fmt: skip
    drawn = entries.drawing(viewer, found)
    taken = sum(pair[1] for pair in drawn)
    table = Table(request.GET, drawn, columns, caption="What draws on it")
    way = ("Limits of funds control", at("limits", found.book_id))
    context = {
        "limit": found, "level": Control.LEVELS[found.level], "sum": taken,
        "used": -taken, "budget": found.left_cents - taken,
        "trail": trail(found.book, found.words, way),
    }  # fmt: skip
    return listing(request, "ledger/limit.html", table, context)


def _budget(request: HttpRequest, viewer: Viewer, found: Book) -> tuple[BudgetForm | None, int, str]:
    """The form that sets a budget, the status of the answer, and where to go once it is set."""
    may = found.is_open and viewer.may("ledger.funds", found)
    if not may and request.method != "POST":
        return None, 200, ""
    symbols = [(each.pk, each.tas) for each in reports.symbols(viewer, found)]
    form = BudgetForm(symbols, sent(request), initial={"year": asked_of(request, found).year})
    if not form.is_valid():
        return form, 422 if form.is_bound else 200, ""
    try:
        made = actions.set_budget(viewer, found.pk, **form.budget())
    except Refusal as refusal:
        return form, refused_in(form, refusal), ""
    messages.success(request, "The budget is set.")
    return form, 200, at("limit", made.pk)


def _columns(accounts: dict[str, Symbol], asked: Asked, by: str) -> list[Column]:
    def link(name: str, row: Status) -> str:
        key = accounts[row.fund.symbol].pk
        return at("status", key, asked, name, by=by, group=row.group[0]) if row.amount(name) else ""

    titles = {"allotted": "Allotted", "committed": "Committed", "obligated": "Obligated", "expended": "Expended",
              "paid": "Paid", "unpaid": "Unpaid", "available": "Available"}  # fmt: skip
    return [
        Column("group", BY[by], value=lambda row: row.group[0] or "not said", sort=True),
        Column("symbol", "Treasury account", value="fund.symbol", sort=True),
        *(
            Column(
                name,
                titles[name],
                kind="money",
                value=partial(amount_of, name),
                sort=True,
                link=partial(link, name),
            )
            for name in SHOWN
        ),
        Column("rate", "Obligated of allotted", kind="percent", value="obligation_rate", sort=True),
    ]


def _bars(groups: list[Status], by: str) -> charts.Chart | None:
    sums: dict[str, dict[str, int]] = {}
    for each in groups:
        parts = sums.setdefault(each.group[0] or "not said", {})
        for name, title in (
            ("obligated", "Obligated"),
            ("committed", "Committed"),
            ("available", "Available"),
        ):
            parts[title] = parts.get(title, 0) + max(each.amount(name), 0)
    largest = sorted(sums.items(), key=lambda item: -sum(item[1].values()))[:MOST_BARS]
    drawn = [(name, parts) for name, parts in largest if sum(parts.values())]
    if not drawn:
        return None
    more = f" The {MOST_BARS} largest of {len(sums):,}." if len(sums) > MOST_BARS else ""
    about_ = f"What is obligated, committed and still available, by {BY[by].lower()}.{more}"
    return charts.stacked(f"Funds by {BY[by].lower()}", drawn, unit="cents", about=about_)


def _flow(whole: Status) -> charts.Chart:
    stages = [(whole.columns[name].title, max(whole.amount(name), 0), stays) for name, stays in STAGES]
    rates = [
        f"{percent(rate)} of what was allotted is obligated" if (rate := whole.obligation_rate) is not None else "",
        f"{percent(rate)} of what was obligated is paid" if (rate := whole.payment_rate) is not None else "",
    ]  # fmt: skip
    about_ = "; ".join(each for each in rates if each) or "Nothing was allotted yet"
    return charts.flow(
        f"From authority to payment in {whole.fund.symbol}", stages, unit="cents", about=f"{about_}."
    )
