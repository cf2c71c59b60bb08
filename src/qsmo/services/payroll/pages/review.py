"""Pages before and after a run is certified: its review, and the steps that need a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars, instant, number, words
from qsmo.platform.web.mending import show_refusal
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.pages.forms import ReasonForm, SentForm
from qsmo.services.payroll.pages.parts import run_trail, sent, viewer_of
from qsmo.services.payroll.queries.comparison import Change
from qsmo.services.payroll.queries.review import Review
from qsmo.services.payroll.queries.review import review as review_of

TITLES = {
    "reopen": "Put the run back to its files",
    "disburse": "Note that the payments were sent",
    "close": "Close the run",
}
BUTTONS = {"reopen": "Reopen", "disburse": "Payments were sent", "close": "Close"}
LEADS = {
    "reopen": "What was calculated is taken away, and a review with it. The reason is kept in the trail.",
    "disburse": "Give the reference of the payment schedule. Payments that are stopped are not among those sent.",
    "close": "A run is closed when its pay date has come and no payment of it is stopped or on its way back.",
}


@opened_and_sent
def review(request: HttpRequest, key: str) -> HttpResponseBase:
    """The run beside the last one, its journal, its exceptions and its signatures; and the reviewer's signature."""
    viewer = viewer_of(request)
    found = review_of(viewer, key)
    changes, movers = _changes(request, found), _movers(request, found)
    for table in (changes, movers):
        if table.csv_wanted:
            return table.csv()
    signs = "review" in {move.name for move in open_moves(viewer, found.run)}
    form = ReasonForm(sent(request), needed=False, label="What was looked at")
    if request.method == "POST":
        if form.is_valid():
            signed = actions.review(viewer, key, why=form.cleaned_data["why"])
            messages.success(request, f"You signed the review of pay period {signed.called}.")
            return HttpResponseRedirect(reverse("payroll:run", args=[key]))
        signs = True
    context = {
        "run": found.run,
        "review": found,
        "trail": run_trail(found.run, "Review"),
        "changes": changes if found.changes else None,
        "movers": movers if found.movers else None,
        "charts": list(_charts(found)),
        "lines": _lines(found),
        "signatures": [
            (words(each.verb), each.name, instant(each.at), each.why) for each in found.signatures
        ],
        "open": sum(each.open for each in found.exceptions),
        "form": form if signs else None,
    }
    return render(request, "payroll/review.html", context, status=422 if form.errors else 200)


@opened_and_sent
def step(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """A move of a run that needs words: reopening, paying out, closing."""
    viewer = viewer_of(request)
    found = queries.run(viewer, key)
    if move not in TITLES:
        raise Refusal("not-found", f"There is no step “{move}” of a pay run", status=404)
    form: ReasonForm = (
        SentForm(sent(request), needed=False, label="Note")
        if move == "disburse"
        else ReasonForm(sent(request), needed=move == "reopen")
    )
    if request.method == "POST" and form.is_valid():
        act: Callable[..., PayRun] = getattr(actions, move)
        try:
            moved = act(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Pay period {moved.called} is {words(moved.state).lower()}.")
            return HttpResponseRedirect(reverse("payroll:run", args=[key]))
    may = move in {each.name for each in open_moves(viewer, found)}
    context = {
        "run": found, "form": form if may or form.errors else None, "title": TITLES[move], "lead": LEADS[move],
        "submit": BUTTONS[move], "trail": run_trail(found, TITLES[move]),
    }  # fmt: skip
    return render(request, "payroll/step.html", context, status=422 if form.errors else 200)


def _changes(request: HttpRequest, found: Review) -> Table:
    columns = [
        Column("title", "Figure"),
        Column("part", "Part"),
        Column("now", "This run", kind="figure", value=lambda each: _shown(each, each.now)),
    ]
    caption = "From hours to net"
    if found.last:
        caption = f"{caption}, beside the last run"
        columns += [
            Column("last", "Last run", kind="figure", value=lambda each: _shown(each, each.last)),
            Column("by", "Change", kind="figure", value=lambda each: _shown(each, each.by)),
            Column("share", "Change in percent", kind="percent"),
        ]
    return Table(request.GET, found.changes, columns, caption=caption, name="kinds", per_page=100)


def _shown(change: Change, figure: int) -> str:
    if change.unit == "people":
        return number(figure)
    return dollars(figure) if change.unit == "cents" else str(Money(figure))


def _movers(request: HttpRequest, found: Review) -> Table:
    columns = [
        Column("employee", "Employee",
               link=lambda row: reverse("payroll:statement", args=[found.run.pk, row["employee"]])),
        Column("net_cents_last", "Net pay last time", kind="money", sort=True),
        Column("net_cents", "Net pay now", kind="money", sort=True),
        Column("change_cents", "Change", kind="money", sort=True),
    ]  # fmt: skip
    return Table(request.GET, found.movers, columns, caption="Largest changes of net pay", name="people")


def _charts(found: Review) -> Any:
    parts = [("This run", found.run)] + ([("Last run", found.last)] if found.last else [])
    if not found.run.totals:
        return
    yield charts.stacked(
        "Where gross pay goes",
        [
            (name, {"Net": each.totals["net"], "Deductions": each.totals["gross"] - each.totals["net"]})
            for name, each in parts
        ],
        unit="cents",
        about="Net pay and deductions of this run" + (" and of the last one." if found.last else "."),
    )
    moved = sorted(
        (each for each in found.changes if each.unit == "cents" and each.by and found.last),
        key=lambda each: -abs(each.by),
    )
    if moved:
        yield charts.bar(
            "What changed most", [(each.title, each.by) for each in moved[:8]], unit="cents",
            about="The control totals that changed most since the last run.",
        )  # fmt: skip


def _lines(found: Review) -> list[tuple[str, str, str, str]]:
    if found.journal is None:
        return []
    return [
        (line.account, line.words, dollars(line.amount) if line.side == "debit" else "",
         dollars(line.amount) if line.side == "credit" else "")
        for line in found.journal.lines
    ]  # fmt: skip


def may_step(run: PayRun, moves: set[str]) -> list[tuple[str, str]]:
    """The steps with words that the viewer may make, as addresses and what their buttons say."""
    return [
        (reverse("payroll:step", args=[run.pk, move]), button)
        for move, button in BUTTONS.items()
        if move in moves
    ]
