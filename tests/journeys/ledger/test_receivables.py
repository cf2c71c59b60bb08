"""A debt in the browser: billed, paid in part, money in suspense applied to it, collection ended by two people."""

from __future__ import annotations

from tests.journeys.story import Story


def test_a_debt_is_billed_paid_and_what_is_left_written_off_by_two_people(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books).open("Receivables, by age").open("FINE-1")
    lucia.open("Send the notice").press("Send the notice")
    assert "Open" in lucia.text
    lucia.open("Take in a payment").fill("Number of the receipt", "CHECK-8")
    lucia.fill("Amount in dollars", "100.00").press("Take in a payment")
    assert lucia.table("The books beside it")[0][1:] == ["$400.00", "$400.00", "the same"]
    path = lucia.path
    lucia.go(story.books).open("Receivables, by age").open("Money that came, and suspense").open("CHECK-9")
    lucia.press("Apply it")
    assert "$325.00 is open" in lucia.text
    boris = story.person("boris.vance@sba").go(path).open("End collection")
    boris.fill("Reason", "the debtor is insolvent").press("End collection")
    lucia.go(path).open("Write it off").press("Write it off")
    assert "Written off" in lucia.text
    assert lucia.table("The books beside it")[0][1:] == ["$0.00", "$0.00", "the same"]


def test_dealings_with_other_agencies_are_shown_on_both_sides(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books).open("Dealings with other agencies, both sides")
    assert "Both sides agree" in lucia.text
