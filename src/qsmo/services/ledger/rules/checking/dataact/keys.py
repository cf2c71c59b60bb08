"""Keys of rows: which stand once, which must be in another file, and what was reported before and must be again."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

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
    class_key,
    dollars,
)
from qsmo.services.ledger.rules.checking.sheet import Sheet

AWARD = ("FAIN", "URI", "PIID", "ParentAwardId")
ACCOUNT = "account"


def check_keys(case: Case) -> None:
    """Uniqueness in each file, and the keys of one file in another."""
    a, b, c = (case.sheets.get(each) for each in "ABC")
    if a is not None:
        everywhere = pl.repeat(True, a.size, eager=True)
        _once(case, a, "A32", columns(a, ()), everywhere, "The account {} has another row")
    if b is not None:
        for rule, parts in (("B19.1", (CODE, NAME)), ("B19.2", (KEY,))):
            keys = columns(b, (CLASS, *parts, FLAG, FUND, ADJUSTMENT))
            _once(case, b, rule, keys, activity_given(b, parts), "Another row has the same key for {}")
    if c is not None:
        balance = pl.Series(case.balances(c), dtype=pl.Boolean)
        for rule, parts in (("C28.1", (CODE, NAME)), ("C28.2", (KEY,))):
            keys = columns(c, (CLASS, *parts, FLAG, FUND, ADJUSTMENT, *AWARD))
            given = balance & activity_given(c, parts)
            _once(case, c, rule, keys, given, "Another row of balances has the same key for {}")
    _accounts_of_each_other(case, a, b)
    _keys_of_c_in_b(case, b, c)


def columns(sheet: Sheet, names: Sequence[str]) -> pl.DataFrame:
    """A key of each row: its account and the columns named, in capitals; ### and ###0 are one object class."""
    parts = [sheet.account_series.alias(ACCOUNT)]
    for name in names:
        column = sheet.series(name).str.to_uppercase()
        if name == CLASS:
            known = {each: class_key(each) for each in column.unique().to_list()}
            column = column.replace_strict(known, return_dtype=pl.String) if known else column
        parts.append(column.alias(name))
    return pl.DataFrame(parts)


def activity_given(sheet: Sheet, parts: Sequence[str]) -> pl.Series:
    """On which rows one of these columns of the program activity is filled."""
    found = pl.repeat(False, sheet.size, eager=True)
    for part in parts:
        found = found | (sheet.series(part) != "")
    return found


def said(key: Sequence[object]) -> str:
    """A key in a sentence."""
    return ", ".join(str(each) or "blank" for each in key)


def _once(case: Case, sheet: Sheet, rule: str, keys: pl.DataFrame, given: pl.Series, words: str) -> None:
    case.report.ran(rule, sheet.of)
    numbered = keys.with_row_index("place").filter(given)
    if not numbered.height:
        return
    first = pl.col("place").first().over(keys.columns)
    for place, before in (
        numbered.select("place", first.alias("first")).filter(pl.col("place") != pl.col("first")).rows()
    ):
        line = f", on line {sheet.lines[before]}"
        case.finding(rule, sheet, place, words.format(sheet.accounts[place]) + line)


def _accounts_of_each_other(case: Case, a: Sheet | None, b: Sheet | None) -> None:
    if a is None or b is None:
        for rule, sheet, other in (("A30.1", a, "B"), ("A30.2", b, "A")):
            if sheet is not None:
                case.report.skipped(rule, sheet.of, f"needs file {other}")
        return
    case.report.ran("A30.1", "A")
    case.report.ran("A30.2", "B")
    for place in a.places(~a.account_series.is_in(list(b.known))):
        case.finding("A30.1", a, place, f"The account {a.accounts[place]} is not in file B")
    for place in b.places(~b.account_series.is_in(list(a.known))):
        if b.has_amount[place]:
            case.finding("A30.2", b, place, f"The account {b.accounts[place]} is not in file A")


def _keys_of_c_in_b(case: Case, b: Sheet | None, c: Sheet | None) -> None:
    if c is None:
        return
    adjusted = c.series(ADJUSTMENT) != ""
    for rule, parts in (("B20.1", (CODE, NAME)), ("B20.2", (KEY,))):
        given = activity_given(c, parts)
        for number, names, where in (
            (1, (CLASS, *parts, FUND, ADJUSTMENT), given & adjusted),
            (2, (CLASS, *parts, FUND), given & ~adjusted),
        ):
            code = f"{rule}.{number}"
            if b is None:
                case.report.skipped(code, "C", "needs file B")
                continue
            case.report.ran(code, "C")
            ours = columns(c, names).with_row_index("place").filter(where)
            lost = ours.join(columns(b, names).unique(), on=[ACCOUNT, *names], how="anti")
            for place, account, *key in lost.sort("place").rows():
                case.finding(code, c, place, f"No row of file B has the account {account} with {said(key)}")


def check_prior(case: Case) -> None:
    """C27: an outlay balance of an award that was reported last period is reported again, if only as zero."""
    c, prior = case.sheets.get("C"), case.given.prior
    if c is None:
        return
    for rule, parts in (("C27.1", (CODE, NAME)), ("C27.2", (KEY,))):
        if prior is None:
            case.report.skipped(rule, "C", "needs file C of the period before (--prior)")
            continue
        case.report.ran(rule, "C")
        names = (CLASS, *parts, FLAG, FUND, *AWARD)
        before = prior.cents(OUTLAY["C"])
        now = columns(c, names).filter(c.cents(OUTLAY["C"]).is_not_null()).unique()
        then = columns(prior, names).with_row_index("place")
        then = then.filter((before.fill_null(0) != 0) & activity_given(prior, parts))
        for place, account, *key in then.join(now, on=[ACCOUNT, *names], how="anti").sort("place").rows():
            award = next((str(each) for each in key[-len(AWARD) :] if each), "")
            words = (
                f"The outlay balance {dollars(before[place])} of award {award} in {account}, on line "
                f"{prior.lines[place]} of {prior.name}, is not reported again"
            )
            case.finding(rule, c, None, words, OUTLAY["C"], "a row with the balance, or with zero")
