"""Steps 6, 7 and 10: usage sealed and billed day by day, settled with both books, and the data taken along."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from qsmo.contract.documents import Document
from qsmo.kernel import clock
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.marketplace.billing import actions as billing
from qsmo.marketplace.billing import queries as bills
from qsmo.marketplace.billing.models import Bill
from qsmo.marketplace.metering.actions import seal
from qsmo.marketplace.orders import actions as orders
from qsmo.marketplace.orders.models import Exported, Instance
from qsmo.platform import console
from qsmo.platform.access.viewer import program
from qsmo.platform.store import files
from qsmo.services.payroll.formats.tables import read_assignments_table, read_times_table
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.site.story.telling import Story, person

BILLED_ON = date(2026, 4, 1)
REFERENCE = "DEMONSTRATION-0001"


def bill(story: Story, instance: Instance, run: PayRun) -> Bill:
    """Seal the usage of the pay period, bill it with a price that changed in the middle, explain a line."""
    story.step(6, "Usage is sealed and billed; the price changes in the middle of the period")
    official, funding = person("peter.quist@ibc.example"), person("fiona.reyes@ibc.example")
    buyer = person("lena.cruz@sba.example")
    with clock.at(BILLED_ON):
        reading = seal(program("metering"), instance.pk, run.during)
        story.check("the reading is", reading.state, "sealed")
        made = billing.open_bill(funding, instance.pk, run.during)
        if made.state in ("open", "calculated"):
            made = billing.calculate(funding, made.pk)
        if made.state == "calculated":
            made = billing.review(official, made.pk)
        if made.state == "under_review":
            made = billing.issue(funding, made.pk)
        if made.state == "issued":
            made = billing.accept(buyer, made.pk, why="the people on it were paid")
    lines = list(bills.lines(buyer, made))
    rows = [
        {"number": each.number, "line": each.sum_words, "amount": Money(each.amount_cents)} for each in lines
    ]
    console.table(rows, {"number": "line", "line": "what", "amount": "$"})
    told = bills.explain_line(buyer, lines[0])
    story.say(f"  Line 1 opened: {told.label}: {told.amount}. {told.rule}")
    for name, words in told.inputs:
        story.say(f"    {name}: {words}")
    for words in told.steps:
        story.say(f"    {words}")
    story.say(f"    {told.table}, {told.version}. Source: {told.source.rstrip('.')}. {told.cite}")
    total = Money(made.total_cents)
    story.figure("bill", total)
    story.figure("bill lines", [row["amount"] for row in rows])
    story.check("price versions on the bill", len(rows), 2)
    story.check("lines add up to the bill", Money.total(Money(each.amount_cents) for each in lines), total)
    story.check("people × 7/14 days × each price, worked out apart", _by_hand(run.people), total)
    return made


def _by_hand(people: int) -> Money:
    half = Decimal(people) * 7 / 14
    cents = [
        (half * Decimal(price) * 100).quantize(Decimal(1), ROUND_HALF_UP) for price in ("6.15", "6.3375")
    ]
    return Money(int(sum(cents)))


def settle(story: Story, made: Bill) -> None:
    """Settle, print the journals of both agencies, and tie usage to bill to settlement to books."""
    story.step(7, "Settlement, and the journals of both agencies")
    funding = person("fiona.reyes@ibc.example")
    with clock.at(BILLED_ON):
        settlement = billing.schedule(funding, made.pk)
        if settlement.state == "scheduled":
            settlement = billing.send(funding, settlement.pk)
        if settlement.state == "sent":
            settlement = billing.confirm(funding, settlement.pk, reference=REFERENCE)
    auditor = person("ada.whitfield@auditor.example")
    for document in bills.journals(auditor, made):
        body = document.body
        story.say(f"  {body['entity']} on {body['on']}: {body['words']} ({document.key.rpartition('/')[2]})")
        rows = [
            {"account": line["account"], "words": line["words"],
             "debit": Money(line["amount"]) if line["side"] == "debit" else None,
             "credit": Money(line["amount"]) if line["side"] == "credit" else None}
            for line in body["lines"]
        ]  # fmt: skip
        console.table(rows, {"account": "account", "words": "what", "debit": "debit", "credit": "credit"})
        debits = sum(line["amount"] for line in body["lines"] if line["side"] == "debit")
        credits_ = sum(line["amount"] for line in body["lines"] if line["side"] == "credit")
        story.check("debits and credits", Money(debits), Money(credits_))
    for each in bills.tie(auditor, made.pk).checks:
        story.check(each.words, each.left, each.right)
    story.check("the settlement is", settlement.state, "confirmed")


def leave_with_data(story: Story, instance: Instance, run: PayRun) -> None:
    """Export everything, read the export back, and compare it record by record with what was taken in."""
    story.step(11, "The agency exports its data, and the export is read back")
    sapoc = person("sam.okafor@sba.example")
    with clock.at(BILLED_ON):
        orders.export(sapoc, instance.pk)
    latest = {
        each.name: each for each in Exported.seen_by(sapoc).filter(instance=instance).order_by("made_at")
    }
    console.table(
        [
            {"file": each.name, "records": each.records, "digest": each.digest[:16]}
            for each in latest.values()
        ],
        {"file": "file", "records": "records", "digest": "digest"},
    )
    taken = {
        each.kind: each
        for each in Intake.unseen("the story compares an export").filter(run=run, is_current=True)
    }
    for kind in ("hr", "time"):
        before = _records(kind, taken[kind].accepted_file, ".parquet")
        after = _records(kind, latest[f"{run.label}-{kind}.csv"].digest, ".csv")
        story.check(f"{kind} records exported and read back", len(after), len(before))
        story.check(f"{kind} records, every field, digest", digest(after)[:16], digest(before)[:16])
    paid = sum(each.records for each in latest.values() if "-pay-" in each.name)
    story.check("people in the exported results", paid, run.people)
    story.figure("exported files", {each.name: each.digest for each in latest.values()})


def _records(kind: str, content: str, suffix: str) -> list[dict[str, Any]]:
    read = read_assignments_table if kind == "hr" else read_times_table
    with files.named(content, suffix) as path:
        return [each.body() for each in read(path) if isinstance(each, Document)]
