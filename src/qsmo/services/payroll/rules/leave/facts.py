"""The facts of leave: who has accounts and by which terms, and the balances with which a pay period begins."""

from __future__ import annotations

from qsmo.services.payroll.rules.fact import HR, RUN, Fact, number_fact

MOST_HOURS = 100 * 100 * 100
"""More hundredths of an hour than anybody's account has held."""
CARRIED = "From human resources where stated, else what the last certified pay left."
HOURS = {
    "annual": "Annual leave",
    "sick": "Sick leave",
    "comp": "Compensatory time",
    "credit": "Credit hours",
    "restored": "Restored annual leave to be used by the end of this leave year",
    "restored_next": "Restored annual leave to be used by the end of the next leave year",
    "restored_later": "Restored annual leave to be used by the end of the leave year after the next",
    "annual_earned": "Annual leave earned in the leave year",
    "annual_used": "Annual leave used in the leave year",
    "sick_earned": "Sick leave earned in the leave year",
    "sick_used": "Sick leave used in the leave year",
    "comp_earned": "Compensatory time earned in the leave year",
    "comp_used": "Compensatory time used in the leave year",
    "credit_earned": "Credit hours earned in the leave year",
    "credit_used": "Credit hours used in the leave year",
    "restored_used": "Restored annual leave used in the leave year",
    "unpaid": "Hours without pay in the leave year",
    "annual_part": "Part-time hours that have not earned an hour of annual leave yet",
    "sick_part": "Part-time hours that have not earned an hour of sick leave yet",
    "waiting": "Annual leave that waits for the 90th day of employment",
}
"""The balances that pass from one pay period to the next, in hundredths of an hour, and what each is."""
GRANTED = {
    "restored": "this leave year",
    "restored_next": "the next leave year",
    "restored_later": "the leave year after the next",
}
"""Accounts of restored leave, by the leave year at whose end each is forfeited."""


def before(name: str) -> str:
    """The column of a balance as a pay period begins with it."""
    return f"leave_{name}_before_centihours"


def after(name: str) -> str:
    """The column of a balance as a pay period leaves it."""
    return f"leave_{name}_after_centihours"


YEAR_BEFORE, YEAR_AFTER = "leave_year_before", "leave_year_after"
BALANCES = {**{before(name): after(name) for name in HOURS}, YEAR_BEFORE: YEAR_AFTER}
"""Every column that is carried: as it begins, and as it is left."""


def granted(name: str) -> str:
    """The column of leave that is restored in this pay period."""
    return f"leave_{name}_granted_centihours"


LEAVE_FACTS = [
    number_fact("leave_kept", "Has leave accounts", HR, default=0),
    number_fact("leave_part_time", "Earns leave by the hour", HR, default=0),
    number_fact("leave_band", "Band of service for annual leave", HR, default=0),
    number_fact("leave_senior", "Senior executive or equivalent", HR, default=0),
    number_fact("leave_abroad", "Has the ceiling of employees abroad", HR, default=0),
    number_fact("leave_whole", "Employed on every workday of the pay period", HR, default=0),
    number_fact("leave_limited", "Appointment of less than 90 days that are not over", HR, default=0),
    Fact(
        "leave_credit_most_centihours",
        "Credit hours that may be carried into the next pay period",
        HR,
        "centihours",
        MOST_HOURS,
        0,
    ),
    number_fact("leave_last", "Last full pay period of the calendar year", RUN, default=0),
    number_fact("leave_year", "Leave year", RUN, most=100 * 100, default=0),
    number_fact(YEAR_BEFORE, "Leave year of the last pay", CARRIED, most=100 * 100, default=0),
    *(
        Fact(before(name), f"{title}, before", CARRIED, "centihours", MOST_HOURS, 0, least=-MOST_HOURS)
        for name, title in HOURS.items()
    ),
    *(
        Fact(granted(name), f"Annual leave restored, usable through {until}", HR, "centihours", MOST_HOURS, 0)
        for name, until in GRANTED.items()
    ),
]
