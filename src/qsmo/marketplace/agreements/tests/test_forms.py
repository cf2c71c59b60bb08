"""Forms of agreements: sent twice they are one draft, and what is wrong is said in the form that was filled."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from qsmo.kernel import clock
from qsmo.marketplace.agreements import actions
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order, OrderLine
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, SELLER, TODAY, Cast
from qsmo.marketplace.agreements.tests.test_edges import browser
from qsmo.marketplace.agreements.tests.test_signing import everything, refused

pytestmark = pytest.mark.django_db

NEW = "/agreements/new/"
DAYS = "a day from 2019-04-26 to 2031-01-05"
MOST = "more than $0.00 and at most $100,000,000,000.00"
TERMS = {
    "requesting_id": BUYER, "servicing_id": SELLER, "starts_on": "2026-01-01", "last_on": "2026-12-31",
    "ceiling_cents": "250,000.00", "termination_days": "90", "authority": "economy_act",
    "orders_start": "requesting",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def cast() -> Cast:
    return setting.cast()


def key_of(client: Client, page: str) -> str:
    """The key that a form was opened with."""
    found = re.search(r'<input type="hidden" name="key" value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


def order_form(cast: Cast, **other: str) -> dict[str, str]:
    """The form of an order of a thousand units."""
    return {
        "plan": cast.plan.id, "words": "Employees paid", "quantity": "1000", "unit": "employee", "unit_price": "6.3375",
        "starts_on": "2026-01-11", "last_on": "2026-09-30", "need": "Pay for 2,000 people", "is_severable": "on",
    } | other  # fmt: skip


def said(text: str) -> list[str]:
    """What the summary of errors lists, as read."""
    summary = re.search(r"There is a problem</p>\s*<ul[^>]*>(.*?)</ul>", text, re.DOTALL)
    assert summary is not None, text
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<li>(.*?)</li>", summary[1], re.DOTALL)]


def test_general_terms_sent_three_times_are_one_draft(cast: Cast) -> None:
    client = browser(cast.manager)
    form = TERMS | {"key": key_of(client, NEW)}
    first = client.post(NEW, form)
    after = everything()
    again = [client.post(NEW, form) for _ in range(2)]
    terms = GeneralTerms.every.get()
    assert [(each.status_code, each["Location"]) for each in (first, *again)] == [
        (302, f"/agreements/{terms.pk}/")
    ] * 3
    assert everything() == after
    assert client.post(NEW, TERMS | {"key": key_of(client, NEW)}).status_code == 302
    assert sorted(GeneralTerms.every.values_list("number", flat=True)) == [
        "GTC-028-01212NF-FY2026-001",
        "GTC-028-01212NF-FY2026-002",
    ]


def test_an_order_sent_twice_is_one_draft_of_one_line(cast: Cast) -> None:
    client = browser(cast.manager)
    page = f"/agreements/{setting.approved_terms(cast).pk}/order/"
    form = order_form(cast, key=key_of(client, page))
    went = [client.post(page, form)["Location"] for _ in range(2)]
    order = Order.every.get()
    assert went == [f"/agreements/orders/{order.pk}/"] * 2
    assert (order.number, order.total_cents) == ("GTC-028-01212NF-FY2026-001-O001", 6_337_50)
    assert OrderLine.every.count() == 1


def test_a_key_with_other_content_is_refused(cast: Cast) -> None:
    client = browser(cast.manager)
    client.post(NEW, TERMS | {"key": "one"})
    before = everything()
    answer = client.post(NEW, TERMS | {"key": "one", "ceiling_cents": "1.00"})
    assert answer.status_code == 409
    assert "saved before, as GTC-028-01212NF-FY2026-001, with other content" in answer.text
    page = f"/agreements/{setting.approved_terms(cast).pk}/order/"
    client.post(page, order_form(cast, key="one"))
    assert client.post(page, order_form(cast, key="one", quantity="2")).status_code == 409
    assert (OrderLine.every.get().quantity, len(before)) == (1000, 2)


def test_a_key_belongs_to_the_person_who_sent_it(cast: Cast) -> None:
    for viewer in (cast.manager, cast.seller_admin):
        assert browser(viewer).post(NEW, TERMS | {"key": "one"}).status_code == 302
    assert GeneralTerms.every.count() == 2


@pytest.mark.parametrize("key", ["", "k" * 41])
def test_a_form_without_a_key_of_its_own_is_not_saved(cast: Cast, key: str) -> None:
    before = everything()
    answer = browser(cast.manager).post(NEW, TERMS | {"key": key})
    assert (answer.status_code, everything()) == (422, before)
    assert said(answer.text)[0].startswith("Key of this form: ")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            {"starts_on": "1700-01-01"},
            f"First day: 1700-01-01 is before the marketplace began. Right would be: {DAYS}.",
        ),
        (
            {"starts_on": "2019-04-25"},
            f"First day: 2019-04-25 is before the marketplace began. Right would be: {DAYS}.",
        ),
        (
            {"starts_on": "2031-01-06", "last_on": "2031-12-31"},
            f"First day: 2031-01-06 is too far ahead to agree on now. Right would be: {DAYS}.",
        ),
        (
            {"starts_on": "9998-01-01", "last_on": "9999-12-30"},
            f"First day: 9998-01-01 is too far ahead to agree on now. Right would be: {DAYS}.",
        ),
        (
            {"last_on": "2036-01-01"},
            "Last day: General terms run at most 10 years, then the two sides agree anew. "
            "Right would be: a last day before 2036-01-01.",
        ),
        ({"last_on": "9999-12-31"}, "Last day: No day comes after this one; state an earlier day"),
        (
            {"last_on": "2025-12-31"},
            "Last day: The terms end before they start. Right would be: a last day on or after 2026-01-01.",
        ),
        (
            {"ceiling_cents": "100,000,000,000.01"},
            "Ceiling in dollars: $100,000,000,000.01 is more than any general terms here allow. "
            f"Right would be: {MOST}.",
        ),
        (
            {"ceiling_cents": "99999999999999999999999999"},
            "Ceiling in dollars: $99,999,999,999,999,999,999,999,999.00 is more than any general terms here "
            f"allow. Right would be: {MOST}.",
        ),
        (
            {"ceiling_cents": "0"},
            f"Ceiling in dollars: A ceiling of $0.00 allows no order. Right would be: {MOST}.",
        ),
        (
            {"servicing_id": "no such"},
            "Servicing agency (sells): “no such” is not an organization known here. "
            "Right would be: the code of one that is.",
        ),
        (
            {"servicing_id": BUYER},
            "Servicing agency (sells): An organization makes no terms with itself. "
            "Right would be: another organization.",
        ),
        (
            {"authority": "franchise_fund"},
            "Its citation, where it is not the Economy Act: This authority needs its citation. "
            "Right would be: the section of law that it stands on.",
        ),
    ],
)
def test_what_is_wrong_with_general_terms_is_said_at_its_field_in_the_filled_form(
    cast: Cast, wrong: dict[str, str], expected: str
) -> None:
    before = everything()
    answer = browser(cast.manager).post(NEW, TERMS | {"key": "one"} | wrong)
    assert (answer.status_code, everything()) == (422, before)
    assert said(answer.text) == [expected.replace("'", "&#x27;")]
    for value in (*wrong.values(), "90", 'value="one"'):
        assert value in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_form_that_was_wrong_is_saved_with_its_key_once_it_is_right(cast: Cast) -> None:
    client = browser(cast.manager)
    assert client.post(NEW, TERMS | {"key": "one", "ceiling_cents": "0"}).status_code == 422
    assert client.post(NEW, TERMS | {"key": "one"}).status_code == 302
    assert GeneralTerms.every.get().ceiling_cents == 250_000_00


def test_the_widest_days_and_the_largest_ceiling_are_taken(cast: Cast) -> None:
    wide = {"starts_on": "2019-04-26", "last_on": "2029-04-25", "ceiling_cents": "100,000,000,000.00"}
    assert browser(cast.manager).post(NEW, TERMS | {"key": "one"} | wide).status_code == 302
    terms = GeneralTerms.every.get()
    assert (terms.starts_on, terms.ends_on, terms.ceiling_cents) == (
        date(2019, 4, 26),
        date(2029, 4, 26),
        10_000_000_000_000,
    )


def test_an_amendment_keeps_the_same_bounds(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    setting.accepted_order(cast, terms)

    def amended(code: str, **changes: int | date) -> tuple[str, str]:
        wrong = refused(
            lambda: actions.amend_terms(cast.manager, terms.id, why="More", **changes),  # type: ignore[arg-type]
            code,
            422,
        )
        return wrong.findings[0].field, wrong.findings[0].expected

    least = "at least $100,000.00 and at most $100,000,000,000.00"
    assert amended("ceiling-too-large", ceiling_cents=10**13 + 1) == ("ceiling_cents", least)
    assert amended("ceiling", ceiling_cents=99_999_99) == ("ceiling_cents", least)
    assert amended("term-too-long", ends_on=date(2036, 1, 2)) == ("ends_on", "a last day before 2036-01-01")
    assert amended("order-past-end", ends_on=date(2026, 9, 30)) == ("ends_on", "2026-10-01 or later")


def test_what_is_wrong_with_an_order_is_said_in_its_form(cast: Cast) -> None:
    page = f"/agreements/{setting.approved_terms(cast, 6_337).pk}/order/"
    before = everything()
    wrong = order_form(cast, key="one", starts_on="2025-12-31", need="All of us")
    answer = browser(cast.manager).post(page, wrong)
    assert (answer.status_code, everything(), OrderLine.every.count()) == (422, before, 0)
    assert said(answer.text) == [
        "The order of 6,337.50 is more than the 6,337.00 left of the ceiling of 6,337.00. "
        "Right would be: at most 6,337.00.",
        "First day of performance: The order runs 2025-12-31 to 2026-09-30, outside its general terms. "
        "Right would be: days from 2026-01-01 to 2027-12-31.",
    ]
    assert "All of us</textarea>" in answer.text


def test_what_is_wrong_with_an_account_is_said_part_by_part(cast: Cast) -> None:
    order = actions.draft_order(
        cast.manager, setting.approved_terms(cast).id, setting.DRAFT, [setting.line(cast)]
    )
    before = everything()
    parts = {"aid": "28", "availability": "X", "main": "4609", "sub": "000", "betc": "D", "alc": "28040001"}
    page = f"/agreements/orders/{order.pk}/fund/requesting/"
    answer = browser(cast.funding).post(page, parts)
    assert (answer.status_code, everything(), Funding.every.count()) == (422, before, 0)
    assert [each.replace("&#x27;", "'") for each in said(answer.text)] == [
        "Agency identifier: “28” is not a Treasury account symbol's agency identifier. "
        "Right would be: three digits, such as 024.",
        "Business event type code: “D” is not a business event type code. "
        "Right would be: two to eight letters or digits, such as DISB or COLL.",
    ]


def test_what_is_not_allowed_stays_a_page_of_its_own(cast: Cast) -> None:
    before = everything()
    answer = browser(cast.stranger).post(NEW, TERMS | {"key": "one"})
    assert (answer.status_code, everything()) == (403, before)
    assert "You may not do this" in answer.text
