"""Work in the background: journals that other services left are taken in, each once; closed periods are sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.db import transaction

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import add
from qsmo.platform.access.viewer import program
from qsmo.platform.record import outbox
from qsmo.platform.record.models import OutboxDocument
from qsmo.platform.work.jobs import Every, job
from qsmo.services.ledger.actions.documents import keep
from qsmo.services.ledger.actions.posting import take_in
from qsmo.services.ledger.models import Accounting, Book, PeriodSeal
from qsmo.services.ledger.queries.proof import chained, period_digest

VIEWER = program("ledger")
TAKER, KIND = "ledger", "journal"


@job
def take_in_waiting() -> None:
    """Take in every journal that waits for open books."""
    take_in_now(lambda _document: None)


@job
def seal_closed() -> None:
    """Seal every closed period that has no seal of what is in it now."""
    for book in Book.seen_by(VIEWER):
        seal_now(book)


SCHEDULE = [Every(minutes=1, job=take_in_waiting), Every(minutes=60, job=seal_closed)]


def seal_now(book: Book) -> int:
    """Seal the closed periods of a book, oldest first, each in a transaction of its own. Answers how many."""
    made = 0
    for period in Accounting.seen_by(VIEWER).filter(book=book, state="closed").order_by("year", "number"):
        digest, entries, lines = period_digest(VIEWER, book, period.year, period.number)
        with transaction.atomic():
            Book.seen_by(VIEWER).select_for_update().get(pk=book.pk)
            seals = PeriodSeal.seen_by(VIEWER).filter(book=book).order_by("-number")
            last, own = seals.first(), seals.filter(year=period.year, period=period.number).first()
            if own is not None and own.digest == digest:
                continue
            add(
                VIEWER,
                PeriodSeal(
                    book=book,
                    year=period.year,
                    period=period.number,
                    number=last.number + 1 if last else 1,
                    entries=entries,
                    lines=lines,
                    digest=digest,
                    previous=chained(last) if last else "",
                ),
                "ledger.prove",
            )
            made += 1
    return made


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
