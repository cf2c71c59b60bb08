"""The rules of leave: annual and sick leave as the law lets them be earned, what time took, what a year forfeits."""

from __future__ import annotations

from collections.abc import Callable

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, where
from qsmo.services.payroll.rules.earnings.pay import total
from qsmo.services.payroll.rules.leave import earned
from qsmo.services.payroll.rules.leave.facts import (
    GRANTED,
    HOURS,
    YEAR_AFTER,
    YEAR_BEFORE,
    after,
    before,
    granted,
)
from qsmo.services.payroll.rules.rule import Kind, Reading, Rule

ANNUAL, SICK, COMP = "5 U.S.C. 6303, 6304", "5 U.S.C. 6307", "5 U.S.C. 5543"
CREDIT = "5 U.S.C. 6126"
RESTORED = "5 U.S.C. 6304(d); 5 CFR 630.305-306"
TAKEN = {
    "annual": "annual_leave_centihours",
    "sick": "sick_leave_centihours",
    "comp": "comp_used_centihours",
    "credit": "credit_used_centihours",
    "restored": "restored_leave_centihours",
}
"""Kind of leave: the hours of time that take of it."""
EARNED = {name: f"leave_{name}_earned_centihours" for name in ("annual", "sick")}
NEW_YEAR = "leave_new_year"
TABLE = ("leave",)


def _rule(
    name: str,
    title: str,
    words: str,
    cite: str,
    kind: Kind = "hours",
    *,
    inputs: tuple[str, ...],
    expression: Callable[..., nw.Expr],
    tables: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        name=name,
        kind=kind,
        title=title,
        words=words,
        cite=cite,
        unit="centihours",
        inputs=inputs,
        expression=expression,
        tables=tables,
    )


def _new_year(kept: nw.Expr, year: nw.Expr, last: nw.Expr) -> nw.Expr:
    return where((kept == 1) & (last > 0) & (year > last), year - last)


def _unpaid(new: nw.Expr, held: nw.Expr, kept: nw.Expr, part: nw.Expr, hours: nw.Expr) -> nw.Expr:
    return where(new > 0, 0, held) + kept * (1 - part) * hours


def _lost(law: Reading, new: nw.Expr, senior: nw.Expr, abroad: nw.Expr, held: nw.Expr) -> nw.Expr:
    usual, away, high = (law.integer("leave", name) * 100 for name in ("most", "abroad_most", "senior_most"))
    most = where(senior == 1, high, where(abroad == 1, away, usual))
    return where(new > 0, at_least(held - most, 0))


EARNING = [
    Rule(
        name=NEW_YEAR,
        kind="limit",
        title="Leave years begun since the last pay",
        words="A leave year begins with the first full pay period of the calendar year.",
        cite="5 CFR 630.201",
        unit="number",
        inputs=("leave_kept", "leave_year", YEAR_BEFORE),
        expression=_new_year,
    ),
    Rule(
        name=YEAR_AFTER,
        kind="balance",
        title="Leave year that was reached",
        words="The leave year of this pay period, where leave accounts are kept in it.",
        cite="5 CFR 630.201",
        unit="number",
        inputs=("leave_kept", "leave_year", YEAR_BEFORE),
        expression=lambda kept, year, last: where(kept == 1, year, last),
    ),
    _rule(
        after("unpaid"),
        HOURS["unpaid"],
        "Hours without pay of the leave year in full time; what is short of 80 ends with the year.",
        "5 CFR 630.208",
        "balance",
        inputs=(NEW_YEAR, before("unpaid"), "leave_kept", "leave_part_time", "unpaid_centihours"),
        expression=_unpaid,
    ),
    Rule(
        name="leave_earns",
        kind="limit",
        title="The pay period earns leave as a whole",
        words="Full-time employees earn by full pay periods; the one in which hours without pay reach 80, 160, ... "
        "in the leave year earns nothing.",
        cite="5 U.S.C. 6302(b); 5 CFR 630.208",
        unit="number",
        inputs=("leave_kept", "leave_whole", "leave_part_time", after("unpaid"), "unpaid_centihours"),
        expression=earned.earns,
        tables=TABLE,
    ),
    *(
        _rule(
            f"leave_{name}_toward_centihours",
            f"Part-time hours toward {HOURS[name].lower()}",
            "Hours in pay status of part-time employees, at most 80 a pay period, and what was left of earlier ones.",
            "5 CFR 630.303",
            inputs=("leave_kept", "leave_part_time", before(f"{name}_part"), "basic_centihours"),
            expression=earned.toward,
            tables=TABLE,
        )
        for name in ("annual", "sick")
    ),
    _rule(
        after("annual_part"),
        HOURS["annual_part"],
        "What is left of the part-time hours once whole hours of annual leave are earned.",
        "5 CFR 630.303",
        "balance",
        inputs=("leave_band", before("annual_part"), "leave_annual_toward_centihours"),
        expression=earned.left_of_annual,
        tables=TABLE,
    ),
    _rule(
        after("sick_part"),
        HOURS["sick_part"],
        "What is left of the part-time hours once whole hours of sick leave are earned.",
        "5 U.S.C. 6307",
        "balance",
        inputs=("leave_sick_toward_centihours",),
        expression=earned.left_of_sick,
        tables=TABLE,
    ),
    _rule(
        "leave_annual_accrued_centihours",
        "Annual leave of the pay period",
        "By years of service 4, 6 or 8 hours for a full pay period (10 for the last of the year in the middle band); "
        "in part time one hour for each 20, 13 or 10; nothing where no service computation date for leave is stated.",
        "5 U.S.C. 6303(a); 5 CFR 630.303",
        inputs=(
            *("leave_earns", "leave_band", "leave_last", "leave_part_time"),
            *("leave_annual_toward_centihours", after("annual_part")),
        ),
        expression=earned.annual,
        tables=TABLE,
    ),
    _rule(
        EARNED["annual"],
        "Annual leave earned",
        "What the pay period credits. Under an appointment of less than 90 days nothing is credited until 90 days are "
        "over, and then all of it.",
        "5 U.S.C. 6303(b)",
        inputs=("leave_limited", "leave_annual_accrued_centihours", before("waiting")),
        expression=lambda waits, accrued, held: where(waits == 0, accrued + held),
    ),
    _rule(
        after("waiting"),
        HOURS["waiting"],
        "Annual leave of the pay periods so far that is not credited yet.",
        "5 U.S.C. 6303(b)",
        "balance",
        inputs=("leave_limited", "leave_annual_accrued_centihours", before("waiting")),
        expression=lambda waits, accrued, held: where(waits == 1, accrued + held),
    ),
    _rule(
        EARNED["sick"],
        "Sick leave earned",
        "Four hours for a full pay period, in part time one hour for each 20 in pay status.",
        "5 U.S.C. 6307(a)",
        inputs=(
            *("leave_earns", "leave_part_time", "leave_sick_toward_centihours"),
            after("sick_part"),
        ),
        expression=earned.sick,
        tables=TABLE,
    ),
]

CREDITED = ("credit_earned_centihours", TAKEN["credit"], "credit_paid_centihours")


def _not_carried(
    kept: nw.Expr, most: nw.Expr, held: nw.Expr, earned: nw.Expr, used: nw.Expr, paid: nw.Expr
) -> nw.Expr:
    return where(kept == 1, at_least(held + earned - used - paid - most, 0))


FORFEITED = [
    _rule(
        "leave_annual_lost_centihours",
        "Annual leave forfeited",
        "What a new leave year does not take over: the balance above 240 hours, 360 for those abroad who are entitled "
        "to it, 720 in the Senior Executive Service and at its equivalents.",
        "5 U.S.C. 6304(a)-(b), (f)",
        inputs=(NEW_YEAR, "leave_senior", "leave_abroad", before("annual")),
        expression=_lost,
        tables=TABLE,
    ),
    _rule(
        "leave_credit_lost_centihours",
        "Credit hours not carried over",
        "What the pay period leaves above 24 credit hours, or in part time above a quarter of the biweekly hours, is "
        "not carried into the next one.",
        "5 U.S.C. 6126(a)",
        inputs=("leave_kept", "leave_credit_most_centihours", before("credit"), *CREDITED),
        expression=_not_carried,
    ),
    _rule(
        "leave_restored_lost_centihours",
        "Restored annual leave forfeited",
        "Restored leave that was not used by the end of the leave year in which two years are over.",
        RESTORED,
        inputs=(NEW_YEAR, *map(before, GRANTED)),
        expression=lambda new, now, following, later: where(
            new > 2, now + following + later, where(new > 1, now + following, where(new > 0, now))
        ),
    ),
]


def _shifted(new: nw.Expr, *accounts: nw.Expr) -> nw.Expr:
    """An account of restored leave in the leave year that it is now: what was next is this one's after a year."""
    own, following, later = accounts
    return where(new > 2, 0, where(new > 1, later, where(new > 0, following, own)))


def _held(place: int) -> Rule:
    """An account of restored leave before anything is taken: shifted with the year, with what is restored now."""
    names = list(GRANTED)
    name = names[place]
    columns = tuple(before(each) for each in names[place:])
    missing = len(GRANTED) - len(columns)

    def expression(new: nw.Expr, own: nw.Expr, *rest: nw.Expr) -> nw.Expr:
        *following, now = rest
        none = nw.lit(0, nw.Int64)
        return _shifted(new, own, *following, *[none] * missing) + now

    return _rule(
        f"leave_{name}_held_centihours",
        f"{HOURS[name]}, before use",
        "What earlier pay periods left, moved on with the leave year, and what is restored in this one.",
        RESTORED,
        inputs=(NEW_YEAR, *columns, granted(name)),
        expression=expression,
    )


def _left(place: int) -> Rule:
    """An account of restored leave after use: what lapses first is taken first, and the last one takes the rest."""
    names = list(GRANTED)
    name, is_last = names[place], place == len(names) - 1
    held = tuple(f"leave_{each}_held_centihours" for each in names[: place + 1])

    def expression(used: nw.Expr, *accounts: nw.Expr) -> nw.Expr:
        *earlier, own = accounts
        rest = at_least(used - total(*earlier), 0) if earlier else used
        return own - rest if is_last else at_least(own - rest, 0)

    return _rule(
        after(name),
        HOURS[name],
        "Restored leave is taken from the account that lapses first.",
        RESTORED,
        "balance",
        inputs=(TAKEN["restored"], *held),
        expression=expression,
    )


BALANCES_LEFT = [
    *(_held(place) for place in range(len(GRANTED))),
    *(_left(place) for place in range(len(GRANTED))),
    _rule(
        after("annual"),
        "Annual leave",
        "What there was, less what the leave year forfeits, and what was earned, less what was used and what was paid "
        "out. Below zero it is leave advanced.",
        ANNUAL,
        "leave",
        inputs=(
            *(before("annual"), "leave_annual_lost_centihours", EARNED["annual"]),
            *(TAKEN["annual"], "lump_leave_centihours"),
        ),
        expression=lambda held, lost, earned, used, paid: held - lost + earned - used - paid,
    ),
    _rule(
        after("sick"),
        "Sick leave",
        "What there was and what was earned, less what was used. There is no ceiling. Below zero it is advanced.",
        SICK,
        "leave",
        inputs=(before("sick"), EARNED["sick"], TAKEN["sick"]),
        expression=lambda held, earned, used: held + earned - used,
    ),
    _rule(
        after("comp"),
        "Compensatory time",
        "What there was, and what was earned in place of overtime pay, less what was used.",
        COMP,
        "leave",
        inputs=(before("comp"), "comp_earned_centihours", TAKEN["comp"]),
        expression=lambda held, earned, used: held + earned - used,
    ),
    _rule(
        after("credit"),
        "Credit hours",
        "What there was and what was earned, less what was used, paid out or not carried over.",
        CREDIT,
        "leave",
        inputs=(before("credit"), *CREDITED, "leave_credit_lost_centihours"),
        expression=lambda held, earned, used, paid, lost: held + earned - used - paid - lost,
    ),
    _rule(
        "leave_restored_centihours",
        "Restored annual leave",
        "All restored leave that is left, whenever it lapses.",
        RESTORED,
        "leave",
        inputs=tuple(after(name) for name in GRANTED),
        expression=total,
    ),
]


def _of_year(name: str, cite: str, *sources: str) -> Rule:
    return _rule(
        after(name),
        HOURS[name],
        "The hours of this pay period and of the earlier ones of the leave year.",
        cite,
        "balance",
        inputs=(NEW_YEAR, before(name), *sources),
        expression=lambda new, held, *hours: where(new > 0, 0, held) + total(*hours),
    )


YEARS = [
    _of_year("annual_earned", ANNUAL, EARNED["annual"]),
    _of_year("annual_used", ANNUAL, TAKEN["annual"], "lump_leave_centihours"),
    _of_year("sick_earned", SICK, EARNED["sick"]),
    _of_year("sick_used", SICK, TAKEN["sick"]),
    _of_year("comp_earned", COMP, "comp_earned_centihours"),
    _of_year("comp_used", COMP, TAKEN["comp"]),
    _of_year("credit_earned", CREDIT, "credit_earned_centihours"),
    _of_year("credit_used", CREDIT, TAKEN["credit"], "credit_paid_centihours"),
    _of_year("restored_used", RESTORED, TAKEN["restored"]),
]

LEAVE = [*EARNING, *FORFEITED, *BALANCES_LEFT, *YEARS]
"""The rules of leave, in order. They read hours and who somebody is; no rule of pay reads them."""
