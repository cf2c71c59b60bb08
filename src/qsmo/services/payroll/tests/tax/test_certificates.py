"""Certificates as one line of text, and back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qsmo.contract.documents import StateWithholding, Withholding
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.tax.certificates import read_letter, read_state, spell_letter, spell_state

FULL = StateWithholding(
    state="VA",
    status="all",
    exemptions=2,
    dependents=1,
    deduction=Money.parse("4000"),
    extra=Money.parse("10"),
    percent=Fraction(25, 1000),
    local="VA/0100",
    residence="MD",
    exempt=True,
)
LETTER = Withholding(form="2020", status="single", step2_checked=True, step3=Money.parse("500"))


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (StateWithholding(), ""),
        (StateWithholding(state="PA"), "PA"),
        (StateWithholding(local="PA/6540-R"), "local=PA/6540-R"),
        (StateWithholding(state="AZ", percent=Fraction(0)), "AZ percent=0"),
        (StateWithholding(state="AZ", percent=Fraction(35, 1000)), "AZ percent=3.5"),
        (StateWithholding(state="AZ", percent=Fraction(1, 8_000)), "AZ percent=0.0125"),
        (
            FULL,
            "VA status=all exemptions=2 dependents=1 deduction=4000.00 extra=10.00 percent=2.5 local=VA/0100 "
            "residence=MD exempt",
        ),
    ],
)
def test_a_state_certificate_is_written_and_read_back(stated: StateWithholding, text: str) -> None:
    assert spell_state(stated) == text
    assert read_state(text) == stated


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        (None, ""),
        (LETTER, "2020 status=single step2 step3=500.00"),
        (Withholding(form="2019", status="married", allowances=1), "2019 status=married allowances=1"),
    ],
)
def test_a_lock_in_letter_is_written_and_read_back(letter: Withholding | None, text: str) -> None:
    assert spell_letter(letter) == text
    assert read_letter(text) == letter


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("VA exemptions=100", "“100” cannot be exemptions"),
        ("VA exemptions=-1", "“-1” cannot be exemptions"),
        ("VA exemptions=1 exemptions=2", "exemptions stands there twice"),
        ("VA deduction=1.5", "“1.5” cannot be deduction"),
        ("VA spouse=1", "“spouse=1” is not an entry of the certificate"),
        ("Virginia", "“Virginia” is not an entry of the certificate"),
        ("AZ percent=1.12345", "“1.12345” cannot be percent"),
        ("VA local=Arlington", "“Arlington” cannot be local"),
        ("VA exempt=no", "“exempt=no” is not an entry of the certificate"),
    ],
)
def test_a_certificate_that_cannot_be_read_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_state(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2018 status=single", "“2018” is not a generation of Form W-4"),
        ("2020 status=widowed", "“widowed” is not a filing status"),
        ("2020 step3=-5", "“-5” cannot be step3"),
    ],
)
def test_a_letter_that_cannot_be_read_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_letter(text)


def test_a_percentage_finer_than_the_notation_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="more than four decimals"):
        spell_state(StateWithholding(state="AZ", percent=Fraction(1, 3)))
