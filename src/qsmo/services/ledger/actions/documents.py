"""Documents that could not be posted, kept as a work list until they are posted or dismissed with a reason."""

from __future__ import annotations

from typing import Any

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest
from qsmo.platform.access.door import action, add, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book, SourceDocument


@action("ledger.take-in")
def keep(
    viewer: Viewer,
    book_id: str,
    kind: str,
    source: str,
    key: str,
    body: Any,
    refusal: Refusal,
    *,
    why: str = "",
) -> SourceDocument:
    """Keep a document that was refused, with what is wrong; the same one again has the latest findings."""
    found = [each.as_dict() for each in refusal.findings] or [{"code": refusal.code, "words": refusal.words}]
    there = _there(viewer, book_id, source, key)
    if there is None:
        book = one(Book, viewer, book_id)
        made = SourceDocument(book=book, kind=kind, source=source, key=key, digest=digest(body), body=body)
        there = add(viewer, made, "ledger.take-in", why=why)
    elif there.state not in ("waiting", "refused"):
        return there
    return move(viewer, there, "refuse", why=why, findings=found, body=body, digest=digest(body))


@action("ledger.take-in")
def settle(viewer: Viewer, book_id: str, source: str, key: str, entry: int) -> None:
    """Note the entry of a document that was refused before, if it was."""
    there = _there(viewer, book_id, source, key)
    if there is not None and there.state in ("waiting", "refused"):
        move(viewer, there, "post", entry_id=entry, findings=[])


@action("ledger.post")
def dismiss(viewer: Viewer, document_id: str, why: str) -> SourceDocument:
    """Take a refused document off the work list, with a reason; it stays where it can be read."""
    document = one(SourceDocument, viewer, document_id)
    if not why.strip():
        raise Refusal("reason", "Say why the document is dismissed", status=422)
    return move(viewer, document, "dismiss", why=why)


def _there(viewer: Viewer, book_id: str, source: str, key: str) -> SourceDocument | None:
    return SourceDocument.seen_by(viewer).filter(book_id=book_id, source=source, key=key).first()
