"""Opening a run: not before the subscription began, not without law; every door says from when it is possible."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import actions, cli
from qsmo.services.payroll.models import Account, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

TOO_EARLY = (
    "Pay period 2026-04 (2026-01-25 to 2026-02-07) cannot be run: it starts before the subscription, which began on "
    "2026-02-02. Possible are those from 2026-05, which starts on 2026-02-08, through 2026-27"
)
NO_LAW = (
    "Pay period 2025-02 (2024-12-29 to 2025-01-11) cannot be run: no law is on file for it (Executive Schedule, annual "
    "rates; Federal Employees Health Benefits, Government contribution; Federal Employees Health Benefits, premiums of "
    "plans). Possible are those from {first}, through 2026-27"
)
REFUSED = [
    (date(2026, 2, 2), "2026-04", "before-subscription", TOO_EARLY, "2026-05"),
    (date(2024, 12, 1), "2025-02", "law-gap", NO_LAW.format(first="2025-03, which starts on 2025-01-12"), "2025-03"),
    (date(2025, 2, 8), "2025-02", "law-gap", NO_LAW.format(first="2025-05, which starts on 2025-02-09"), "2025-05"),
]  # fmt: skip


def begun(stage: Stage, day: date) -> Account:
    """The account as if it had been opened on a day."""
    Account.every.filter(pk=stage.account.pk).update(made_at=datetime.combine(day, time(9), UTC))
    return Account.every.get(pk=stage.account.pk)


@pytest.mark.parametrize(("day", "label", "code", "words", "first"), REFUSED)
def test_a_pay_period_out_of_time_is_refused_at_every_door_with_the_first_that_is_possible(
    stage: Stage, client: Client, day: date, label: str, code: str, words: str, first: str
) -> None:
    account = begun(stage, day)
    operator = setting.signed_in(stage.operator)
    client.force_login(operator)
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.open_run(stage.operator, account.pk, label)
    assert (refused.value.code, refused.value.status, refused.value.words) == (code, 422, words)
    page = client.post("/payroll/", {"account": account.pk, "label": label})
    assert (page.status_code, f"Pay period: {words}</a></li>" in page.text) == (422, True)
    body = json.dumps({"account": account.pk, "pay_period": label})
    answer = client.post("/api/v1/payroll/runs", body, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (422, words)
    asked = CliRunner().invoke(cli.app, ["open", account.pk, label, "--as", operator.email])
    assert isinstance(asked.exception, Refusal)
    assert asked.exception.words == words
    assert books() == before
    body = json.dumps({"account": account.pk, "pay_period": first})
    opened = client.post("/api/v1/payroll/runs", body, content_type="application/json")
    assert (opened.status_code, opened.json()["pay_period"], opened.json()["state"]) == (
        200,
        first,
        "open",
    )


def test_no_pay_period_is_possible_where_the_law_on_file_has_ended(stage: Stage, client: Client) -> None:
    account = begun(stage, date(2027, 2, 1))
    client.force_login(setting.signed_in(stage.operator))
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.open_run(stage.operator, account.pk, "2027-05")
    assert refused.value.code == "law-gap"
    assert refused.value.words.endswith("No later one can be run either until more law is on file")
    assert "Tests/Agency: no pay period yet: no law is on file" in client.get("/payroll/").text
    assert books() == before


def test_a_run_that_is_there_is_answered_as_it_is_whatever_is_possible_now(stage: Stage) -> None:
    run = setting.opened(stage, "2026-03")
    begun(stage, date(2026, 2, 2))
    assert setting.opened(stage, "2026-03").pk == run.pk
    assert PayRun.every.count() == 1


def test_each_door_shows_what_can_be_run(stage: Stage, client: Client) -> None:
    operator = setting.signed_in(stage.operator)
    client.force_login(operator)
    begun(stage, date(2026, 2, 2))
    assert "<li>Tests/Agency: 2026-05 through 2026-27</li>" in client.get("/payroll/").text
    [told] = client.get("/api/v1/payroll/accounts").json()["items"]
    assert told == {
        "id": stage.account.pk, "customer": setting.CUSTOMER, "provider": setting.PROVIDER, "is_open": True,
        "began_on": "2026-02-02", "first_pay_period": "2026-05", "last_pay_period": "2026-27",
    }  # fmt: skip
    asked = CliRunner().invoke(cli.app, ["accounts", "--json", "--as", operator.email])
    assert asked.exit_code == 0


def test_a_stranger_opens_no_run_and_nothing_changes(stage: Stage) -> None:
    before = books()
    client = Client()
    client.force_login(setting.signed_in(stage.rival))
    body = json.dumps({"account": stage.account.pk, "pay_period": "2026-06"})
    assert client.post("/api/v1/payroll/runs", body, content_type="application/json").status_code == 404
    assert books() == before
