"""The public looks at the offices of a day, searches the catalog, compares, and asks what it would cost."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor
from tests.journeys.world import World


def test_on_june_29_2020_three_offices_are_designated_and_grants_is_not(public: Visitor) -> None:
    public.go("/").fill("As of", "2020-06-29").fill("as known on", "2020-06-29").press("Show")
    assert "June 29, 2020" in public.text
    cards = public.page.locator(".usa-card").all_inner_texts()
    designated = [card.split("\n")[0] for card in cards if "\nDesignated" in card]
    assert designated == [
        "Led by General Services Administration",
        "Led by Department of Homeland Security",
        "Led by Department of the Treasury",
    ]
    grants = next(card for card in cards if "Grants Management" in card)
    assert "Pre-designated" in grants


def test_payroll_is_found_by_words_and_facets_and_two_offerings_are_compared(public: Visitor) -> None:
    public.go("/catalogue/").fill("Search offerings", "payroll")
    public.press("Search")
    assert "payroll" in public.text.lower()
    public.page.get_by_label("Human Capital Management").focus()
    public.page.keyboard.press("Space")
    public.press("Apply filters")
    names = public.page.locator(".usa-card__heading").all_inner_texts()
    assert len(names) >= 2
    for key in ("ibc-payroll", "nfc-payroll"):
        public.page.locator(f"label[for=compare-{key}]").click()
    public.press("Compare two to four")
    assert public.heading == "Compare offerings"
    rows = {row[0].split("\n")[0].removesuffix(" differs"): row[1:] for row in public.table("Side by side")}
    assert rows["Provider"] == ["National Finance Center", "Interior Business Center"]


def test_an_estimate_for_2000_employees_adds_up_line_by_line(public: Visitor) -> None:
    public.go("/catalogue/estimate/ibc-payroll-full/").fill("How many", "2000")
    public.page.get_by_label("Calendar year").select_option("2026")
    public.press("Estimate")
    lines = public.table("Lines") or public.table("Estimate")
    assert lines, public.text


def test_the_same_search_works_without_script(browser: Browser, world: World) -> None:
    plain = Visitor(browser, world, script=False).go("/catalogue/").fill("Search offerings", "payroll")
    plain.press("Search")
    plain.page.locator("summary", has_text="Area").first.click()
    assert plain.page.locator(".usa-card__heading").count() >= 2
    plain.page.locator("label[for=compare-ibc-payroll]").click()
    plain.page.locator("label[for=compare-nfc-payroll]").click()
    assert plain.press("Compare two to four").heading == "Compare offerings"
