"""The story told in the browser, part by part, by the people whose part it is. Each part is told once."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.sample import AGENCY, SampleFiles, generate, write_sample
from qsmo.services.payroll.formats.tables import write_times_table
from tests.journeys.ledger.owed import PROGRAM as OWED
from tests.journeys.visitor import Visitor
from tests.journeys.world import World

SIGNED_ON, STARTED_ON, PAID_ON, BILLED_ON = (
    date(2026, 1, 20),
    date(2026, 2, 2),
    date(2026, 3, 10),
    date(2026, 4, 1),
)
PAY_PERIOD = Period(date(2026, 2, 22), date(2026, 3, 8))
PEOPLE = 60
SIGNERS = {
    "greg.pohl@sba": "requesting program official",
    "lena.cruz@sba": "requesting funding official",
    "peter.quist@ibc": "servicing program official",
    "fiona.reyes@ibc": "servicing funding official",
}
WITHOUT_SCRIPT = {"lena.cruz@sba", "celia.banks@ibc", "paula.adler@ibc", "boris.vance@sba"}
ACCOUNT = "073-2026/2026-0100-000"


class part(cached_property[str]):
    """A part of the story: told once, and where telling it failed, not told again for each test that needs it."""

    def __get__(self, story: Any, owner: type[Any] | None = None) -> str:  # type: ignore[override]
        """The part, or the failure of it."""
        if story is not None and self.attrname in story.failed:
            pytest.fail(f"“{self.attrname}” failed before: {story.failed[self.attrname]}")
        try:
            return str(super().__get__(story, owner))
        except Exception as error:
            story.failed[self.attrname] = str(error).split("\n")[0]
            raise


class Story:
    """Who is signed in where, and what has happened so far. Parts are the paths of pages."""

    def __init__(self, browser: Browser, world: World, *, people: int = PEOPLE) -> None:
        self.browser, self.world, self.people = browser, world, people
        self.failed: dict[str, str] = {}
        self._people: dict[str, Visitor] = {}

    def person(self, name: str) -> Visitor:
        """A seeded person at a browser of their own; some of them have script turned off."""
        if name not in self._people:
            visitor = Visitor(self.browser, self.world, script=name not in WITHOUT_SCRIPT)
            self._people[name] = visitor.sign_in(f"{name}.example").look()
        return self._people[name]

    @part
    def terms(self) -> str:
        """General terms, drafted and open for signature."""
        mia = self.person("mia.larsen@sba").go("/agreements/").open("Draft general terms")
        for label, text in {
            "Requesting agency": "073", "Servicing agency": "ibc", "First day": "2026-01-01", "Last day": "2028-09-30",
            "Ceiling in dollars": "1,500,000.00", "Days of notice": "90", "Statutory authority": "working_capital_fund",
            "Its citation": "43 U.S.C. 1467", "Orders start on": "requesting",
        }.items():  # fmt: skip
            mia.fill(label, text)
        mia.press("Save").press("Share with the other side").press("Open for signatures")
        return mia.path

    @part
    def signed_terms(self) -> str:
        """The same, signed by four people."""
        for name, capacity in SIGNERS.items():
            signer = self.person(name).go(self.terms)
            if signer.can(f"Sign as {capacity}"):
                signer.press(f"Sign as {capacity}")
        return self.terms

    @part
    def order(self) -> str:
        """An order of 36,000 pay statements, with the accounting of both sides, signed by four people."""
        mia = self.person("mia.larsen@sba").go(self.signed_terms).open("Draft an order")
        for label, text in {
            "What is ordered": "ibc-payroll-full", "In words": "Employees paid, 18 pay periods", "Units": "36000",
            "Unit": "employee paid per pay period", "Price of one": "6.3375", "First day": "2026-02-01",
            "Last day": "2026-09-30", "Bona fide need": "Pay of the agency’s employees for the rest of the year",
        }.items():  # fmt: skip
            mia.fill(label, text)
        path = mia.press("Save").path
        self._fund(mia, "requesting", "073", "2026", "0100", "DISB", "73000001")
        self._fund(
            self.person("paula.adler@ibc").go(path), "servicing", "014", "", "4523", "COLL", "14010001"
        )
        mia.go(path).press("Share for signature")
        for name, capacity in SIGNERS.items():
            self.person(name).go(path).press(f"Sign as {capacity}")
        return path

    @part
    def instance(self) -> str:
        """The subscription: requested by the agency, approved and made ready by the provider."""
        order = self.order
        self.world.on(STARTED_ON)
        mia = self.person("mia.larsen@sba").go(order).open("Request its use")
        for label, text in {
            "the sub-element codes": AGENCY, "the first day of any one": "2025-12-14", "days from the last day": "6",
            "pay periods a year": "26", "the Treasury account symbol": "073-2026/2026-0100-000",
        }.items():  # fmt: skip
            mia.fill(label, text)
        path = mia.press("Save").path
        self.person("paula.adler@ibc").go(path).press("Approve").press("Make ready")
        return path

    @cached_property
    def sample(self) -> SampleFiles:
        """Files of people, twelve records damaged on purpose."""
        folder: Path = self.world.folder / "sample"
        return write_sample(folder, self.people, seed=7, during=PAY_PERIOD)

    @part
    def run(self) -> str:
        """A pay run with its three files taken in."""
        assert self.instance
        self.world.on(PAID_ON)
        owen = self.person("owen.tran@ibc").go("/payroll/")
        owen.fill("Pay period", "2026-06").press("Open the run")
        for kind, file in (("hr", self.sample.hr), ("time", self.sample.time), ("rates", self.sample.rates)):
            self._take_in(owen, kind, file)
        return owen.path

    @part
    def certified_run(self) -> str:
        """The same, calculated by a worker, its exceptions answered for, reviewed, and certified by another person."""
        owen = self.person("owen.tran@ibc").go(self.run).press("Calculate")
        self.world.work()
        self.answer(owen, self.run)
        owen.go(f"{self.run}review/").fill("What was looked at", "the totals").press("Sign the review")
        self.person("celia.banks@ibc").go(self.run).press("Certify and pay")
        return self.run

    @part
    def closed_run(self) -> str:
        """The same with one payment stopped, paid out, the stopped one sent again by another person, and closed."""
        assert self.bill
        owen, celia = self.person("owen.tran@ibc").go(self.certified_run), self.person("celia.banks@ibc")
        employee = owen.table("Statements")[0][0]
        owen.go(f"{self.run}payments/").fill("Employee number", employee).fill("Reason", "the bank closed it")
        held = owen.press("Stop a payment").path
        owen.go(f"{self.run}steps/disburse/").fill("Reference", "SCHEDULE-1").press("Payments were sent")
        celia.go(held).fill("What is done", "reissue").fill("Reference", "CHECK-7").press("Do it")
        owen.go(held).fill("What is done", "settle").press("Do it")
        owen.go(f"{self.run}steps/close/").fill("Reason", "all of it arrived").press("Close")
        return self.run

    @part
    def late_file(self) -> str:
        """Time of one person that came after the run was closed, and what was decided of it."""
        owen = self.person("owen.tran@ibc").go(self.closed_run)
        file = self.world.folder / "late.csv"
        write_times_table(file, [time for _, time in generate(1, seed=7, during=PAY_PERIOD)])
        owen.page.locator("summary", has_text="that came late").click()
        self._take_in(owen.fill("Reason", "the timekeeper was ill"), "time", file)
        path = owen.open("late.csv").path
        owen.fill("What is done with it", "settle").fill("Reason", "it says nothing new").press("Decide")
        return path

    @staticmethod
    def _take_in(who: Visitor, kind: str, file: Path) -> None:
        who.fill("What the file holds", kind)
        who.page.get_by_label("File", exact=True).set_input_files(file)
        who.press("Take in")

    @staticmethod
    def answer(who: Visitor, run: str) -> None:
        """Answer for everything that is open in a run, code by code."""
        who.go(f"{run}exceptions/")
        while who.can("Accept them"):
            who.fill("Reason", "sent back to human resources").press("Accept them")

    @part
    def bill(self) -> str:
        """The bill of the pay period, from usage sealed by the program official."""
        assert self.certified_run
        self.world.on(BILLED_ON)
        key = self.instance.strip("/").rpartition("/")[2]
        peter = self.person("peter.quist@ibc").go("/metering/").open("Seal usage")
        period = {"Subscription": key, "First day": "2026-02-22", "First day after": "2026-03-08"}
        self._asked(peter, period).press("Ask and seal")
        fiona = self.person("fiona.reyes@ibc").go("/billing/").open("Calculate a bill")
        return self._asked(fiona, period).press("Calculate").path

    @part
    def settled_bill(self) -> str:
        """The same, reviewed, issued, accepted and settled, each by whose part it is."""
        fiona = self.person("fiona.reyes@ibc")
        self.person("peter.quist@ibc").go(self.bill).press("Put under review")
        fiona.go(self.bill).press("Issue to the customer")
        self.person("lena.cruz@sba").go(self.bill).press("Accept bill and services")
        fiona.go(self.bill).press("Schedule settlement").press("Send to Treasury")
        fiona.fill("Treasury reference", "JOURNEY-0001").press("Note the confirmation")
        return self.bill

    @part
    def books(self) -> str:
        """Books of the agency with money appropriated, apportioned, allotted and ordered, and an order refused."""
        program = (
            "import django; django.setup()\n"
            "from qsmo.contract.service import Subscription\n"
            "from qsmo.services.ledger.plug import service\n"
            f"terms = dict(first_year='2026', tas={ACCOUNT!r}, financing='appropriated', category='A')\n"
            "service.open(Subscription('journey', '073', 'treasury-arc', terms))\n"
        )
        self.world.run("-c", program)
        lucia, boris = self.person("lucia.brandt@arc").go("/ledger/"), self.person("boris.vance@sba")
        lucia.page.locator("main table tbody th a").first.click()
        path = lucia.look().path
        self._post(lucia, f"{path}rules/APPROPRIATE/", "WARRANT-1", "100,000.00")
        self._post(boris, f"{path}rules/APPORTION/", "SF132-1", "80,000.00")
        self._post(boris, f"{path}rules/ALLOT/", "ALLOT-1", "60,000.00")
        self._post(lucia, f"{path}rules/OBLIGATE/", "ORDER-1", "24,875.00")
        self._buy()
        self._looked(lucia, f"{path}rules/OBLIGATE/", "OVER-1", "35,000.01")
        assert "It would be refused" in lucia.text
        lucia.press("Post it all the same, to be refused and kept", refused=True)
        assert "It was not posted" in lucia.text
        self.world.run("-c", OWED)
        return path

    def _buy(self) -> None:
        """An order of 125.00 with a vendor, deliveries and invoices."""
        program = (
            "import django; django.setup()\n"
            "from qsmo.kernel import clock\n"
            "from qsmo.kernel.money import Money\n"
            "from qsmo.platform.access.signin import command_viewer\n"
            "from qsmo.services.ledger import actions\n"
            "from qsmo.services.ledger.models import Book\n"
            "from qsmo.services.ledger.rules.posting import Event\n"
            "from tests.access.payables import buy\n"
            "lucia, clara = (command_viewer(f'{each}.example') for each in "
            "('lucia.brandt@arc', 'clara.whitman@sba'))\n"
            "book, today = Book.seen_by(lucia).get(subscription='journey'), clock.today()\n"
            f"event = Event('OBLIGATE', {ACCOUNT!r}, today, dict(amount=Money(125_00)), 'journey', 'ORDER-2', "
            "document='JOURNEY-1')\n"
            "actions.post_event(lucia, book.pk, event)\n"
            "buy(book, 'JOURNEY', lucia, clara, today)\n"
        )
        self.world.run("-c", program)

    @classmethod
    def _post(cls, who: Visitor, path: str, number: str, dollars: str) -> None:
        cls._looked(who, path, number, dollars).press("Post")
        assert "Posted as entry" in who.text

    @staticmethod
    def _looked(who: Visitor, path: str, number: str, dollars: str) -> Visitor:
        who.go(path).fill("Amount in dollars", dollars).fill("Number of the document", number)
        return who.press("Show what it would do")

    def link(self, employee: str, email: str) -> None:
        """Say which person an employee identifier is."""
        program = (
            "import django; django.setup()\n"
            "from qsmo.platform.access.signin import command_viewer\n"
            "from qsmo.services.payroll import actions, queries\n"
            "owen = command_viewer('owen.tran@ibc.example')\n"
            f"actions.link_person(owen, queries.accounts(owen).get().pk, {employee!r}, {email!r})\n"
        )
        self.world.run("-c", program)

    def share(self, *employees: str) -> None:
        """Say that people of the account share a bank account, as if it had been accepted."""
        program = (
            "import django; django.setup()\n"
            "from qsmo.services.payroll.models import Account, SharedBank\n"
            f"SharedBank.every.create(account=Account.every.get(), employees={list(employees)!r}, mark='m',\n"
            "    accepted_by='Owen Tran', reason='they are married')\n"
        )
        self.world.run("-c", program)

    @staticmethod
    def _fund(who: Visitor, side: str, agency: str, year: str, main: str, betc: str, alc: str) -> None:
        who.open(f"State the {side} side’s accounting")
        for label, text in {
            "Agency identifier": agency, "First year": year, "Last year": year, "X for a no-year": "" if year else "X",
            "Main account": main, "Business event type": betc, "Agency location code": alc,
        }.items():  # fmt: skip
            who.fill(label, text)
        who.press("Save")

    @staticmethod
    def _asked(who: Visitor, period: dict[str, str]) -> Visitor:
        for label, text in period.items():
            who.fill(label, text)
        return who
