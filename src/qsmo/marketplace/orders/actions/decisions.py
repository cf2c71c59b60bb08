"""What people decide about an instance without asking the service: request, approve, suspend, resume, stay, adopt."""

from __future__ import annotations

from collections.abc import Mapping

from qsmo.contract.service import term_findings
from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements.flow import ACCEPTED
from qsmo.marketplace.agreements.models import Order, OrderLine
from qsmo.marketplace.orders.actions.keys import Answer, answer_of, earlier, note
from qsmo.marketplace.orders.models import Instance
from qsmo.platform import plugs
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer

Terms = Mapping[str, str]


@action("instance.request")
def request(viewer: Viewer, /, line_id: str, terms: Terms, *, key: str = "") -> Answer:
    """Ask for an instance of what a line of an accepted order bought, on terms that fit the service's manifest."""
    line = _accepted_line(viewer, line_id)
    content = {"line": line.id, "terms": dict(terms)}
    repeat = earlier(viewer, line.order.requesting_id, key, "request", content)
    if repeat is not None:
        return repeat
    instance = add(viewer, _instance(viewer, line, terms), "instance.request")
    note(viewer, instance, key, "request", content, "instance.request")
    return answer_of(instance)


@action("instance.approve")
def approve(viewer: Viewer, /, instance_id: str) -> Instance:
    """Approve a requested instance for the provider; whoever requested it cannot."""
    instance = one(Instance, viewer, instance_id)
    allow(viewer, "instance.approve", instance)
    if instance.requested_by_id is not None and instance.requested_by_id == viewer.person:
        raise Refusal(
            "same-person", f"{viewer.name} requested this; another person must approve it", status=403
        )
    return move(viewer, instance, "approve")


@action("instance.adopt")
def adopt(viewer: Viewer, /, line_id: str, terms: Terms, *, why: str, key: str = "") -> Answer:
    """Take in a use that already runs at the provider: it is active at once, and no failure ever ends it."""
    line = _accepted_line(viewer, line_id)
    content = {"line": line.id, "terms": dict(terms)}
    repeat = earlier(viewer, line.order.requesting_id, key, "adopt", content)
    if repeat is not None:
        return repeat
    instance = _instance(viewer, line, terms)
    instance.is_adopted, instance.state, instance.active_on = True, "active", clock.today()
    add(viewer, instance, "instance.adopt", why=why)
    note(viewer, instance, key, "adopt", content, "instance.adopt")
    return answer_of(instance)


@action("instance.suspend")
def suspend(viewer: Viewer, /, instance_id: str, *, why: str) -> Instance:
    """Suspend an active instance, with the reason."""
    return move(viewer, _idle(viewer, instance_id), "suspend", why=_reason(why))


@action("instance.suspend")
def resume(viewer: Viewer, /, instance_id: str, *, why: str) -> Instance:
    """Take a suspended instance up again."""
    return move(viewer, _idle(viewer, instance_id), "resume", why=_reason(why))


@action("instance.leave")
def stay(viewer: Viewer, /, instance_id: str, *, why: str) -> Instance:
    """Call an exit off before anything was closed."""
    return move(
        viewer, _idle(viewer, instance_id), "stay", why=_reason(why), trouble="", trouble_seen="", words=""
    )


def refuse_running(instance: Instance) -> None:
    """Refuse (409) while a command is under way and its process may still be alive."""
    if instance.running and instance.running_until is not None and instance.running_until > clock.now():
        words = "A command is under way here; it is not queued behind: look again when that has ended"
        raise Refusal("command-running", words)


def refuse_bad_terms(slug: str, terms: Terms) -> None:
    """Refuse (422) terms that do not fit the service's manifest, finding by finding."""
    service = plugs.services().get(slug)
    if service is None:
        if slug:
            raise Refusal("no-service", f"The service “{slug}” is not installed here")
        return
    findings = term_findings(service.manifest, terms)
    if findings:
        words = f"The terms do not fit {service.manifest.name}: {findings[0].words}"
        raise Refusal("terms", words, status=422, findings=findings)


def _accepted_line(viewer: Viewer, line_id: str) -> OrderLine:
    line = one(OrderLine, viewer, line_id)
    order: Order = line.order
    if order.state not in ACCEPTED or line.revision != order.revision:
        words = f"Order {order.number} is {order.state}; a subscription stands on an order that both sides accepted"
        raise Refusal("order-not-accepted", words)
    return line


def _instance(viewer: Viewer, line: OrderLine, terms: Terms) -> Instance:
    slug = line.plan.offering.service
    refuse_bad_terms(slug, terms)
    return Instance(
        order=line.order,
        line=line,
        customer_id=line.order.requesting_id,
        provider_id=line.order.servicing_id,
        service_slug=slug,
        terms=dict(terms),
        requested_by_id=viewer.person or None,
    )


def _idle(viewer: Viewer, instance_id: str) -> Instance:
    instance = one(Instance, viewer, instance_id)
    refuse_running(instance)
    return instance


def _reason(why: str) -> str:
    if not why.strip():
        raise Refusal("reason-missing", "Say why: the other side will read it", status=422)
    return why.strip()
