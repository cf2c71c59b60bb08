"""Payments by hand, stopped, returned and sent again: each move by who may, the second person where money goes out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions import payments
from qsmo.services.payroll.models import HeldPayment, IntakeException, ManualPayment, PayRun
from qsmo.services.payroll.queries.payments import stopped
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

SOMEBODY = "00000002"


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    return setting.certified(stage, setting.filled(stage, tmp_path))


def by_hand(stage: Stage, **more: Any) -> ManualPayment:
    """A payment by hand that was asked for."""
    asked = {"amount_cents": 80_000, "pays_on": date(2026, 3, 12), "why": "time came too late", **more}
    return payments.ask_manual(stage.operator, stage.account.pk, SOMEBODY, "2026-06", **asked)


def test_a_payment_by_hand_is_asked_for_approved_paid_and_reversed_by_two_people(stage: Stage) -> None:
    payment = by_hand(stage)
    with pytest.raises(Refusal) as refused:
        payments.decide_manual(stage.operator, payment.pk, "approve")
    assert refused.value.code == "same-person"
    payments.decide_manual(stage.certifier, payment.pk, "approve")
    with pytest.raises(Refusal) as refused:
        payments.decide_manual(stage.operator, payment.pk, "pay")
    assert refused.value.findings[0].field == "reference"
    paid = payments.decide_manual(stage.operator, payment.pk, "pay", reference="CHECK-1")
    assert (paid.state, paid.reference) == ("paid", "CHECK-1")
    with pytest.raises(Refusal) as refused:
        payments.decide_manual(stage.certifier, payment.pk, "reverse")
    assert refused.value.findings[0].field == "why"
    done = payments.decide_manual(stage.certifier, payment.pk, "reverse", why="the run paid the same")
    assert done.state == "reversed"


def test_a_run_that_pays_somebody_to_whom_a_payment_by_hand_is_outstanding_says_so(
    stage: Stage, tmp_path: Path
) -> None:
    by_hand(stage)
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    found = IntakeException.every.get(run=run, code="manual-outstanding")
    assert (found.who, found.severity, found.tells_pay) == (SOMEBODY, "warning", True)
    assert "$800.00" in found.words
    assert not queries.exceptions(stage.specialist, run).filter(pk=found.pk).exists()


def test_a_stopped_payment_is_not_sent_and_goes_out_later_by_another_person(
    stage: Stage, run: PayRun
) -> None:
    held = payments.stop(stage.operator, run.pk, SOMEBODY, why="the bank closed the account")
    net = rows(stage, run)[SOMEBODY]
    assert held.amount_cents == net
    assert stopped(stage.operator, run) == {SOMEBODY}
    sent = actions.disburse(stage.operator, run.pk, reference="SCHEDULE-1")
    assert sent.paid_out_cents == run.totals["net"] - net
    with clock.at(run.pays_on):
        with pytest.raises(Refusal) as refused:
            actions.close(stage.operator, run.pk)
        assert (refused.value.code, SOMEBODY in refused.value.words) == ("payments-undecided", True)
        with pytest.raises(Refusal) as refused:
            payments.decide_held(stage.operator, held.pk, "reissue", reference="CHECK-2")
        assert refused.value.code == "same-person"
        payments.decide_held(stage.certifier, held.pk, "reissue", reference="CHECK-2")
        payments.decide_held(stage.operator, held.pk, "settle")
        assert actions.close(stage.operator, run.pk).state == "closed"


def test_a_payment_that_comes_back_is_noted_sent_again_and_may_come_back_again(
    stage: Stage, run: PayRun
) -> None:
    with pytest.raises(Refusal) as refused:
        payments.note_return(stage.operator, run.pk, SOMEBODY, code="R03", why="no account")
    assert refused.value.code == "nothing-sent"
    actions.disburse(stage.operator, run.pk, reference="SCHEDULE-1")
    with pytest.raises(Refusal) as refused:
        payments.note_return(stage.operator, run.pk, SOMEBODY, code="R3", why="no account")
    assert refused.value.findings[0].field == "code"
    held = payments.note_return(stage.operator, run.pk, SOMEBODY, code="R03", why="no account")
    payments.decide_held(stage.certifier, held.pk, "reissue", reference="ACH-2")
    again = payments.note_return(stage.operator, run.pk, SOMEBODY, code="R02", why="account closed")
    assert (again.pk, again.state, again.code) == (held.pk, "returned", "R02")
    payments.decide_held(stage.certifier, held.pk, "cancel", why="the estate is paid by hand")
    assert HeldPayment.every.get().state == "canceled"


def test_a_payment_of_a_run_that_was_sent_is_not_stopped_any_more(stage: Stage, run: PayRun) -> None:
    actions.disburse(stage.operator, run.pk, reference="SCHEDULE-1")
    before = books()
    with pytest.raises(Refusal) as refused:
        payments.stop(stage.operator, run.pk, SOMEBODY, why="too late")
    assert refused.value.code == "nothing-to-stop"
    assert (books(), HeldPayment.every.count()) == (before, 0)


def test_the_certifying_officer_does_not_send_the_payments(stage: Stage, tmp_path: Path) -> None:
    run = setting.reviewed(stage, setting.calculated(stage, setting.filled(stage, tmp_path)))
    actions.certify(stage.certifier, run.pk)
    with pytest.raises(Refusal) as refused:
        actions.disburse(stage.certifier, run.pk, reference="SCHEDULE-1")
    assert refused.value.status == 403
    with pytest.raises(Refusal) as refused:
        actions.close(stage.operator, run.pk)
    assert refused.value.code == "move-not-open"


@pytest.mark.parametrize("who", ["specialist", "manager", "employee", "rival", "neighbour"])
def test_payments_are_not_there_for_others(stage: Stage, run: PayRun, who: str) -> None:
    held = payments.stop(stage.operator, run.pk, SOMEBODY, why="the bank closed the account")
    manual = by_hand(stage)
    client = Client()
    client.force_login(setting.signed_in(getattr(stage, who)))
    for address in (
        f"/payroll/held/{held.pk}/", f"/payroll/manual/{manual.pk}/", f"/payroll/runs/{run.pk}/payments/",
        f"/payroll/accounts/{stage.account.pk}/manual/",
    ):  # fmt: skip
        assert client.get(address).status_code in (403, 404), address
        assert client.post(address, {"verb": "cancel", "why": "x"}).status_code in (403, 404)


def test_after_certification_nothing_of_a_run_is_edited(stage: Stage, run: PayRun) -> None:
    before = books()
    for act in (
        lambda: actions.reopen(stage.operator, run.pk, why="a mistake"),
        lambda: actions.calculate(stage.operator, run.pk),
        lambda: actions.review(stage.operator, run.pk),
        lambda: actions.certify(stage.certifier, run.pk),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "move-not-open"
    assert books() == before


def rows(stage: Stage, run: PayRun) -> dict[str, int]:
    """Net pay by employee."""
    return {row["employee"]: row["net_cents"] for row in queries.employees(stage.operator, run)}


def test_programs_do_the_same_by_the_api(stage: Stage, run: PayRun) -> None:
    client, other, key = Client(), Client(), stage.account.pk
    client.force_login(setting.signed_in(stage.operator))
    other.force_login(setting.signed_in(stage.certifier))

    def sent(by: Client, path: str, **body: Any) -> Any:
        return by.post(f"/api/v1/payroll/{path}", json.dumps(body), content_type="application/json")

    [march] = [
        each
        for each in client.get(f"/api/v1/payroll/accounts/{key}/calendar?year=2026").json()
        if each["pay_period"] == "2026-06"
    ]
    assert (march["time_until"], march["pays_on"], march["runs"]) == ("2026-03-10", "2026-03-13", [run.pk])
    asked = {
        "employee": SOMEBODY,
        "pay_period": "2026-06",
        "amount": 80_000,
        "pays_on": "2026-03-12",
        "why": "late",
    }
    manual = sent(client, f"accounts/{key}/manual", **asked).json()
    assert sent(client, f"manual/{manual['id']}", move="approve").status_code == 403
    assert sent(other, f"manual/{manual['id']}", move="approve").json()["state"] == "approved"
    assert sent(other, f"manual/{manual['id']}", move="no-such").status_code == 422
    held = sent(client, f"runs/{run.pk}/payments", employee=SOMEBODY, why="the bank closed it").json()
    assert held["state"] == "stopped"
    assert sent(client, f"runs/{run.pk}/disburse", reference="SCHEDULE-1").json()["state"] == "disbursed"
    assert (
        sent(other, f"held/{held['id']}", move="reissue", reference="CHECK-1").json()["state"] == "reissued"
    )
    assert client.get(f"/api/v1/payroll/runs/{run.pk}/payments").json()["items"][0]["reference"] == "CHECK-1"
    opened = sent(
        client,
        f"accounts/{key}/outside",
        pay_period="2026-06",
        employees=["00000001"],
        pays_on="2026-03-18",
        why="x",
    ).json()
    assert (opened["pay_period"], opened["state"]) == ("2026-06-1", "open")
