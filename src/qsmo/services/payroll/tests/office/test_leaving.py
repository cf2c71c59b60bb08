"""Payments to those who left: from their last papers, taxed like any, without the benefits that ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qsmo.contract.documents import Election, Entitlement
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import leaving
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.rules import calculate, lines, prepare
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books
from qsmo.services.payroll.tests.asking.test_what_if import RATES
from qsmo.services.payroll.tests.asking.test_why import PERIOD
from qsmo.services.payroll.tests.office.test_outside import balanced, opened, rows
from qsmo.services.payroll.tests.people import ANA

LAST_DAY = date(2026, 3, 6)
PAYS_ON = date(2026, 4, 1)
ORDERS = (
    Election("child-support", amount=Money(300_00), reference="A"),
    Election("debt", rate=Fraction(15, 100), reference="D", total=Money(200_00)),
)
OWN = tuple(
    Election(code, amount=Money(11_00))
    for code in ("union-dues", "dental", "allotment", "hsa", "charity", "tsp-roth")
)


def test_after_separation_only_taxes_and_orders_take_of_pay() -> None:
    """120 hours of leave at 36.38 are 4,365.60: 6.2 and 1.45 percent, 15 percent of disposable pay up to 200.00, and
    support. Health benefits end with the pay period of the separation (5 CFR 890.304), savings need basic pay."""
    leave = Entitlement("annual_leave", centihours=120_00)
    left = replace(
        ANA,
        fegli="B0",
        ends_on=date(2026, 1, 31),
        tsp_amount=Money(50_00),
        elections=(*OWN, *ORDERS),
        entitlements=(leave,),
    )
    prepared = prepare([left], [], RATES, PERIOD, withholding_periods=26)
    assert prepared.findings == []
    (row,) = calculate(prepared.facts, PERIOD).frame.rows(named=True)
    found = {line.name.removesuffix("_cents"): line.amount.cents for line in lines(row)}
    taken = ("lump_leave", "oasdi", "medicare", "debt", "child_support")
    assert [found.pop(name) for name in taken] == [4_365_60, 270_67, 63_30, 200_00, 300_00]
    assert found.pop("income_tax") > 0
    totals = {"gross", "deductions", "net", "employer"}
    assert {name for name in found if not name.startswith("agency_")} == totals
    assert {name for name in found if name.startswith("agency_")} == {"agency_oasdi", "agency_medicare"}


@pytest.mark.django_db
def test_a_late_award_reaches_who_had_their_final_pay(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = balanced(setting.pairs(run, 3))
    gone = made[1][0].employee
    final = opened(stage, gone, separates_on=LAST_DAY)
    final = setting.certified(stage, setting.tables_taken(stage, final, tmp_path / "final", made))
    award: dict[str, Any] = {
        "employee": gone, "separates_on": LAST_DAY, "code": "award", "amount": Money(500_00), "pays_on": PAYS_ON,
        "why": "the award was decided after the separation",
    }  # fmt: skip
    before = books()
    for changes, field in (
        ({"code": "bonus"}, "code"),
        ({"amount": Money(0)}, "amount"),
        ({"centihours": 100}, "amount"),
        ({"separates_on": date(2026, 3, 22)}, "separates_on"),
        ({"separates_on": date(1990, 1, 1)}, "separates_on"),
        ({"pays_on": date(2026, 4, 4)}, "pays_on"),
        ({"why": " "}, "why"),
    ):
        asked: dict[str, Any] = {**award, **changes}
        with pytest.raises(Refusal) as refused:
            leaving.pay_leaver(stage.operator, stage.account.pk, "2026-07", **asked)
        assert (refused.value.status, [each.field for each in refused.value.findings]) == (422, [field])
    for viewer, status in ((stage.certifier, 403), (stage.specialist, 403), (stage.rival, 404)):
        with pytest.raises(Refusal) as refused:
            leaving.pay_leaver(viewer, stage.account.pk, "2026-07", **award)
        assert refused.value.status == status
    with pytest.raises(Refusal, match="No run of this account has paid 99999999"):
        leaving.pay_leaver(stage.operator, stage.account.pk, "2026-07", **{**award, "employee": "99999999"})
    assert books() == before

    extra = leaving.pay_leaver(stage.operator, stage.account.pk, "2026-07", **award)
    assert (extra.called, extra.state, extra.names) == ("2026-07-1", "collecting", [gone])
    extra = setting.certified(stage, extra)
    assert not IntakeException.every.filter(run=extra, severity="error").exists()
    paid = rows(extra)[gone]
    assert (paid["gross_cents"], paid["award_cents"]) == (500_00, 500_00)
    assert (paid["health_cents"], paid["savings_traditional_cents"], paid["regular_pay_cents"]) == (0, 0, 0)
    assert paid["ytd_gross_cents"] == rows(final)[gone]["gross_cents"]
    assert queries.statement(stage.operator, extra.pk, gone).lines[0].title == "Awards"

    again = leaving.pay_leaver(
        stage.operator, stage.account.pk, "2026-07", **{**award, "pays_on": date(2026, 4, 2)}
    )
    again = setting.calculated(stage, again)
    assert PayRun.every.get(pk=again.pk).people == 0
    assert IntakeException.every.get(run=again, severity="error").code == "paid-before"
