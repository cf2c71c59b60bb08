"""What a viewer may know of instances: lists, one with its commands and files, and what may be done next."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from qsmo.kernel import clock
from qsmo.marketplace.agreements.flow import ACCEPTED
from qsmo.marketplace.agreements.models import Order, OrderLine
from qsmo.marketplace.agreements.queries import Step, orders, steps
from qsmo.marketplace.orders.flow import INSTANCE, STORY
from qsmo.marketplace.orders.models import Command, Exported, Instance
from qsmo.platform.access.door import allow, one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.access.waiting import MOST, Waiting, by_moves, held, oldest

ORDERS = program("orders")


def instances(
    viewer: Viewer, *, state: str = "", service: str = "", order_id: str = ""
) -> QuerySet[Instance]:
    """The instances a viewer may see, newest first, narrowed by state, service and order.

    Who sees one is told what its order and offering are called, whether or not they may open these.
    """
    line = OrderLine.seen_by(ORDERS).select_related("order", "plan__offering")
    rows = Instance.seen_by(viewer).select_related("customer", "provider")
    rows = rows.prefetch_related(Prefetch("line", line))
    rows = rows.filter(order_id=order_id) if order_id else rows
    rows = rows.filter(service_slug=service) if service else rows
    return rows.filter(state=state) if state else rows


def the_instance(viewer: Viewer, instance_id: str) -> Instance:
    """One instance; refused (404) when the viewer may not see it."""
    return instances(viewer).filter(pk=instance_id).first() or one(Instance, viewer, instance_id)


def instances_of(viewer: Viewer, order: Order) -> list[Instance]:
    """The instances that stand on an order, newest first."""
    return list(instances(viewer, order_id=order.id))


def commands_of(viewer: Viewer, instance: Instance) -> QuerySet[Command]:
    """The commands given to an instance, newest first."""
    return Command.seen_by(viewer).filter(instance=instance).order_by("-made_at", "-id")


def files_of(viewer: Viewer, instance: Instance) -> QuerySet[Exported]:
    """The files exported from an instance, newest first."""
    return Exported.seen_by(viewer).filter(instance=instance).order_by("-made_at", "name")


def the_file(viewer: Viewer, instance_id: str, file_id: str) -> Exported:
    """One exported file that the viewer may fetch; refused (404, 403) otherwise."""
    instance = the_instance(viewer, instance_id)
    file = one(Exported, viewer, file_id)
    allow(viewer, "instance.export", instance)
    return file if file.instance_id == instance.id else one(Exported, viewer, "")


def steps_of(instance: Instance) -> list[Step]:
    """The way of an instance, step by step; suspended or changing stands at active, failed where it failed."""
    beside = {"suspended": "active", "updating": "active", "failed": "provisioning"}
    found = steps(INSTANCE, STORY, beside.get(instance.state, instance.state))
    if instance.state != "failed":
        return found
    return [(name, "failed" if standing == "current" else standing, note) for name, standing, note in found]


def is_busy(instance: Instance) -> bool:
    """Whether a command is under way whose process may still be alive."""
    return bool(instance.running) and (
        instance.running_until is not None and instance.running_until > clock.now()
    )


FORWARD = {
    "approve": "Approve the subscription",
    "provision": "Make the subscription ready",
    "retry": "Try again",
}


def waiting(viewer: Viewer, most: int = MOST) -> Iterator[Waiting]:
    """Subscriptions to approve or make ready, and accepted orders of which something is not in use yet."""
    busy = Q(running_until__gt=clock.now()) & ~Q(running="")
    rows = instances(viewer).exclude(busy).exclude(state="requested", requested_by_id=viewer.person)
    for instance, what in by_moves(viewer, rows, FORWARD, most):
        about = f"{instance.provider.name} for {instance.customer.name}"
        name = instance.line.plan.offering.name
        yield Waiting(what, name, about, instance.made_at, "orders:instance", instance.pk)
    if not viewer.may("instance.request"):
        return
    used = Instance.seen_by(viewer).exclude(state="abandoned").filter(line_id=OuterRef("pk"))
    unused = OrderLine.seen_by(viewer).filter(order_id=OuterRef("pk"), revision=OuterRef("revision"))
    accepted = orders(viewer).filter(Exists(unused.filter(~Exists(used))), state__in=ACCEPTED)
    for order in oldest(held(viewer, accepted, "instance.request"), most):
        about = f"{order.servicing.name} for {order.requesting.name}"
        yield Waiting(
            "Request the use of what was ordered",
            order.number,
            about,
            order.made_at,
            "orders:request",
            order.pk,
        )


def open_verbs(viewer: Viewer, instance: Instance) -> set[str]:
    """The verbs that this viewer may use on an instance as it stands now."""
    if is_busy(instance):
        return set()
    moves = {
        move.name for move in Instance.flow.legal(instance.state) if viewer.may(move.permission, instance)
    }
    verbs = moves & {
        "approve",
        "provision",
        "retry",
        "suspend",
        "resume",
        "change",
        "leave",
        "stay",
        "abandon",
    }
    if instance.state == "provisioning" and viewer.may("instance.run", instance):
        verbs.add("provision")
    if instance.state in ("exiting", "deprovisioning") and viewer.may("instance.leave", instance):
        verbs.add("leave")
    if instance.state in ("active", "suspended", "ended") and viewer.may("instance.export", instance):
        verbs.add("export")
    if instance.state == "requested" and instance.requested_by_id == viewer.person:
        verbs.discard("approve")
    return verbs
