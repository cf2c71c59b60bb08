"""A year closed: what is carried forward, what expires, and what must be settled first. Worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Accounting, Entry
from qsmo.services.ledger.tests.setting import TAS, Stage

NO_YEAR = "073-X-0306-000"
AFTER = date(2026, 10, 20)


@pytest.fixture
def spent(stage: Stage) -> Stage:
    actions.keep_symbol(
        stage.accountant, stage.book.pk, tas=NO_YEAR, title="No-year", financing="appropriated", category="A"
    )
    for tas in (TAS, NO_YEAR):
        stage.funded("1,000.00", tas=tas)
        for rule, dollars in (("OBLIGATE", "400.00"), ("RECEIVE", "300.00"), ("PAY", "250.00")):
            stage.post(rule, dollars, tas=tas)
    return stage


def closed_months(stage: Stage) -> None:
    for period in Accounting.every.filter(book=stage.book, year=2026, number__lt=15):
        actions.close_period(stage.accountant, period.pk)


def of(stage: Stage, tas: str) -> dict[str, int]:
    from qsmo.services.ledger.queries.books import positions

    sums: dict[str, int] = {}
    for each in positions(stage.accountant, stage.book, 2026, 15, symbols=[tas]):
        sums[each.account] = sums.get(each.account, 0) + each.ending
    return {account: cents // 100 for account, cents in sums.items() if cents}


def test_an_account_of_one_year_expires_and_one_without_years_goes_on(spent: Stage) -> None:
    closed_months(spent)
    with clock.at(AFTER):
        assert len(actions.close_year(spent.accountant, spent.book.pk, 2026)) == 2
        assert actions.close_year(spent.accountant, spent.book.pk, 2026) == []
    both = {"101000": 750, "211000": -50, "310000": -700, "420100": 750, "480100": -100, "490100": -50}
    assert of(spent, TAS) == {**both, "465000": -600}
    assert of(spent, NO_YEAR) == {**both, "445000": -600}
    assert spent.left("allotment") == "0.00"
    assert spent.left("expired") == "600.00"


def test_a_year_with_open_periods_or_estimates_is_not_closed(spent: Stage) -> None:
    before = spent.counts()
    with pytest.raises(Refusal) as refused:
        actions.close_year(spent.accountant, spent.book.pk, 2026)
    assert len(refused.value.findings) == 14
    spent.post("ANTICIPATE_REIMB", "10.00")
    closed_months(spent)
    with pytest.raises(Refusal) as refused:
        actions.close_year(spent.accountant, spent.book.pk, 2026)
    (finding,) = refused.value.findings
    assert (finding.code, finding.field) == ("anticipated", "421000")
    assert Entry.every.filter(source="closing").count() == 0
    assert spent.counts()[0] == before[0] + 1


def test_the_next_year_adjusts_what_expired_and_takes_nothing_new(spent: Stage) -> None:
    closed_months(spent)
    with clock.at(AFTER):
        actions.close_year(spent.accountant, spent.book.pk, 2026)
        actions.open_year(spent.accountant, spent.book.pk, 2027)
        with pytest.raises(Refusal) as refused:
            spent.post("OBLIGATE", "1.00", on=AFTER)
        assert {finding.code for finding in refused.value.findings} == {"expired"}
        spent.post("UP_UDO", "600.00", on=AFTER)
        with pytest.raises(Refusal) as refused:
            spent.post("UP_UDO", "0.01", on=AFTER)
    assert refused.value.code == "funds"
    assert spent.balances(2027)["488100"] == "-600.00"


def test_a_period_is_opened_again_by_another_person(spent: Stage) -> None:
    closed_months(spent)
    last = Accounting.every.get(book=spent.book, year=2026, number=14)
    actions.reopen_period(spent.officer, last.pk, "a late invoice")
    with clock.at(AFTER):
        with pytest.raises(Refusal):
            actions.close_year(spent.accountant, spent.book.pk, 2026)
        spent.post("OBLIGATE", "5.00", on=date(2026, 9, 30), period=14)
        actions.close_period(spent.accountant, last.pk)
        assert len(actions.close_year(spent.accountant, spent.book.pk, 2026)) == 2
    assert of(spent, TAS)["465000"] == -595
