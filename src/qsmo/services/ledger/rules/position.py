"""What a line of an entry says beside account and amount, and a balance by all of it: the input of every report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.ledger.rules.chart import Half


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a line, each a code of the reporting standard or empty; the last four are the agency's own.

    `federal` is F, N, G, E or Z; `partner` the partner's agency (3), `partner_main` its main account (4); `category`
    A, B or E; `program_b` the category B line (4); `adjustment` X, B or P; `authority_year` NEW or BAL, on
    outlays; `activity` the program activity key;
    `object_class` three digits; `organization` is the holder of an allotment, its levels separated by slashes.
    """

    federal: str = ""
    partner: str = ""
    partner_main: str = ""
    authority: str = ""
    reimbursable: str = ""
    category: str = ""
    program_b: str = ""
    report_category: str = ""
    availability_time: str = ""
    bea: str = ""
    borrowing: str = ""
    exchange: str = ""
    custodial: str = ""
    budget_impact: str = ""
    adjustment: str = ""
    authority_year: str = ""
    cohort: str = ""
    defc: str = ""
    reduction: str = ""
    object_class: str = ""
    activity: str = ""
    fund: str = ""
    organization: str = ""
    program: str = ""
    project: str = ""


NAMES = tuple(field.name for field in fields(Attributes))
"""The attributes' names, in the order in which they are written."""


def attributes_of(codes: Mapping[str, str]) -> Attributes:
    """Attributes by their names; refused (422) where there is no attribute of a name."""
    unknown = sorted(set(codes) - set(NAMES))
    if unknown:
        words = f"There is no attribute {', '.join(unknown)}"
        findings = tuple(
            Finding("attribute", words, field=name, expected=", ".join(NAMES)) for name in unknown
        )
        raise Refusal("attribute", words, status=422, findings=findings)
    return Attributes(**codes)


@dataclass(frozen=True, slots=True)
class Position:
    """The balance of an account in one Treasury account symbol (display form), by attributes, over a fiscal year.

    `opening` is the balance on 1 October, `ending` that at the end of the period asked; cents, debit positive.
    """

    symbol: str
    account: str
    attributes: Attributes
    opening: int
    ending: int

    @property
    def half(self) -> Half:
        """Which part of an entry it stands in: 4 budgetary, 8 memorandum, all else proprietary."""
        return half(self.account)

    @property
    def movement(self) -> int:
        """What happened since 1 October."""
        return self.ending - self.opening


def half(account: str) -> Half:
    """The part of an entry that an account stands in, by its first digit (USSGL, account classification)."""
    if account.startswith("4"):
        return "budgetary"
    return "memorandum" if account.startswith("8") else "proprietary"


def added(positions: Iterable[Position], *names: str) -> Iterator[Position]:
    """Positions added up by symbol, account and the attributes named; the others become empty. In stable order."""
    sums: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}
    for each in positions:
        kept = tuple(getattr(each.attributes, name) for name in names)
        found = sums.setdefault((each.symbol, each.account, kept), [0, 0])
        found[0] += each.opening
        found[1] += each.ending
    for (symbol, account, kept), (opening, ending) in sorted(sums.items()):
        attributes = Attributes(**dict(zip(names, kept, strict=True)))
        yield Position(symbol, account, attributes, opening, ending)
