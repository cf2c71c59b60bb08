"""The ledger as the marketplace sees it: what it is, what it counts, and the five verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from django.db.models import Count

from qsmo.contract.documents import Usage
from qsmo.contract.service import (
    Done,
    ExportedFile,
    Manifest,
    Meter,
    Refused,
    Step,
    Subscription,
    Term,
    term_findings,
)
from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.period import Period
from qsmo.platform.access.door import add, edit
from qsmo.platform.access.viewer import program
from qsmo.services.ledger.actions.books import keep_symbol, open_year
from qsmo.services.ledger.models import Book, Entry, Invoice, Symbol
from qsmo.services.ledger.queries.export import exported_files
from qsmo.services.ledger.rules.symbol import TreasuryAccount

PROGRAM = program("ledger")
METER = Meter(
    name="transaction-posted",
    unit="transaction posted",
    words="entries posted to the customer's books, by the day on which they were posted",
    measure="FFM.090.020.0011",
    closes_after_days=1,
)
INVOICES = Meter(
    name="invoice-processed",
    unit="vendor invoice processed",
    words="vendor invoices that were matched with order and receipt, by the day on which they were",
    measure="FFM.030.070.0031",
    closes_after_days=1,
)


class Ledger:
    """The contract's five verbs for the ledger. Every verb is safe to repeat."""

    manifest = Manifest(
        slug="ledger",
        name="Ledger",
        area="FFM",
        words="Federal books on the US Standard General Ledger, with funds control that the database keeps.",
        meters=(METER, INVOICES),
        permissions=("ledger.read", "ledger.post", "ledger.funds", "ledger.close"),
        terms=(
            Term("first_year", "integer", "the first fiscal year of the books"),
            Term("tas", "text", "the Treasury account symbol that the books begin with"),
            Term(
                "financing",
                "choice",
                "what pays that account",
                choices=("appropriated", "reimbursable", "revolving"),
            ),
            Term("category", "choice", "how its money is apportioned", choices=("A", "E")),
        ),
        activities=("FFM.090.020", "FFM.090.040"),
        formats=("CSV",),
    )

    def open(self, sub: Subscription) -> Step:
        """Open the customer's books with their first Treasury account and year, or find them open."""
        found = self._findings(sub)
        if found:
            return Refused("The terms of the subscription are not right", found)
        book = self._book(sub)
        if book is not None:
            return Done("The books were open before") if book.is_open else Refused("The books were closed")
        if Book.seen_by(PROGRAM).filter(customer_id=sub.customer, is_open=True).exists():
            return Refused("The customer has books under another subscription; they are closed first")
        with transaction.atomic():
            year = int(sub.terms["first_year"])
            book = Book(
                subscription=sub.id, customer_id=sub.customer, provider_id=sub.provider, first_year=year
            )
            add(PROGRAM, book, "ledger.account")
            self._account(book, sub)
            for each in range(year, max(year, FiscalYear.of(clock.today()).year) + 1):
                open_year(PROGRAM, book.pk, each)
        return Done("The books are open")

    def change(self, sub: Subscription) -> Step:
        """Take another Treasury account in, or say anew what pays the first one; what was posted stays."""
        found, book = self._findings(sub), self._book(sub)
        if found or book is None:
            return Refused("The terms are not right" if found else "There are no such books", found)
        with transaction.atomic():
            self._account(book, sub)
        return Done("The books have the new terms")

    def close(self, sub: Subscription) -> Step:
        """Close the books: nothing more is posted; everything can still be read and exported."""
        book = self._book(sub)
        if book is not None and book.is_open:
            with transaction.atomic():
                edit(PROGRAM, book, "ledger.account", is_open=False)
        return Done("The books are closed; their data can still be exported")

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """For each day of the period, the entries that were posted and the invoices that were matched on it."""
        return tuple(self._usage(sub, period))

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """Treasury accounts, periods, entries with all lines, and documents not posted, as CSV."""
        book = self._book(sub)
        return exported_files(book) if book is not None else ()

    def evidence(self, sub: Subscription, pointer: str) -> Iterable[tuple[str, str]]:
        """What stands behind the pointer of a usage: the entries of a day, by the source of their documents."""
        book = self._book(sub)
        head, _, day = pointer.rpartition("/")
        if book is not None and head == f"ledger/{book.pk}/invoices":
            return self._invoices(book, day)
        known = book is not None and head == f"ledger/{book.pk}"
        sources = list(self._entries(book, day)) if book is not None and known else []
        if not sources:
            raise Refusal("not-found", "There is no such day under this subscription", status=404)
        return (("Posted on", day), *((f"From {source}", f"{count:,} entries") for source, count in sources))

    def _invoices(self, book: Book, day: str) -> Iterable[tuple[str, str]]:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            on = date.min
        found = Invoice.seen_by(PROGRAM).filter(book=book, processed_on=on).order_by("number")
        rows = [(each.number, f"{each.amount}, received on {each.received_on}") for each in found]
        if not rows:
            raise Refusal("not-found", "There is no such day under this subscription", status=404)
        return (("Matched on", day), *rows)

    def _entries(self, book: Book, day: str) -> Iterable[tuple[str, int]]:
        found = Entry.seen_by(PROGRAM).filter(book=book, sealed=True, made_at__date=day)
        return found.values_list("source").annotate(entries=Count("id")).order_by("source")

    def _usage(self, sub: Subscription, period: Period) -> Iterator[Usage]:
        book = self._book(sub)
        if book is None:
            return
        days = Entry.seen_by(PROGRAM).filter(
            book=book, sealed=True, made_at__date__gte=period.start, made_at__date__lt=period.end
        )
        for day, count in (
            days.values_list("made_at__date").annotate(entries=Count("id")).order_by("made_at__date")
        ):
            yield Usage(
                METER.name,
                Period(day, day + timedelta(days=1)),
                Fraction(count),
                f"ledger/{book.pk}/{day}",
                f"{count:,} entries",
            )
        invoices = Invoice.seen_by(PROGRAM).filter(
            book=book, processed_on__gte=period.start, processed_on__lt=period.end
        )
        for day, count in (
            invoices.values_list("processed_on").annotate(made=Count("id")).order_by("processed_on")
        ):
            yield Usage(
                INVOICES.name,
                Period(day, day + timedelta(days=1)),
                Fraction(count),
                f"ledger/{book.pk}/invoices/{day}",
                f"{count:,} invoices",
            )

    def _account(self, book: Book, sub: Subscription) -> None:
        tas = TreasuryAccount.parse(sub.terms["tas"]).display
        there = Symbol.seen_by(PROGRAM).filter(book=book, tas=tas).first()
        keep_symbol(
            PROGRAM,
            book.pk,
            tas=tas,
            title=there.title if there else tas,
            financing=sub.terms["financing"],
            category=sub.terms["category"],
        )

    def _findings(self, sub: Subscription) -> tuple[Finding, ...]:
        found = term_findings(self.manifest, sub.terms)
        if found:
            return found
        try:
            TreasuryAccount.parse(sub.terms["tas"])
        except Refusal as refusal:
            return (Finding("tas", refusal.words, field="tas", expected="019-2026/2026-0113-000"),)
        last = FiscalYear.of(clock.today()).year
        if not last - 10 <= int(sub.terms["first_year"]) <= last:
            words = f"Books cannot begin with FY{sub.terms['first_year']}"
            return (Finding("first_year", words, field="first_year", expected=f"{last - 10} to {last}"),)
        return ()

    def _book(self, sub: Subscription) -> Book | None:
        return Book.seen_by(PROGRAM).filter(subscription=sub.id, customer_id=sub.customer).first()


service = Ledger()
