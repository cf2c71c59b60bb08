"""Taking in the journals that other services left, each once; what is wrong with one is a work list, not a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.db import transaction

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import program
from qsmo.platform.record import outbox
from qsmo.platform.record.models import OutboxDocument
from qsmo.platform.work.jobs import Every, job
from qsmo.services.ledger.actions.documents import keep
from qsmo.services.ledger.actions.posting import take_in
from qsmo.services.ledger.models import Book

VIEWER = program("ledger")
TAKER, KIND = "ledger", "journal"


@job
def take_in_waiting() -> None:
    """Take in every journal that waits for open books."""
    take_in_now(lambda _document: None)


SCHEDULE = [Every(minutes=1, job=take_in_waiting)]


def take_in_now(progress: Callable[[OutboxDocument], None]) -> Counter[str]:
    """Do it here and now, oldest first, each in a transaction of its own. Answers how many were posted and refused.

    Journals of entities that keep no books here stay where they are: whoever keeps them takes them.
    """
    books = dict(Book.seen_by(VIEWER).filter(is_open=True).values_list("customer_id", "id"))
    outcomes: Counter[str] = Counter()
    for document in outbox.waiting(TAKER, KIND).filter(entity_id__in=list(books)):
        outcomes[_take_in(books[document.entity_id], document)] += 1
        progress(document)
    return outcomes


def _take_in(book: str, document: OutboxDocument) -> str:
    with transaction.atomic():
        if not outbox.took(TAKER, document):
            return "taken before"
        try:
            take_in(VIEWER, book, document.body, document.sender)
        except Refusal as refusal:
            keep(VIEWER, book, KIND, document.sender, document.key, document.body, refusal)
            return "refused"
    return "posted"
