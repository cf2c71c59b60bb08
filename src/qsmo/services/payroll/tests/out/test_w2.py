"""Wage statements: a record by hand, the totals by another reader, SSA's rules, and a year that is not whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import PayPeriod, Period
from qsmo.services.payroll.formats.out.files import KINDS, Bundle
from qsmo.services.payroll.formats.out.tax.w2 import AMOUNTS, Person, faults, people_of, write_w2
from qsmo.services.payroll.formats.out.tax.w2_reader import read_w2
from qsmo.services.payroll.formats.paying.banks import BANKS
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.rules import RULES
from qsmo.services.payroll.rules.outcome.accounting import CHART
from qsmo.services.payroll.rules.outcome.wages import amounts, wages
from qsmo.services.payroll.tests.out.bank.money import OFFICE, people

PAY_DATE = date(2026, 12, 18)
CENTS = {
    "wages": 8_123_456, "federal_tax": 1_012_345, "social_security_wages": 9_000_000, "social_security_tax": 558_000,
    "medicare_wages": 9_000_000, "medicare_tax": 130_500, "code_d": 876_544, "code_dd": 2_000_000,
}  # fmt: skip


def person(employee: str = "00000001", **cells: int) -> Person:
    """Somebody with an ordinary year."""
    return Person(employee, f"9000000{employee[-2:]}", "ANN", "LEE", pension=True, amounts={**CENTS, **cells},
                  delivery="1 ELM ST", city="OGDEN", state="UT", postal_code="84401")  # fmt: skip


def by_hand() -> str:
    """The record of that person, built from its positions by joining pieces."""
    return (
        "RW" + "900000001" + "ANN".ljust(15) + " " * 15 + "LEE".ljust(20) + " " * 4 + " " * 22 + "1 ELM ST".ljust(22)
        + "OGDEN".ljust(22) + "UT" + "84401" + " " * 4 + " " * 45
        + "00008123456" + "00001012345" + "00009000000" + "00000558000" + "00009000000" + "00000130500" + "0" * 11
        + " " * 11 + "0" * 11 + "00000876544" + "0" * 44 + " " * 11 + "0" * 44 + " " * 11 + "0" * 33 + "0" * 22
        + "00002000000" + "0" * 11 + " " + "0" + " " + "1" + "0" + " " * 23
    )  # fmt: skip


def lines(path: Path, *people: Person, office: Office = OFFICE) -> list[str]:
    """The file of some people."""
    target = path / "w2.txt"
    write_w2(target, office, people, 2026)
    return target.read_text(encoding="ascii").split("\n")


def test_the_record_of_a_person_is_byte_for_byte_the_one_made_by_hand(tmp_path):
    record = lines(tmp_path, person())[2]
    assert len(by_hand()) == 512
    assert record == by_hand()


def test_submitter_employer_total_and_final_stand_where_the_layout_says(tmp_path):
    submitter, employer, _, total, final, rest = lines(tmp_path, person())
    assert rest == ""
    assert submitter[:28] == "RA123456789TESTUSER" + " " * 9
    assert submitter[28:50] == "0      98TEST AGENCY  "
    assert submitter[216:227] == "TEST AGENCY"
    assert submitter[395:437] == "PAY OFFICE".ljust(27) + "2025550100".ljust(15)
    assert employer[:16] == "RE2026 123456789"
    assert employer[39:50] == "TEST AGENCY"
    assert employer[118:169] == "1 MAIN ST".ljust(22) + "WASHINGTON".ljust(22) + "DC" + "20405"
    assert (employer[173], employer[218], employer[219], employer[220]) == ("F", "R", " ", "0")
    assert total[:24] == "RT0000001000000008123456"
    assert total[294:309] == "000000002000000"
    assert final == "RF" + " " * 5 + "000000001" + " " * 496


def test_people_under_medicare_alone_are_reported_apart_and_the_reader_finds_nothing_wrong(tmp_path):
    alone = person("00000002", social_security_wages=0, social_security_tax=0)
    lines(tmp_path, alone, person(), person("00000003"))
    found = read_w2(tmp_path / "w2.txt")
    assert found.findings == []
    assert [(each.employment, len(each.people)) for each in found.employers] == [("R", 2), ("Q", 1)]
    assert found.employers[0].people[0].amounts["wages"] == 8_123_456
    assert found.employers[0].people[0].pension == "1"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"medicare_wages": 8_999_999}, "w2-medicare-wages"),
        ({"social_security_wages": 0}, "w2-social-security-tax"),
        ({"medicare_wages": 0, "social_security_wages": 0, "social_security_tax": 0}, "w2-medicare-tax"),
        ({"wages": -1}, "w2-negative"),
        (dict.fromkeys(AMOUNTS, 0), "w2-empty"),
    ],
)
def test_what_ssa_would_reject_is_named_and_not_written(tmp_path, cells, code):
    wrong = person("00000009", **cells)
    assert code in {each.code for each in faults(wrong)}
    written, found = write_w2(tmp_path / "w2.txt", OFFICE, [wrong, person()], 2026)
    assert written.records == 1
    assert {each.who for each in found} == {"00000009"}
    with pytest.raises(Refusal, match="Nobody has wages"):
        write_w2(tmp_path / "w2.txt", OFFICE, [wrong], 2026)


@pytest.mark.parametrize(
    ("line", "place", "text", "code"),
    [
        (2, 3, "X", "person"),
        (2, 188, "00008123457", "total"),
        (2, 232, "00008999999", "medicare-wages"),
        (3, 3, "0000002", "count"),
        (3, 295, "000000002000001", "total"),
        (4, 8, "000000002", "final"),
        (1, 219, "Z", "employment"),
        (0, 12, " " * 8, "submitter"),
        (4, 1, "RX", "order"),
        (2, 1, "RW ", "person"),
    ],
)
def test_the_reader_finds_each_damage(tmp_path, line, place, text, code):
    whole = lines(tmp_path, person())
    whole[line] = whole[line][: place - 1] + text + whole[line][place - 1 + len(text) :]
    (tmp_path / "w2.txt").write_text("\n".join(whole), encoding="ascii")
    assert code in {each.code for each in read_w2(tmp_path / "w2.txt").findings}


def run(*rows: dict[str, Any]) -> pl.LazyFrame:
    """A run of the year with the columns that matter here."""
    plain = {
        "employee": "1", "retirement": "KF", "income_tax_wages_cents": 90, "income_tax_cents": 10, "oasdi_cents": 6,
        "medicare_cents": 1, "additional_medicare_cents": 0, "savings_traditional_cents": 5, "savings_roth_cents": 0,
        "health_cents": 3, "agency_health_cents": 9, "retirement_cents": 4, "gross_cents": 100,
        "closing_gross_cents": 100, "closing_federal_tax_cents": 10, "closing_oasdi_wages_cents": 97,
        "closing_oasdi_cents": 6, "closing_medicare_wages_cents": 97, "closing_medicare_cents": 1,
        "closing_additional_medicare_cents": 0,
    }  # fmt: skip
    return pl.LazyFrame([{**plain, **row} for row in rows])


def test_the_year_adds_up_from_its_runs_and_balances():
    second = {
        "closing_gross_cents": 200, "closing_federal_tax_cents": 21, "closing_oasdi_wages_cents": 190,
        "closing_oasdi_cents": 12, "closing_medicare_wages_cents": 194, "closing_medicare_cents": 3,
        "closing_additional_medicare_cents": 2,
    }  # fmt: skip
    found = wages([run({}, {"employee": "2"}), run(second)], PAY_DATE)
    assert found.findings == []
    assert found.frame.rows(named=True)[0] == {
        "employee": "1", "retirement": "KF", "pension": True, "wages": 180, "federal_tax": 21,
        "social_security_wages": 190, "social_security_tax": 12, "medicare_wages": 194, "medicare_tax": 5,
        "dependent_care": 0, "code_c": 0, "code_d": 10, "code_w": 0, "code_aa": 0, "code_dd": 24,
    }  # fmt: skip
    insured = run({"imputed_settled_cents": 20})
    assert wages([insured], PAY_DATE).frame.select("wages", "code_c").row(0) == (110, 20)
    saved = run({"fsa_dependent_cents": 7, "hsa_cents": 8})
    assert wages([saved], PAY_DATE).frame.select("dependent_care", "code_w").row(0) == (7, 8)
    assert wages([run({}, {"employee": "2"})], PAY_DATE, "2").frame["employee"].to_list() == ["2"]
    assert wages([], PAY_DATE).frame.is_empty()


def test_a_year_that_was_partly_paid_elsewhere_is_named_and_left_out():
    found = wages([run({"closing_gross_cents": 100_100})], PAY_DATE)
    assert found.frame.is_empty()
    (only,) = found.findings
    assert (only.who, only.code) == ("1", "wages-incomplete")
    assert "1.00 of gross pay" in only.words
    assert "1,001.00" in only.words


def test_a_rule_that_a_run_did_not_have_yet_is_nothing():
    old = run({}).drop("savings_roth_cents")
    assert wages([old], PAY_DATE).frame["code_aa"].to_list() == [0]


def test_every_column_that_the_form_is_made_of_is_a_rule():
    names = {rule.name for rule in RULES}
    for each in amounts(PAY_DATE):
        assert set(each.flows) <= names, each.name
        assert {f"closing_{name}_cents" for name in each.balances} <= names, each.name
        assert each.name in AMOUNTS


def test_names_come_from_human_resources():
    rows = wages([run({})], PAY_DATE).frame.rows(named=True)
    named = {"1": {**people("00000001")["00000001"], "address": "12 Elm Street|Ogden|UT|84401"}}
    (found,) = people_of(rows, named)
    assert (found.ssn, found.given_name, found.city, found.postal_code) == (
        "900000001",
        "ANN",
        "OGDEN",
        "84401",
    )


def test_somebody_who_left_during_the_year_has_a_statement(tmp_path):
    columns = {
        "employee": "",
        "ssn": "",
        "given_name": "Ann",
        "last_name": "",
        "effective_on": date(2026, 1, 1),
    }
    chunks, hr = [], []
    for number, employees in enumerate((("00000001", "00000002"), ("00000002",))):
        rows = [
            run({"employee": each, "closing_gross_cents": 100 * (number + 1)}).collect() for each in employees
        ]
        pl.concat(rows).write_parquet(tmp_path / f"chunk{number}")
        named = [{**columns, "employee": each, **people(each)[each]} for each in employees]
        pl.DataFrame(named).write_parquet(tmp_path / f"hr{number}")
        chunks.append((tmp_path / f"chunk{number}",))
        hr.append(tmp_path / f"hr{number}")
    banks, chart = pl.DataFrame(schema=BANKS), pl.DataFrame(schema=CHART)
    pay_period = PayPeriod(Period(date(2026, 12, 6), date(2026, 12, 20)), 26, PAY_DATE)
    bundle = Bundle("r", "2026-26", pay_period, "a", "073-X-0100-000", datetime(2026, 12, 21, tzinfo=UTC), chunks[-1],
                    hr[-1], tuple(chunks), tuple(hr), OFFICE, banks, chart)  # fmt: skip
    written, found = KINDS["wages"].write(bundle, tmp_path / "w2.txt")
    assert (written.records, found) == (2, [])
    assert [each.ssn for each in read_w2(tmp_path / "w2.txt").employers[0].people] == [
        "900000001",
        "900000002",
    ]
