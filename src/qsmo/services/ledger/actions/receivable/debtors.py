"""Customers and debtors of the books."""

from __future__ import annotations

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, allow, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book, Debtor


@action("ledger.post")
def keep_debtor(
    viewer: Viewer,
    book_id: str,
    *,
    name: str,
    agency: str = "",
    main: str = "",
    reference: str = "",
    address: str = "",
) -> Debtor:
    """Take a customer or debtor in. An agency of the United States names itself by agency and main account."""
    book = one(Book, viewer, book_id)
    allow(viewer, "ledger.post", book)
    if bool(agency) != bool(main):
        words = "An agency of the United States has both an agency code and a main account"
        field = "main" if agency else "agency"
        raise Refusal("debtor", words, status=422, findings=(Finding("debtor", words, field=field),))
    if Debtor.seen_by(viewer).filter(book=book, name=name).exists():
        words = f"{name} is there already"
        raise Refusal("debtor-there", words, findings=(Finding("debtor", words, field="name"),))
    made = Debtor(book=book, name=name, agency=agency, main=main, reference=reference, address=address)
    return add(viewer, made, "ledger.post")
