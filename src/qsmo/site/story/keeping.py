"""Step 8: two agencies order their books of a third, and what came before is posted: nothing goes below zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.actions.orders import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Order
from qsmo.platform import console
from qsmo.services.ledger import actions, jobs
from qsmo.services.ledger.actions.posting import FUNDING
from qsmo.services.ledger.models import Book, Entry, SourceDocument
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.site.story.agreeing import Deal, agreed, subscribed
from qsmo.site.story.market import IBC_MONEY, SBA_MONEY
from qsmo.site.story.telling import Story, person

AGREED_ON, OPENED_ON = date(2026, 4, 1), date(2026, 4, 2)
YEAR_BEGAN, ORDERED_ON = date(2025, 10, 1), date(2026, 1, 20)
PLAN, ENTRIES = "arc-ledger-full", 6_000
SOURCE = "demonstration"
ACCOUNTANT = "lucia.brandt@arc.example"
SERVICES = "253"
"""Object class: other goods and services from Federal sources."""
APPROPRIATED, APPORTIONED, ALLOTTED = (
    Money.parse("20,000,000.00"),
    Money.parse("12,500,000.00"),
    Money.parse("10,500,000.00"),
)
ANTICIPATED = Money.parse("1,000,000.00")


@dataclass(frozen=True)
class Customer:
    """An agency whose books are kept: its deal, its Treasury account and what pays that, and its budget officer."""

    deal: Deal
    tas: str
    financing: str
    officer: str

    @property
    def terms(self) -> dict[str, str]:
        """The terms of its subscription."""
        return {"first_year": "2026", "tas": self.tas, "financing": self.financing, "category": "A"}


@dataclass(frozen=True)
class Kept:
    """The books of an agency, with the order of the ledger that opened them."""

    customer: Customer
    order: Order
    book: Book

    @property
    def tas(self) -> str:
        """Their Treasury account."""
        return self.customer.tas

    def entries(self, *sources: str) -> list[Entry]:
        """The entries of documents of these sources, oldest first."""
        found = Entry.seen_by(person(ACCOUNTANT)).filter(book=self.book, sealed=True, source__in=sources)
        return list(found.order_by("id"))

    def refused(self, kind: str) -> int:
        """How many documents of a kind could not be posted."""
        found = SourceDocument.seen_by(person(ACCOUNTANT)).filter(book=self.book, kind=kind)
        return found.exclude(state="posted").count()


def _deal(
    number: str, customer: str, manager: str, signers: tuple[str, str], buys: Mapping[str, str]
) -> Deal:
    return Deal(
        number=number,
        customer=customer,
        provider="treasury-arc",
        signed_on=AGREED_ON,
        manager=manager,
        admin="arthur.reed@arc.example",
        signers=(*signers, "petra.holm@arc.example", "felix.young@arc.example"),
        terms={
            "starts_on": AGREED_ON,
            "ends_on": date(2028, 10, 1),
            "ceiling_cents": 50_000_00,
            "termination_days": 90,
            "authority": "franchise_fund",
            "authority_citation": "31 U.S.C. 322 note",
        },
        draft=OrderDraft(OPENED_ON, date(2026, 10, 1), "The agency's books for the rest of the year"),
        line=LineDraft(PLAN, "Entries posted, half a year", ENTRIES, "transaction posted", "1.85"),
        key=f"demonstration {number}",
        buys=buys,
        sells={
            "aid": "020", "availability": "X", "main": "4560", "sub": "000", "betc": "COLL", "alc": "20010001",
        },
    )  # fmt: skip


CUSTOMERS = (
    Customer(
        _deal("GTC-2026-073-ARC-1", "073", "mia.larsen@sba.example",
              ("greg.pohl@sba.example", "lena.cruz@sba.example"), SBA_MONEY),
        "073-2026/2026-0100-000", "appropriated", "boris.vance@sba.example",
    ),
    Customer(
        _deal("GTC-2026-IBC-ARC-1", "ibc", "ivy.barnett@ibc.example",
              ("otto.lindgren@ibc.example", "grace.amari@ibc.example"), IBC_MONEY | {"betc": "DISB"}),
        "014-X-4523-000", "revolving", "bella.costa@ibc.example",
    ),
)  # fmt: skip


def open_books(story: Story) -> tuple[Kept, Kept]:
    """Both agencies order the ledger as they ordered payroll, and their books are opened."""
    story.step(8, "The buyer of payroll and its seller have their books kept by a third")
    buyer, seller = (_opened(story, customer) for customer in CUSTOMERS)
    return buyer, seller


def _opened(story: Story, customer: Customer) -> Kept:
    order = agreed(story, customer.deal)
    instance = subscribed(story, customer.deal, order, OPENED_ON, customer.terms)
    return Kept(customer, order, Book.seen_by(person(ACCOUNTANT)).get(subscription=instance.pk))


def post(story: Story, buyer: Kept, seller: Kept, payroll: Order) -> None:
    """What happened before is entered, each event by its rule; then the journals that waited are taken in."""
    story.say("  What happened before the books were opened, each event by its posting rule:")
    ordered = Money(payroll.total_cents)
    to_ibc = Attributes(federal="F", partner="014", partner_main="4523", object_class=SERVICES)
    to_arc = Attributes(federal="F", partner="020", partner_main="4560", object_class=SERVICES)
    from_sba = Attributes(federal="F", partner="073", partner_main="0100")
    new = Attributes(authority="P")
    events = (
        (buyer, "APPROPRIATE", YEAR_BEGAN, APPROPRIATED, new, ""),
        (buyer, "APPORTION", YEAR_BEGAN, APPORTIONED, Attributes(), ""),
        (buyer, "ALLOT", YEAR_BEGAN, ALLOTTED, Attributes(), ""),
        (buyer, "OBLIGATE", ORDERED_ON, ordered, to_ibc, payroll.number),
        (buyer, "OBLIGATE", AGREED_ON, Money(buyer.order.total_cents), to_arc, buyer.order.number),
        (seller, "ANTICIPATE_REIMB", YEAR_BEGAN, ANTICIPATED, Attributes(), ""),
        (seller, "APPORTION_ANTICIPATED", YEAR_BEGAN, ANTICIPATED, Attributes(), ""),
        (seller, "ORDER_NO_ADVANCE", ORDERED_ON, ordered, from_sba, payroll.number),
        (seller, "REALIZE_ANTICIPATED", ORDERED_ON, ordered, Attributes(), payroll.number),
        (seller, "OBLIGATE", AGREED_ON, Money(seller.order.total_cents), to_arc, seller.order.number),
    )
    rows = []
    with clock.at(OPENED_ON):
        for kept, rule, on, amount, attributes, document in events:
            event = Event(
                rule, kept.tas, on, {"amount": amount}, SOURCE, f"{rule} {document or on}",
                attributes=attributes, document=document,
            )  # fmt: skip
            by = kept.customer.officer if rule in FUNDING else ACCOUNTANT
            actions.post_event(person(by), kept.book.pk, event)
            rows.append({"of": kept.tas, "on": str(on), "rule": rule, "amount": amount, "for": document})
        console.table(
            rows, {"of": "Treasury account", "on": "on", "rule": "rule", "amount": "$", "for": "document"}
        )
        story.say("  The journals of pay and bill, which waited for open books, are taken in:")
        jobs.take_in_now(lambda _document: None)
    for kept, journals in ((buyer, 4), (seller, 2)):
        taken = kept.entries("payroll", "billing")
        for entry in taken:
            story.say(f"    {kept.tas} on {entry.on}: {entry.words}")
        story.check(f"journals of {kept.tas} taken in", len(taken), journals)
        story.check("and refused", kept.refused(jobs.KIND), 0)
        own = sum(each is kept for each, *_ in events)
        story.check("events entered", len(kept.entries(SOURCE)), own)
