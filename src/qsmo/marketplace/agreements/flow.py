"""The lives of general terms (form 7600A) and of orders (form 7600B), and the four capacities in which people sign."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.kernel.flow import Flow, Move

REQUESTING, SERVICING = "requesting", "servicing"


@dataclass(frozen=True, slots=True)
class Capacity:
    """One of the four capacities in which an agreement is signed: for which side, and as which official."""

    slug: str
    side: str
    words: str
    funding: bool = False

    @property
    def move(self) -> str:
        """The name of the move that a signature in this capacity is."""
        return f"sign_{self.slug}"


CAPACITIES = (
    Capacity("requesting_program", REQUESTING, "Requesting program official"),
    Capacity("requesting_funding", REQUESTING, "Requesting funding official", funding=True),
    Capacity("servicing_program", SERVICING, "Servicing program official"),
    Capacity("servicing_funding", SERVICING, "Servicing funding official", funding=True),
)
BY_SLUG = {capacity.slug: capacity for capacity in CAPACITIES}


def _signing(prefix: str, state: str, *, side: str = "") -> tuple[Move, ...]:
    """The signatures open in a state; each is barred to whoever signed there in another capacity."""
    return tuple(
        Move(
            capacity.move,
            (state,),
            state,
            f"{prefix}.sign.{capacity.slug}",
            not_by=tuple(other.move for other in CAPACITIES if other != capacity),
        )
        for capacity in CAPACITIES
        if side in ("", capacity.side)
    )


GENERAL_TERMS = Flow(
    "general terms",
    "draft",
    (
        Move("share", ("draft",), "shared", "agreement.draft"),
        Move("open_approval", ("shared",), "in_approval", "agreement.draft"),
        *_signing("agreement", "in_approval"),
        Move("approve", ("in_approval",), "approved", "agreement.sign"),
        Move("reject", ("shared", "in_approval"), "rejected", "agreement.sign"),
        Move("redraft", ("rejected",), "draft", "agreement.draft"),
        Move("amend", ("approved",), "amended", "agreement.draft"),
        *_signing("agreement", "amended"),
        Move("approve", ("amended",), "approved", "agreement.sign"),
        Move("drop_amendment", ("amended",), "approved", "agreement.sign"),
        Move("terminate", ("approved",), "terminated", "agreement.end"),
        Move("close", ("approved",), "closed", "agreement.end"),
    ),
)

ORDER = Flow(
    "order",
    "draft",
    (
        Move("share", ("draft",), "shared", "order.draft"),
        *_signing("order", "shared", side=REQUESTING),
        Move("approve_requesting", ("shared",), "requesting_approved", "order.sign"),
        *_signing("order", "requesting_approved", side=SERVICING),
        Move("accept", ("requesting_approved",), "servicing_approved", "order.sign"),
        Move("start_performance", ("servicing_approved",), "in_performance", "order.perform"),
        Move("complete", ("in_performance",), "completed", "order.perform"),
        Move("close", ("completed",), "closed", "order.close"),
        Move("reject", ("shared", "requesting_approved"), "rejected", "order.sign"),
        Move("redraft", ("rejected",), "draft", "order.draft"),
        Move(
            "cancel",
            ("draft", "shared", "requesting_approved", "servicing_approved"),
            "cancelled",
            "order.cancel",
        ),
    ),
)

COMMITTED = ("requesting_approved", "servicing_approved", "in_performance", "completed")
ACCEPTED = ("servicing_approved", "in_performance")

GENERAL_TERMS_STEPS = ("draft", "shared", "in_approval", "approved")
ORDER_STEPS = (
    "draft",
    "shared",
    "requesting_approved",
    "servicing_approved",
    "in_performance",
    "completed",
    "closed",
)
