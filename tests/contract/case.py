"""What a service brings to its own examination: two customers, a closed period, and days to split it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from qsmo.contract.service import Service, Subscription
from qsmo.kernel.period import Period


@dataclass(frozen=True)
class Case:
    """A prepared service: `subscription` is open and filled, with usage in `closed_period` on both sides of a split.

    `other_subscription` is another customer's, open or not yet, with data of its own or none. `split_days` are days
    inside the period at which it may be cut, best such as cut a unit of the service in two.
    """

    subscription: Subscription
    other_subscription: Subscription
    closed_period: Period
    split_days: tuple[date, ...]


Prepare = Callable[[Service], Case]


@dataclass(frozen=True)
class World:
    """What a manifest may refer to: permissions of the policy, and identifiers of the business framework.

    A capability is published with the activity it belongs to and the authority that it rests on.
    """

    permissions: frozenset[str]
    activities: frozenset[str]
    capabilities: Mapping[str, tuple[str, str]]
    measures: frozenset[str]
