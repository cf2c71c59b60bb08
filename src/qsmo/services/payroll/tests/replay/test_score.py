"""Figures held against published ones: each as exactly as it was published, and nothing counted that is not known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.expected import read_expected, read_reasons, read_run
from qsmo.services.payroll.formats.out.replayed import LINES, REFUSED, STATEMENTS
from qsmo.services.payroll.rules.timeline.score import Figures, Published, Reason, compared, reason, tally

PUBLISHED = {
    "employees": [
        {
            "employee": "ANA EXAMPLE",
            "periods": [
                {
                    "begin": "2021-01-31",
                    "expected": {
                        "gross": "6076.80",
                        "net": "3274.43",
                        "total_deductions": "2802.37",
                        "deductions_as_published": {
                            "oasdi": "359",
                            "fehb": "78.61",
                            "state_income_tax": "332",
                        },
                        "government": {"retirement_fers": "941.9", "tsp_match": "50"},
                    },
                },
                {"begin": "2021-02-14", "expected": {"gross": "1"}},
            ],
        }
    ]
}


@pytest.fixture
def expected(tmp_path: Path) -> Path:
    path = tmp_path / "expected.json"
    path.write_text(json.dumps(PUBLISHED), "utf-8")
    return path


def run(folder: Path, *, complete: bool = True) -> Path:
    statement = "900000001,ANA EXAMPLE,2021-04,2021-01-31,2021-02-13,6076.80,5000.00,2802.87,3273.93,991.90"
    lines = [
        "900000001,2021-04,deduction,181,,359.56,because",
        "900000001,2021-04,deduction,209,,78.60,because",
        "900000001,2021-04,deduction,352,,50.00,because",
        *([] if complete else ["900000001,2021-04,deduction,missing,,0.00,no rule"]),
        "900000001,2021-04,government,20,,941.90,because",
        "900000001,2021-04,government,41,,48.00,because",
    ]
    files = {
        "statements": [",".join(STATEMENTS), statement],
        "lines": [",".join(LINES), *lines],
        "refused": [",".join(REFUSED), "ANA EXAMPLE (00000001),2021-05,no-time: none came"],
    }
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def test_each_figure_is_compared_as_it_was_published(tmp_path: Path, expected: Path) -> None:
    ours, refused = read_run(run(tmp_path))
    first, second = read_expected(expected)
    found = {each.what: each.outcome for each in compared(first, ours[first.employee, first.begin])}
    assert found == {
        "gross": "exact",
        "net": "within a dollar",
        "deductions_total": "within a dollar",
        "government_total": "exact",
        "deduction oasdi": "exact",  # 359.56 was cut to 359
        "deduction fehb": "within a dollar",
        "deduction state_income_tax": "off",
        "government retirement_fers": "exact",
        "government tsp_match": "off",
        "deduction tsp_traditional": "not comparable",
    }
    assert (second.employee, second.label) == ("ANA EXAMPLE", "2021-05")
    assert refused["ANA EXAMPLE", "2021-05"] == "no-time: none came"
    assert [each.note for each in compared(second, None, "refused")] == ["refused"]


def test_what_was_left_out_of_an_incomplete_statement_is_not_held_against_it(
    tmp_path: Path, expected: Path
) -> None:
    ours, _ = read_run(run(tmp_path, complete=False))
    first = read_expected(expected)[0]
    found = {each.what: each.outcome for each in compared(first, ours[first.employee, first.begin])}
    assert found["gross"] == found["deduction oasdi"] == "exact"
    assert {found[what] for what in ("net", "deductions_total", "deduction state_income_tax")} == {
        "not comparable"
    }


def test_a_figure_cut_to_dollars_may_be_next_to_ours() -> None:
    published = Figures(
        "A", "2021-01-31", "2021-04", {"deduction oasdi": Published(Money(35900), whole=True)}
    )

    def outcome(cents: int) -> str:
        ours = Figures("A", "2021-01-31", "2021-04", {"deduction oasdi": Published(Money(cents))})
        return compared(published, ours)[0].outcome

    assert [outcome(cents) for cents in (35899, 35900, 35999, 36000, 36199)] == [
        *("within a dollar", "exact", "exact", "within a dollar", "off"),
    ]


def test_the_tally_adds_up(tmp_path: Path, expected: Path) -> None:
    ours, _ = read_run(run(tmp_path))
    first = read_expected(expected)[0]
    rows = tally(compared(first, ours[first.employee, first.begin]))
    assert rows[-1] == {"what": "all", "exact": 4, "within a dollar": 3, "off": 2, "not comparable": 1}
    assert [row["what"] for row in rows[:4]] == ["gross", "net", "deductions_total", "government_total"]


def test_a_reason_is_kept_apart_and_changes_nothing(tmp_path: Path, expected: Path) -> None:
    path = tmp_path / "reasons.csv"
    path.write_text(
        "employee,pay_period,what,whose,why\nANA EXAMPLE,*,deduction fehb,the set,It was cut.\n", "utf-8"
    )
    known = read_reasons(path)
    assert known == [Reason("ANA EXAMPLE", "*", "deduction fehb", "the set", "It was cut.")]
    ours, _ = read_run(run(tmp_path))
    first = read_expected(expected)[0]
    found = {each.what: reason(each, known) for each in compared(first, ours[first.employee, first.begin])}
    assert found["deduction fehb"] == known[0]
    assert found["gross"] is None


def test_files_of_another_form_are_refused(tmp_path: Path) -> None:
    (tmp_path / "expected.json").write_text("[]", "utf-8")
    with pytest.raises(Refusal, match="does not hold published figures"):
        read_expected(tmp_path / "expected.json")
    with pytest.raises(Refusal, match="run `replay` first"):
        read_run(tmp_path)
    (tmp_path / "statements.csv").write_text("a,b\n", "utf-8")
    with pytest.raises(Refusal, match="lacks columns"):
        read_run(tmp_path)
