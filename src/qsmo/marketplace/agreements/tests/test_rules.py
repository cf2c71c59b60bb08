"""Account symbols against the published forms and lives; ceilings and notices at their edges."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.actions.terms import LAW
from qsmo.marketplace.agreements.rules import bounds, funding
from qsmo.marketplace.agreements.rules.tas import Tas, form_findings, stage, tas_of

ACCOUNTS = LAW["accounts"].at(on=date(2026, 1, 1))
ANNUAL = Tas(aid="097", bpoa="2024", epoa="2024", main="0100")


@pytest.mark.parametrize(
    ("tas", "shown"),
    [
        (Tas(ata="019", aid="072", availability="X", main="0306"), "019-072-X-0306-000"),
        (Tas(aid="019", bpoa="2016", epoa="2016", main="0113"), "019-2016/2016-0113-000"),
        (Tas(aid="097", bpoa="2024", epoa="2026", main="0100"), "097-2024/2026-0100-000"),
    ],
)
def test_a_symbol_is_shown_as_the_broker_shows_it(tas: Tas, shown: str) -> None:
    """The three examples of the display form."""
    assert str(tas) == shown
    assert list(form_findings(tas, "")) == []


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2023, 9, 30), "future"),
        (date(2023, 10, 1), "unexpired"),
        (date(2024, 9, 30), "unexpired"),
        (date(2024, 10, 1), "expired"),
        (date(2029, 9, 30), "expired"),
        (date(2029, 10, 1), "canceled"),
    ],
)
def test_an_annual_account_expires_and_five_years_later_cancels(on: date, standing: str) -> None:
    """31 U.S.C. 1552 with the dossier's example: 2024/2024 expires 2024-09-30, adjusts through 2029-09-30."""
    assert stage(ANNUAL, on, ACCOUNTS) == standing


def test_a_no_year_account_stays_open() -> None:
    assert stage(Tas(aid="012", availability="X", main="4609"), date(2099, 1, 1), ACCOUNTS) == "unexpired"


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        ({"aid": "97", "availability": "X", "main": "0100"}, "aid", "tas-form"),
        ({"aid": "097", "availability": "X", "main": "100"}, "main", "tas-form"),
        ({"aid": "097", "availability": "Z", "main": "0100"}, "availability", "tas-form"),
        ({"aid": "097", "bpoa": "24", "epoa": "2024", "main": "0100"}, "bpoa", "tas-form"),
        ({"aid": "097", "bpoa": "2024", "main": "0100"}, "epoa", "tas-period"),
        ({"aid": "097", "bpoa": "2026", "epoa": "2024", "main": "0100"}, "epoa", "tas-period"),
        (
            {"aid": "097", "bpoa": "2024", "epoa": "2024", "availability": "X", "main": "0100"},
            "availability",
            "tas-period",
        ),
        ({"aid": "097", "main": "0100"}, "availability", "tas-period"),
    ],
)
def test_a_symbol_that_is_wrong_says_where_and_what_is_right(
    parts: dict[str, str], field: str, code: str
) -> None:
    found = list(form_findings(tas_of({"sub": "000", **parts}), "line 1"))
    assert [(each.field, each.code, each.file, bool(each.expected)) for each in found] == [
        (field, code, "line 1", True)
    ]


def test_a_transaction_code_and_a_location_have_their_forms() -> None:
    line = funding.Cited(
        "requesting", 1, Tas(aid="028", availability="X", main="8704"), "d", "2804", Money(0)
    )
    assert [(each.code, each.field) for each in funding.form([line])] == [
        ("betc-form", "betc"),
        ("alc-form", "alc"),
        ("funding-amount", "amount"),
    ]


def test_a_severable_service_may_cross_the_year_but_not_last_longer_than_one() -> None:
    """41 U.S.C. 3902: one year from its start, whatever the fiscal year's end between."""
    tas = Tas(aid="028", bpoa="2026", epoa="2026", main="8704")
    signed = date(2026, 3, 1)
    year = Period(date(2026, 3, 1), date(2027, 3, 1))
    longer = Period(date(2026, 3, 1), date(2027, 3, 2))
    assert list(funding.life(tas, "l", year, signed, True, ACCOUNTS)) == []
    assert [each.code for each in funding.life(tas, "l", longer, signed, True, ACCOUNTS)] == [
        "severable-too-long"
    ]
    assert list(funding.life(tas, "l", longer, signed, False, ACCOUNTS)) == []


def test_money_of_last_year_pays_no_new_need() -> None:
    tas = Tas(aid="028", bpoa="2025", epoa="2025", main="8704")
    days = Period(date(2026, 1, 11), date(2026, 10, 1))
    found = list(funding.life(tas, "l", days, date(2025, 9, 1), False, ACCOUNTS))
    assert [each.code for each in found] == ["funds-life"]
    assert "expired when the service starts (2026-01-11)" in found[0].words


def test_the_last_dollar_fits_and_a_cent_more_does_not() -> None:
    ceiling = bounds.Ceiling(Period(date(2026, 1, 1), date(2027, 1, 1)), Money(100_00), Money(99_00))
    days = Period(date(2026, 1, 1), date(2027, 1, 1))
    assert list(bounds.inside(ceiling, days, Money(1_00))) == []
    assert [each.expected for each in bounds.inside(ceiling, days, Money(1_01))] == ["at most 1.00"]


def test_a_line_is_rounded_once() -> None:
    """3 units at 6.3375 are 19.0125, so 19.01."""
    assert bounds.Wanted(1, 3, Fraction("6.3375"), Money(0)).amount == Money(1901)


def test_notice_is_counted_in_days() -> None:
    today = date(2026, 3, 1)
    assert list(bounds.notice(today, date(2026, 5, 30), 90)) == []
    assert [each.code for each in bounds.notice(today, date(2026, 5, 29), 90)] == ["notice-short"]
