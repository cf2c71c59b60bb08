"""One event, by its rule, into the lines of one entry: budgetary, proprietary and memorandum together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.ids import digest
from qsmo.kernel.law import Row, Version
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes

IN_EXEMPT = {
    "461000": "462000",
    "445000": "462000",
    "451000": "462000",
    "470000": "472000",
    "459000": "469000",
}
"""What an account that needs no apportionment has in the place of the usual one (USSGL account definitions)."""
EXPIRED, UNAPPORTIONED, ALLOTTED, EXEMPT = "465000", "445000", "461000", "462000"


@dataclass(frozen=True, slots=True)
class Rule:
    """A posting rule: its lines in order, its code in the supplement, and how sure the table is of it."""

    name: str
    title: str
    code: str
    mark: str
    rows: tuple[Row, ...]

    @property
    def amounts(self) -> tuple[str, ...]:
        """The amounts that an event of it must state."""
        return tuple(dict.fromkeys(row.text("amount") for row in self.rows))

    def choices(self, line: Row) -> tuple[str, ...]:
        """The accounts that may stand in a line, the usual one first."""
        return tuple(line.text("account").split())


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, to be posted by a rule. `chosen` names accounts where a line leaves a choice.

    `of_year` is the fiscal year in which the order that is adjusted was obligated; 0 where nothing is adjusted.
    """

    rule: str
    tas: str
    on: date
    amounts: Mapping[str, Money]
    source: str
    key: str
    words: str = ""
    attributes: Attributes = Attributes()  # noqa: RUF009  # frozen, of texts only
    chosen: frozenset[str] = field(default=frozenset())
    document: str = ""
    of_year: int = 0
    period: int = 0


def _version(on: date) -> Version:
    return law()["posting_rules"].at(on=FiscalYear.of(on).during.start)


@cache
def rules(year: int) -> dict[str, Rule]:
    """The posting rules of a fiscal year by name, in the order of the table."""
    found: dict[str, list[Row]] = {}
    for row in _version(FiscalYear(year).during.start).rows:
        found.setdefault(row.text("rule"), []).append(row)
    return {
        name: Rule(name, rows[0].text("title"), rows[0].cells["code"], rows[0].text("mark"), tuple(rows))
        for name, rows in found.items()
    }


def entry_of(event: Event, fund: Fund) -> EntryDraft:
    """The entry of an event. Refused (422): unknown rule, an amount missing or not above zero, a choice not there."""
    rule = rules(FiscalYear.of(event.on).year).get(event.rule)
    if rule is None:
        raise Refusal("posting-rule", f"There is no posting rule {event.rule}", status=422)
    found = tuple(_event_findings(event, rule))
    if found:
        raise Refusal("event", f"{rule.title}: the event is not complete", status=422, findings=found)
    lines = tuple(_lines(event, rule, fund))
    return EntryDraft(
        source=event.source,
        key=event.key,
        digest=digest(event),
        on=event.on,
        words=event.words or rule.title,
        lines=lines,
        rule=rule.name,
        rule_version=f"{_version(event.on).reference}, {rule.code or 'no code'}",
        period=event.period,
    )


def _event_findings(event: Event, rule: Rule) -> Iterator[Finding]:
    for name in rule.amounts:
        if event.amounts.get(name, Money(0)).cents <= 0:
            yield Finding(
                "amount", f"The amount “{name}” is missing", field=name, expected="an amount above zero"
            )
    for name in sorted(set(event.amounts) - set(rule.amounts)):
        words = f"{rule.name} has no amount “{name}”"
        yield Finding("amount", words, field=name, expected=", ".join(rule.amounts))
    offered = {account for row in rule.rows for account in rule.choices(row)}
    for account in sorted(event.chosen - offered):
        words = f"{rule.name} does not use account {account}"
        yield Finding("account", words, field="account", expected=", ".join(sorted(offered)))


def _lines(event: Event, rule: Rule, fund: Fund) -> Iterator[LineDraft]:
    for row in rule.rows:
        if row.cells["when"] == "appropriated" and not fund.spends_appropriations(event.attributes):
            continue
        account = _account(rule.choices(row), event, fund)
        cents = event.amounts[row.text("amount")].cents
        yield LineDraft(
            symbol=event.tas,
            account=account,
            cents=cents if row.text("side") == "debit" else -cents,
            attributes=fund.completed(event.attributes, account),
            document=event.document,
        )


def _account(choices: tuple[str, ...], event: Event, fund: Fund) -> str:
    wanted = [account for account in choices if account in event.chosen]
    usual = wanted[0] if wanted else choices[0]
    expired = fund.life(event.on) == "expired"
    if usual == "available":
        return EXPIRED if expired else EXEMPT if fund.exempt else ALLOTTED
    if usual == "recovered":
        return EXPIRED if expired else EXEMPT if fund.exempt else _recovered(event)
    return IN_EXEMPT.get(usual, usual) if fund.exempt and not wanted else usual


def _recovered(event: Event) -> str:
    """Money of an order of this year can be used again; that of an earlier year waits to be apportioned again."""
    this = FiscalYear.of(event.on).year
    return ALLOTTED if event.of_year == this else UNAPPORTIONED
