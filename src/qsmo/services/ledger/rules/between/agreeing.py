"""What an agency says of its dealings with another, held against what the other says: differences by their cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import Row
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.symbol import TreasuryAccount

CAUSES = {
    "missing-here": "Only the other side has it",
    "missing-there": "Only this side has it",
    "amount": "The amounts differ",
    "period": "The accounting periods differ",
    "tas": "The Treasury accounts differ",
    "betc": "The business event types do not belong together",
}
SETTLED = "settled"
"""What is said where money moves."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one side says of a document: an amount that counts up on both sides alike, and where and when.

    `meaning` is what it says (`billed`, `settled`, …), `own` the Treasury account in which, `partner` agency and main
    account of the other side as this one names it (`014-4523`); `betc` only where money moves. `entry` is the first.
    """

    document: str
    meaning: str
    cents: int
    year: int
    period: int
    own: str
    partner: str
    is_buyer: bool
    betc: str = ""
    entry: int = 0

    @property
    def when(self) -> str:
        """The accounting period in words."""
        return f"FY{self.year}-P{self.period:02d}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the sides do not say alike, its cause, and what each says where it says something."""

    cause: str
    document: str
    meaning: str
    here: Said | None
    there: Said | None
    words: str

    @property
    def cents(self) -> int:
        """By how much this side is higher."""
        return (self.here.cents if self.here else 0) - (self.there.cents if self.there else 0)

    @property
    def finding(self) -> Finding:
        """The difference as a finding."""
        return Finding(self.cause, f"{self.document}, {self.meaning}: {self.words}", field=self.meaning)


@dataclass(frozen=True, slots=True)
class Balance:
    """What both sides have with each other in a pair of accounts; `there` is None where the other is not seen."""

    partner: str
    name: str
    title: str
    here: int
    there: int | None

    @property
    def difference(self) -> int | None:
        """By how much this side is higher; None where the other side is not seen."""
        return None if self.there is None else self.here - self.there


@cache
def _rows(year: int) -> dict[str, tuple[Row, str]]:
    """Each account that says something between agencies, with its row and on which side it stands."""
    rows = law()["reciprocal_accounts"].at(on=FiscalYear(year).during.start).rows
    return {row.text(side): (row, side) for row in rows for side in ("buyer", "seller")}


def accounts(year: int) -> tuple[str, ...]:
    """The accounts in which agencies say the same things from both sides."""
    return tuple(_rows(year))


def meant(account: str, cents: int, year: int) -> tuple[str, int, bool]:
    """What a line says of its document, the amount counted up, and whether it is the buyer who says it."""
    row, side = _rows(year)[account]
    up = cents if row.text(f"{side}_side") == "debit" else -cents
    if up < 0 and row.cells["reverse"]:
        return row.text("reverse"), -up, side == "buyer"
    return row.text("meaning"), up, side == "buyer"


def standing(account: str, cents: int, year: int) -> tuple[str, int]:
    """Which balance an account belongs to, and the balance counted up on both sides alike."""
    row, side = _rows(year)[account]
    return row.text("name"), cents if row.text(f"{side}_side") == "debit" else -cents


def event_type(cents: int, year: int, *, is_buyer: bool) -> str:
    """The business event type of a settlement on one side; what is taken back is an adjustment."""
    found = law()["event_types"].at(on=FiscalYear(year).during.start)
    return found.text(("payer" if is_buyer else "receiver") + ("" if cents > 0 else "_adjusted"))


def belong(betc: str, other: str, year: int) -> bool:
    """Whether two business event types are the two sides of one movement of money."""
    found = law()["event_types"].at(on=FiscalYear(year).during.start)
    kinds = ("", "_adjusted")
    return any({betc, other} == {found.text(f"payer{kind}"), found.text(f"receiver{kind}")} for kind in kinds)


def differences(here: Iterable[Said], there: Iterable[Said]) -> tuple[Difference, ...]:
    """Everything that two sides do not say alike, each with its cause; one document may differ in several ways."""
    ours, theirs = _added(here), _added(there)
    found: list[Difference] = []
    for name in sorted({*ours, *theirs}):
        own, other = ours.get(name), theirs.get(name)
        if own is not None and other is not None:
            found += [Difference(cause, *name, own, other, words) for cause, words in _unlike(own, other)]
        elif (one := own or other) is not None:
            cause = "missing-here" if own is None else "missing-there"
            words = f"{CAUSES[cause]}: {Money(one.cents)} in {one.when}, {one.own}"
            found.append(Difference(cause, *name, own, other, words))
    return tuple(found)


def _added(said: Iterable[Said]) -> dict[tuple[str, str], Said]:
    """What a side says, added up by document and meaning; the period is the last one of it."""
    groups: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said:
        groups[each.document, each.meaning].append(each)
    return {name: _one(group) for name, group in groups.items() if sum(each.cents for each in group)}


def _one(group: Sequence[Said]) -> Said:
    last = max(group, key=lambda each: (each.year, each.period))
    return Said(
        last.document, last.meaning, sum(each.cents for each in group), last.year, last.period,
        " ".join(sorted({each.own for each in group})), " ".join(sorted({each.partner for each in group})),
        last.is_buyer, last.betc, min(each.entry for each in group),
    )  # fmt: skip


def _unlike(own: Said, other: Said) -> Iterator[tuple[str, str]]:
    if own.cents != other.cents:
        yield "amount", f"{CAUSES['amount']}: {Money(own.cents)} here, {Money(other.cents)} there"
    if (own.year, own.period) != (other.year, other.period):
        yield "period", f"{CAUSES['period']}: {own.when} here, {other.when} there"
    for who, one, named in (("this side", own, other.partner), ("the other side", other, own.partner)):
        keeps = " ".join(sorted({TreasuryAccount.parse(tas).federal_account for tas in one.own.split()}))
        if named != keeps:
            words = f"{CAUSES['tas']}: {who} posts in {keeps}, its partner names {named or 'none'}"
            yield "tas", words
    if own.betc and other.betc and not belong(own.betc, other.betc, own.year):
        yield "betc", f"{CAUSES['betc']}: {own.betc} here, {other.betc} there"


def balances(
    here: Mapping[tuple[str, str], int], there: Mapping[tuple[str, str], int], seen: frozenset[str], year: int
) -> tuple[Balance, ...]:
    """Balances by partner and pair; those of partners not in `seen` have no other side. What is zero is left out."""
    titles = {row.text("name"): row.text("title") for row, _side in _rows(year).values()}
    return tuple(
        Balance(partner, name, title, here.get((partner, name), 0),
                there.get((partner, name), 0) if partner in seen else None)
        for partner in sorted({partner for partner, _name in {*here, *there}})
        for name, title in titles.items()
        if here.get((partner, name)) or there.get((partner, name))
    )  # fmt: skip
