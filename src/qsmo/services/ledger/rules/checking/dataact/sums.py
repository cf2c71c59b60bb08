"""Fields that are the sum of others on the same row: rules A2-A4, A24, B3-B7, B13, C3-C7, C18."""

from __future__ import annotations

from functools import cache

import polars as pl

from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.dataact.tables import (
    ADJUSTMENT,
    OUTLAY,
    Case,
    amounts_of,
    dollars,
    short,
    terms_of,
)
from qsmo.services.ledger.rules.checking.sheet import CENTS, Sheet, Term


@cache
def _sums(of: str) -> tuple[tuple[str, str, str, tuple[Term, ...]], ...]:
    rows = law()["dataact_sums"].versions[-1].rows
    return tuple(
        (row.text("rule"), row.cells["when"], row.text("field"), terms_of(row.text("terms"), of))
        for row in rows
        if row.text("file") == of
    )


def check_sums(case: Case, sheet: Sheet, extra: dict[str, int] | None = None) -> None:
    """Hold every sum of the file on every row it applies to. `extra` is line 1902 of the SF-133 by account, for A2."""
    for rule, when, name, terms in _sums(sheet.of):
        case.report.ran(rule, sheet.of)
        if rule == "A2" and extra is None:
            case.report.partly(rule, sheet.of, "line 1902 was taken as zero: needs the SF-133")
        adds = extra if rule == "A2" else None
        if not adds and sheet.is_nil(name) and all(sheet.is_nil(term) for _, term in terms):
            continue
        _hold(case, sheet, rule, when, name, terms, adds or {})


def _hold(
    case: Case,
    sheet: Sheet,
    rule: str,
    when: str,
    name: str,
    terms: tuple[Term, ...],
    adds: dict[str, int],
) -> None:
    right = sheet.total(terms)
    if adds:
        right = right + pl.Series([adds.get(account, 0) for account in sheet.accounts], dtype=CENTS)
    wrong = [
        place for place in sheet.places(sheet.cents(name).fill_null(0) != right) if place not in sheet.bad
    ]
    if not wrong:
        return
    holds, column = _where(case, sheet, when, terms, name), sheet.cents(name)
    words = " ".join(f"{'-' if sign < 0 else '+'} {short(term)}" for sign, term in terms).removeprefix("+ ")
    for place in wrong:
        if holds[place]:
            sum_ = dollars(right[place])
            said = f"{name} is {dollars(column[place] or 0)}, but {words} is {sum_}"
            case.finding(rule, sheet, place, said, name, sum_)


def _where(case: Case, sheet: Sheet, when: str, terms: tuple[Term, ...], name: str) -> pl.Series:
    if when.startswith("adjustment "):
        return sheet.series(ADJUSTMENT).str.to_uppercase() == when.removeprefix("adjustment ")
    if when == "all given":
        found = sheet.cents(name).is_not_null()
        for _, term in terms:
            found = found & sheet.cents(term).is_not_null()
        return found
    if when.startswith("balance"):
        balance = pl.Series(case.balances(sheet), dtype=pl.Boolean)
        if "outlay alone" not in when:
            return balance
        return balance & sheet.some(each for each in amounts_of(sheet.of) if each != OUTLAY[sheet.of])
    return pl.repeat(True, sheet.size, eager=True)
