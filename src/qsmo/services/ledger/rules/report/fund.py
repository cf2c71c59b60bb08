"""What must be known of a Treasury account symbol, beside its balances, to report on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.fund import Fund as Kept
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.symbol import Life


@dataclass(frozen=True, slots=True)
class Fund:
    """A symbol (display form) in the year reported.

    `exempt` is exempt from apportionment; `appropriated` says that its costs are paid from appropriations, so that each
    use of them is shown; `financing` marks a credit financing account, which the DATA Act files leave out.
    """

    symbol: str
    life: Life = "unexpired"
    exempt: bool = False
    appropriated: bool = True
    financing: bool = False


def as_of(kept: Kept, on: date) -> Fund:
    """What the books know of a Treasury account, for a report at the end of a day."""
    return Fund(
        symbol=kept.tas.display,
        life=kept.life(on),
        exempt=kept.exempt,
        appropriated=kept.spends_appropriations(Attributes()),
    )


def of(fund: Fund, positions: Iterable[Position]) -> tuple[Position, ...]:
    """The positions of a fund, of those given."""
    return tuple(position for position in positions if position.symbol == fund.symbol)


def dollars(cents: int) -> str:
    """An amount as words have it: 1,234.50."""
    return str(Money(cents))
