"""Everything that writes instances: what people decide, and the commands that reach the service."""

from qsmo.marketplace.orders.actions.commands import (
    abandon,
    change_terms,
    export,
    leave,
    poll_due,
    provision,
)
from qsmo.marketplace.orders.actions.decisions import adopt, approve, request, resume, stay, suspend
from qsmo.marketplace.orders.actions.keys import Answer

__all__ = [
    "Answer",
    "abandon",
    "adopt",
    "approve",
    "change_terms",
    "export",
    "leave",
    "poll_due",
    "provision",
    "request",
    "resume",
    "stay",
    "suspend",
]
