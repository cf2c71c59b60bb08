"""The trail of any record: who changed what, when and why, and whether the chain of hashes holds."""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import allow, one
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.models import TrailEntry
from qsmo.platform.record.trail import broken_links, entries_of, link_hash
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing
from qsmo.platform.web.table import Column, Table


def trail(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    """The entries of one record that the viewer may see. `?whole=1` walks the organisation's whole chain as well."""
    viewer = cast(Viewer, cast(Any, request).viewer)
    record = one(_model(kind), viewer, key)
    allow(viewer, "trail.read", record)
    entries = entries_of(record)
    whole = request.GET.get("whole") == "1"
    columns = [
        Column("number", "Link", kind="number", sort=True),
        Column("at", "When", kind="instant", sort=True),
        Column("actor_name", "Who"),
        Column("via", "Came in by"),
        Column("verb", "What", value=_what),
        Column("why", "Why"),
        Column("changes", "Changed", value=_changes),
        Column("hash", "Hash", value=lambda entry: entry.hash[:16]),
    ]
    table = Table(request.GET, entries, columns, caption="Entries", order="number")
    context = {
        "record": record,
        "name": record._meta.verbose_name,
        "whole": whole,
        "chain": record.chain,
        "findings": broken_links(record.chain) if whole else _own_faults(list(entries)),
    }
    return listing(request, "record/trail.html", table, context)


def _model(kind: str) -> type[Owned]:
    try:
        model: Any = apps.get_model(kind)
    except (LookupError, ValueError):
        model = None
    if model is None or not issubclass(model, Owned):
        raise Refusal("not-found", f"There is no kind of record called “{kind}”", status=404)
    return cast(type[Owned], model)


def _own_faults(entries: list[TrailEntry]) -> list[Finding]:
    """Entries whose hash does not follow from their content, or that name another link before them than there is."""
    wanted = {(entry.chain, entry.number - 1) for entry in entries if entry.number > 1}
    before = TrailEntry.objects.filter(
        chain__in={chain for chain, _ in wanted}, number__in={number for _, number in wanted}
    )
    hashes = {(each.chain, each.number): each.hash for each in before}
    return [
        Finding("trail-broken", f"link {entry.number} of {entry.chain} does not hold", who=entry.actor_name)
        for entry in entries
        if entry.hash != link_hash(entry) or entry.previous != hashes.get((entry.chain, entry.number - 1), "")
    ]


def _what(entry: TrailEntry) -> str:
    """The move in words; a record that was made or changed has the words of the permission that it took."""
    held = policy().permissions.get(entry.verb)
    return held.words if held else words(entry.verb)


def _changes(entry: TrailEntry) -> str:
    before, after = entry.before or {}, entry.after or {}
    if not before:
        return ""
    names = [name for name in after if before.get(name) != after[name]]
    return "; ".join(f"{name.replace('_', ' ')}: {before.get(name)} → {after[name]}" for name in names)


routes = [path("<str:kind>/<str:key>/", trail, name="trail")]
