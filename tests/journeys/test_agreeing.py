"""General terms and an order are signed by four people in the browser; nobody signs twice."""

from __future__ import annotations

from tests.journeys.story import Story

NAMES = ["Greg Pohl", "Lena Cruz", "Peter Quist", "Fiona Reyes"]
SIGNATURES = "nobody signs twice"


def test_somebody_with_two_roles_cannot_sign_twice_and_nothing_changes(story: Story) -> None:
    greg = story.person("greg.pohl@sba").go(story.terms)
    stale = greg.page.context.new_page()
    stale.goto(story.terms)
    greg.press("Sign as requesting program official")
    with stale.expect_navigation():
        stale.get_by_role("button", name="Sign as requesting funding official").click()
    assert stale.locator("h1").inner_text() == "You may not do this"
    assert "Greg Pohl already signed" in stale.locator("main").inner_text()
    stale.close()
    assert [row[1] for row in greg.go(story.terms).table(SIGNATURES)] == ["Greg Pohl", *["Not yet"] * 3]
    assert not greg.can("Sign as requesting funding official")


def test_general_terms_are_approved_by_the_fourth_signature(story: Story) -> None:
    seen = story.person("mia.larsen@sba").go(story.signed_terms)
    assert [row[1] for row in seen.table(SIGNATURES)] == NAMES
    assert seen.page.locator("[aria-current=step]").inner_text().startswith("Approved")


def test_an_order_with_the_accounting_of_both_sides_is_signed_by_the_same_four(story: Story) -> None:
    seen = story.person("mia.larsen@sba").go(story.order)
    assert [row[1] for row in seen.table(SIGNATURES)] == NAMES
    assert [row[-1] for row in seen.table("Accounting of both sides")] == ["$228,150.00", "$228,150.00"]
    assert "Servicing approved" in seen.page.locator("[aria-current=step]").inner_text()


def test_another_agency_is_told_that_there_is_no_such_order(story: Story) -> None:
    neil = story.person("neil.armitage@nasa").go(story.order, status=404)
    assert "that you can see" in neil.text
    assert neil.go("/agreements/orders/").table("Orders") == []


def test_the_trail_of_an_order_says_who_did_what_and_holds(story: Story) -> None:
    mia = story.person("mia.larsen@sba").go(story.order).open("Trail of this record")
    assert "These links hold" in mia.text
    signed = [row for row in mia.table("Entries") if row[4].lower().startswith("sign")]
    assert {row[2] for row in signed} == set(NAMES)
    assert "The whole chain holds" in mia.open("Check the whole chain").text
