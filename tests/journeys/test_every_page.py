"""Every page that anybody can open has been opened by somebody, and was accessible: none is left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Browser

from tests.journeys.story import Story
from tests.journeys.visitor import SEEN, Visitor
from tests.journeys.world import World

MACHINES = ("api:", "favicon", "health", "ready")
"""Not pages: for programs."""
FILES = {
    "payroll:statement-pdf", "payroll:written-file", "payroll:archive", "orders:file", "ledger:gtas-file",
    "ledger:settlement-file", "ledger:schedule-file",
}  # fmt: skip
"""Not pages: downloads."""
ELSEWHERE = {
    "account_reset_password_from_key", "account_confirm_email", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
    "mfa_edit_webauthn", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip
"""Pages that need a letter with a link, a passkey or another system's answer."""


def test_every_page_that_somebody_can_open_is_accessible(
    story: Story, browser: Browser, world: World
) -> None:
    assert story.settled_bill
    _open_pages_without_arguments(story, Visitor(browser, world))
    _open_pages_of_records(story)
    _open_pages_of_the_books(story)
    _open_pages_of_payments(story)
    left = {name for name, _ in _pages()} - SEEN - FILES - ELSEWHERE
    answers = {name: world.status(_address(name)) for name in sorted(left)}
    only_pressed = {name for name, status in answers.items() if status == 405}
    of_the_library = {name for name, status in answers.items() if ":" not in name and status != 200}
    assert left - only_pressed - of_the_library == set()


def _open_pages_without_arguments(told: Story, public: Visitor) -> None:
    visitors = [public, *map(told.person, ("mia.larsen@sba", "owen.tran@ibc", "peter.quist@ibc"))]
    for name, arguments in _pages():
        if not arguments:
            for visitor in visitors:
                if (
                    name not in SEEN
                    and visitor.page.request.get(reverse(name), max_redirects=0).status == 200
                ):
                    visitor.go(reverse(name))


def _open_pages_of_records(told: Story) -> None:
    mia, owen = told.person("mia.larsen@sba"), told.person("owen.tran@ibc")
    instance, order = (path.strip("/").rpartition("/")[2] for path in (told.instance, told.order))
    for path in (
        f"/orders/{instance}/terms/", f"/agreements/orders/{order}/fund/requesting/", f"{told.terms}order/",
        "/standards/areas/HCM/", "/standards/faults/capability-dangling/", "/designation/offices/hr/",
        "/catalogue/ibc-payroll/", "/catalogue/estimate/ibc-payroll-full/",
    ):  # fmt: skip
        mia.go(path)
    mia.go("/standards/areas/HCM/")
    mia.page.locator("main table tbody th a").first.click()
    mia.look()
    mia.page.locator("main table tbody th a").first.click()
    mia.look()
    mia.go("/catalogue/ibc-payroll/")
    mia.page.locator("main a[href*='/catalogue/price/']").first.click()
    mia.look()
    mia.go("/metering/")
    mia.page.locator("main table tbody th a").first.click()
    mia.look().page.locator("main table tbody th a").first.click()
    mia.look()
    mia.go(f"{told.settled_bill}tie/").go(told.settled_bill)
    mia.page.locator("a[href*='/billing/lines/']").first.click()
    mia.look()
    _open_pages_of_the_payroll_office(told)
    owen.go(told.certified_run)
    owen.page.locator("a[href*='/statements/']").first.click()
    owen.look().open("Why it differs from last time").open("Back to the statement")
    owen.open("What if").fill("Grade", "13").press("Show what it would do")
    owen.page.locator("main table tbody td a").first.click()
    owen.look().go(told.certified_run)
    owen.page.locator("a[href*='/statements/']").first.click()
    owen.look().page.locator("details summary").first.click()
    owen.page.get_by_role("link", name="Open this figure").first.click()
    owen.look().open("Pay period 2026-06").open("Trail of this run")


def _open_pages_of_the_payroll_office(told: Story) -> None:
    owen, run = told.person("owen.tran@ibc"), told.closed_run
    owen.go(told.late_file).go(f"{run}printed/")
    owen.go(f"{run}review/").go(f"{run}late/").go(f"{run}exceptions/?state=accepted")
    owen.page.locator("main table tbody th a").first.click()
    owen.look().go(f"{run}steps/reopen/").go(f"{run}payments/")
    owen.page.locator("main table tbody th a").first.click()
    owen.look().go(run).open("Files for banks").press("Write the files").go(run)
    owen.page.locator("a[href*='/statements/']").first.click()
    owen.look().open("Why it differs from last time").open("Back to the statement").open("What if")
    owen.fill("Extra withholding", "25").press("Show what it would do")
    owen.page.locator("main table td:nth-child(3) a").first.click()
    owen.look().go(run).open("What if: a raise").fill("General raise in percent", "2")
    owen.press("Show what it would do").go(run).open("What if we hired somebody")
    owen.fill("Pay plan", "GS").fill("Grade", "11").fill("Locality pay area", "DCB").fill("Age reached", "34")
    owen.fill("State of the duty station", "VA").press("Show what they would be paid")
    owen.page.locator("main table tbody td a").first.click()
    owen.look().go(run)
    owen.open("Calendar of the account").open("Set cut-offs and limits")
    owen.go(run).open("Calendar of the account").open("Open a run outside the calendar")
    owen.go(run).open("Calendar of the account").open("Pay somebody who left")
    owen.go(run).open("Calendar of the account").open("Shared bank accounts")
    told.share("00000004", "00000005")
    owen.go(owen.path).page.locator("main table tbody th a").first.click()
    owen.look()
    owen.go(run).open("Calendar of the account").open("Payments by hand")
    owen.fill("Employee number", "00000003").fill("Pay period it stands for", "2026-06").fill(
        "Amount", "500.00"
    )
    owen.fill("Day of payment", "2026-04-01").fill("Reason", "time came too late").press("Ask for it")


def _open_pages_of_the_books(told: Story) -> None:
    """Every kind of page that the books lead to, by their own links."""
    clara = told.person("clara.whitman@sba").go(f"{told.books}screening/")
    clara.page.locator("main a[href$='/clear/']").first.click()
    clara.look()
    lucia, todo, tried = told.person("lucia.brandt@arc"), deque([told.books]), set[str]()
    while todo:
        path = todo.popleft()
        name = resolve(urlsplit(path).path).view_name
        if name in tried | FILES:
            continue
        tried.add(name)
        found = lucia.go(path).page.locator("main a[href^='/ledger/']")
        todo += found.evaluate_all("links => links.map(each => each.getAttribute('href'))")


def _open_pages_of_payments(told: Story) -> None:
    """What is open only of a schedule that is on its way, and of a payment that was made."""
    lucia = told.person("lucia.brandt@arc")
    for schedule in _links(lucia, f"{told.books}schedules/", "/ledger/schedules/"):
        steps = _links(lucia, schedule, "/paid/") + _links(lucia, schedule, "/steps/")
        for payment in _links(lucia, schedule, "/ledger/payments/"):
            steps += _links(lucia, payment, "/steps/return/")
        for step in steps:
            lucia.go(step)
    for invoice in _links(lucia, f"{told.books}invoices/?state=received", "/ledger/invoices/"):
        for step in _links(lucia, invoice, "/steps/dispute/"):
            lucia.go(step)


def _links(who: Visitor, path: str, part: str) -> list[str]:
    found = who.go(path).page.locator(f"main a[href*='{part}']")
    links: list[str] = found.evaluate_all("links => links.map(each => each.getAttribute('href'))")
    return links


def _pages() -> Iterator[tuple[str, int]]:
    """Each named route with the number of things in its address."""
    yield from _within(get_resolver(), "", 0)


def _within(resolver: URLResolver, prefix: str, arguments: int) -> Iterator[tuple[str, int]]:
    for each in resolver.url_patterns:
        inside = arguments + len(each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            yield from _within(each, f"{prefix}{each.namespace}:" if each.namespace else prefix, inside)
        elif isinstance(each, URLPattern) and each.name and not f"{prefix}{each.name}".startswith(MACHINES):
            yield f"{prefix}{each.name}", inside


def _address(name: str) -> str:
    for count in range(4):
        for word in ("x", "1"):
            try:
                return reverse(name, args=[word] * count)
            except NoReverseMatch:
                continue
    raise AssertionError(f"no address for {name}")
