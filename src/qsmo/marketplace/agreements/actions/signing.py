"""One signature: by a person, in one capacity, once; and what every action here says when it refuses."""

from __future__ import annotations

from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.agreements.flow import BY_SLUG, CAPACITIES, Capacity
from qsmo.marketplace.agreements.models import GeneralTerms, Order, Signature
from qsmo.platform.access.door import add, allow, move
from qsmo.platform.access.viewer import Viewer


def sign(viewer: Viewer, record: GeneralTerms | Order, capacity: Capacity) -> Signature:
    """Write one signature of this round: the move, with its trail, and the row that the database keeps unique.

    Refused: the capacity is not open now (409), not held (403), signed already (409), or the person already signed
    here, or prepared the record and signs for its funds (403). Nothing is changed then.
    """
    if record.flow is None:
        raise ValueError("only a record with a flow is signed")
    allow(viewer, record.flow.move(capacity.move, record.state).permission, record)
    signed = {each.capacity: each for each in record.signatures.filter(round=record.round)}
    own = next((each for each in signed.values() if each.person_id == viewer.person), None)
    if own is not None:
        as_what = BY_SLUG[own.capacity].words.lower()
        words = f"{viewer.name} already signed {record.number} as {as_what}; another person must sign now"
        raise Refusal("same-person", words, status=403)
    if capacity.funding and record.prepared_by_id == viewer.person:
        words = f"{viewer.name} prepared {record.number}; another person must sign for the funds"
        raise Refusal("same-person", words, status=403)
    if capacity.slug in signed:
        words = (
            f"{signed[capacity.slug].person_name} already signed {record.number} as {capacity.words.lower()}"
        )
        raise Refusal("signed-already", words)
    move(viewer, record, capacity.move)
    what = {"general_terms": record} if isinstance(record, GeneralTerms) else {"order": record}
    signature = Signature(
        requesting_id=record.requesting_id,
        servicing_id=record.servicing_id,
        round=record.round,
        capacity=capacity.slug,
        person_id=viewer.person,
        person_name=viewer.name,
        **what,
    )
    return add(viewer, signature, record.flow.move(capacity.move, record.state).permission)


def missing_capacities(record: GeneralTerms | Order) -> list[Capacity]:
    """The capacities in which nobody has signed in the present round."""
    there = set(record.signatures.filter(round=record.round).values_list("capacity", flat=True))
    return [capacity for capacity in CAPACITIES if capacity.slug not in there]


def stated_capacity(slug: str) -> Capacity:
    """The capacity of a slug; any other word is refused (422)."""
    if slug not in BY_SLUG:
        words = f"“{slug}” is not a capacity to sign in; right would be one of {', '.join(BY_SLUG)}"
        raise Refusal("capacity-unknown", words, status=422)
    return BY_SLUG[slug]


def stated_reason(why: str) -> str:
    """A reason that was given; an empty one is refused (422)."""
    if not why.strip():
        raise Refusal("reason-missing", "Say why: the other side will read it", status=422)
    return why.strip()


def refuse_if(findings: list[Finding], words: str, *, status: int = 422) -> None:
    """Refuse with all findings at once, if there are any; the code is that of the first."""
    if findings:
        raise Refusal(
            findings[0].code, f"{words}: {findings[0].words}", status=status, findings=tuple(findings)
        )
