"""Arithmetic on integer columns: every rounding of the payroll is one of the expressions here, on every engine."""

from __future__ import annotations

from fractions import Fraction

import narwhals as nw

MILLION = 100 * 100 * 100
"""Rates that differ from person to person stand in columns as whole millionths."""

Amount = nw.Expr | int


def half_up(numerator: nw.Expr, denominator: Amount) -> nw.Expr:
    """A quotient of integers, half and over away from zero; the denominator is above zero.

    The magnitude is divided and the sign put back, because engines differ in how they divide negatives.
    """
    magnitude = (2 * numerator.abs() + denominator) // (2 * denominator)
    return nw.when(numerator < 0).then(-magnitude).otherwise(magnitude)


def times(amount: nw.Expr, rate: Fraction) -> nw.Expr:
    """An amount times an exact rate of the law, rounded half up."""
    return half_up(amount * rate.numerator, rate.denominator)


def at_millionths(amount: nw.Expr, millionths: nw.Expr) -> nw.Expr:
    """An amount times a rate that stands in a column of millionths, rounded half up."""
    return half_up(amount * millionths, MILLION)


def for_hours(hourly_cents: nw.Expr, centihours: nw.Expr) -> nw.Expr:
    """Cents for hundredths of an hour at an hourly rate, rounded half up."""
    return half_up(hourly_cents * centihours, 100)


def at_least(amount: nw.Expr, least: Amount) -> nw.Expr:
    """The greater of two amounts."""
    return nw.when(amount < least).then(_whole(least)).otherwise(amount)


def at_most(amount: nw.Expr, most: Amount) -> nw.Expr:
    """The smaller of two amounts."""
    return nw.when(amount > most).then(_whole(most)).otherwise(amount)


def where(condition: nw.Expr, then: Amount, otherwise: Amount = 0) -> nw.Expr:
    """One amount where a condition holds, another elsewhere."""
    return nw.when(condition).then(_whole(then)).otherwise(_whole(otherwise))


def millionths(rate: Fraction) -> int:
    """A rate as whole millionths. ValueError where it is finer than that: nothing is cut off in silence."""
    scaled = rate * MILLION
    if scaled.denominator != 1:
        raise ValueError(f"{rate} is not a whole number of millionths")
    return scaled.numerator


def _whole(amount: Amount) -> nw.Expr:
    return nw.lit(amount, nw.Int64) if isinstance(amount, int) else amount
