"""A database with 100,000 rows of offerings, orders and bills, all valid, put in by the thousand past the doors.

The trail is left out: nothing that is measured reads it. `python -m bench.rows` answers the keys to open, as JSON.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

import django

OFFERINGS, ORDERS, BILLS = 2_000, 58_000, 40_000
BUYERS, ORDERS_UNDER_TERMS, BILLS_OF_AN_INSTANCE = 200, 25, 10
START, END = date(2025, 10, 1), date(2026, 10, 1)
PERIOD = timedelta(days=14)
PRICE_CENTS = 634
PEOPLE = 1_988
BUYER = "073"
Row = TypeVar("Row")


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    offerings: int = OFFERINGS
    orders: int = ORDERS
    bills: int = BILLS


def fill(size: Size) -> dict[str, str]:
    """Put the rows in; answers a key of each kind to open. The seeded world must be there."""
    from django.db import transaction

    from qsmo.marketplace.catalogue.models import Offering, OfferingVersion, Plan
    from qsmo.marketplace.catalogue.tests.many import many_offerings

    with transaction.atomic():
        offerings = many_offerings(size.offerings)
        _put(
            OfferingVersion,
            (
                OfferingVersion(
                    id=f"{each.pk}-v1", offering=each, number=1, content={"name": each.name},
                    digest="0" * 64, published_by="load",
                )
                for each in offerings
            ),
        )  # fmt: skip
        sold: dict[str, list[Offering]] = {}
        for offering in offerings:
            sold.setdefault(offering.provider_id, []).append(offering)
        orders = _orders(size.orders, sold)
        bills = _bills(size.bills, orders)
    return {
        "offering": offerings[0].pk,
        "plan": Plan.every.filter(offering=offerings[0]).values_list("pk", flat=True)[0],
        **{name: _own(rows) for name, rows in (("order", orders), ("bill", bills))},
    }


def _own(rows: list[Any]) -> str:
    """A row of the buyer whose people sign in."""
    found = next(
        row for row in rows if BUYER in (getattr(row, "requesting_id", ""), getattr(row, "customer_id", ""))
    )
    return str(found.pk)


def _orders(count: int, sold: dict[str, list[Any]]) -> list[Any]:
    """Orders in performance, each of one line, with both sides' accounting and the general terms they stand under."""
    from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order, OrderLine
    from qsmo.platform.access.models import Organisation

    buyers = [BUYER, *(f"buyer-{number:04}" for number in range(1, BUYERS))]
    _put(Organisation, (Organisation(id=key, name=f"Agency {key}", kind="agency") for key in buyers[1:]))
    sellers = itertools.cycle(sorted(sold))
    terms = [
        GeneralTerms(
            id=f"terms-{number:06}", number=f"GT-{number:06}", requesting_id=buyers[number % BUYERS],
            servicing_id=next(sellers), starts_on=START, ends_on=date(2028, 10, 1), ceiling_cents=10**12,
            termination_days=90, authority="economy_act", authority_citation="31 U.S.C. 1535", state="approved",
        )
        for number in range(-(-count // ORDERS_UNDER_TERMS))
    ]  # fmt: skip
    _put(GeneralTerms, terms)
    total = PRICE_CENTS * PEOPLE * 26
    orders = []
    for number in range(count):
        under = terms[number // ORDERS_UNDER_TERMS]
        orders.append(
            Order(
                id=f"order-{number:06}", number=f"O-{number:06}", general_terms=under,
                requesting_id=under.requesting_id, servicing_id=under.servicing_id, starts_on=START, ends_on=END,
                need="Made for measuring", total_cents=total, state="in_performance", round=1,
            )
        )  # fmt: skip
    _put(Order, orders)
    _put(OrderLine, (_line(order, sold[order.servicing_id], total) for order in orders))
    _put(Funding, (line for order in orders for line in _funding(order, total)))
    return orders


def _line(order: Any, offerings: list[Any], total: int) -> Any:
    from qsmo.marketplace.agreements.models import OrderLine

    offering = offerings[int(order.pk[-6:]) % len(offerings)]
    return OrderLine(
        id=f"{order.pk}-line", order=order, revision=0, number=1, plan_id=f"{offering.pk}-plan",
        offering_version_id=f"{offering.pk}-v1", words="Employees paid", quantity=PEOPLE * 26, unit="employee paid",
        unit_price=f"{PRICE_CENTS // 100}.{PRICE_CENTS % 100:02}", amount_cents=total, ceiling_cents=total,
    )  # fmt: skip


def _funding(order: Any, total: int) -> Iterator[Any]:
    from qsmo.marketplace.agreements.models import Funding

    for side, betc, aid in (("requesting", "DISB", "073"), ("servicing", "COLL", "014")):
        yield Funding(
            id=f"{order.pk}-{side}", order=order, revision=0, side=side, number=1, aid=aid, availability="X",
            main="0100", sub="000", betc=betc, alc="14010001", amount_cents=total,
        )  # fmt: skip


def _bills(count: int, orders: list[Any]) -> list[Any]:
    """Issued bills of active instances, each with a sealed answer, its usage, and the line that prices it."""
    from qsmo.marketplace.billing.models import Bill
    from qsmo.marketplace.orders.models import Instance

    instances = [
        Instance(
            id=f"instance-{order.pk[-6:]}", order=order, line_id=f"{order.pk}-line", customer_id=order.requesting_id,
            provider_id=order.servicing_id, service_slug="payroll", state="active", active_on=START,
        )
        for order in orders[: -(-count // BILLS_OF_AN_INSTANCE)]
    ]  # fmt: skip
    _put(Instance, instances)
    bills = [
        _bill(instance, START + PERIOD * number)
        for instance in instances
        for number in range(BILLS_OF_AN_INSTANCE)
    ][:count]
    _put_usage(bills)
    _put(Bill, bills)
    _put_lines(bills)
    return bills


def _bill(instance: Any, starts_on: date) -> Any:
    from qsmo.marketplace.agreements.models import OrderLine
    from qsmo.marketplace.billing.models import Bill

    key = f"{instance.pk}-{starts_on:%m%d}"
    line: OrderLine = instance.line
    return Bill(
        id=key, instance=instance, order=instance.order, plan_id=line.plan_id, customer_id=instance.customer_id,
        provider_id=instance.provider_id, sealed_id=f"{key}-seal", starts_on=starts_on, ends_on=starts_on + PERIOD,
        state="issued", calculation=1, total_cents=PRICE_CENTS * PEOPLE, digest="0" * 64,
        issued_on=starts_on + PERIOD * 2,
    )  # fmt: skip


def _put_usage(bills: list[Any]) -> None:
    from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine

    _put(
        Reading,
        (
            Reading(
                id=f"{bill.pk}-read", instance_id=bill.instance_id, customer_id=bill.customer_id,
                provider_id=bill.provider_id, starts_on=bill.starts_on, ends_on=bill.ends_on, state="sealed", answers=1,
            )
            for bill in bills
        ),
    )  # fmt: skip
    _put(
        SealedUsage,
        (
            SealedUsage(
                id=bill.sealed_id, reading_id=f"{bill.pk}-read", customer_id=bill.customer_id,
                provider_id=bill.provider_id, number=1, digest="0" * 64, line_count=1,
                signed_by="program:metering", signed_name="Program metering",
            )
            for bill in bills
        ),
    )  # fmt: skip
    _put(
        UsageLine,
        (
            UsageLine(
                id=f"{bill.pk}-use", sealed_id=bill.sealed_id, customer_id=bill.customer_id,
                provider_id=bill.provider_id, number=1, meter="unit", starts_on=bill.starts_on, ends_on=bill.ends_on,
                quantity_exact=str(PEOPLE), evidence="load",
            )
            for bill in bills
        ),
    )  # fmt: skip


def _put_lines(bills: list[Any]) -> None:
    from qsmo.marketplace.billing.models import BillLine
    from qsmo.marketplace.catalogue.models import PriceVersion

    price_of = dict(PriceVersion.every.values_list("plan_id", "pk"))
    _put(
        BillLine,
        (
            BillLine(
                id=f"{bill.pk}-line", bill=bill, customer_id=bill.customer_id, provider_id=bill.provider_id,
                calculation=1, number=1, kind="usage", usage_line_id=f"{bill.pk}-use", price_id=price_of[bill.plan_id],
                meter="unit", quantity_exact=str(PEOPLE), unit_exact=str(PRICE_CENTS), starts_on=bill.starts_on,
                ends_on=bill.ends_on, usage_starts_on=bill.starts_on, usage_ends_on=bill.ends_on,
                amount_cents=bill.total_cents, sum_words=f"{PEOPLE} at ${PRICE_CENTS // 100}.{PRICE_CENTS % 100:02}",
            )
            for bill in bills
        ),
    )  # fmt: skip


def _put(model: type[Any], rows: Iterable[Any]) -> None:
    manager = getattr(model, "every", None) or model.objects
    for some in _batches(rows, 2_000):
        manager.bulk_create(some, batch_size=500)


def _batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(itertools.islice(left, most)):
        yield some


def session_of(email: str) -> str:
    """The cookie of a session in which this person has signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from qsmo.platform.access.models import Person

    person = Person.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = person.pk
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main() -> dict[str, Any]:
    """The seeded world, the rows, and two people signed in: one of an agency, one who oversees everything."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    from qsmo.platform.access.models import Person
    from qsmo.platform.api.actions import make_key
    from qsmo.site.seed import seed_world

    seed_world(lambda _step: None)
    keys = fill(Size())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    emails = {"agency": "mia.larsen@sba.example", "oversight": "ada.whitfield@auditor.example"}
    person = Person.objects.get(email=emails["agency"])
    _, secret = make_key(person.viewer("bench"), name="bench")
    return {
        "keys": keys,
        "key": secret,
        "sessions": {name: session_of(email) for name, email in emails.items()},
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
