"""Writing and reading the trail: one hash chain per organisation, each link bound to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import QuerySet

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding
from qsmo.kernel.ids import digest

if TYPE_CHECKING:
    from qsmo.platform.access.owned import Owned
    from qsmo.platform.access.viewer import Viewer
    from qsmo.platform.record.models import TrailEntry, TrailHead

_LINKED = (
    "chain", "number", "actor", "actor_name", "via", "verb", "kind", "record",
    "before", "after", "why", "evidence", "previous",
)  # fmt: skip


def write(
    viewer: Viewer,
    record: Owned,
    verb: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
    evidence: str = "",
) -> TrailEntry:
    """Append one link to the chain of the record's organisation, inside the transaction of the change itself."""
    heads, entries = _models()
    heads.objects.get_or_create(chain=record.chain)
    head = heads.objects.select_for_update().get(chain=record.chain)
    entry = entries(
        chain=record.chain,
        number=head.number + 1,
        at=clock.now(),
        actor=viewer.actor,
        actor_name=viewer.name,
        via=viewer.via,
        verb=verb,
        kind=record._meta.label_lower,
        record=str(record.pk),  # as it is read again: a number would be hashed as one
        before=before,
        after=after,
        why=why,
        evidence=evidence,
        previous=head.hash,
    )
    entry.hash = link_hash(entry)
    entry.save(force_insert=True)
    heads.objects.filter(chain=head.chain).update(number=entry.number, hash=entry.hash)
    return entry


def entries_of(record: Owned) -> QuerySet[TrailEntry]:
    """The links about one record, oldest first. Whoever may see the record may be shown them."""
    return (
        _models()[1].objects.filter(kind=record._meta.label_lower, record=str(record.pk)).order_by("number")
    )


def link_hash(entry: TrailEntry) -> str:
    """The hash a link must carry, from its own content and the hash before it."""
    content = {name: getattr(entry, name) for name in _LINKED}
    at: datetime = entry.at
    return digest({**content, "at": at.isoformat()})


def broken_links(chain: str) -> list[Finding]:
    """Walk a chain from its start: every link that does not follow from the one before, and a head that is off."""
    heads, entries = _models()
    findings, previous, number = [], "", 0
    for entry in entries.objects.filter(chain=chain).order_by("number").iterator():
        number += 1
        if entry.number != number or entry.previous != previous or entry.hash != link_hash(entry):
            words = f"link {entry.number} of {chain} does not follow from the one before it"
            findings.append(Finding("trail-broken", words, who=entry.actor_name))
            number = entry.number
        previous = entry.hash
    head = heads.objects.filter(chain=chain).first()
    if ((head.number, head.hash) if head else (0, "")) != (number, previous):
        findings.append(Finding("trail-cut", f"the chain of {chain} ends before its head: links are missing"))
    return findings


def _models() -> tuple[type[TrailHead], type[TrailEntry]]:
    # Looked up late: the records of the trail rest on the access layer, whose doors write the trail.
    heads: Any = apps.get_model("record", "TrailHead")
    entries: Any = apps.get_model("record", "TrailEntry")
    return heads, entries
