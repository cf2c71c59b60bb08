"""Closing a fiscal year: where each balance goes that does not stay open, as one entry for each Treasury account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import account, chart, law
from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes, Position

RULE, SOURCE = "CLOSE", "closing"
UNOBLIGATED, OBLIGATION, ZERO = "unobligated", "obligation", "zero"
CARRIED, EXPIRED, EXEMPT = "445000", "465000", "462000"
NETTED = {"4871": "480100", "4881": "480100", "4971": "490100", "4981": "490100"}
"""Adjustments of obligations go back into the account that they adjust."""
KEPT = ("bea", "reimbursable", "defc", "category", "program_b")
"""What a balance that is carried forward still says."""


def last_day(year: int) -> date:
    """30 September of a fiscal year."""
    return FiscalYear(year).during.end - timedelta(days=1)


def closing_findings(positions: Iterable[Position], year: int) -> tuple[Finding, ...]:
    """What must be settled before a year is closed: estimates that did not come true, accounts with a choice."""
    return tuple(_findings(positions, year))


def _findings(positions: Iterable[Position], year: int) -> Iterator[Finding]:
    for each in positions:
        goes = account(each.account, year).closes_to
        if each.ending and goes == ZERO:
            words = f"{each.symbol}: {Money(abs(each.ending))} in {each.account} is anticipated and did not come true"
            yield Finding(
                "anticipated",
                words,
                field=each.account,
                expected="removed before the year is closed (YE_ANTICIPATED)",
            )
        if each.ending and "|" in goes:
            words = (
                f"{each.symbol}: where {each.account} closes to ({goes.replace('|', ' or ')}) is not sourced"
            )
            yield Finding(
                "closing-choice", words, field=each.account, expected="a journal in period 14 that settles it"
            )


def closing_draft(
    tas: str, fund: Fund, positions: Iterable[Position], year: int, number: int
) -> EntryDraft | None:
    """The entry that closes one Treasury account, from balances through the last period; None where nothing is open.

    `number` counts the closing entries of the account and year: after a period is opened again there is another.
    """
    lines = tuple(_lines(tas, fund, positions, year))
    if not lines:
        return None
    return EntryDraft(
        source=SOURCE,
        key=f"{year}/{tas}/{number}",
        digest=digest(lines),
        on=last_day(year),
        words=f"Closing of FY{year}",
        lines=lines,
        rule=RULE,
        rule_version=f"chart from {FiscalYear(year)}",
        period=closing_period(year),
    )


def closing_period(year: int) -> int:
    """The period of the closing entries."""
    return law()["periods"].at(on=FiscalYear(year).during.start).integer("closing")


def _lines(tas: str, fund: Fund, positions: Iterable[Position], year: int) -> Iterator[LineDraft]:
    targets: dict[tuple[str, Attributes], int] = defaultdict(int)
    for each in positions:
        target = target_of(each.account, fund, year)
        if not each.ending or target in ("", each.account):
            continue
        yield LineDraft(tas, each.account, -each.ending, each.attributes)
        kept = each.attributes if target in NETTED.values() else _kept(each.attributes)
        targets[target, kept] += each.ending
    for (target, kept), cents in sorted(targets.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        if cents:
            yield LineDraft(tas, target, cents, fund.completed(kept, target))


def target_of(number: str, fund: Fund, year: int) -> str:
    """The account that an account closes to in a fund, empty where it stays open."""
    goes = chart(year)[number].closes_to
    expires = fund.life(last_day(year) + timedelta(days=1)) != "unexpired"
    if number == CARRIED:
        return EXPIRED if expires else ""
    if goes == OBLIGATION:
        return next(target for head, target in NETTED.items() if number.startswith(head))
    if goes != UNOBLIGATED:
        return "" if goes == ZERO or "|" in goes else goes
    return EXPIRED if expires else EXEMPT if fund.exempt else CARRIED


def _kept(attributes: Attributes) -> Attributes:
    return Attributes(**{name: getattr(attributes, name) for name in KEPT})
