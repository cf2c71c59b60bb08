"""An employee asks what something else would do to the own pay, and why the pay is what it is."""

from __future__ import annotations

import re

from qsmo.kernel.money import Money
from tests.journeys.story import Story


def test_an_employee_asks_what_saving_more_would_do_and_nothing_is_kept(story: Story) -> None:
    run = story.certified_run
    owen = story.person("owen.tran@ibc").go(run)
    last = [row[0] for row in owen.table("Statements")][-1]
    story.link(last, "edward.example@sba.example")
    statement = f"{run}statements/{last}/"
    edward = story.person("edward.example@sba").go(statement)
    before = edward.text
    edward.open("What if").fill("Step", "eleven").press("Show what it would do", refused=True)
    assert "“eleven” cannot be" in edward.text
    edward.fill("Step", "10").press("Show what it would do")
    row = next(row for row in edward.table("Totals, before and after") if row[0] == "Gross pay")
    now, then, by = (Money.parse(re.findall(r"[\d,]+\.\d\d", each)[0]) for each in row[1:4])
    assert then > now
    assert then - now == by
    edward.page.locator("main table tbody td a", has_text="then").first.click()
    edward.look()
    assert edward.go(statement).text == before


def test_the_first_statement_is_compared_with_nothing(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.certified_run)
    owen.page.locator("a[href*='/statements/']").first.click()
    owen.look().open("Why it differs from last time")
    assert "Nothing to compare with" in owen.text
