"""Sums of one file against another: A against B (A18, A19, A35), C within B (C20, C21, C26)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl

from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.dataact.keys import ACCOUNT, activity_given, columns, said
from qsmo.services.ledger.rules.checking.dataact.tables import (
    ADJUSTMENT,
    CLASS,
    CODE,
    FLAG,
    FUND,
    KEY,
    NAME,
    OUTLAY,
    Case,
    account_fields,
    dollars,
    short,
    terms_of,
)
from qsmo.services.ledger.rules.checking.sheet import Sheet, Term

A_AND_B = (
    ("A18", "GrossOutlayAmountByTAS_CPE", "+" + OUTLAY["B"]),
    ("A19", "ObligationsIncurredTotalByTAS_CPE", "-ObligationsIncurredByProgramObjectClass_CPE"),
    (
        "A35",
        "DeobligationsRecoveriesRefundsOfPriorYearByTAS_CPE",
        "+487100_CPE +487200_CPE +497100_CPE +497200_CPE",
    ),
)
GROUPS = (
    ("C20", (CLASS, FLAG), ()),
    ("C21.1", (CODE, NAME), (CODE, NAME)),
    ("C21.2", (KEY,), (KEY,)),
    ("C26", (FUND,), ()),
)


def check_a_and_b(case: Case) -> None:
    """Amounts of an account in A against the sums in B, where B has rows of it that are no adjustments."""
    a, b = case.sheets.get("A"), case.sheets.get("B")
    if a is None:
        return
    for rule, name, terms in A_AND_B:
        if b is None:
            case.report.skipped(rule, "A", "needs file B")
            continue
        case.report.ran(rule, "A")
        where = b.series(ADJUSTMENT).str.to_uppercase() == "X"
        keys = pl.DataFrame([b.account_series.alias(ACCOUNT)])
        sums = {str(key[0]): cents for key, cents in grouped(b, keys, terms_of(terms, "B"), where).items()}
        column = a.amount(name)
        for place, account in enumerate(a.accounts):
            right, said_ = sums.get(account), column[place] or 0
            if right is None or right == said_ or place in a.bad:
                continue
            words = (
                f"{name} is {dollars(said_)}, but the rows of {account} in file B come to {dollars(right)}"
            )
            case.finding(rule, a, place, words, name, dollars(right))


def grouped(
    sheet: Sheet, keys: pl.DataFrame, terms: tuple[Term, ...], where: pl.Series
) -> dict[tuple[object, ...], int]:
    """Sums by key over some rows; a key of which a row could not be read is left out."""
    names = keys.columns
    frame = keys.with_columns(sheet.total(terms).alias("cents"), bad(sheet)).filter(where)
    sums = frame.group_by(names, maintain_order=True).agg(pl.col("cents").sum(), pl.col("bad").any())
    return {tuple(key): cents for *key, cents, unsure in sums.rows() if not unsure}


def bad(sheet: Sheet) -> pl.Series:
    """Which rows could not be read."""
    found = [False] * sheet.size
    for place in sheet.bad:
        found[place] = True
    return pl.Series("bad", found, dtype=pl.Boolean)


@cache
def _shares() -> tuple[tuple[str, str, bool], ...]:
    c, b = account_fields("C"), account_fields("B")
    return tuple(
        (
            c.get(row.text("c"), row.text("c")),
            b.get(row.text("b"), row.text("b")),
            row.text("bound") == "least",
        )
        for row in law()["dataact_shares"].versions[-1].rows
    )


def check_shares(case: Case) -> None:
    """Sums in C may not go beyond those in B; by adjustment code where any row of C gives one, else without it."""
    b, c = case.sheets.get("B"), case.sheets.get("C")
    if c is None:
        return
    if b is None:
        for rule, _, _ in GROUPS:
            case.report.skipped(f"{rule}.1", "C", "needs file B")
            case.report.skipped(f"{rule}.2", "C", "needs file B")
        return
    adjusted = any(c.text(ADJUSTMENT))
    for rule, names, needed in GROUPS:
        number, other = (1, 2) if adjusted else (2, 1)
        why = "file C gives adjustment codes" if adjusted else "file C gives no adjustment codes"
        case.report.skipped(f"{rule}.{other}", "C", why)
        case.report.ran(f"{rule}.{number}", "C")
        all_names = (*names, ADJUSTMENT) if adjusted else names
        _within(case, b, c, f"{rule}.{number}", all_names, needed)


def _within(case: Case, b: Sheet, c: Sheet, rule: str, names: Sequence[str], needed: Sequence[str]) -> None:
    """Compare group by group. A group that B does not have is another rule's business."""
    shares = [each for each in _shares() if c.has(each[0]) and b.has(each[1])]
    where = activity_given(c, needed) if needed else pl.repeat(True, c.size, eager=True)
    ours = _sums(c, names, [name for name, _, _ in shares], "ours ", where)
    theirs = _sums(b, names, [name for _, name, _ in shares], "theirs ", pl.repeat(True, b.size, eager=True))
    both = ours.join(theirs, on=[ACCOUNT, *names], how="inner", suffix="_b").filter(
        ~pl.col("bad") & ~pl.col("bad_b")
    )
    for c_name, b_name, least in shares:
        inside, whole = pl.col("ours " + c_name), pl.col("theirs " + b_name)
        beyond = both.filter((inside < whole) if least else (inside > whole)).sort("place")
        for place, part, most, *key in beyond.select("place", inside, whole, ACCOUNT, *names).rows():
            words = (
                f"{short(c_name)} of {said(key)} adds up to {dollars(part)}, beyond {dollars(most)} in file B"
            )
            case.finding(rule, c, place, words, c_name)


def _sums(
    sheet: Sheet, names: Sequence[str], amounts: Sequence[str], prefix: str, where: pl.Series
) -> pl.DataFrame:
    """Sums by key with the first row of each; null for a group without any amount."""
    keys = columns(sheet, names).with_row_index("place")
    frame = keys.with_columns(
        bad(sheet), *(sheet.cents(each).alias(prefix + each) for each in amounts)
    ).filter(where)
    sums = (
        pl.when(pl.col(prefix + each).is_not_null().any())
        .then(pl.col(prefix + each).sum())
        .alias(prefix + each)
        for each in amounts
    )
    return frame.group_by(ACCOUNT, *names).agg(pl.col("place").min(), pl.col("bad").any(), *sums)
