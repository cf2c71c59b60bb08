"""The books of an agency in the browser: a look before posting, a refusal over the limit, numbers that open."""

from __future__ import annotations

from tests.journeys.story import Story


def test_money_is_funded_by_the_budget_officer_and_ordered_by_the_accountant(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books)
    board = lucia.table("Status of funds")[0]
    # 24,875.00 and an order of chairs of 125.00 are obligated; four chairs at 12.50 are paid
    assert board[2:9] == [
        "$100,000.00", "$80,000.00", "$60,000.00", "$0.00", "$25,000.00", "$50.00", "$35,000.00",
    ]  # fmt: skip
    assert "1 document to be mended" in lucia.text


def test_a_number_opens_down_to_the_entry_and_who_posted_it(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books).open("Trial balance")
    lucia.open("480100")
    for _step in ("combination", "entry"):
        lucia.page.locator("main table tbody th a").first.click()
        lucia.look()
    assert "Lucia Brandt" in lucia.text
    assert "balanced" in lucia.text


def test_more_than_is_allotted_is_shown_refused_and_kept(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books)
    lucia.open("Open the work list").open("OVER-1")
    assert "too much" in lucia.text
    assert "31 U.S.C. 1517(a)(2)" in lucia.text


def test_the_report_on_budget_execution_ties(story: Story) -> None:
    boris = story.person("boris.vance@sba").go(story.books)
    boris.open("073-2026/2026-0100-000").open("Report on budget execution")
    lines = {row[0]: row[3] for row in boris.table("Lines")}
    assert lines["1910"] == lines["2500"] == "$100,000.00"
    outcomes = [row[5] for row in boris.table("What must tie")]
    assert outcomes == ["holds"] * len(outcomes)


def test_a_period_is_closed_by_one_and_opened_again_by_another_with_a_reason(story: Story) -> None:
    lucia = story.person("lucia.brandt@arc").go(story.books).open("Accounting periods")
    lucia.press("Close FY2026 period 01")
    row = lucia.table("Periods of FY2026")[0]
    assert (row[1], "closed by Lucia Brandt" in row[3]) == ("Closed", True)
    boris = story.person("boris.vance@sba").go(story.books).open("Accounting periods").open("Open again")
    boris.fill("Reason", "an invoice of October came late").press("Open again")
    assert boris.table("Periods of FY2026")[0][1] == "Open"


def test_the_budget_officer_sets_a_budget_beside_the_limits_of_the_law(story: Story) -> None:
    boris = story.person("boris.vance@sba").go(story.books).open("Limits of funds control")
    boris.fill("Amount in dollars", "1,000.00").fill("Organization", "HQ").press("Set the budget")
    assert "Of a budget of $1,000.00, $0.00 is committed" in boris.text
