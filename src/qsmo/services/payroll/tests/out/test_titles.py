"""The catalogue of titles: complete in English, translated line by line, refused where a name is of no line."""

from __future__ import annotations

import tomllib

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.out.printed import printed
from qsmo.services.payroll.formats.out.titles import catalogue, english, titles
from qsmo.services.payroll.rules import RULES, lines, year_to_date
from qsmo.services.payroll.tests.out.paid import PERIOD, hr_rows, paid


def test_the_english_catalogue_has_every_line_of_a_statement():
    kinds = ("earning", "deduction", "employer", "total", "leave")
    names = {rule.name for rule in RULES if rule.kind in kinds}
    assert set(tomllib.loads(catalogue())) == names == set(english())
    assert titles("en").lacking == []


def test_a_translation_is_used_line_by_line_and_says_what_it_lacks(tmp_path):
    (tmp_path / "titles-es.toml").write_text('income_tax_cents = "Impuesto federal"\n', encoding="utf-8")
    spanish = titles("es", tmp_path)
    assert spanish.of("income_tax_cents") == "Impuesto federal"
    assert spanish.of("net_cents") == "Net pay"
    assert len(spanish.lacking) == len(english()) - 1


def test_a_title_of_no_line_and_a_language_without_titles_are_refused(tmp_path):
    (tmp_path / "titles-es.toml").write_text('no_such_cents = "Nada"\n', encoding="utf-8")
    for language, code in (("es", "title-unknown"), ("fr", "statement-language")):
        with pytest.raises(Refusal) as refused:
            titles(language, tmp_path)
        assert (refused.value.code, refused.value.status) == (code, 422)


def test_the_printed_statement_takes_its_titles_from_the_catalogue():
    row = paid().row(0, named=True)
    person = hr_rows()[row["employee"]]
    found = printed(row, lines(row), person, PERIOD, agency="A", balances=dict(year_to_date(row)))
    shown = {line.title for group in found.groups.values() for line in group}
    assert shown <= set(english().values())
    assert english()["income_tax_cents"] in shown
