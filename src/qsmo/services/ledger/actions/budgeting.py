"""Budgets of an agency's own: beside the limits of the law, over what lines say, as a warning or a stop."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError
from django.db.models import F, Sum

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.money import Money
from qsmo.platform.access.door import action, allow, one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record import trail
from qsmo.services.ledger.actions.bulk import alone_with, change, insert
from qsmo.services.ledger.models import CLOSING_PERIOD, Balance, Book, Combination, Control, Symbol
from qsmo.services.ledger.rules.control import BUDGET, budget_holds, budget_key
from qsmo.services.ledger.rules.position import attributes_of

_CONTROL = (
    "book_id", "made_at", "symbol_id", "level", "key", "words", "year", "hard", "left_cents", "warn_below_cents",
)  # fmt: skip
_DRAW = ("combination_id", "control_id", "weight")


@action("ledger.funds")
def set_budget(
    viewer: Viewer, book_id: str, symbol_id: str, *, year: int, amount: Money, stops: bool,
    mask: Mapping[str, str], warn_below: Money = Money(0),
) -> Control:  # fmt: skip
    """Set what may be committed, ordered and spent in a fiscal year by lines that say what the mask names.

    Set again it has the new amount; what was used counts from the first day of the year. Where it stops, the database
    keeps it from going below zero, and it is not set below what is used.
    """
    book, symbol = one(Book, viewer, book_id), one(Symbol, viewer, symbol_id)
    allow(viewer, "ledger.funds", book)
    named = {name: code for name, code in mask.items() if code}
    _refuse_wrong(book, symbol, year, amount, warn_below, named)
    alone_with("ledger_balance")
    key = budget_key(symbol.tas, named)
    drawing = [
        each
        for each in Combination.seen_by(viewer).filter(symbol=symbol)
        if budget_holds(key, symbol.tas, each.account, each.attributes)
    ]
    used = _used(viewer, [each.pk for each in drawing], year)
    left = amount - used
    if stops and left.cents < 0:
        words = f"{used} is committed, ordered or spent already; a budget that stops cannot be {amount}"
        raise Refusal("budget-used", words, findings=(Finding("amount", words, field="amount"),))
    said = {"hard": stops, "left_cents": left.cents, "warn_below_cents": warn_below.cents}
    there = Control.seen_by(viewer).filter(book=book, key=key, year=year).first()
    before = {name: getattr(there, name) for name in said} if there is not None else {}
    if there is None:
        row = (
            book.pk,
            clock.now(),
            symbol.pk,
            BUDGET,
            key,
            _words(symbol, year, named),
            year,
            *said.values(),
        )
        insert("ledger_control", _CONTROL, [row])
        there = Control.seen_by(viewer).get(book=book, key=key, year=year)
        insert("ledger_draw", _DRAW, [(each.pk, there.pk, 1) for each in drawing])
    else:
        try:
            change("ledger_control", there.pk, said)
        except IntegrityError as error:
            raise Refusal("budget-used", "More was used meanwhile; look again") from error
        there.refresh_from_db()
    after = {**said, "amount_cents": amount.cents}
    trail.write(viewer, there, "set-budget", before=before, after=after)
    return there


def _refuse_wrong(
    book: Book, symbol: Symbol, year: int, amount: Money, warn_below: Money, named: Mapping[str, str]
) -> None:
    attributes_of(named)
    if symbol.book_id != book.pk:
        raise Refusal("other-books", "The Treasury account is of other books", status=422)
    found = []
    if not named:
        words = "A budget says over what it holds, such as an organization; over all of an account the law's limits do"
        found.append(Finding("mask", words, field="organization"))
    if any(set(code) & set("|=") for code in named.values()):
        found.append(Finding("mask", "A code has neither | nor =", field="organization"))
    last = FiscalYear.of(clock.today()).year + 1
    if not book.first_year <= year <= last:
        words = f"These books have the years FY{book.first_year} to FY{last}"
        found.append(Finding("year", words, field="year"))
    if amount.cents < 0 or warn_below.cents < 0:
        found.append(Finding("amount", "An amount below zero is no budget", field="amount"))
    if found:
        raise Refusal("budget", "The budget is not right", status=422, findings=tuple(found))


def _used(viewer: Viewer, combinations: list[int], year: int) -> Money:
    """What lines of these combinations took in a year, before it was closed."""
    rows = Balance.seen_by(viewer).filter(
        combination_id__in=combinations, year=year, period__lt=CLOSING_PERIOD
    )
    net = rows.aggregate(cents=Sum(F("credits_cents") - F("debits_cents"), default=0))["cents"]
    return Money(net)


def _words(symbol: Symbol, year: int, named: Mapping[str, str]) -> str:
    said = ", ".join(f"{name.replace('_', ' ')} {code}" for name, code in named.items())
    return f"Budget FY{year} of {symbol.tas}, {said}"
