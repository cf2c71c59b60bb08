"""Entries: a list that is searched and narrowed, one entry with its lines in halves, and its reversal."""

from __future__ import annotations

import functools
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.formats import day, instant, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import CLOSING_PERIOD, Book, Entry, Line
from qsmo.services.ledger.pages.forms import ReverseForm, refused_in
from qsmo.services.ledger.pages.parts import (
    at,
    marked,
    period_words,
    said,
    sent,
    title_of,
    trail,
    viewer_of,
    years_of,
)
from qsmo.services.ledger.queries import entries as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.closing import RULE as CLOSE
from qsmo.services.ledger.rules.posting import Rule, rules

PER_HALF = 50


class EntryFilter(django_filters.FilterSet):
    """Entries by account, rule, source, period, and words or key."""

    q = django_filters.CharFilter(label="Words or document", method="with_words", max_length=80)
    tas = django_filters.ChoiceFilter(label="Treasury account", method="as_given", empty_label="Any")
    account = django_filters.CharFilter(label="Ledger account", method="as_given", max_length=6)
    rule = django_filters.ChoiceFilter(label="Rule", empty_label="Any")
    source = django_filters.CharFilter(label="Source", max_length=60)
    year = django_filters.ChoiceFilter(label="Fiscal year", empty_label="Any")
    period = django_filters.ChoiceFilter(label="Period", empty_label="Any")

    class Meta:
        model = Entry
        fields = ("q", "tas", "account", "rule", "source", "year", "period")

    def __init__(self, *args: Any, book: Book, symbols: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = rules(FiscalYear.of(clock.today()).year)
        choices: dict[str, list[tuple[Any, str]]] = {
            "tas": [(tas, tas) for tas in symbols],
            "rule": [(name, f"{name}: {each.title}") for name, each in known.items()] + [(CLOSE, "Closing of a year")],
            "year": [(year, f"FY{year}") for year in years_of(book)],
            "period": [(number, period_words(number)) for number in range(1, CLOSING_PERIOD + 1)],
        }  # fmt: skip
        for name, offered in choices.items():
            self.filters[name].extra["choices"] = offered

    def with_words(self, rows: QuerySet[Entry], _name: str, text: str) -> QuerySet[Entry]:
        """Those whose words hold the text, or whose document begins with it."""
        return rows.filter(Q(words__icontains=text) | Q(key__istartswith=text))

    def as_given(self, rows: QuerySet[Entry], _name: str, _text: str) -> QuerySet[Entry]:
        """The rows as they are: these two narrow the lines, before the filter."""
        return rows


def entries(request: HttpRequest, key: str) -> HttpResponseBase:
    """The entries of a book."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    symbols = [each.tas for each in reports.symbols(viewer, found)]
    tas, account = request.GET.get("tas", "").strip(), request.GET.get("account", "").strip()
    columns = [
        Column("entry", "Entry", value=lambda row: f"Entry {row.pk}", sort="id", link=lambda row: at("entry", row.pk)),
        Column("on", "On", kind="date"),
        Column("period", "Period", value=lambda row: f"FY{row.year}-{row.period:02d}"),
        Column("words", "What it was"),
        Column("rule", "Rule", value=lambda row: row.rule or "journal"),
        Column("source", "Source"),
        Column("key", "Document"),
        Column("budgetary", "Budgetary", kind="money"),
        Column("proprietary", "Proprietary", kind="money"),
        Column("made_at", "Posted", kind="instant"),
        Column("made_name", "By"),
    ]  # fmt: skip
    rows = queries.with_sums(viewer, queries.entries(viewer, found, tas=tas, account=account))
    narrowed = functools.partial(EntryFilter, book=found, symbols=symbols)
    table = Table(request.GET, rows, columns, caption="Entries", order="-entry", filterset=narrowed)
    acts = found.is_open and (viewer.may("ledger.post", found) or viewer.may("ledger.funds", found))
    context = {
        "book": found,
        "trail": trail(found, "Entries"),
        "post_at": at("rules", key) if acts else "",
    }
    return listing(request, "ledger/entries.html", table, context)


def entry(request: HttpRequest, number: int) -> HttpResponseBase:
    """One entry: its lines in halves with their sums, its document and rule, who and when, what reverses it."""
    viewer = viewer_of(request)
    found = queries.entry(viewer, number)
    lines = queries.lines_of(viewer, found)
    halves = []
    for half in ("budgetary", "proprietary", "memorandum"):
        own = [line for line in lines if line.combination.half == half]
        if own:
            table = _lines(request, half, own, found)
            if table.csv_wanted:
                return table.csv()
            debits = sum(line.cents for line in own if line.cents > 0)
            halves.append((table, debits, -sum(line.cents for line in own if line.cents < 0)))
    reversed_by = getattr(found, "reversed_by", None)
    rule = rules(found.year).get(found.rule)
    context = {
        "entry": found, "halves": halves, "items": _items(found, rule, reversed_by), "rule": rule,
        "marked": marked(rule.mark) if rule else None, "reversed_by": reversed_by,
        "may_reverse": reversed_by is None and found.book.is_open and viewer.may("ledger.post", found),
        "trail": trail(found.book, f"Entry {found.pk}", ("Entries", at("entries", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


@opened_and_sent
def reverse_entry(request: HttpRequest, number: int) -> HttpResponseBase:
    """Reverse an entry on a day in an open period, with a reason."""
    viewer = viewer_of(request)
    found = queries.entry(viewer, number)
    form = ReverseForm(sent(request), initial={"on": clock.today()})
    status = 200
    if form.is_valid():
        try:
            posted = actions.reverse(viewer, number, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"Entry {number} is reversed by this one.")
            return HttpResponseRedirect(reverse("ledger:entry", args=[posted.entry]))
    elif form.is_bound:
        status = 422
    elif not viewer.may("ledger.post", found):
        raise Refusal("not-allowed", "You may not reverse this entry", status=403)
    way = (("Entries", at("entries", found.book_id)), (f"Entry {number}", at("entry", number)))
    context = {
        "entry": found,
        "form": form,
        "cancel": at("entry", number),
        "trail": trail(found.book, "Reverse", *way),
    }
    return render(request, "ledger/reverse.html", context, status=status)


def _lines(request: HttpRequest, half: str, own: list[Line], found: Entry) -> Table:
    asked = reports.Asked(found.year, found.period)

    def link(line: Line) -> str:
        return at("combination", line.combination_id, asked)

    columns = [
        Column("account", "Account", value="combination.account", sort=True, link=link),
        Column("title", "Title", value=lambda line: title_of(line.combination.account, found.year)),
        Column("symbol", "Treasury account", value="combination.symbol.tas"),
        Column("says", "Classified by", value=lambda line: said(line.combination.attributes)),
        Column("document", "For"),
        Column("debit", "Debit", kind="money", value=lambda line: line.cents if line.cents > 0 else None),
        Column("credit", "Credit", kind="money", value=lambda line: -line.cents if line.cents < 0 else None),
        Column("words", "Note"),
    ]  # fmt: skip
    if not any(line.words for line in own):
        columns.pop()
    return Table(request.GET, own, columns, caption=f"{words(half)} lines", name=half, per_page=PER_HALF)


def _items(found: Entry, rule: Rule | None, reversed_by: Entry | None) -> list[tuple[str, ...]]:
    items: list[tuple[str, ...]] = [
        ("On", day(found.on)),
        ("Accounting period", f"FY{found.year}, {period_words(found.period)}"),
        ("Document", f"{found.key} of {found.source}"),
        ("Rule", f"{found.rule}: {rule.title}" if rule else found.rule or "none: a journal"),
        ("Rule version", found.rule_version),
        ("Posted", f"{instant(found.made_at)} by {found.made_name}"),
        ("Digest of the document", found.digest),
    ]
    if found.reverses_id:
        items.append(("Reverses", f"Entry {found.reverses_id}", at("entry", found.reverses_id)))
    if reversed_by is not None:
        items.append(("Reversed by", f"Entry {reversed_by.pk}", at("entry", reversed_by.pk)))
    return items
