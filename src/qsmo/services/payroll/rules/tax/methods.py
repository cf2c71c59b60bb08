"""The methods of states and places as looked-up columns: one row of figures for each state and status, or place."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from qsmo.kernel.law import Row
from qsmo.services.payroll.rules.columns import millionths
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule, Unit

CITE = "5 U.S.C. 5517; 31 CFR 215"
LOCAL_CITE = "5 U.S.C. 5516, 5520; 31 CFR 215"
NOWHERE = ""


def key(*parts: str) -> str:
    """The key of a method: state and status, or place and status."""
    return " ".join(parts)


def numbers(law: Reading) -> dict[str, int]:
    """The number that stands for each schedule; no schedule is 0."""
    return {NOWHERE: 0} | {
        row.text("schedule"): row.integer("number") for row in law.version("state_schedules").rows
    }


def in_force(row: Row, on: date) -> bool:
    """Whether a row that may begin or end within the year holds on a pay date."""
    begins, through = row.cells["begins"], row.cells["through"]
    return (not begins or date.fromisoformat(begins) <= on) and (
        not through or on <= date.fromisoformat(through)
    )


def _yes(row: Row, name: str) -> int:
    return int(row.text(name) == "yes")


def _method(row: Row, schedules: dict[str, int]) -> dict[str, Cell]:
    rate = row.rate("deduction_rate")
    intercept = row.cents("deduction").cents - rate * row.cents("deduction_from").cents
    cents = ("exemption", "dependent", "credit", "dependent_credit", "low_income", "unit")
    return {
        "state_key": key(row.text("state"), row.text("status")),
        "state_schedule": schedules[row.text("schedule")],
        "state_by_period": int(row.text("per") == "period"),
        "state_before_tax": _yes(row, "pretax"),
        "state_before_savings": _yes(row, "savings"),
        "state_deduction_cents": intercept.numerator // intercept.denominator,
        "state_deduction_millionths": millionths(rate),
        "state_deduction_least_cents": row.cents("deduction_least").cents,
        "state_deduction_most_cents": row.cents("deduction_most").cents,
        **{f"state_{name}_cents": row.cents(name).cents for name in cents},
        "state_supplemental_millionths": millionths(row.rate("supplemental")),
        "state_claims": _yes(row, "claims"),
        "state_approximate": int(row.text("standing") == "approximate"),
    }


def _method_rows(law: Reading) -> list[dict[str, Cell]]:
    schedules = numbers(law)
    rows = [_method(row, schedules) for row in law.version("state_methods").rows]
    none: dict[str, Cell] = dict.fromkeys(rows[0], 0)
    return [none | {"state_key": NOWHERE, "state_unit_cents": 1}, *rows]


def _place(row: Row, schedules: dict[str, int]) -> dict[str, Cell]:
    return {
        "local_key": key(row.text("code"), row.text("status")),
        "local_schedule": schedules[row.cells["schedule"]],
        "local_flat_millionths": millionths(row.rate("rate")),
        "local_on_state": int(row.text("basis") == "state"),
        "local_joined": _yes(row, "joined"),
        "local_before_tax": _yes(row, "pretax"),
        "local_before_savings": _yes(row, "savings"),
        "local_deduction_cents": row.cents("deduction").cents,
        "local_exemption_cents": row.cents("exemption").cents,
        "local_fixed_cents": row.cents("amount").cents,
        "local_by_year": int(row.text("per") == "year"),
    }


def _place_rows(law: Reading) -> list[dict[str, Cell]]:
    schedules, on = numbers(law), law.law.pay_date
    rows = [_place(row, schedules) for row in law.version("local_taxes").rows if in_force(row, on)]
    none: dict[str, Cell] = dict.fromkeys(rows[0], 0)
    return [none | {"local_key": NOWHERE}, *rows]


def _schedule_rows(prefix: str, law: Reading) -> list[dict[str, Cell]]:
    names = ("schedule", "bracket", "over_cents", "base_cents", "row_millionths")
    rows = [
        (
            row.integer("number"),
            row.integer("bracket"),
            row.cents("over").cents,
            row.cents("base").cents,
            millionths(row.rate("rate")),
        )
        for row in law.version("state_schedules").rows
    ]
    none = (0,) * len(names)
    return [
        {f"{prefix}_{name}": cell for name, cell in zip(names, row, strict=True)} for row in (none, *rows)
    ]


METHODS = Lookup("state_methods", ("state_key",), ("state_methods", "state_schedules"), _method_rows)
PLACES = Lookup("local_taxes", ("local_key",), ("local_taxes", "state_schedules"), _place_rows)
STATE_ROWS = Lookup(
    "state_rows",
    ("state_schedule", "state_bracket"),
    ("state_schedules",),
    lambda law: _schedule_rows("state", law),
)
LOCAL_ROWS = Lookup(
    "local_rows",
    ("local_schedule", "local_bracket"),
    ("state_schedules",),
    lambda law: _schedule_rows("local", law),
)


def bracket(users: str, law: Reading, amount: nw.Expr, schedule: nw.Expr) -> nw.Expr:
    """The row of a schedule in which an amount falls; the only row of a flat one is 0. `users` names the schedules."""
    used = {row.cells["schedule"] for row in law.version(users).rows}
    bounds: dict[int, list[int]] = {}
    for row in law.version("state_schedules").rows:
        if row.text("schedule") in used and row.integer("bracket"):
            bounds.setdefault(row.integer("number"), []).append(row.cents("over").cents)
    counted = nw.lit(0, nw.Int64)
    for number, own in bounds.items():
        passed = (amount >= own[0]).cast(nw.Int64)
        for bound in own[1:]:
            passed = passed + (amount >= bound).cast(nw.Int64)
        counted = nw.when(schedule == number).then(passed).otherwise(counted)
    return counted


def looked_up(lookup: Lookup, cite: str, columns: dict[str, tuple[str, Unit]]) -> list[Rule]:
    """A rule for each looked-up column: its name, its title and its unit."""
    source = "the method of the state" if lookup in (METHODS, STATE_ROWS) else "the notice of the place"
    return [
        Rule(
            name=name,
            kind="rate",
            title=title,
            unit=unit,
            words=f"{title}, from {source}.",
            cite=cite,
            inputs=lookup.on,
            lookup=lookup,
            tables=lookup.tables,
        )
        for name, (title, unit) in columns.items()
    ]


METHOD_RULES = looked_up(
    METHODS,
    CITE,
    {
        "state_schedule": ("Number of the rate schedule", "number"),
        "state_by_period": ("Amounts are of the pay period", "number"),
        "state_before_tax": ("Health and other pre-tax amounts lower the wages", "number"),
        "state_before_savings": ("Traditional TSP lowers the wages", "number"),
        "state_deduction_cents": ("Standard deduction before its percentage", "cents"),
        "state_deduction_millionths": ("Percentage of wages in the standard deduction", "millionths"),
        "state_deduction_least_cents": ("Least standard deduction", "cents"),
        "state_deduction_most_cents": ("Greatest standard deduction", "cents"),
        "state_exemption_cents": ("Amount of an exemption", "cents"),
        "state_dependent_cents": ("Amount of a dependent or other allowance", "cents"),
        "state_credit_cents": ("Credit for an exemption", "cents"),
        "state_dependent_credit_cents": ("Credit for a dependent", "cents"),
        "state_low_income_cents": ("Wages up to which nothing is withheld", "cents"),
        "state_supplemental_millionths": ("Rate on supplemental wages", "millionths"),
        "state_unit_cents": ("Amount to which the tax is rounded", "cents"),
        "state_claims": ("An amount claimed takes the place of the deduction", "number"),
        "state_approximate": ("Statutory approximation", "number"),
    },
)
PLACE_RULES = looked_up(
    PLACES,
    LOCAL_CITE,
    {
        "local_schedule": ("Number of the local rate schedule", "number"),
        "local_flat_millionths": ("Local rate", "millionths"),
        "local_on_state": ("The local tax has the base of the state's", "number"),
        "local_joined": ("The local tax is withheld with the state's", "number"),
        "local_before_tax": ("Health and other pre-tax amounts lower local wages", "number"),
        "local_before_savings": ("Traditional TSP lowers local wages", "number"),
        "local_deduction_cents": ("Local deduction", "cents"),
        "local_exemption_cents": ("Local amount of an exemption", "cents"),
        "local_fixed_cents": ("Local tax of a fixed amount", "cents"),
        "local_by_year": ("The fixed amount is of the year", "number"),
    },
)
STATE_ROW_RULES = looked_up(
    STATE_ROWS,
    CITE,
    {
        "state_over_cents": ("Amount at which the row of the state begins", "cents"),
        "state_base_cents": ("State tax up to that amount", "cents"),
        "state_row_millionths": ("State rate above that amount", "millionths"),
    },
)
LOCAL_ROW_RULES = looked_up(
    LOCAL_ROWS,
    LOCAL_CITE,
    {
        "local_over_cents": ("Amount at which the local row begins", "cents"),
        "local_base_cents": ("Local tax up to that amount", "cents"),
        "local_row_millionths": ("Local rate above that amount", "millionths"),
    },
)
