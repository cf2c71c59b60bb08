"""Which limits of funds control a line draws on: levels of the law from a table, and budgets of the agency's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import NAMES, Attributes

OBLIGATED = (
    "4700",
    "4720",
    "4801",
    "4802",
    "4871",
    "4872",
    "4881",
    "4882",
    "4901",
    "4902",
    "4971",
    "4972",
    "4981",
    "4982",
)
"""The accounts by which a budget of the agency counts what is committed, ordered and spent."""
BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the law: the accounts whose balance is what is left, and the attributes it is kept by."""

    name: str
    accounts: tuple[str, ...]
    weight: int
    by: tuple[str, ...]
    unless_exempt: bool
    cite: str
    words: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A control that a line draws on: its key in the books, what people call it, and the weight of the line's cents."""

    level: str
    key: str
    words: str
    weight: int
    cite: str


@cache
def levels() -> tuple[Level, ...]:
    """The levels of the law, in the order in which money passes them."""
    return tuple(
        Level(
            row.text("level"),
            tuple(row.text("accounts").split()),
            row.integer("weight"),
            tuple(row.cells["by"].split()),
            row.cells["unless"] == "exempt",
            row.text("cite"),
            row.text("words"),
        )
        for row in law()["controls"].versions[-1].rows
    )


def limits(fund: Fund, account: str, attributes: Attributes) -> Iterator[Limit]:
    """The limits of the law that lines of this classification draw on."""
    for level in levels():
        if account not in level.accounts or (level.unless_exempt and fund.exempt):
            continue
        parts = [getattr(attributes, name) for name in level.by]
        said = ", ".join(
            f"{name.replace('_', ' ')} {part}" for name, part in zip(level.by, parts, strict=True) if part
        )
        key = "|".join([level.name, fund.tas.display, *parts])
        yield Limit(
            level.name,
            key,
            f"{level.name.capitalize()} of {fund.tas.display}{', ' if said else ''}{said}",
            level.weight,
            level.cite,
        )


def budget_key(tas: str, mask: dict[str, str]) -> str:
    """The key of an agency's own budget over the attributes that it names; the others may be anything."""
    return "|".join([BUDGET, tas, *(f"{name}={mask[name]}" for name in NAMES if mask.get(name))])


def budget_holds(key: str, tas: str, account: str, attributes: Attributes) -> bool:
    """Whether lines of a classification draw on a budget: its Treasury account, an obligation, the attributes named."""
    _, own, *named = key.split("|")
    if own != tas or not account.startswith(OBLIGATED):
        return False
    pairs = (part.partition("=") for part in named)
    return all(getattr(attributes, name) == value for name, _, value in pairs)
