"""Step 9: the trial balances of both agencies tie, their reports hold, and what is not allotted is not spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Sum

from qsmo.kernel import clock
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.billing.models import Bill
from qsmo.platform import console
from qsmo.services.ledger import actions
from qsmo.services.ledger.formats.checking import check_gtas
from qsmo.services.ledger.formats.gtas_bulk import width, write_bulk
from qsmo.services.ledger.models import Balance, Control, Entry, Line, SourceDocument
from qsmo.services.ledger.queries import between, reports
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.rules.report.gate import Beside, gate
from qsmo.services.ledger.rules.report.gtas import trial_rows
from qsmo.services.payroll.models import PayRun
from qsmo.site.story.keeping import (
    ACCOUNTANT,
    ALLOTTED,
    APPROPRIATED,
    OPENED_ON,
    SERVICES,
    SOURCE,
    Kept,
)
from qsmo.site.story.telling import Story, person

ASKED = Asked(2026, 7)
REFUSED_ON = date(2026, 4, 2)
Ending = Callable[[str], Money]


def tie(story: Story, buyer: Kept, seller: Kept, payroll: Order, run: PayRun, bill: Bill) -> None:
    """The trial balance of each, and every amount that both agencies say, against pay and the bill."""
    story.step(9, "The books of both, tied to each other, to pay and to the bill")
    own, other = (_printed(story, kept) for kept in (buyer, seller))
    billed, ordered, cost = (
        Money(bill.total_cents),
        Money(payroll.total_cents),
        Money(run.totals["employer_cost"]),
    )
    books_of_buyer, books_of_seller = Money(buyer.order.total_cents), Money(seller.order.total_cents)
    gross = Money(run.totals["gross"])
    for words, left, right in (
        (
            "payable of the buyer and receivable of the seller, of the bill",
            -_moved(buyer, bill, "accepted", "211000"),
            _moved(seller, bill, "performed", "131000"),
        ),
        (
            "expense of the buyer and revenue of the seller, of the bill",
            _moved(buyer, bill, "accepted", "610000"),
            -_moved(seller, bill, "performed", "520000"),
        ),
        (
            "payment of the buyer and collection of the seller, of the bill",
            -_moved(buyer, bill, "paid", "101000"),
            _moved(seller, bill, "collected", "101000"),
        ),
        ("the same payment and the bill", -_moved(buyer, bill, "paid", "101000"), billed),
        ("revenue of the seller and the bill", -other("520000"), billed),
        ("what the buyer still owes and the seller still claims", own("211000"), other("131000")),
        (
            "what is still on order with the buyer and with the seller",
            -own("480100") - books_of_buyer,
            other("422100"),
        ),
        ("order less bill, and what is still on order", ordered - billed, other("422100")),
        ("pay and services in the buyer's books, and gross pay and bill", own("610000"), gross + billed),
        ("contributions in the buyer's books, and of the pay run", own("640000"), cost - gross),
        ("paid orders of the buyer, and the cost of the pay run and bill", -own("490200"), cost + billed),
        ("appropriations used, and the same", own("310700"), cost + billed),
        ("fund balance of the buyer", own("101000"), APPROPRIATED - cost - billed),
        ("fund balance of the seller", other("101000"), billed),
        ("allotment of the buyer that is left", -own("461000"), ALLOTTED - cost - ordered - books_of_buyer),
        ("authority of the seller that is left", -other("461000"), ordered - books_of_seller),
    ):
        story.check(words, left, right)
    agreed = between.agreed(person(ACCOUNTANT), buyer.book, ASKED)
    said = between.said_of(person(ACCOUNTANT), buyer.book, ASKED)
    story.say(f"  Lines of the buyer that name the other side, held against its books: {len(said)}")
    story.check(
        "documents that both do not say alike", [each.finding.words for each in agreed.differences], []
    )
    unlike = [each.title for each in agreed.balances if each.difference]
    story.check("balances with each other that differ", unlike, [])


def _printed(story: Story, kept: Kept) -> Ending:
    viewer = person(ACCOUNTANT)
    made = reports.trial_of(viewer, kept.book, ASKED)
    story.say(f"  Trial balance of {kept.book.customer.name}, {kept.tas}, FY2026 through period 07:")
    rows = [
        {
            "account": row.position.account,
            "title": row.account.title if row.account else "",
            "debit": Money(row.ending.debit) if row.ending.debit else None,
            "credit": Money(row.ending.credit) if row.ending.credit else None,
        }
        for row in made.rows
        if row.position.ending
    ]
    console.table(rows, {"account": "account", "title": "title", "debit": "debit", "credit": "credit"})
    story.check("findings about the trial balance", list(made.findings), [])
    for name, (_opening, _movement, ending) in made.totals.items():
        if ending.debit:
            story.check(f"{name} debits and credits", Money(ending.debit), Money(ending.credit))
    sums = {row.position.account: Money(row.position.ending) for row in made.rows}
    story.figure(f"trial balance of {kept.tas}", sums)
    return lambda account: sums.get(account, Money(0))


def _moved(kept: Kept, bill: Bill, event: str, account: str) -> Money:
    """What the journal of one event of the bill moved in an account."""
    lines = Line.seen_by(person(ACCOUNTANT)).filter(
        entry__book=kept.book, entry__source="billing", entry__key=f"{bill.pk}/{event}"
    )
    return Money(lines.filter(combination__account=account).aggregate(cents=Sum("cents", default=0))["cents"])


def report(story: Story, buyer: Kept, seller: Kept) -> None:
    """The report on budget execution of both, with everything that must tie."""
    for kept in (buyer, seller):
        viewer = person(kept.customer.officer)
        for tas, execution in reports.executions(viewer, kept.book, ASKED).items():
            story.say(f"  Report on budget execution (SF-133) of {tas}, FY2026 through period 07:")
            rows = [
                {"line": line.form.number, "title": line.form.title, "amount": Money(line.amount)}
                for line in execution.lines.values()
                if line.amount
            ]
            console.table(rows, {"line": "line", "title": "title", "amount": "$"})
            amounts = {line: Money(execution.amount(line)) for line in ("1910", "2190", "2500", "4190")}
            story.check(
                f"resources (1910) and their status (2500) of {tas}", amounts["1910"], amounts["2500"]
            )
            tied = reports.ties_of(execution, ASKED)
            story.check(
                f"of {len(tied)} tie points those that do not hold",
                [each.words for each in tied if not each.holds],
                [],
            )
            story.check("budgetary balances in no line", list(execution.unplaced), [])
            story.figure(f"SF-133 of {tas}", amounts)


def send(story: Story, buyer: Kept, seller: Kept, run: PayRun, bill: Bill) -> None:
    """The trial balance for Treasury of both: it passes our gate, is written, and the file is checked once more.

    What the gate holds it against is worked out from pay and bill, not from the books.
    """
    billed, cost = Money(bill.total_cents), Money(run.totals["employer_cost"])
    central = (
        (buyer, Beside((APPROPRIATED - cost - billed).cents, (cost + billed).cents, APPROPRIATED.cents)),
        (seller, Beside(billed.cents, -billed.cents, 0)),
    )
    for kept, beside in central:
        viewer = person(ACCOUNTANT)
        held = reports.before_closing(viewer, kept.book, ASKED)
        (account,) = reports.symbols(viewer, kept.book)
        made = gate(reports.fund_of(account, ASKED), held, ASKED.year, ASKED.period, beside)
        ran = [edit for edit in made.edits if not edit.left_out]
        story.say(f"  GTAS of {kept.tas}: {len(ran)} edits run, of {len(made.edits)}; not run:")
        for edit in made.left_out:
            story.say(f"    {edit.title}: {edit.left_out}")
        story.check("what stops the file", [finding.words for finding in made.findings], [])
        rows = trial_rows(held, ASKED.year, ASKED.period)
        content = write_bulk(rows)
        name = f"gtas-{kept.tas.replace('/', '-')}-{ASKED.year}{ASKED.period:02d}.txt"
        (story.folder / name).write_bytes(content)
        report = check_gtas((name, content))
        story.say(f"  {name}: {len(rows)} rows of {width()} characters")
        story.check("findings of the file's own check", [each.words for each in report.findings], [])
        cash = [line for line in content.decode().splitlines() if line[28:34] == "101000"]
        story.check("fund balance in the file", [str(int(line[34:55])) for line in cash], [str(beside.cash)])
        story.figure(name, digest(content.decode()))


def overspend(story: Story, kept: Kept) -> None:
    """An order of one cent more than what is left of the allotment is refused, and the books are as before."""
    viewer = person(ACCOUNTANT)

    def untouched() -> tuple[object, ...]:
        own = {"book": kept.book}
        return (
            Entry.seen_by(viewer).filter(**own).count(),
            Line.seen_by(viewer).filter(entry__book=kept.book).count(),
            Balance.seen_by(viewer).filter(**own).aggregate(Sum("debits_cents"), Sum("credits_cents")),
            sorted(Control.seen_by(viewer).filter(**own).values_list("key", "left_cents")),
        )

    allotment = Control.seen_by(viewer).get(book=kept.book, level="allotment")
    asked = Money(allotment.left_cents + 1)
    event = Event(
        "OBLIGATE", kept.tas, REFUSED_ON, {"amount": asked}, SOURCE, "one cent above the allotment",
        attributes=Attributes(federal="N", object_class=SERVICES),
    )  # fmt: skip
    with (
        clock.at(OPENED_ON),
        story.refused(f"An order of {asked}, one cent above the allotment", "funds", untouched),
    ):
        actions.post_event(viewer, kept.book.pk, event)
    kept_document = SourceDocument.seen_by(viewer).get(book=kept.book, source=event.source, key=event.key)
    for finding in kept_document.findings:
        story.say(f"  {finding['words']}; expected: {finding.get('expected', '')}")
    story.check("the attempt is on file as", kept_document.state, "refused")
    story.figure("left of the allotment", allotment.left_cents)
