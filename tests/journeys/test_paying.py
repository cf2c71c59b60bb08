"""Provisioned by the provider, fed by the operator, calculated, certified by another; an employee opens a figure."""

from __future__ import annotations

import re

from qsmo.kernel.money import Money
from qsmo.site.seed import PASSWORD
from tests.journeys.story import PEOPLE, Story

REFUSED = 12


def test_the_subscription_is_approved_and_made_ready_by_the_provider(story: Story) -> None:
    paula = story.person("paula.adler@ibc").go(story.instance)
    assert "Active" in paula.page.locator("[aria-current=step]").inner_text()


def test_damaged_records_are_listed_with_their_place_and_the_others_are_taken_in(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.run)
    files = {row[0]: (int(row[2]), int(row[3])) for row in owen.table("Files taken in")}
    assert sum(refused for _, refused in files.values()) == REFUSED
    assert files["hr.xml"][0] + files["hr.xml"][1] == PEOPLE
    listed = [cell for row in owen.table("What is to be mended") for cell in row if ".xml:" in cell]
    assert sorted(listed) == sorted(f"{each.file}:{each.line}" for each in story.sample.damaged)


def test_the_operator_cannot_certify_and_the_certifier_can(story: Story) -> None:
    celia = story.person("celia.banks@ibc").go(story.certified_run)
    assert "Certified" in celia.text
    assert f"{PEOPLE - REFUSED} people are paid, {REFUSED} are not" in celia.text
    assert {row[-1] for row in celia.table("Control totals")} == {"holds"}
    assert not story.person("owen.tran@ibc").go(story.run).can("Certify and pay")


def test_an_employee_opens_the_own_statement_down_to_the_table_and_no_other(story: Story) -> None:
    run = story.certified_run
    owen = story.person("owen.tran@ibc").go(run)
    first, *_, last = [row[0] for row in owen.table("Statements")]
    story.link(last, "edward.example@sba.example")
    edward = story.person("edward.example@sba").go("/payroll/mine/").open("2026-06")
    assert edward.path.endswith(f"/statements/{last}/")
    line = edward.page.locator("details", has_text="Social Security (OASDI)").first
    line.locator("summary").click()
    line.get_by_role("link", name="Open this figure").click()
    edward.look()
    assert "Social Security" in edward.heading
    assert "0.062" in edward.text
    assert "26 U.S.C. 3101" in edward.text
    edward.go(f"{run}statements/{first}/", status=404)
    edward.go(run, status=404)


def test_the_statement_is_a_tagged_pdf(story: Story) -> None:
    owen = story.person("owen.tran@ibc").go(story.certified_run)
    employee = owen.table("Statements")[0][0]
    answer = owen.page.request.get(f"{story.run}statements/{employee}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body()[:5] == b"%PDF-"
    assert b"/MarkInfo" in answer.body()
    assert PASSWORD.encode() not in answer.body()


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
