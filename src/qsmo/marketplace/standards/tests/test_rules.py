"""The standards as carried, against the counts that the market dossier gives for the published lists."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.standards.rules import lint
from qsmo.marketplace.standards.rules.framework import IO, LAW, Release, release, releases
from qsmo.marketplace.standards.rules.targets import target

# Functions, activities, capabilities, measures by area, from the dossier's chapter on the framework.
PUBLISHED = {
    "FFM": (11, 52, 89, 114),
    "HCM": (34, 123, 1556, 514),
    "GRM": (6, 16, 750, 0),
    "CYB": (27, 98, 775, 348),
    "ACQ": (5, 23, 109, 24),
    "TRT": (1, 10, 408, 219),
    "RPM": (6, 27, 979, 332),
    "ITS": (24, 114, 90, 683),
    "ERM": (4, 16, 51, 15),
    "EEO": (12, 43, 329, 220),
    "MOM": (4, 10, 132, 13),
}


@pytest.fixture(scope="module")
def held() -> Release:
    return release("FY2025")


def test_each_area_has_the_published_number_of_everything(held):
    def of(area: str) -> tuple[int, ...]:
        kinds = (held.functions, held.activities, held.capabilities, held.measures)
        return tuple(sum(each.area == area for each in kind) for kind in kinds)

    assert {area.code: of(area.code) for area in held.areas} == PUBLISHED


def test_the_linter_counts_the_known_faults(held):
    found = lint.counts(held)
    assert found["capability-dangling"] == 94
    assert found["activity-empty"] == 160
    assert found["authority-missing"] == 666
    assert found["identifier-doubled"] == 2
    assert found["function-retired"] == 1
    assert found["measure-no-area"] == 43
    assert sum(found.values()) == len(lint.lint(held))


def test_a_finding_names_the_line_and_the_identifier(held):
    doubled = [each for each in lint.lint(held) if each.code == "identifier-doubled"]
    assert [each.who for each in doubled] == ["CYB.310.080.011", "HCM.A5-2.030.010"]
    path = Path(__file__).parent.parent / "law" / doubled[1].file
    line = path.read_text(encoding="utf-8").splitlines()[(doubled[1].line or 0) - 1]
    assert line.startswith("HCM.A5-2.030.010,HCM,HCM.A5-2.030,")
    retired = [each for each in lint.lint(held) if each.code == "function-retired"]
    assert [each.who for each in retired] == ["FFM.050"]


def test_an_identifier_typed_in_another_form_would_be_found(held):
    wrong = held.activities[0].__class__("HCM-A5-2.010", "HCM.A5-2", "HCM", "", "", 7)
    mistyped = Release(held.name, held.effective, held.known, "", held.areas, (), (wrong,), (), ())
    assert [each.who for each in lint.misspelled_identifier(mistyped)] == ["HCM-A5-2.010"]


def test_payroll_and_time_are_the_functions_of_the_first_human_resources_designation(held):
    assert held.function("HCM.A5-1").name == "Compensation Management"
    assert held.function("HCM.A5-2").name == "Work Schedule and Leave Management"
    assert (len(held.covers("HCM.A5-1")), len(held.covers("HCM.A5-2"))) == (8, 6)
    assert held.covers("HCM.A5-1.010") == {"HCM.A5-1.010"}
    assert len(held.covers("GRM")) == 16


def test_nothing_is_found_for_what_the_release_does_not_list(held):
    with pytest.raises(Refusal) as refused:
        held.activity("HCM.A5-9.010")
    assert (refused.value.code, refused.value.status) == ("standard-unknown", 404)
    with pytest.raises(Refusal) as refused:
        release("FY1999")
    assert refused.value.status == 404
    assert releases() == ("FY2025",)


def test_every_measure_says_which_level_it_is_of_or_nothing(held):
    assert {each.level for each in held.measures} == {"activity", "performance", ""}
    assert {each.io for each in held.capabilities} == set(IO)


@pytest.mark.parametrize(
    ("text", "unit", "standing", "operator", "number", "of"),
    [
        (">=98%", "percent", "set", ">=", Fraction(98), "percent"),
        ("=>98%", "percent", "set", ">=", Fraction(98), "percent"),
        ("≤ 30 minutes", "time", "set", "<=", Fraction(30), "minute"),
        ("<=15%", "percent", "set", "<=", Fraction(15), "percent"),
        ("0.98", "percent", "set", "", Fraction(98), "percent"),
        ("0.999", "percent", "set", "", Fraction(999, 10), "percent"),
        ("1", "percent", "set", "", Fraction(100), "percent"),
        ("0.98", "other", "set", "", Fraction(49, 50), ""),
        ("<5 Government work days", "count", "set", "<", Fraction(5), "working day"),
        ("30 Seconds or Less", "time", "set", "<=", Fraction(30), "second"),
        ("Greater than or equal to 4-Satisfied", "other", "set", ">=", Fraction(4), "score"),
        ("Zero", "count", "set", "=", Fraction(0), "count"),
        ("=>98% =>98% =>98%", "percent", "set", ">=", Fraction(98), "percent"),
        ("Agency Determined; Recommended: At Least 4", "other", "recommended", ">=", Fraction(4), ""),
        ("8 Days OR according to agency established target", "time", "recommended", "", Fraction(8), "day"),
        ("TBD by Service Customer", "percent", "open", "", None, ""),
        ("Agency-Determined", "time", "open", "", None, ""),
        ("", "count", "none", "", None, ""),
        ("<=5% within nn months", "percent", "words", "", None, ""),
        ("Yes", "other", "words", "", None, ""),
    ],
)
def test_a_target_is_read_as_published(text, unit, standing, operator, number, of):
    read = target(text, unit)
    assert (read.standing, read.operator, read.number, read.unit) == (standing, operator, number, of)
    assert read.text == text


def test_a_target_speaks_plainly():
    assert str(target("≥99.5%", "other")) == ">= 99.5 percent"
    assert str(target("TBD", "count")) == "TBD"
    assert str(target("", "count")) == "none"


def test_the_carried_capabilities_are_those_of_the_published_file(held, reference):
    with (reference / "market/data/fibf/capabilities.csv").open(encoding="utf-8-sig", newline="") as file:
        published = [
            (row["capability_id"], row["area_code"], row["activity_id"], row["io"], row["ffmsr_id"])
            for row in csv.DictReader(file)
        ]
    assert [
        (each.id, each.area, each.activity, each.io, each.requirement) for each in held.capabilities
    ] == published


def test_the_carried_targets_and_authorities_keep_the_published_text(held, reference):
    with (reference / "market/data/fibf/service_measures.csv").open(encoding="utf-8-sig", newline="") as file:
        said = [(row["measure_id"], " ".join(row["target"].split())) for row in csv.DictReader(file)]
    assert [(each.id, each.target.text) for each in held.measures] == said
    with (reference / "market/data/fibf/capabilities.csv").open(encoding="utf-8-sig", newline="") as file:
        authorities = [" ".join(row["authoritative_reference"].split()) for row in csv.DictReader(file)]
    assert [each.authority for each in held.capabilities] == authorities


def test_every_agency_of_the_published_list_is_carried(reference):
    with (reference / "market/data/agencies.csv").open(encoding="utf-8-sig", newline="") as file:
        published = {(row["aid"], row["cfo_act"]) for row in csv.DictReader(file)}
    rows = LAW["agencies"].versions[0].rows
    carried = {
        (row.text("organisation"), row.text("cfo_act")) for row in rows if row.text("kind") == "agency"
    }
    assert carried == published
    assert (len(carried), sum(mark == "yes" for _, mark in carried)) == (190, 24)
