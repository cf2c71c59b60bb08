"""The agency's list of rates: what is in force on a day, and lines that are wrong are told and not used."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.rules.facts import FehbRate, RetirementRate

ON = date(2026, 3, 8)
HEAD = "kind,code,tier,effective_on,biweekly,percent,source\n"
GOOD = (
    HEAD + "fehb,ZA1,self_only,2025-01-12,400.00,,invented\n"
    "fehb,ZA1,self_only,2026-01-11,411.20,,invented\n"
    "fehb,ZA1,self_only,2027-01-10,430.00,,invented\n"
    "retirement,K,,2025-10-01,,18.4,notice\n"
)


def rates_file(folder: Path, text: str) -> Path:
    path = folder / "rates.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_line_in_force_on_the_day_is_used(tmp_path: Path) -> None:
    rates, findings = read_rates(rates_file(tmp_path, GOOD), on=ON)
    assert findings == []
    assert rates.fehb == {"ZA1": FehbRate(Money(41120), "self_only", "invented")}
    assert rates.retirement == {"K": RetirementRate(Fraction(184, 1000), "notice")}
    earlier, _ = read_rates(rates_file(tmp_path, GOOD), on=date(2025, 3, 9))
    assert earlier.fehb["ZA1"].premium == Money(40000)
    assert earlier.retirement == {}


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("dental,ZA2,self_only,2026-01-11,1.00,,x", "code-unknown", "kind"),
        ("fehb,ZA22,self_only,2026-01-11,1.00,,x", "fehb-wrong", "code"),
        ("fehb,ZA2,couple,2026-01-11,1.00,,x", "code-unknown", "tier"),
        ("fehb,ZA2,self_only,11.1.2026,1.00,,x", "date-wrong", "effective_on"),
        ("fehb,ZA2,self_only,2026-01-11,1.005,,x", "amount-wrong", "biweekly"),
        ("fehb,ZA2,self_only,2026-01-11,0,,x", "amount-wrong", "biweekly"),
        ("fehb,ZA2,self_only,2026-01-11,1.00,5,x", "cell-not-empty", "percent"),
        ("fehb,ZA2,self_only,2026-01-11,1.00,, ", "source-missing", "source"),
        ("fehb,ZA1,self_only,2026-01-11,1.00,,x", "rate-twice", "code"),
        ("retirement,C,,2025-10-01,,18.4,x", "code-unknown", "code"),
        ("retirement,KF,,2025-10-01,,0,x", "number-wrong", "percent"),
        ("retirement,KF,,2025-10-01,,184,x", "number-wrong", "percent"),
        ("retirement,KF,self_only,2025-10-01,,18.4,x", "cell-not-empty", "tier"),
        ("retirement,KF", "row-width", "row"),
        ("approximate,maybe,,2026-01-11,,,x", "code-unknown", "code"),
        ("approximate,on,,2026-01-11,1.00,,x", "cell-not-empty", "biweekly"),
        ("approximate,on,,2026-01-11,,,", "source-missing", "source"),
    ],
)
def test_a_wrong_line_is_told_and_only_it_is_not_used(
    tmp_path: Path, line: str, code: str, column: str
) -> None:
    rates, findings = read_rates(rates_file(tmp_path, GOOD + line + "\n"), on=ON)
    assert [(found.code, found.field, found.file, found.line) for found in findings] == [
        (code, column, "rates.csv", 6)
    ]
    assert findings[0].expected
    assert (rates.fehb["ZA1"].premium, set(rates.fehb), set(rates.retirement)) == (
        Money(41120),
        {"ZA1"},
        {"K"},
    )


def test_states_are_approximated_only_where_the_agency_says_so_and_as_long(tmp_path: Path) -> None:
    lines = "approximate,on,,2026-01-11,,,decision\napproximate,off,,2026-03-22,,,decision\n"
    path = rates_file(tmp_path, GOOD + lines)
    days = (date(2026, 1, 10), date(2026, 1, 11), date(2026, 3, 8), date(2026, 3, 22))
    assert [read_rates(path, on=day)[0].approximate_states for day in days] == [False, True, True, False]
    assert not read_rates(rates_file(tmp_path, GOOD), on=ON)[0].approximate_states


def test_another_file_is_refused_whole(tmp_path: Path) -> None:
    for text in ("", "a,b\n1,2\n", HEAD):
        with pytest.raises(Refusal):
            read_rates(rates_file(tmp_path, text), on=ON)
