"""A small whole world for the walk: two agencies, each with a provider, agreements, a subscription, pay and a bill."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unittest.mock import patch

from django.apps import apps
from django.db import connection, transaction

from qsmo.contract.service import Subscription
from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements import actions as agreements
from qsmo.marketplace.agreements.actions import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Funding
from qsmo.marketplace.billing import actions as billing
from qsmo.marketplace.catalogue.models import Offering, OfferingVersion, Plan, PriceVersion
from qsmo.marketplace.metering.actions import seal
from qsmo.marketplace.orders import actions as orders
from qsmo.marketplace.orders.actions import calling
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.access.models import Grant, Person
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import PUBLIC, Viewer, program
from qsmo.platform.api.actions import make_key
from qsmo.services.ledger import actions as ledger
from qsmo.services.ledger.actions import bulk, writing
from qsmo.services.ledger.jobs import take_in_now
from qsmo.services.ledger.models import Book, Numbered, SourceDocument
from qsmo.services.ledger.plug import service as keeper
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.payroll import actions as payroll
from qsmo.services.payroll import jobs, queries
from qsmo.services.payroll.actions import payments
from qsmo.services.payroll.actions.answers import accept
from qsmo.services.payroll.actions.printing import print_all
from qsmo.services.payroll.actions.writing import write_files
from qsmo.services.payroll.formats.sample import AGENCY, write_sample
from qsmo.services.payroll.models import Account, PayRun, SharedBank
from qsmo.site.seed import seed_world
from tests.access.payables import buy
from tests.access.receivables import owed

SIGNED_ON, STARTED_ON, PAID_ON, BILLED_ON = (
    date(2026, 1, 20),
    date(2026, 2, 2),
    date(2026, 3, 10),
    date(2026, 4, 6),
)
TERMS = {
    "agencies": AGENCY,
    "first_day": "2025-12-14",
    "pay_lag_days": "6",
    "withholding_periods": "26",
    "tas": "073-2026/2026-0100-000",
}
BOOKS = {"first_year": "2026", "tas": TERMS["tas"], "financing": "appropriated", "category": "A"}
FIRST_NUMBER = 1_000_000_000_000
"""Numbers of records have thirteen digits here, which nothing else has."""
WALKERS = ".walk.example"
OWN_OFFICE, OTHER_OFFICE = "qsmo-hr", "qsmo-fm"


@dataclass
class Tenant:
    """One agency with its provider, all rows of theirs by model label, and a word that stands in their texts."""

    customer: str
    provider: str
    mark: str
    ids: dict[str, list[str]] = field(default_factory=dict)
    employee: str = ""

    @property
    def organisations(self) -> tuple[str, str]:
        """The two organisations."""
        return self.customer, self.provider

    @property
    def all_ids(self) -> set[str]:
        """The identifiers of every row."""
        return {each for ids in self.ids.values() for each in ids}


@dataclass
class World:
    """Both tenants and everybody: a person for each role at each organisation, one without any, and the public."""

    first: Tenant
    second: Tenant
    people: dict[str, Person | None] = field(default_factory=dict)

    def tenant_of(self, name: str) -> Tenant | None:
        """The tenant that somebody belongs to, if to one."""
        at = name.partition("@")[2]
        return next((each for each in (self.first, self.second) if at in each.organisations), None)

    def viewer(self, name: str) -> Viewer:
        """Somebody as a viewer."""
        someone = self.people[name]
        return someone.viewer("test") if someone else PUBLIC


def answered(operator: Viewer, run_id: str) -> None:
    """Everything that is open in a run accepted."""
    run = queries.run(operator, run_id)
    for code in sorted({each.code for each in queries.exceptions(operator, run).filter(state="open")}):
        accept(operator, run_id, code=code, why="a walk")


def owned_models() -> list[type[Owned]]:
    """Every record with an owner."""
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def fingerprint() -> tuple[object, ...]:
    """How many rows there are of everything owned, what their versions add up to, and where the trail stands."""
    parts = []
    for model in owned_models():
        parts += [f'(SELECT count(*) FROM "{model._meta.db_table}")']
        if not issubclass(model, Numbered):  # those are never changed
            parts += [f'(SELECT sum(version) FROM "{model._meta.db_table}")']
    for table in ("record_trailentry", "record_outboxreceipt", "access_organisation", "access_person"):
        parts += [f'(SELECT count(*) FROM "{table}")']
    parts += ["(SELECT sum(number) FROM record_trailhead)", "(SELECT max(hash) FROM record_trailhead)"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        found: tuple[object, ...] = cursor.fetchone()
    return found


def written() -> int:
    """How many rows this connection has written so far: where it stays the same, so does the fingerprint."""
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0] or 0)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """A block whose every change is undone; inside of it actions may ask for a transaction of their own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own test case marks its blocks
    with block:
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def built() -> Iterator[World]:
    """The world, inside of a transaction that is undone at the end."""
    # Services are asked on this thread, because another one would not see what is not committed.
    with (
        patch.object(calling, "_within", lambda work, _limit: work()),
        patch.object(writing, "numbers", _entries_apart),
        undone(),
        clock.at(BILLED_ON),
    ):
        _numbered_apart()
        seed_world(lambda _words: None)
        world = World(Tenant("073", "ibc", "ONLYTHEFIRST"), Tenant("080", "usda-nfc", "ONLYTHESECOND"))
        _people(world)
        before = _ids()
        for tenant in (world.first, world.second):
            _Story(world, tenant).told()
            now = _ids()
            tenant.ids = {label: sorted(now[label] - before[label]) for label in now}
            grants = Grant.every.filter(
                organisation_id__in=tenant.organisations, person__email__endswith=WALKERS
            )
            tenant.ids[Grant._meta.label_lower] = sorted(grants.values_list("pk", flat=True))
            before = now
        yield world


def _ids() -> dict[str, set[str]]:
    return {
        model._meta.label_lower: set(map(str, model.every.values_list("pk", flat=True)))
        for model in owned_models()
    }


def _numbered_apart() -> None:
    """Give records that are named by a number numbers that no other table has: an id says then whose it is."""
    for place, model in enumerate(model for model in owned_models() if issubclass(model, Numbered)):
        table, before = model._meta.db_table, FIRST_NUMBER + place * FIRST_NUMBER // 1000
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, before])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, before])


def _entries_apart(table: str, count: int) -> list[int]:
    """The numbers of new entries: on SQLite they follow the highest one, so that the first is set apart."""
    given = bulk.numbers(table, count)
    return [number if number > FIRST_NUMBER else number + 2 * FIRST_NUMBER for number in given]


def _people(world: World) -> None:
    places = {
        "customer": (world.first.customer, world.second.customer),
        "person": (world.first.customer, world.second.customer),
        "provider": (world.first.provider, world.second.provider),
        "office": (OWN_OFFICE, OTHER_OFFICE),
        "oversight": ("005",),
        "public": (),
    }
    for role in policy().roles.values():
        for key in places[role.side]:
            name = f"{role.slug}@{key}"
            someone = Person.objects.create(email=f"{name}{WALKERS}", name=name, password="!")
            Grant.every.create(person=someone, organisation_id=key, role=role.slug)
            world.people[name] = someone
    world.people["nobody"] = Person.objects.create(email="nobody@walk.example", name="nobody", password="!")
    world.people["public"] = None


@dataclass
class _Story:
    world: World
    tenant: Tenant

    def by(self, role: str) -> Viewer:
        """Whoever holds a role on either side of this tenant."""
        side = policy().roles[role].side
        key = self.tenant.provider if side == "provider" else self.tenant.customer
        return self.world.viewer(f"{role}@{key}")

    def told(self) -> None:
        """From a draft offering to a settled bill, and a second pay run that is open."""
        plan = self._plan()
        with clock.at(SIGNED_ON):
            line = self._order(plan)
        with clock.at(STARTED_ON):
            orders.request(self.by("customer-program-manager"), line, TERMS, key="walk: request")
            instance = Instance.every.get(line_id=line)
            orders.approve(self.by("provider-admin"), instance.pk)
            orders.provision(self.by("provider-admin"), instance.pk, key="walk: provision")
        with clock.at(PAID_ON):
            self._pay(instance)
        self._bill(instance)
        self._books()
        orders.export(self.by("customer-sapoc"), instance.pk)
        make_key(self.by("customer-program-manager"), name=f"feed {self.tenant.mark}")

    def _plan(self) -> Plan:
        mark, provider = self.tenant.mark, self.tenant.provider
        shown = {
            "provider_id": provider, "office_id": OWN_OFFICE, "area": "HCM", "kind": "solution",
            "service_kind": "transaction_service", "summary": "Pays people", "release": "FY2025",
        }  # fmt: skip
        Offering.every.create(name=f"Draft {mark}", state="draft", **shown)
        offering = Offering.every.create(name="Payroll", state="published", service="payroll", **shown)
        content = {"name": offering.name}
        OfferingVersion.every.create(
            offering=offering, number=1, content=content, digest="0" * 64, published_by="walk"
        )
        plan = Plan.every.create(offering=offering, name="Per employee paid")
        PriceVersion.every.create(
            plan=plan, meter="employee-paid", unit="employee paid per pay period", recurs="pay_period",
            unit_price="4.50", effective_on=date(2025, 10, 1), announced_on=date(2025, 6, 2),
            approved_by="walk", note="Invented for this test", is_invented=True,
        )  # fmt: skip
        return plan

    def _order(self, plan: Plan) -> str:
        manager, tenant = self.by("customer-program-manager"), self.tenant
        terms = agreements.draft_terms(
            manager, requesting_id=tenant.customer, servicing_id=tenant.provider, starts_on=date(2026, 1, 1),
            ends_on=date(2028, 10, 1), ceiling_cents=1_000_000_00, termination_days=90, authority="economy_act",
        )  # fmt: skip
        agreements.share_terms(manager, terms.pk)
        agreements.open_approval(manager, terms.pk)
        signers = {
            "requesting_program": self.by("customer-program-official"),
            "requesting_funding": self.by("customer-funding-official"),
            "servicing_program": self.by("provider-program-official"),
            "servicing_funding": self.by("provider-funding-official"),
        }
        for capacity, signer in signers.items():
            agreements.sign_terms(signer, terms.pk, capacity)
        for need, signing in (("that runs", True), ("that is drafted", False)):
            draft = OrderDraft(date(2026, 2, 1), date(2026, 10, 1), f"{tenant.mark} {need}")
            line = LineDraft(plan.pk, f"Employees paid {tenant.mark}", 2000, "employee paid", "4.50")
            order = agreements.draft_order(manager, terms.pk, draft, [line])
            if signing:
                self._sign(order.pk, signers)
                kept: str = order.present_lines.get().pk
        return kept

    def _sign(self, order: str, signers: dict[str, Viewer]) -> None:
        money = {"amount_cents": 9_000_00, "sub": "000", "main": "0100", "availability": "X"}
        for side, aid, betc, alc in (
            ("requesting", "073", "DISB", "28040001"),
            ("servicing", "014", "COLL", "14010001"),
        ):
            line = Funding(side=side, aid=aid, betc=betc, alc=alc, **money)
            agreements.fund_order(signers[f"{side}_funding"], order, side, [line])
        agreements.share_order(self.by("customer-program-manager"), order)
        for capacity, signer in signers.items():
            agreements.sign_order(signer, order, capacity)

    def _pay(self, instance: Instance) -> None:
        operator, certifier = self.by("payroll-operator"), self.by("payroll-certifier")
        account = Account.every.get(subscription=instance.pk)
        run = payroll.open_run(operator, account.pk, "2026-06")
        with tempfile.TemporaryDirectory() as folder:
            seed = int.from_bytes(self.tenant.mark.encode()) % 1000
            sample = write_sample(Path(folder), 50, seed=seed, during=run.during)
            for kind, path in (("hr", sample.hr), ("time", sample.time), ("rates", sample.rates)):
                payroll.take_in(operator, run.pk, kind, path)
        payroll.calculate(operator, run.pk)
        run.refresh_from_db()
        jobs.compute_now(run, lambda _count: None)
        answered(operator, run.pk)
        payroll.review(operator, run.pk)
        payroll.certify(certifier, run.pk)
        run.refresh_from_db()
        self.tenant.employee = str(queries.employees(operator, run, most=1)[0]["employee"])
        employee = self.world.people[f"employee@{self.tenant.customer}"]
        assert employee is not None
        payroll.link_person(operator, account.pk, self.tenant.employee, employee.email)
        payments.stop(operator, run.pk, self.tenant.employee, why=self.tenant.mark)
        write_files(operator, run.pk)
        print_all(operator, run.pk, lambda _people: None)
        payments.ask_manual(
            operator, account.pk, "00000003", "2026-06", amount_cents=50_000, pays_on=PAID_ON, why=self.tenant.mark
        )  # fmt: skip
        SharedBank.every.create(
            account=account, employees=["1", "2"], mark=self.tenant.mark, accepted_by="x", reason=self.tenant.mark
        )  # fmt: skip
        payroll.open_run(operator, account.pk, "2026-07")

    def _bill(self, instance: Instance) -> None:
        during = next(iter(PayRun.every.filter(account__subscription=instance.pk, label="2026-06"))).during
        seal(program("metering"), instance.pk, during)
        funding = self.by("provider-funding-official")
        bill = billing.calculate(funding, billing.open_bill(funding, instance.pk, during).pk)
        billing.review(self.by("provider-program-official"), bill.pk)
        billing.issue(funding, bill.pk)
        billing.accept(self.by("customer-funding-official"), bill.pk)
        billing.schedule(funding, bill.pk)

    def _books(self) -> None:
        """Books with money, an order, the journals of pay and bill, and an order that was too large."""
        tenant, accountant = self.tenant, self.by("ledger-accountant")
        keeper.open(Subscription(f"books-{tenant.customer}", tenant.customer, tenant.provider, BOOKS))
        book = Book.seen_by(accountant).get(customer=tenant.customer)

        def post(rule: str, role: str, dollars: str) -> None:
            event = Event(
                rule, BOOKS["tas"], SIGNED_ON, {"amount": Money.parse(dollars)}, "walk", f"{rule} of {dollars}",
                words=f"{rule} {tenant.mark}", attributes=Attributes(federal="N", object_class="253"),
                document=f"{tenant.mark}-1",
            )  # fmt: skip
            ledger.post_event(self.by(role), book.pk, event)

        for rule, role in (
            ("APPROPRIATE", "ledger-accountant"), ("APPORTION", "budget-officer"), ("ALLOT", "budget-officer"),
        ):  # fmt: skip
            post(rule, role, "1000000.00")
        post("OBLIGATE", "ledger-accountant", "9000.00")
        buy(book, tenant.mark, accountant, self.by("certifying-officer"))
        take_in_now(lambda _document: None)
        with contextlib.suppress(Refusal):
            post("OBLIGATE", "ledger-accountant", "900000.00")
        assert SourceDocument.seen_by(accountant).filter(book=book, kind="event", state="refused").exists()
        owed(accountant, book, tenant.mark)
