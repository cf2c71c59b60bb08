"""The books of a buyer and a seller: alike entry by entry, and each difference that is put in is named by its cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest

from qsmo.contract.service import Subscription
from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.platform.access.models import Organisation
from qsmo.services.ledger import actions
from qsmo.services.ledger.formats.settlement import read_settlements, write_settlements
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.plug import service
from qsmo.services.ledger.queries import between as queries
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.tests import setting
from qsmo.services.ledger.tests.setting import PROVIDER, TAS, TERMS, Stage
from qsmo.services.ledger.tests.web.office import browser

pytestmark = pytest.mark.django_db
SELLS, ASKED = "014-X-4523-000", Asked(2026, 4)
ON = date(2026, 1, 20)


@dataclass
class Two:
    """The books of both."""

    buyer: Stage
    seller: Book

    def sold(self, rule: str, dollars: str, bill: str, partner_main: str = "0100") -> None:
        """An event in the seller's books."""
        event = Event(
            rule, SELLS, ON, {"amount": Money.parse(dollars)}, "test", f"{rule}-{bill}",
            attributes=Attributes(federal="F", partner="073", partner_main=partner_main), document=bill,
            chosen=frozenset({"462000"}) if rule == "ORDER_NO_ADVANCE" else frozenset(),
        )  # fmt: skip
        actions.post_event(self.buyer.accountant, self.seller.pk, event)

    def bought(self, rule: str, dollars: str, bill: str, on: date = ON) -> None:
        """An event in the buyer's books."""
        said = Attributes(federal="F", partner="014", partner_main="4523", object_class="253")
        self.buyer.post(rule, dollars, attributes=said, document=bill, key=f"{rule}-{bill}", on=on)

    def whole(self, bill: str, dollars: str) -> None:
        """One bill from order to money, in both books."""
        for rule in ("ORDER_NO_ADVANCE", "EARN_NO_ADVANCE", "COLLECT_REIMB"):
            self.sold(rule, dollars, bill)
        for rule in ("OBLIGATE", "RECEIVE", "PAY"):
            self.bought(rule, dollars, bill)

    def causes(self) -> list[tuple[str, str, str]]:
        """What differs from the buyer's side; seen from the seller's it is the same, the other way round."""
        found = queries.agreed(self.buyer.accountant, self.buyer.book, ASKED).differences
        other = queries.agreed(self.buyer.accountant, self.seller, ASKED).differences
        assert sorted(-each.cents for each in other) == sorted(each.cents for each in found)
        return [(each.document, each.meaning, each.cause) for each in found]


@pytest.fixture
def two() -> Iterator[Two]:
    with clock.at(ON):
        buyer = setting.stage().funded("1,000.00")
        Organisation.objects.get_or_create(pk="test/seller", defaults={"name": "Seller", "kind": "agency"})
        terms = {**TERMS, "tas": SELLS, "financing": "revolving", "category": "E"}
        service.open(Subscription("seller-books", "test/seller", PROVIDER, terms))
        yield Two(buyer, Book.seen_by(buyer.accountant).get(customer_id="test/seller"))


def test_both_books_say_the_same_of_every_bill(two: Two) -> None:
    two.whole("B-1", "100.00")
    two.sold("ORDER_NO_ADVANCE", "50.00", "B-2")
    two.bought("OBLIGATE", "50.00", "B-2")
    agreed = queries.agreed(two.buyer.accountant, two.buyer.book, ASKED)
    assert agreed.differences == ()
    assert [(each.name, each.here, each.there) for each in agreed.balances] == [
        ("cost", 100_00, 100_00), ("ordered", 50_00, 50_00),
    ]  # fmt: skip


def test_each_difference_that_is_put_in_is_named(two: Two) -> None:
    two.whole("B-1", "100.00")
    two.sold("ORDER_NO_ADVANCE", "60.00", "B-2")
    two.bought("OBLIGATE", "50.00", "B-2")
    two.sold("ORDER_NO_ADVANCE", "10.00", "B-3", partner_main="0200")
    two.bought("OBLIGATE", "10.00", "B-3")
    two.sold("ORDER_NO_ADVANCE", "5.00", "B-4")
    two.bought("OBLIGATE", "5.00", "B-4", on=date(2025, 12, 31))
    two.bought("OBLIGATE", "7.00", "B-5")
    assert two.causes() == [
        ("B-2", "ordered", "amount"), ("B-3", "ordered", "tas"), ("B-4", "ordered", "period"),
        ("B-5", "ordered", "missing-there"),
    ]  # fmt: skip


def test_a_settlement_file_names_both_accounts_and_agrees_with_the_books_of_the_partner(two: Two) -> None:
    two.whole("B-1", "100.00")
    by = two.buyer.accountant
    said = queries.settlements(by, two.buyer.book, ASKED)
    content = write_settlements(said, queries.agency_of(by, two.buyer.book), 2026, 4, ON)
    read, wrong = read_settlements("buyer.txt", content)
    assert wrong == ()
    assert [(each.document, each.cents, each.own, each.partner, each.betc) for each in read] == [
        ("B-1", 100_00, TAS, SELLS, "DISB"),
    ]  # fmt: skip
    assert queries.held_against(by, two.seller, ASKED, read) == ()
    (missing,) = queries.held_against(by, two.seller, Asked(2026, 3), read)
    assert missing.cause == "missing-here"


def test_the_page_holds_a_file_against_the_books_and_says_what_is_wrong_with_it(two: Two) -> None:
    two.whole("B-1", "100.00")
    by, path = two.buyer.accountant, f"/ledger/books/{two.seller.pk}/between/"
    content = write_settlements(queries.settlements(by, two.buyer.book, ASKED), "073", 2026, 4, ON)
    accountant = browser("Ann Accountant", "ledger-accountant", PROVIDER)
    assert "Both sides agree" in accountant.get(path).text
    for sent, status, words in (
        (content, 200, "The file agrees"),
        (content.replace(b"DISB", b"COLL"), 200, "The business event types do not belong together"),
        (content[:-5], 422, "characters"),
    ):
        answer = accountant.post(path, {"file": BytesIO(sent)})
        assert (answer.status_code, words in answer.text) == (status, True)
    assert accountant.get(f"{path}file").content == write_settlements(
        queries.settlements(by, two.seller, ASKED), "014", 2026, 4, ON
    )
