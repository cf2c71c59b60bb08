"""Words as every search engine sees them."""

from __future__ import annotations

from qsmo.marketplace.catalogue.rules.searchable import beginning, words_of


def test_words_are_small_letters_without_accents_and_signs() -> None:
    assert words_of("Payroll & Time—Köln, façade_2 STRASSE") == [
        "payroll", "time", "koln", "facade", "2", "strasse",
    ]  # fmt: skip
    assert words_of(" … ") == []


def test_an_english_plural_is_cut_to_what_it_shares_with_the_singular() -> None:
    plurals = {
        "agencies": "agenc",
        "payrolls": "payroll",
        "access": "access",
        "ies": "ie",
        "s": "s",
        "tax": "tax",
    }
    assert {word: beginning(word) for word in plurals} == plurals
