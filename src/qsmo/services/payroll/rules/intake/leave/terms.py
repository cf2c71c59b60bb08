"""Terms of leave as text in a table column: `annual 120.00; sick 300.50; abroad; limited 2026-03-31`."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from qsmo.contract.documents import LeaveTerms
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.leave.facts import HOURS, MOST_HOURS, before

ABROAD, APPOINTED, LIMITED = "abroad", "appointed", "limited"
_BALANCE = re.compile(r"(?P<name>[a-z_]+) (?P<hours>-?\d{1,5}\.\d\d)", re.ASCII)
_DAY = re.compile(rf"({APPOINTED}|{LIMITED}) (\d{{4}}-\d\d-\d\d)", re.ASCII)


def leave_text(terms: LeaveTerms) -> str:
    """Terms as the text of one cell; empty where nothing is said. Balances are hours with two decimals."""
    words = [f"{name} {str(Money(held)).replace(',', '')}" for name, held in terms.balances]
    words += [ABROAD] * terms.abroad
    days = ((APPOINTED, terms.appointed_on), (LIMITED, terms.limited_to))
    return "; ".join([*words, *(f"{name} {day}" for name, day in days if day)])


def leave_of(text: str) -> LeaveTerms:
    """The terms of a cell; Refusal (422) says what cannot be read."""
    balances: dict[str, int] = {}
    days: dict[str, date] = {}
    abroad = False
    for each in filter(None, (part.strip() for part in text.split(";"))):
        balance, day = _BALANCE.fullmatch(each), _DAY.fullmatch(each)
        if balance and balance["name"] in HOURS and balance["name"] not in balances:
            balances[balance["name"]] = int(balance["hours"].replace(".", ""))
        elif day and day[1] not in days:
            days[day[1]] = _day(day[2])
        elif each == ABROAD:
            abroad = True
        else:
            raise Refusal("leave", f"“{each}” is not a term of leave.", status=422)
    if any(abs(held) > MOST_HOURS for held in balances.values()):
        raise Refusal("leave", f"“{text}” has a balance above {MOST_HOURS // 100:,} hours.", status=422)
    return LeaveTerms(tuple(balances.items()), abroad, days.get(APPOINTED), days.get(LIMITED))


def stated(people: pl.DataFrame) -> pl.DataFrame:
    """The people with the balances that their terms of leave state, empty where they state none, and the other terms.

    The text is that of `leave_text`: whoever wrote the table or read the message has looked at it.
    """
    text = pl.col("leave").fill_null("")
    if "leave" not in people.columns or not (people["leave"].fill_null("") != "").any():
        none = pl.lit(None, pl.Date)
        return people.with_columns(
            *(pl.lit(None, pl.Int64).alias(before(name)) for name in HOURS),
            **{"leave_is_abroad": pl.lit(value=False), APPOINTED: none, LIMITED: none},
        )
    whole = pl.concat_str(pl.lit("; "), text, pl.lit(";"))
    return people.with_columns(
        *(
            whole.str.extract(rf"; ?{name} (-?\d+\.\d\d);")
            .str.replace(".", "", literal=True)
            .cast(pl.Int64)
            .alias(before(name))
            for name in HOURS
        ),
        whole.str.contains(f"; {ABROAD};", literal=True).alias("leave_is_abroad"),
        *(
            whole.str.extract(rf"; {name} (\d{{4}}-\d\d-\d\d);")
            .str.to_date("%Y-%m-%d", strict=False)
            .alias(name)
            for name in (APPOINTED, LIMITED)
        ),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refusal("leave", f"“{text}” is not a day.", status=422) from fault
