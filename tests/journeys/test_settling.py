"""Usage is sealed, the bill reviewed, issued, accepted and settled by whose part each is, and every cent opens."""

from __future__ import annotations

from tests.journeys.story import PEOPLE, Story
from tests.journeys.test_paying import REFUSED

PAID = PEOPLE - REFUSED
# 48 people × 7/14 days × $6.15, and the same × $6.3375 from March 1.
FIRST, SECOND, TOTAL = "$147.60", "$152.10", "$299.70"


def test_a_bill_is_computed_day_by_day_from_sealed_usage(story: Story) -> None:
    assert PAID == 48
    fiona = story.person("fiona.reyes@ibc").go(story.bill)
    assert [row[-2] for row in fiona.table("Lines")] == [FIRST, SECOND]
    assert TOTAL in fiona.heading


def test_each_step_of_the_bill_is_offered_to_whose_part_it_is(story: Story) -> None:
    lena = story.person("lena.cruz@sba").go(story.settled_bill)
    assert lena.page.locator(".q-steps__done").count() == lena.page.locator(".q-steps li").count()
    assert "JOURNEY-0001" in lena.text
    assert [row[-1] for row in lena.table("Accounting of both sides")] == [TOTAL, TOTAL]


def test_a_line_opens_into_price_usage_and_evidence(story: Story) -> None:
    fiona = story.person("fiona.reyes@ibc").go(story.settled_bill)
    fiona.page.locator("table", has_text="Worked out").get_by_role("link", name="1", exact=True).click()
    fiona.look()
    assert fiona.heading == f"Why this line is {FIRST}"
    assert "Invented price" in fiona.text
    assert "Sealed answer 1" in fiona.open("Answer 1").heading


def test_usage_bill_settlement_and_both_books_tie(story: Story) -> None:
    fiona = story.person("fiona.reyes@ibc").go(story.settled_bill).open("Does it tie")
    assert "Everything agrees to the cent" in fiona.text
    assert {row[-1] for row in fiona.table("Comparisons")} == {"Yes"}


def test_the_agency_takes_its_data_along(story: Story) -> None:
    assert story.settled_bill
    mia = story.person("mia.larsen@sba").go(story.instance).press("Export the data")
    names = {row[0] for row in mia.table("Exported files")}
    assert {"2026-06-hr.csv", "2026-06-time.csv", "index.csv"} <= names
    assert mia.fetch("2026-06-hr.csv").path().read_text(encoding="utf-8").count("\n") > PAID
