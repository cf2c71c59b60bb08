"""A payroll office at work: exceptions answered for, a run reviewed, paid out and closed, a payment sent again."""

from __future__ import annotations

from qsmo.kernel.money import Money
from tests.journeys.story import Story

REFUSED = 12


def test_a_run_with_open_exceptions_is_not_certified_and_they_are_named(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(f"{story.certified_run}exceptions/")
    assert "None is open." in owen.text
    states = [row[3] for row in owen.table("Exceptions")]
    assert states == ["Accepted"] * REFUSED
    assert all("Owen Tran: sent back to human resources" in row[5] for row in owen.table("Exceptions"))


def test_the_review_shows_hours_to_net_and_the_journal_and_who_signed(story: Story) -> None:
    celia = story.person("celia.banks@ibc").go(f"{story.certified_run}review/")
    figures = {row[0]: row[2] for row in celia.table("From hours to net")}
    assert figures["People paid"] == "48"
    assert {"Gross pay", "Net pay", "Cost to the agency"} <= set(figures)
    journal = celia.table("Journal that is left")
    debits, credits = (
        sum(Money.parse(row[place].strip("$").replace(",", "")).cents for row in journal if row[place])
        for place in (2, 3)
    )
    assert debits == credits > 0
    assert "Review: Owen Tran" in celia.text
    assert "Certify: Celia Banks" in celia.text


def test_a_run_is_paid_out_less_what_was_stopped_and_closed_when_that_has_arrived(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.closed_run)
    assert "Closed" in owen.page.locator("main").inner_text()
    assert "Sent as SCHEDULE-1" in owen.text
    held = owen.go(f"{story.run}payments/").table("Stopped and returned payments")
    assert [row[3] for row in held] == ["Settled"]


def test_time_that_comes_after_the_run_was_closed_waits_until_the_office_decides(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.late_file)
    assert "Came after the cut-off. Settled" in owen.text
    assert "the timekeeper was ill" in owen.text
    assert "it says nothing new" in owen.text


def test_all_statements_are_printed_by_a_worker_and_the_page_says_how_far_it_is(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.certified_run).open("Statements as PDF, all of them")
    owen.press("Print all statements")
    assert "0 of 1" in owen.text
    story.world.work()
    archives = owen.go(f"{story.run}printed/").table("Archives of statements")
    assert [row[3] for row in archives] == ["48"]
    assert "1 of 1 — finished" in owen.text


def test_the_calendar_says_until_when_and_marks_the_run(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.certified_run).open("Calendar of the account")
    dated = {row[0]: row for row in owen.table("Pay periods paid in 2026")}
    assert dated["2026-06"][1:8] == [
        "February 22, 2026", "March 7, 2026", "March 10, 2026", "March 10, 2026", "March 11, 2026", "March 11, 2026",
        "March 13, 2026",
    ]  # fmt: skip
    assert len(dated) == 27


def test_human_resources_sees_what_to_mend_and_who_is_missing_and_no_pay(story: Story) -> None:
    rosa = story.person("rosa.klein@sba").go(story.certified_run)
    assert "$" not in rosa.text
    rosa.go(f"{story.run}late/").go(f"{story.run}exceptions/")
    assert "$" not in rosa.text
    rosa.go(f"{story.run}review/", status=403).go(f"{story.run}payments/", status=403)
