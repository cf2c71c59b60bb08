"""Treasury account symbols: forms as the reporting standard writes them, life as title 31 counts it."""

from datetime import date

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.rules.symbol import TreasuryAccount

FORMS = [
    ("019-072-X-0306-000", "01907200000000X0306000", "072-0306"),
    ("019-2016/2016-0113-000", "00001920162016 0113000", "019-0113"),
    ("097-2024/2026-0100-000", "00009720242026 0100000", "097-0100"),
    ("020-F-3875-001", "00002000000000F3875001", "020-3875"),
]


@pytest.mark.parametrize(("display", "key", "federal"), FORMS)
def test_both_text_forms_read_and_write_the_same_symbol(display, key, federal):
    symbol = TreasuryAccount.parse(display)
    assert symbol.key == key
    assert len(key) == 3 + 3 + 4 + 4 + 1 + 4 + 3
    assert TreasuryAccount.parse(symbol.key) == symbol
    assert str(symbol) == display
    assert symbol.federal_account == federal
    assert TreasuryAccount.from_columns(symbol.columns) == symbol


def test_leading_zeros_that_a_spreadsheet_ate_are_put_back():
    symbol = TreasuryAccount.of(agency="19", begins="2016", ends="2016", main="113", sub="0")
    assert symbol.display == "019-2016/2016-0113-000"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing", "such as"),
        ("019-2017/2016-0113-000", "before it begins"),
        ("019-Z-0113-000", "not X, F or C"),
        ("0190-X-0113-000", "not 3 digits"),
        ("", "such as"),
    ],
)
def test_what_is_not_a_symbol_is_refused_with_the_reason(text, why):
    with pytest.raises(Refusal) as refused:
        TreasuryAccount.parse(text)
    assert why in refused.value.words


def test_an_annual_account_expires_is_adjusted_for_five_years_and_is_canceled():
    symbol = TreasuryAccount.parse("019-2024/2024-0113-000")
    assert symbol.life(date(2023, 9, 30)) == "future"
    assert symbol.life(date(2023, 10, 1)) == "unexpired"
    assert symbol.life(date(2024, 9, 30)) == "unexpired"
    assert symbol.life(date(2024, 10, 1)) == "expired"
    assert symbol.life(date(2029, 9, 30)) == "expired"
    assert symbol.life(date(2029, 10, 1)) == "canceled"
    assert symbol.cancels_on == date(2029, 9, 30)


def test_an_account_without_years_stays_open_and_a_default_one_is_canceled():
    assert TreasuryAccount.parse("019-X-0306-000").life(date(2090, 1, 1)) == "unexpired"
    assert TreasuryAccount.parse("019-C-0306-000").life(date(2026, 1, 1)) == "canceled"


@pytest.mark.parametrize(
    ("main", "group"),
    [("0113", "general fund"), ("4521", "intragovernmental revolving"), ("8400", "trust revolving")],
)
def test_the_main_account_code_names_the_fund_group(main, group):
    assert TreasuryAccount.of(agency="019", kind="X", main=main, sub="000").group == group
