"""Law as dated tables: which version holds on a day, as known by another, and what is not on file."""

import hashlib
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.law import LawFault, LawGap, register
from qsmo.kernel.money import Money

HEAD = 'title = "Wage base"\ncite = "42 U.S.C. 430"\nclock = "pay date"\n'
CHECKED = 'source = "Federal Register"\nchecked = "by hand"\n'


def version(effective, *, body="", known=None):
    """One version of a table as TOML."""
    said = f"known = {known}\n" if known else ""
    return f"[[version]]\neffective = {effective}\n{said}{CHECKED}{body}\n"


def law(folder, text, name="base", **files):
    """A register of one table."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    for stem, content in files.items():
        (folder / f"{stem}.csv").write_text(content, encoding="utf-8")
    return register(folder)


def test_the_version_in_force_on_a_day_is_found(tmp_path):
    text = HEAD + version("2025-01-01", body='values = { base = "176100" }')
    text += version(
        "2026-01-01", body='values = { base = "184,500.00", rate = "0.062", years = "4", name = "x" }'
    )
    table = law(tmp_path, text)["base"]
    assert table.at(on=date(2025, 12, 31)).cents("base") == Money(17610000)
    found = table.at(on=date(2026, 1, 1))
    assert found.cents("base") == Money(18450000)
    assert found.rate("rate") == Fraction(62, 1000)
    assert (found.integer("years"), found.text("name")) == (4, "x")
    assert found.reference == "base from 2026-01-01"
    assert (table.title, table.cite, table.clock) == ("Wage base", "42 U.S.C. 430", "pay date")
    assert [each.name for each in register(tmp_path)] == ["base"]


def test_a_raise_enacted_in_march_for_january_was_not_known_in_february(tmp_path):
    text = HEAD + version("2026-01-01", known="2025-12-18", body='values = { raise = "0.010" }')
    text += version("2026-01-01", known="2026-03-20", body='values = { raise = "0.015" }')
    table = law(tmp_path, text)["base"]
    assert table.at(on=date(2026, 2, 1), known_by=date(2026, 2, 1)).rate("raise") == Fraction(1, 100)
    assert table.at(on=date(2026, 2, 1), known_by=date(2026, 3, 20)).rate("raise") == Fraction(15, 1000)
    latest = table.at(on=date(2026, 2, 1))
    assert latest.rate("raise") == Fraction(15, 1000)
    assert latest.reference == "base from 2026-01-01, known 2026-03-20"


def test_days_that_no_version_covers_are_a_gap_with_words(tmp_path):
    text = HEAD + version("2026-01-01", known="2026-01-15", body="through = 2026-12-31\nvalues = {}")
    table = law(tmp_path, text)["base"]
    for on, known_by in [("2025-12-31", None), ("2027-01-01", None), ("2026-02-01", "2026-01-14")]:
        with pytest.raises(LawGap) as gap:
            table.at(on=date.fromisoformat(on), known_by=known_by and date.fromisoformat(known_by))
        assert gap.value.words.startswith(f"No version of Wage base (42 U.S.C. 430) is on file for {on}")
        assert (gap.value.code, gap.value.status) == ("law-gap", 422)
        assert (f"as known on {known_by}" in gap.value.words) is (known_by is not None)
    assert table.at(on=date(2026, 12, 31)).through == date(2026, 12, 31)


dates = st.dates(date(2020, 1, 1), date(2020, 2, 15))


@given(pairs=st.sets(st.tuples(dates, dates), min_size=1, max_size=8), on=dates, known_by=dates)
def test_the_latest_version_that_was_in_force_and_known_is_taken(tmp_path_factory, pairs, on, known_by):
    text = HEAD + "".join(
        version(*map(str, pair[:1]), known=str(pair[1]), body="values = {}") for pair in pairs
    )
    table = law(tmp_path_factory.mktemp("law"), text)["base"]
    usable = [pair for pair in pairs if pair[0] <= on and pair[1] <= known_by]
    if usable:
        found = table.at(on=on, known_by=known_by)
        assert (found.effective, found.known) == max(usable)
    else:
        with pytest.raises(LawGap):
            table.at(on=on, known_by=known_by)


def test_rows_of_a_wide_table_are_found_by_their_cells(tmp_path):
    content = "grade,step,annual\n1,1,22584\n1,2,23341\n\n2,1,\n"
    digest = hashlib.sha256(content.encode()).hexdigest()
    text = HEAD + version("2026-01-11", body=f'rows = "gs.csv"\nsha256 = "{digest}"')
    found = law(tmp_path, text, gs=content)["base"].at(on=date(2026, 2, 1))
    row = found.row(grade=1, step="2")
    assert (row.cents("annual"), row.integer("step"), row.text("grade")) == (Money(2334100), 2, "1")
    assert row.rate("step") == 2
    with pytest.raises(LawGap, match="no row for grade 16, step 1 on 2026-01-11"):
        found.row(grade=16, step=1)
    with pytest.raises(LawFault, match="2 rows"):
        found.row(grade=1)
    with pytest.raises(LawGap, match="has no annual"):
        found.row(grade=2, step=1).cents("annual")
    with pytest.raises(LawGap, match="has no nothing"):
        row.text("nothing")


GOOD = version("2026-01-01", body='values = { base = "1" }')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "no version"),
        (GOOD, "title and cite and clock not said"),
        (HEAD.replace("42 U.S.C. 430", "") + GOOD, "cite not said"),
        (HEAD + GOOD + GOOD, "two versions with the same dates"),
        (HEAD + version('"2026-01-01"'), "dates without quotes"),
        (HEAD + version("2026-01-01T00:00:00"), "dates without quotes"),
        (HEAD + f"[[version]]\n{CHECKED}", "dates without quotes"),
        (HEAD + version("2026-01-01", known="2025"), "dates without quotes"),
        (HEAD + version("2026-01-01", body="through = 1"), "dates without quotes"),
        (HEAD + version("2026-01-01", body="through = 2025-12-31"), "before it starts"),
        (HEAD + GOOD.replace("Federal Register", ""), "no source"),
        (HEAD + GOOD.replace("by hand", ""), "how it was checked"),
        (HEAD + version("2026-01-01", body="values = { base = 1 }"), "quoted text"),
        (HEAD + version("2026-01-01", body="values = 1"), "quoted text"),
        (HEAD + version("2026-01-01", body='rows = "gs.csv"\nsha256 = "00"'), "its digest is"),
        (HEAD + version("2026-01-01", body='rows = "gs.csv"'), "the table says none"),
    ],
)
def test_a_table_that_contradicts_itself_is_a_fault(tmp_path, text, words):
    with pytest.raises(LawFault, match=words):
        law(tmp_path, text, gs="a\n1\n")


@pytest.mark.parametrize("content", ["", "a,b\n", "a,a\n1,2\n", "a,b\n1\n", "a,b\n1,2,3\n"])
def test_a_ragged_or_empty_wide_table_is_a_fault(tmp_path, content):
    digest = hashlib.sha256(content.encode()).hexdigest()
    text = HEAD + version("2026-01-01", body=f'rows = "gs.csv"\nsha256 = "{digest}"')
    with pytest.raises(LawFault, match="no rows, two columns"):
        law(tmp_path, text, gs=content)
