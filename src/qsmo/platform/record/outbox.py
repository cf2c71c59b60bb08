"""Documents left for others in the same transaction as the work, and taken in exactly once."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from qsmo.contract.documents import Document
from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record import trail
from qsmo.platform.record.models import OutboxDocument, OutboxReceipt


def put(
    viewer: Viewer, document: Document, *, key: str, sender: str, to: str, customer: str, entity: str
) -> OutboxDocument:
    """Leave a document. The same key with the same content is one document; with other content it is refused (409).

    `customer` is the organisation served, `entity` the one whose document it is (an agency's own journal); both and
    the receiver may read it.
    """
    digest = document.digest
    there = OutboxDocument.every.filter(sender=sender, kind=document.kind, key=key).first()
    if there is not None:
        if there.digest != digest:
            words = f"{document.kind} {key} was left before with other content; a correction needs a key of its own"
            raise Refusal("document-differs", words)
        return there
    left = OutboxDocument(
        kind=document.kind,
        key=key,
        sender=sender,
        to=to,
        customer_id=customer,
        entity_id=entity,
        body=document.body(),
        digest=digest,
    )
    try:
        with transaction.atomic():
            left.save(force_insert=True)
            trail.write(
                viewer, left, "outbox.put", after=left.picture(["kind", "key", "sender", "to", "digest"])
            )
    except IntegrityError:
        # Somebody left a document of this key at the same moment: then theirs is there now, and is compared.
        if not OutboxDocument.every.filter(sender=sender, kind=document.kind, key=key).exists():
            raise
        return put(viewer, document, key=key, sender=sender, to=to, customer=customer, entity=entity)
    return left


def waiting(taker: str, kind: str) -> QuerySet[OutboxDocument]:
    """The documents of a kind addressed to a receiver that it has not taken in yet, oldest first."""
    return (
        OutboxDocument.every.filter(to=taker, kind=kind)
        .exclude(receipts__taker=taker)
        .order_by("made_at", "id")
    )


def took(taker: str, document: OutboxDocument) -> bool:
    """Note that a receiver took a document in; False when it had done so before."""
    _, first = OutboxReceipt.objects.get_or_create(
        document=document, taker=taker, defaults={"at": clock.now()}
    )
    return first
