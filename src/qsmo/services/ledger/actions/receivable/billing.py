"""Billing: a receivable is drafted, issued with its notice, and charged with interest, penalty and costs by law."""

from __future__ import annotations

from datetime import date, timedelta

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.receivable.posting import held, note, post, settled
from qsmo.services.ledger.models import Book, Debtor, Receivable, Symbol
from qsmo.services.ledger.queries.receivable import charged_before, debt_of, lines_of, unfilled
from qsmo.services.ledger.rules.receivable import debt
from qsmo.services.ledger.rules.receivable.postings import KINDS, PROCEEDS


@action("ledger.post")
def draft(
    viewer: Viewer, book_id: str, *, number: str, debtor_id: str, symbol_id: str, kind: str, amount: Money,
    due_on: date, words: str, order: str = "", account: str = "", organization: str = "",
) -> Receivable:  # fmt: skip
    """Draft a receivable. `account` is what it is revenue of, of an advance the authority that it realizes."""
    book = one(Book, viewer, book_id)
    allow(viewer, "ledger.post", book)
    debtor, symbol = one(Debtor, viewer, debtor_id), one(Symbol, viewer, symbol_id)
    if debtor.book_id != book.pk or symbol.book_id != book.pk:
        raise Refusal("other-books", "Debtor and Treasury account are of other books", status=422)
    found = tuple(_findings(debtor, kind, amount, account, symbol))
    if found:
        raise Refusal("receivable", "The receivable is not right", status=422, findings=found)
    if Receivable.seen_by(viewer).filter(book=book, number=number).exists():
        said = f"There is a receivable {number} already"
        raise Refusal("receivable-there", said, findings=(Finding("number", said, field="number"),))
    made = Receivable(
        book=book, number=number, debtor=debtor, symbol=symbol, kind=kind, principal_cents=amount.cents,
        due_on=due_on, words=words, order=order, account=account, organization=organization,
    )  # fmt: skip
    return add(viewer, made, "ledger.post")


def _findings(debtor: Debtor, kind: str, amount: Money, account: str, symbol: Symbol) -> list[Finding]:
    found = []
    if kind not in KINDS:
        found.append(Finding("kind", f"There is no kind “{kind}”", field="kind", expected=", ".join(KINDS)))
    if amount.cents <= 0:
        found.append(Finding("amount", "The amount is not above zero", field="amount"))
    if kind == "reimbursable" and not debtor.agency:
        words = (
            f"{debtor.name} is no agency of the United States: its order gives authority only with an advance"
        )
        found.append(Finding("debtor", words, field="debtor", expected="an advance, or a federal customer"))
    if kind == "general-fund" and account not in PROCEEDS:
        words = "What goes to the General Fund says what it is revenue of"
        found.append(Finding("account", words, field="account", expected=", ".join(PROCEEDS)))
    if kind == "general-fund" and symbol.financing != "receipts":
        words = f"{symbol.tas} is no receipt account"
        expected = "an account of receipts of the General Fund, such as 073-3220-000"
        found.append(Finding("symbol", words, field="symbol", expected=expected))
    return found


@action("ledger.post")
def issue(viewer: Viewer, key: str, *, on: date) -> Receivable:
    """Send the notice: the receivable is posted, and interest runs from this day at the rate of this day."""
    found = held(viewer, key, "draft")
    if found.due_on < on:
        words = f"It would be due on {found.due_on}, before its notice of {on}"
        raise Refusal("due", words, status=422, findings=(Finding("due", words, field="on"),))
    if found.kind == "general-fund" and not found.debtor.agency:
        debt.rate_of(on)  # a debt whose rate is not on file is not begun
    amount = Money(found.principal_cents)
    if found.kind == "reimbursable" and amount > (ordered := unfilled(viewer, found.symbol)):
        words = f"Orders of customers in {found.symbol.tas} that are not yet filled come to {ordered}, not {amount}"
        finding = Finding(
            "order", words, field="amount", expected="the order posted first (ORDER_NO_ADVANCE)"
        )
        raise Refusal("order", words, findings=(finding,))
    chosen = [found.account] if found.account else []
    entry = post(
        viewer, found, "charge", debt.PRINCIPAL, amount, on=on, key="bill", words=found.words, chosen=chosen
    )
    note(viewer, found, "charge", debt.PRINCIPAL, amount, on=on, entry=entry, words=found.words)
    return move(viewer, found, "issue", noticed_on=on, open_cents=amount.cents)


@action("ledger.post")
def drop(viewer: Viewer, key: str, why: str) -> Receivable:
    """Drop a draft, with a reason; nothing was posted of it."""
    found = held(viewer, key, "draft")
    _reason(why)
    return move(viewer, found, "drop", why=why)


@action("ledger.post")
def assess(viewer: Viewer, key: str, *, on: date) -> list[Money]:
    """Charge interest and penalty through a day, as far as they were not charged before. Again it charges nothing."""
    found = held(viewer, key, "open")
    made = charge_by_law(viewer, found, on, posted_on=on)
    settled(viewer, found)
    return made


def charge_by_law(viewer: Viewer, found: Receivable, on: date, *, posted_on: date) -> list[Money]:
    """Interest and penalty through a day, each as one entry with its line; refused where more was charged before."""
    if found.kind != "general-fund":
        return []
    owed, made = debt_of(viewer, found), []
    for charge in (debt.interest, debt.penalty):
        charged = charge(owed, on)
        before, last = charged_before(viewer, found, charged.part)
        due = charged.amount - before
        if due.cents < 0:
            words = (
                f"{debt.TITLES[charged.part]} was charged through {last}; a day before that cannot be taken in "
                "until the later charge is reversed"
            )
            raise Refusal("charged-later", words)
        if not due:
            continue
        words = f"{debt.TITLES[charged.part]} through {on}"
        key = f"{charged.part}/{on}"
        entry = post(viewer, found, "charge", charged.part, due, on=posted_on, key=key, words=words)
        steps = [*charged.steps, f"{charged.amount} in all, less {before} charged before"]
        note(
            viewer, found, "charge", charged.part, due, on=on, entry=entry, words=f"{words}: {charged.words}",
            steps=steps, cite=charged.cite, table=charged.table,
        )  # fmt: skip
        made.append(due)
    return made


@action("ledger.post")
def charge_costs(viewer: Viewer, key: str, *, on: date, amount: Money, part: str, why: str) -> Receivable:
    """Charge the cost of handling a debt that is past due, with what it was (31 U.S.C. 3717(e)(1))."""
    found = held(viewer, key, "open", kind="general-fund")
    _reason(why)
    if part not in (debt.HANDLING, debt.CONTINGENCY):
        raise Refusal("part", f"“{part}” is no cost of handling a debt", status=422)
    if found.debtor.agency or on <= found.due_on:
        words = (
            "An agency of the United States owes no charges"
            if found.debtor.agency
            else f"It is not past due before {found.due_on + timedelta(days=1)}"
        )
        raise Refusal("not-past-due", words, status=422, findings=(Finding("day", words, field="on"),))
    count = len(lines_of(viewer, found))
    entry = post(viewer, found, "charge", part, amount, on=on, key=f"{part}/{on}/{count}", words=why)
    note(
        viewer, found, "charge", part, amount, on=on, entry=entry, words=why,
        cite="31 U.S.C. 3717(e)(1)", table=debt.charges_law(on).reference,
    )  # fmt: skip
    return settled(viewer, found)


def _reason(why: str) -> None:
    if not why.strip():
        raise Refusal("reason", "Say why", status=422, findings=(Finding("why", "Say why", field="why"),))
