"""Two agencies, their people, an offering on sale, and general terms and orders as far along as a test needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from qsmo.kernel.ids import new_id
from qsmo.marketplace.agreements import actions
from qsmo.marketplace.agreements.actions import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order
from qsmo.marketplace.catalogue.models import Offering, OfferingVersion, Plan
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.viewer import Viewer

BUYER, SELLER, OTHER = "028", "012/12NF", "069"
TODAY = date(2026, 1, 5)
START, END = date(2026, 1, 11), date(2026, 10, 1)
DRAFT = OrderDraft(START, END, "Pay for 2,000 employees from pay period 2026-03 on")
CAPACITIES = ("requesting_program", "requesting_funding", "servicing_program", "servicing_funding")


def organisation(key: str, name: str, kind: str) -> None:
    """An organisation, made once."""
    Organisation.objects.get_or_create(id=key, defaults={"name": name, "kind": kind})


def person(name: str, *roles: tuple[str, str]) -> Viewer:
    """A person with roles for organisations, as a viewer."""
    someone = Person.objects.create_user(f"{new_id()}@example.gov", name=name)
    for role, key in roles:
        Grant.every.create(person=someone, organisation_id=key, role=role)
    return someone.viewer("test")


@dataclass(frozen=True)
class Cast:
    """The people of both sides, and one who has nothing to do with it."""

    manager: Viewer
    program: Viewer
    funding: Viewer
    seller_admin: Viewer
    seller_program: Viewer
    seller_funding: Viewer
    stranger: Viewer
    plan: Plan

    def signer(self, capacity: str) -> Viewer:
        """Who signs in a capacity."""
        return dict(
            zip(
                CAPACITIES,
                (self.program, self.funding, self.seller_program, self.seller_funding),
                strict=True,
            )
        )[capacity]


def cast(service: str = "") -> Cast:
    """Everybody, and a plan that the seller has on sale."""
    organisation(BUYER, "Social Security Administration", "agency")
    organisation(SELLER, "National Finance Center", "provider")
    organisation(OTHER, "Department of Transportation", "agency")
    organisation("qsmo-hr", "HR office", "office")
    return Cast(
        manager=person("Mara Manager", ("customer-program-manager", BUYER)),
        program=person("Paul Program", ("customer-program-official", BUYER)),
        funding=person("Fay Funding", ("customer-funding-official", BUYER)),
        seller_admin=person("Ada Admin", ("provider-admin", SELLER)),
        seller_program=person("Sol Program", ("provider-program-official", SELLER)),
        seller_funding=person("Sue Funding", ("provider-funding-official", SELLER)),
        stranger=person(
            "Stan Stranger",
            ("customer-program-manager", OTHER),
            ("customer-program-official", OTHER),
            ("customer-funding-official", OTHER),
            ("customer-sapoc", OTHER),
        ),
        plan=plan(service),
    )


def plan(service: str = "") -> Plan:
    """A plan of a published offering of the seller."""
    offering = Offering.every.create(
        provider_id=SELLER,
        office_id="qsmo-hr",
        name=f"Payroll {new_id()}",
        area="HCM",
        kind="solution",
        service_kind="transaction_service",
        summary="Pays people",
        release="FY2025",
        service=service,
        state="published",
    )
    OfferingVersion.every.create(
        offering=offering, number=1, content={"name": offering.name}, digest="0" * 64, published_by="a test"
    )
    return Plan.every.create(offering=offering, name="Per employee paid")


def line(cast: Cast, dollars: int = 100_000) -> LineDraft:
    """A line of so many units of one dollar."""
    return LineDraft(cast.plan.id, "Employees paid", dollars, "employee paid", "1.00")


def account(dollars: int = 100_000, *, side: str = "requesting", **parts: str) -> Funding:
    """A well-formed funding line: annual money of 2026 of the buyer, or the seller's revolving fund."""
    stated = {"aid": "028", "bpoa": "2026", "epoa": "2026", "main": "8704", "betc": "DISB", "alc": "28040001"}
    if side == "servicing":
        stated = {"aid": "012", "availability": "X", "main": "4609", "betc": "COLL", "alc": "12400001"}
    return Funding(side=side, **{"sub": "000", **stated, **parts}, amount_cents=dollars * 100)


def draft_terms(cast: Cast, dollars: int = 250_000) -> GeneralTerms:
    """General terms in draft, by the buyer's program manager."""
    return actions.draft_terms(
        cast.manager,
        requesting_id=BUYER,
        servicing_id=SELLER,
        starts_on=date(2026, 1, 1),
        ends_on=date(2028, 1, 1),
        ceiling_cents=dollars * 100,
        termination_days=90,
        authority="economy_act",
    )


def terms_in_approval(cast: Cast, dollars: int = 250_000) -> GeneralTerms:
    """General terms open for the four signatures."""
    terms = draft_terms(cast, dollars)
    actions.share_terms(cast.manager, terms.id)
    return actions.open_approval(cast.seller_admin, terms.id)


def approved_terms(cast: Cast, dollars: int = 250_000) -> GeneralTerms:
    """General terms signed by four people."""
    terms = terms_in_approval(cast, dollars)
    for capacity in CAPACITIES:
        terms = actions.sign_terms(cast.signer(capacity), terms.id, capacity)
    return terms


def shared_order(cast: Cast, terms: GeneralTerms, dollars: int = 100_000, draft: OrderDraft = DRAFT) -> Order:
    """An order with lines and both sides' funding, open for the requesting side's signatures."""
    order = actions.draft_order(cast.manager, terms.id, draft, [line(cast, dollars)])
    actions.fund_order(cast.funding, order.id, "requesting", [account(dollars)])
    actions.fund_order(cast.seller_funding, order.id, "servicing", [account(dollars, side="servicing")])
    return actions.share_order(cast.manager, order.id)


def accepted_order(cast: Cast, terms: GeneralTerms | None = None, dollars: int = 100_000) -> Order:
    """An order signed by four people."""
    order = shared_order(cast, terms or approved_terms(cast), dollars)
    for capacity in CAPACITIES:
        order = actions.sign_order(cast.signer(capacity), order.id, capacity)
    return order


def later(draft: OrderDraft, **changes: date) -> OrderDraft:
    """A draft with other days."""
    return replace(draft, **changes)  # type: ignore[arg-type]  # only days are changed here
