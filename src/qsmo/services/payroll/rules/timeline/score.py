"""Computed figures held against published ones, each as exactly as it was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qsmo.kernel.money import Money

Outcome = Literal["exact", "within a dollar", "off", "not comparable"]
OUTCOMES: tuple[Outcome, ...] = ("exact", "within a dollar", "off", "not comparable")
DOLLAR = Money(100)
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure. `whole` where it was cut to whole dollars."""

    amount: Money
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one person's pay period, by what they are: `gross`, `deduction oasdi`, `government fehb`.

    `sections` are the kinds of lines that are listed at all; of others, no line means that nothing is known.
    """

    employee: str
    begin: str
    label: str
    amounts: Mapping[str, Published]
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure held against the published one. `note` says why it cannot be compared."""

    employee: str
    label: str
    what: str
    outcome: Outcome
    expected: str
    ours: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a person found out about a miss: whose error it is and why. `*` stands for every pay period or figure."""

    employee: str
    label: str
    what: str
    whose: str
    why: str

    def fits(self, miss: Compared) -> bool:
        """Whether it is the reason of a miss."""
        pairs = ((self.employee, miss.employee), (self.label, miss.label), (self.what, miss.what))
        return all(own in (EVERY, other) for own, other in pairs)


def compared(published: Figures, ours: Figures | None, note: str = "") -> list[Compared]:
    """Every published figure against ours, and every line of ours that was not published."""
    found = []
    for what, expected in published.amounts.items():
        own = ours.amounts.get(what) if ours else None
        said = note
        if ours is not None and own is None:
            section = what.partition(" ")[0]
            known = " " in what and section in ours.sections
            own = Published(Money(0)) if known else None
            said = note or "we have no such figure"
        shown = str(expected.amount) if not expected.whole else str(expected.amount).partition(".")[0]
        outcome: Outcome = _outcome(expected, own.amount) if own else "not comparable"
        text = str(own.amount) if own else ""
        found.append(
            Compared(published.employee, published.label, what, outcome, shown, text, "" if own else said)
        )
    for what, own in (ours.amounts if ours else {}).items():
        if what not in published.amounts and own.amount:
            said = "not published"
            found.append(
                Compared(
                    published.employee, published.label, what, "not comparable", "", str(own.amount), said
                )
            )
    return found


def _outcome(expected: Published, ours: Money) -> Outcome:
    if expected.whole:
        cut = Money(abs(ours.cents) // 100 * 100)
        cut = cut if ours.cents >= 0 else Money(-cut.cents)
        if cut == expected.amount:
            return "exact"
        return "within a dollar" if abs(cut.cents - expected.amount.cents) <= DOLLAR.cents else "off"
    if ours == expected.amount:
        return "exact"
    return "within a dollar" if abs(ours.cents - expected.amount.cents) <= DOLLAR.cents else "off"


def tally(found: Iterable[Compared]) -> list[dict[str, int | str]]:
    """How many figures of each kind came out how, in the order in which they were met first; the sum at the end."""
    counts: dict[str, dict[Outcome, int]] = {}
    for each in found:
        row = counts.setdefault(each.what, dict.fromkeys(OUTCOMES, 0))
        row[each.outcome] += 1
    first = [what for what in counts if " " not in what]
    ordered = [*first, *sorted(what for what in counts if " " in what)]
    rows = [_row(what, counts[what]) for what in ordered]
    return [*rows, _row("all", {each: sum(counts[what][each] for what in counts) for each in OUTCOMES})]


def _row(what: str, counts: Mapping[Outcome, int]) -> dict[str, int | str]:
    row: dict[str, int | str] = {"what": what}
    return row | {outcome: counts[outcome] for outcome in OUTCOMES}


def reason(miss: Compared, reasons: Sequence[Reason]) -> Reason | None:
    """The first reason that fits a miss."""
    return next((each for each in reasons if each.fits(miss)), None)
