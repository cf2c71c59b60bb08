"""Documents that could not be posted: the work list, one with its findings and content, and taking it off."""

from __future__ import annotations

import json
from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import instant, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger import actions
from qsmo.services.ledger.flow import DOCUMENT
from qsmo.services.ledger.models import SourceDocument
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.posting import SOURCE
from qsmo.services.ledger.queries import entries, reports


class DocumentFilter(django_filters.FilterSet):
    """Documents by state, kind and source."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in DOCUMENT.states], empty_label="Any"
    )
    source = django_filters.CharFilter(label="Source", max_length=60)
    key = django_filters.CharFilter(label="Number begins with", lookup_expr="istartswith", max_length=80)

    class Meta:
        model = SourceDocument
        fields = ("state", "source", "key")


def work_list(request: HttpRequest, key: str) -> HttpResponseBase:
    """The documents that were kept, with what was wrong with each."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    columns = [
        Column("key", "Document", sort=True, link=lambda row: at("document", row.pk)),
        Column("source", "Source", sort=True),
        Column("kind", "Kind", value=lambda row: words(row.kind)),
        Column("state", "State", kind="state", sort=True),
        Column("findings", "What was wrong", value=_first),
        Column("made_at", "Came", kind="instant", sort=True),
    ]
    rows = entries.documents(viewer, found)
    table = Table(request.GET, rows, columns, caption="Documents", order="-made_at", filterset=DocumentFilter)
    context = {
        "book": found, "trail": trail(found, "Documents"),
        "waiting": rows.filter(state="refused").count(), "waiting_at": at("documents", key, None, state="refused"),
    }  # fmt: skip
    return listing(request, "ledger/documents.html", table, context)


@opened_and_sent
def document(request: HttpRequest, key: str) -> HttpResponseBase:
    """One document: where it came from, what was wrong, its content, and the form that takes it off the list."""
    viewer = viewer_of(request)
    found = entries.document(viewer, key)
    may = found.state == "refused" and viewer.may("ledger.post", found)
    form = ReasonForm(sent(request)) if may or request.method == "POST" else None
    status = 200
    if form is not None and form.is_valid():
        try:
            actions.dismiss(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The document is off the work list; it stays where it can be read.")
            return HttpResponseRedirect(reverse("ledger:document", args=[key]))
    elif form is not None and form.is_bound:
        status = 422
    context = {
        "document": found, "form": form, "findings": _findings(found), "items": _items(found),
        "body": json.dumps(found.body, indent=2, ensure_ascii=False),
        "again_at": _again(viewer, found), "may_post": may and found.kind == "journal",
        "trail": trail(found.book, found.key, ("Documents", at("documents", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/document.html", context, status=status)


@only_sent
def again(request: HttpRequest, key: str) -> HttpResponseBase:
    """Post a refused journal as it came."""
    posted = actions.post_again(viewer_of(request), key)
    messages.success(request, f"The journal is posted as entry {posted.entry}.")
    return HttpResponseRedirect(at("entry", posted.entry))


def _findings(found: SourceDocument) -> list[Finding]:
    return [Finding(**each) for each in found.findings]


def _first(found: SourceDocument) -> str:
    told = _findings(found)
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"{told[0].words}{more}" if told else ""


def _items(found: SourceDocument) -> list[tuple[str, ...]]:
    items: list[tuple[str, ...]] = [
        ("Kind", words(found.kind)),
        ("Source", found.source),
        ("Number", found.key),
        ("Came", instant(found.made_at)),
        ("Digest", found.digest),
    ]
    if found.entry_id:
        items.append(("Entry", f"Entry {found.entry_id}", at("entry", found.entry_id)))
    return items


def _again(viewer: Viewer, found: SourceDocument) -> str:
    """Where an event that was refused on a page is mended: its form, filled as it was sent."""
    body: dict[str, Any] = found.body
    if found.state != "refused" or found.kind != "event" or found.source != SOURCE:
        return ""
    if not (viewer.may("ledger.post", found) or viewer.may("ledger.funds", found)):
        return ""
    said = {
        **{name: str(body.get(name) or "") for name in ("tas", "on", "key", "words", "document", "period", "of_year")},
        **{f"says-{name}": text for name, text in body["attributes"].items()},
        **{f"amount-{name}": _dollars(amount) for name, amount in body["amounts"].items()},
    }  # fmt: skip
    query = {name: text for name, text in said.items() if text and text != "0"}
    return f"{reverse('ledger:post', args=[found.book_id, body['rule']])}?{urlencode(query)}"


def _dollars(amount: Any) -> str:
    cents = amount["cents"] if isinstance(amount, dict) else int(amount)
    return str(Money(cents)).replace(",", "")
