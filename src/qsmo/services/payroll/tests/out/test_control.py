"""Control totals that are stored and added up, and whose time is whose."""

from __future__ import annotations

from typing import Any

import polars as pl

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.control import added, plain_totals
from qsmo.services.payroll.rules.intake.identity import mixed_up
from qsmo.services.payroll.rules.intake.opening import COLUMNS, OF_YEAR, opening
from qsmo.services.payroll.rules.totals import Check, Totals


def of(
    people: int, hours: dict[str, int], gross: int, net: int, *, said: int | None = None
) -> dict[str, Any]:
    """Totals of a chunk; `said` is what the lines of net add up to, where that is something else."""
    check = Check("lines of net = net", net, net if said is None else said)
    return plain_totals(
        Totals(
            people, hours, {"regular": Money(gross)}, Money(gross), {"tax": Money(gross - net)}, Money(net),
            {"retirement": Money(100)}, Money(gross + 100), (check,),
        )
    )  # fmt: skip


def test_the_totals_of_a_run_are_the_sums_of_its_chunks() -> None:
    found = added([of(2, {"regular": 16000}, 5000_00, 4000_00), of(1, {"night": 250}, 100_00, 90_00)])
    assert found == {
        "people": 3,
        "hours": {"regular": 16000, "night": 250},
        "earnings": {"regular": 5100_00},
        "gross": 5100_00,
        "deductions": {"tax": 1010_00},
        "net": 4090_00,
        "employer": {"retirement": 200},
        "employer_cost": 5102_00,
        "checks": [
            {"words": "lines of net = net", "left": 4090_00, "right": 4090_00, "unit": "cents"},
        ],
        "holds": True,
    }
    assert added([]) == {}


def test_two_wrongs_that_cancel_each_other_do_not_hold() -> None:
    over, under = of(1, {}, 100_00, 90_00, said=91_00), of(1, {}, 100_00, 90_00, said=89_00)
    assert not over["holds"]
    found = added([over, under])
    assert (found["checks"][0]["left"], found["checks"][0]["right"]) == (180_00, 180_00)
    assert not found["holds"]


def test_time_under_a_number_of_somebody_else_is_found_and_no_social_security_number_shown() -> None:
    people = pl.DataFrame({"employee": ["A", "B", "C"], "ssn": ["111", "222", "333"]})
    times = pl.DataFrame({"employee": ["A", "B", "B", "D"], "ssn": ["111", "999", "222", "444"]})
    (found,) = mixed_up(people, times)
    assert (found.code, found.who, found.field) == ("person-differs", "B", "SSN")
    assert not {"222", "999"} & set(str(found).split())
    assert mixed_up(people, times.filter(pl.col("ssn") != "999")) == []


def test_a_file_from_before_a_balance_was_kept_opens_with_what_the_last_pay_left_of_it() -> None:
    stated = pl.DataFrame({"employee": ["A", "B"], **{name: [None, None] for name in COLUMNS[1:]}})
    left = pl.DataFrame({"employee": ["A"], **{key: [7] for key in COLUMNS}})
    found = opening(stated, [left]).sort("employee")
    assert found[COLUMNS[0]].to_list() == [7, 0]
    assert found[COLUMNS[1]].to_list() == [7, 0]


def test_the_balances_that_human_resources_states_stand_alone() -> None:
    nothing = {key: [None] for key in COLUMNS}
    stated = pl.DataFrame(
        {"employee": ["A"], **nothing, OF_YEAR[0]: [5]}, schema_overrides={OF_YEAR[0]: pl.Int64}
    )
    left = pl.DataFrame({"employee": ["A"], **{key: [7] for key in COLUMNS}})
    found = opening(stated, [left]).row(0, named=True)
    assert [found[name] for name in OF_YEAR] == [5, *[0] * (len(OF_YEAR) - 1)]
