"""Provisioned by the provider, fed by the operator, calculated, certified by another; an employee opens a figure."""

from __future__ import annotations

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
