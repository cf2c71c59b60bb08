"""What an entry must fulfil before it is posted: accounts, balance by half, the life of each Treasury account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes, half

USED = ("310700", "310710")
"""Appropriations used: what every cost that appropriations pay moves in the same entry."""
EXPENDED = ("4901", "4902", "4908", "4971", "4972", "4981", "4982")
NEW_AUTHORITY = ("445000", "451000", "461000", "462000", "470000", "472000", "480100", "480200")
"""Where new obligations come from and go to: closed in an expired account."""
OBLIGATED = ("4801", "4802", "4901", "4902")
"""What is obligated, from the order to its payment: between these an obligation moves and none is made."""
CLOSING = "CLOSE"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line to be posted. `symbol` is in display form; `cents` debit positive; `document` what it is for."""

    symbol: str
    account: str
    cents: int
    attributes: Attributes = Attributes()  # noqa: RUF009  # frozen, of texts only
    document: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One entry to be posted. `source` and `key` name its document, `digest` stands for the document's content.

    `period` is 13 or 14 for an adjustment of the year that ended, 15 for closing it, else 0: that of the day. `rule`
    is the posting rule that made the lines, empty for a journal.
    """

    source: str
    key: str
    digest: str
    on: date
    words: str
    lines: tuple[LineDraft, ...]
    rule: str = ""
    rule_version: str = ""
    period: int = 0
    reverses: int | None = None

    @property
    def year(self) -> int:
        """The fiscal year that it is in."""
        return FiscalYear.of(self.on).year

    @property
    def number(self) -> int:
        """The accounting period that it is in."""
        return self.period or FiscalPeriod.of(self.on).number


def entry_findings(draft: EntryDraft, funds: Mapping[str, Fund]) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft, by itself and by the accounts of the books; empty when all is well."""
    return tuple(_findings(draft, funds))


def _findings(draft: EntryDraft, funds: Mapping[str, Fund]) -> Iterator[Finding]:
    if len(draft.lines) < 2:
        yield Finding(
            "lines",
            f"{draft.key} has {len(draft.lines)} lines",
            expected="at least two, a debit and a credit",
        )
    known = chart(draft.year)
    for number, line in enumerate(draft.lines, start=1):
        if line.account not in known:
            words = f"There is no account {line.account or '(empty)'} in the chart of FY{draft.year}"
            yield Finding(
                "account", words, line=number, field="account", expected="an account of the USSGL, six digits"
            )
        if line.symbol not in funds:
            words = f"These books do not keep the Treasury account {line.symbol or '(empty)'}"
            yield Finding(
                "symbol",
                words,
                line=number,
                field="tas",
                expected=", ".join(sorted(funds)) or "one that they keep",
            )
        if not line.cents:
            yield Finding(
                "amount", "The amount is zero", line=number, field="amount", expected="an amount above zero"
            )
    yield from unbalanced(draft.lines)
    for symbol in dict.fromkeys(line.symbol for line in draft.lines):
        if symbol in funds:
            own = [line for line in draft.lines if line.symbol == symbol]
            yield from _life(draft, funds[symbol], own)
            yield from _companion(draft, funds[symbol], own)


def unbalanced(lines: Iterable[LineDraft]) -> Iterator[Finding]:
    """Each half of each Treasury account whose debits and credits differ, with the difference."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.symbol, half(line.account)] += line.cents
    for (symbol, part), off in sums.items():
        if off:
            more = "debits" if off > 0 else "credits"
            words = f"The {part} {more} of {symbol} are {Money(abs(off))} too high"
            yield Finding(
                "unbalanced",
                words,
                field="amount",
                expected="debits equal to credits in each half of each account",
            )


def _life(draft: EntryDraft, fund: Fund, lines: list[LineDraft]) -> Iterator[Finding]:
    life, name = fund.life(draft.on), fund.tas.display
    if life == "canceled":
        when = f" at the end of {fund.tas.cancels_on}" if fund.tas.cancels_on else ""
        words = f"{name} was canceled{when} (31 U.S.C. 1552)"
        yield Finding(
            "canceled",
            words,
            field="tas",
            expected="a current account for the same purpose (31 U.S.C. 1553(b))",
        )
    if life == "future":
        words = f"{name} is not available before 1 October {int(fund.tas.begins) - 1}"
        yield Finding("not-yet", words, field="tas", expected="an account of the year of the entry")
    if life == "expired" and not draft.rule.startswith(CLOSING):
        fresh = _fresh(lines)
        if fresh:
            words = f"{name} expired on {fund.tas.expires_on}; account {', '.join(fresh)} would take a new obligation"
            yield Finding(
                "expired", words, field="tas",
                expected="an adjustment of an obligation made before (31 U.S.C. 1553(a))",
            )  # fmt: skip


def _fresh(lines: list[LineDraft]) -> list[str]:
    """The accounts of an expired account in which lines make room for obligations, or in which they make one."""
    makes = sum(line.cents for line in lines if line.account.startswith(OBLIGATED)) < 0
    credited = {line.account for line in lines if line.cents < 0 and line.account in NEW_AUTHORITY}
    return sorted(account for account in credited if makes or not account.startswith(OBLIGATED))


def _companion(draft: EntryDraft, fund: Fund, lines: list[LineDraft]) -> Iterator[Finding]:
    if draft.rule.startswith(CLOSING):
        return
    own = [line for line in lines if fund.spends_appropriations(line.attributes)]
    spent = -sum(line.cents for line in own if line.account.startswith(EXPENDED))
    used = sum(line.cents for line in own if line.account in USED)
    if own and spent != used:
        name = fund.tas.display
        words = (
            f"{Money(spent)} of authority are expended in {name}, and {Money(used)} of appropriations used"
        )
        yield Finding(
            "companion", words, field="account",
            expected="310700 debited and 570000 credited with what is expended, in the same entry (B134)",
        )  # fmt: skip
