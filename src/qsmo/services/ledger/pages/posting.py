"""Posting by rule: the rules that may be used, the form of one, what it would do before it is done, and doing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions.posting import FUNDING, KEPT
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.pages.forms import EventForm, refused_in
from qsmo.services.ledger.pages.parts import at, marked, said, title_of, trail, viewer_of, word
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.preview import Preview, preview
from qsmo.services.ledger.rules.position import half
from qsmo.services.ledger.rules.posting import Rule, rules
from qsmo.services.ledger.rules.report.balance import Columns

SOURCE = "page"
"""What documents that are posted by hand say that they came from."""


def choose(request: HttpRequest, key: str) -> HttpResponseBase:
    """The posting rules, searched by words or code; those that the viewer may use lead to their form."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    q = word(request, "q").casefold()
    known = [
        rule for rule in rules(_year()).values() if q in f"{rule.name} {rule.title} {rule.code}".casefold()
    ]
    usable = [rule for rule in known if _may(viewer, found, rule)]
    columns = [
        Column("title", "Event", sort=True,
               link=lambda rule: at("post", key, None, rule.name) if _may(viewer, found, rule) else ""),
        Column("name", "Rule", sort=True),
        Column("code", "Code", sort=True),
        Column("mark", "How sure", sort=True),
        Column("accounts", "Accounts of its lines", value=_accounts),
        Column("by", "Posted by", value=lambda rule: "budget officer" if rule.name in FUNDING else "accountant"),
    ]  # fmt: skip
    shown = usable if usable and word(request, "all") != "yes" else known
    table = Table(request.GET, shown, columns, caption="Posting rules", per_page=50)
    context = {
        "book": found, "q": word(request, "q"), "trail": trail(found, "Posting rules"),
        "narrowed": bool(usable) and len(shown) < len(known), "all_at": at("rules", key, None, all="yes", q=q),
    }  # fmt: skip
    return listing(request, "ledger/rules.html", table, context)


@opened_and_sent
def post(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """The form of a rule; sent by GET it is shown what it would do, sent by POST it is done."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    rule = rules(_year()).get(name)
    if rule is None:
        raise Refusal("posting-rule", f"There is no posting rule {name[:40]}", status=404)
    if not _may(viewer, found, rule):
        right = "a budget officer" if name in FUNDING else "an accountant"
        raise Refusal("not-allowed", f"{rule.title} is posted by {right}", status=403)
    given = request.POST if request.method == "POST" else request.GET if "key" in request.GET else None
    symbols = [
        (each.tas, each.tas if each.title == each.tas else f"{each.tas} {each.title}")
        for each in reports.symbols(viewer, found)
    ]
    form = EventForm(
        rule, _year(), symbols, given, initial={"on": clock.today(), "tas": word(request, "tas")}
    )
    status, shown, refusal = 200, None, None
    if form.is_valid():
        if request.method == "POST":
            try:
                taken_back = form.cleaned_data["taken_back"]
                posted = actions.post_event(viewer, key, form.event(SOURCE), taken_back=taken_back)
            except Refusal as refused:
                refusal, status = refused, refused_in(form, refused, form.places)
            else:
                return _done(request, posted)
        else:
            try:
                shown = preview(viewer, found, form.event(SOURCE))
            except Refusal as refused:
                status = refused_in(form, refused, form.places)
    elif form.is_bound:
        status = 422
    context = {
        "book": found, "rule": rule, "form": form, "marked": marked(rule.mark),
        "rows": [_row(rule, row) for row in rule.rows],
        "refusal": refusal, "kept": refusal is not None and refusal.code in KEPT,
        "documents_at": at("documents", key),
        "trail": trail(found, rule.title, ("Posting rules", at("rules", key))),
        **(_shown(shown, form) if shown else {}),
    }  # fmt: skip
    return render(request, "ledger/post.html", context, status=status)


def _done(request: HttpRequest, posted: Any) -> HttpResponseRedirect:
    if posted.is_new:
        messages.success(request, f"Posted as entry {posted.entry}.")
    else:
        messages.info(request, "This document was posted before; nothing was posted again.")
    for each in posted.warnings:
        messages.warning(request, each.words)
    return HttpResponseRedirect(reverse("ledger:entry", args=[posted.entry]))


def _shown(shown: Preview, form: EventForm) -> dict[str, Any]:
    lines = [
        {
            "half": words(half(line.account)),
            "account": line.account,
            "title": title_of(line.account, shown.draft.year),
            "says": said(line.attributes),
            "amount": Columns.of(line.cents),
        }
        for line in shown.draft.lines
    ]
    return {
        "preview": shown,
        "lines": lines,
        "period": f"FY{shown.draft.year} period {shown.draft.number:02d}",
        "hidden": [(name, form.data[name]) for name in form.fields if form.data.get(name)],
    }


def _row(rule: Rule, row: Any) -> dict[str, str]:
    return {
        "half": row.text("half"),
        "side": row.text("side"),
        "accounts": " or ".join(rule.choices(row)),
        "amount": row.text("amount").replace("_", " "),
        "when": "where appropriations pay" if row.cells["when"] else "",
    }


def _accounts(rule: Rule) -> str:
    """The usual accounts of the lines of a rule, debits before credits: `461000 to 480100`."""
    sides = {
        side: " ".join(rule.choices(row)[0] for row in rule.rows if row.text("side") == side)
        for side in ("debit", "credit")
    }
    return f"{sides['debit']} to {sides['credit']}"


def _may(viewer: Viewer, book: Book, rule: Rule) -> bool:
    return book.is_open and viewer.may("ledger.funds" if rule.name in FUNDING else "ledger.post", book)


def _year() -> int:
    return FiscalYear.of(clock.today()).year
