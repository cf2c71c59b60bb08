"""What somebody would be paid who is to be hired: figures worked out apart from the rules, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import cli
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.rules.asking.hired import FIELDS, Hired, Terms, hired
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books
from qsmo.services.payroll.tests.asking.test_what_if import RATES
from qsmo.services.payroll.tests.asking.test_why import PERIOD

DATES = 26
ANALYST = {"plan": "GS", "grade": "11", "area": "HOU", "age": "34", "state": "TX"}


def asked(**said: str) -> Hired:
    return hired(read(said, FIELDS), Terms(RATES, PERIOD, 26, DATES))


def lines(found: Hired) -> dict[str, int]:
    return {line.name.removesuffix("_cents"): line.cents for line in found.lines}


def test_an_analyst_is_paid_by_table_and_locality() -> None:
    """GS-11 step 1 is 63,795; with Houston's 35 percent 86,123, by the hour 41.27. Percentages of 3,301.60 are FERS
    4.4, OASDI 6.2, Medicare 1.45, the agency's 16.5 and 1; life insurance is 0.16 for 89 thousands. The tax is that of
    77,241.60 a year (8,600 less): 5,800 and 22 percent above 57,900, by 26."""
    found = lines(asked(**ANALYST))
    assert found == {
        "regular_pay": 80 * 41_27, "retirement": 145_27, "oasdi": 204_70, "medicare": 47_87, "income_tax": 386_74,
        "life": 14_24, "agency_retirement": 544_76, "savings_automatic": 33_02, "agency_life": 7_12,
        "agency_oasdi": 204_70, "agency_medicare": 47_87, "gross": 3_301_60, "deductions": 798_82, "net": 2_502_78,
        "employer": 837_47, "cost": 4_139_07,
    }  # fmt: skip


def test_elections_are_those_of_anybody() -> None:
    """Five percent of 3,301.60 is matched by four; a quarter of a premium of 400.00 is the employee's."""
    found = lines(asked(**ANALYST, tsp_traditional="5%", fehb="ZA1"))
    assert (found["savings_traditional"], found["savings_match"]) == (165_08, 132_07)
    assert (found["health"], found["agency_health"]) == (100_00, 300_00)


def test_other_plans_have_their_own_rates() -> None:
    """Level III of 2026 is 209,600 a year, 100.43 an hour; wage employees have the rate that is said, ten hours of the
    second shift aside; half a tour is half of the pay."""
    level = lines(asked(plan="EX", grade="III", age="60", state="TX"))
    assert level["regular_pay"] == 80 * 100_43
    wage = lines(asked(plan="WG", grade="10", pay="31.20", age="60", state="TX"))
    assert wage["regular_pay"] == 80 * 31_20
    half = lines(asked(**ANALYST, hours="20"))
    assert half["regular_pay"] == 40 * 41_27


def test_a_senior_executive_is_answered_at_once() -> None:
    """Limits by locality are not known for them, which is asked of the one row and not of a frame."""
    senior = {"plan": "ES", "pay": "190000", "age": "55", "state": "TX"}
    asked(**senior)
    began = process_time()
    assert lines(asked(**senior))["regular_pay"] == 80 * 91_04
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"plan": "", "age": "", "state": ""}, ["plan", "age", "state"]),
        ({"grade": "16"}, ["grade"]),
        ({"grade": ""}, ["grade"]),
        ({"area": ""}, ["area"]),
        ({"area": "QQQ"}, ["area"]),
        ({"plan": "AD"}, ["pay"]),
        ({"plan": "WG", "pay": "31000"}, ["pay"]),
        ({"fegli": "ZZ"}, ["fegli"]),
        ({"fehb": "XX1"}, ["fehb"]),
        ({"state": "OH"}, ["state"]),
        ({"hours": "41"}, ["hours"]),
        ({"unpaid": "80.25"}, ["unpaid"]),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changes: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        asked(**{**ANALYST, **changes})
    assert refused.value.status == 422
    assert [each.field for each in refused.value.findings] == fields
    assert all(each.expected for each in refused.value.findings)


@pytest.mark.django_db
def test_one_answer_by_page_call_and_command(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path, people=1, damaged=False)
    before = books()
    client = Client()
    client.force_login(setting.signed_in(stage.specialist))
    query = "&".join(f"{name}={value}" for name, value in ANALYST.items())
    told = client.get(f"/api/v1/payroll/runs/{run.pk}/hire?{query}").json()
    gross = next(line for line in told["lines"] if line["name"] == "gross_cents")
    assert gross["year"] == told["pay_dates"] * gross["cents"] == told["pay_dates"] * 3_301_60
    page = client.get(f"/payroll/runs/{run.pk}/hire/?{query}").content.decode()
    assert "$3,301.60" in page
    assert f"/payroll/runs/{run.pk}/hire/net_cents/?plan=GS" in page
    opened = client.get(f"/payroll/runs/{run.pk}/hire/regular_pay_cents/?{query}").content.decode()
    assert "Regular pay: $3,301.60" in opened
    refused = client.get(f"/payroll/runs/{run.pk}/hire/?{query}&step=11")
    assert refused.status_code == 422
    assert b"a step of the General Schedule, 1 to 10" in refused.content
    sets = [word for name, value in ANALYST.items() for word in ("--set", f"{name}={value}")]
    email = setting.signed_in(stage.specialist).email
    rows = json.loads(CliRunner().invoke(cli.app, ["hire", run.pk, *sets, "--as", email, "--json"]).stdout)
    assert next(row["cents"] for row in rows if row["name"] == "gross_cents") == 3_301_60
    figure = CliRunner().invoke(cli.app, ["hire", run.pk, *sets, "--as", email, "--explain", "oasdi_cents"])
    assert "204.70" in figure.stdout
    assert books() == before
