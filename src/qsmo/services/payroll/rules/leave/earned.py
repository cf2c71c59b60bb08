"""What a pay period earns of annual and sick leave, as expressions: whole pay periods, and hours in part time."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_most, where
from qsmo.services.payroll.rules.rule import Reading


def earns(
    law: Reading, kept: nw.Expr, whole: nw.Expr, part: nw.Expr, unpaid: nw.Expr, hours: nw.Expr
) -> nw.Expr:
    """1 where a full pay period earns: nobody earns in the one in which hours without pay reach 80, 160 and so on."""
    each = law.integer("leave", "unpaid") * 100
    is_short = unpaid // each == (unpaid - hours) // each
    return where((kept == 1) & (whole == 1) & (part == 0) & is_short, 1)


def _hours_for_one(law: Reading, band: nw.Expr) -> nw.Expr:
    """Hundredths of hours in pay status that earn one hour of annual leave in part time."""
    first, second, third = (
        law.integer("leave", f"part_{name}") * 100 for name in ("first", "second", "third")
    )
    return where(band == 1, first, where(band == 2, second, third))


def annual(
    law: Reading, earns: nw.Expr, band: nw.Expr, last: nw.Expr, part: nw.Expr, toward: nw.Expr, left: nw.Expr
) -> nw.Expr:
    """Hundredths of hours of annual leave that a pay period earns, by the band of service."""
    first, second, third, more = (
        law.integer("leave", name) * 100 for name in ("first", "second", "third", "second_last")
    )
    middle = where(last == 1, more, second)
    full = where(band == 1, first, where(band == 2, middle, where(band > 2, third)))
    return earns * full + part * where(band > 0, (toward - left) // _hours_for_one(law, band) * 100)


def toward(law: Reading, kept: nw.Expr, part: nw.Expr, held: nw.Expr, paid: nw.Expr) -> nw.Expr:
    """Part-time hours toward leave: of earlier pay periods and of this one."""
    return held + kept * part * at_most(paid, law.integer("leave", "part_most") * 100)


def left_of_annual(law: Reading, band: nw.Expr, held: nw.Expr, toward: nw.Expr) -> nw.Expr:
    """Part-time hours that have not earned a whole hour of annual leave."""
    each = _hours_for_one(law, band)
    return where(band > 0, toward - toward // each * each, held)


def left_of_sick(law: Reading, toward: nw.Expr) -> nw.Expr:
    """Part-time hours that have not earned a whole hour of sick leave."""
    each = law.integer("leave", "part_sick") * 100
    return toward - toward // each * each


def sick(law: Reading, earns: nw.Expr, part: nw.Expr, toward: nw.Expr, left: nw.Expr) -> nw.Expr:
    """Hundredths of hours of sick leave that a pay period earns."""
    return earns * (law.integer("leave", "sick") * 100) + part * (
        (toward - left) // (law.integer("leave", "part_sick") * 100) * 100
    )
