"""The whole federal test set replayed from its messages, against the published figures of its shared half."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qsmo.services.payroll.cli import app
from qsmo.services.payroll.cli.score import scored
from qsmo.services.payroll.rules.timeline.score import Compared, tally

HOURS_OTHERWISE = {("WILL ONE", "2021-06"), ("SLADE THREE", "2021-06")}
"""The certified time has other hours than the statement pays."""
RATE_UNKNOWN = ("GRAHAM FIVE", "2021-07")
"""No message has the rate after the promotion."""
REFUSED = ("GREYSON NINE", "2021-05")
"""Holiday work on a day that is no holiday."""


@pytest.fixture(scope="module")
def figures(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    messages = reference / "market" / "data" / "gdts"
    out = tmp_path_factory.mktemp("replay") / "out"
    done = CliRunner().invoke(app, ["replay", "--hr", str(messages), "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    return scored(out, reference / "payroll" / "golden" / "golden_shared.json")


def off(figures: list[Compared], what: str) -> set[tuple[str, str]]:
    return {
        (each.employee, each.label)
        for each in figures
        if each.what == what and each.expected and each.outcome != "exact"
    }


def test_gross_pay_is_exact_but_where_the_messages_say_otherwise(figures: list[Compared]) -> None:
    assert off(figures, "gross") == {*HOURS_OTHERWISE, RATE_UNKNOWN, REFUSED}


@pytest.mark.parametrize(
    "what", ["retirement_fers", "retirement_csrs", "tsp_automatic", "tsp_match", "fegli_basic"]
)
def test_contributions_of_the_government_are_exact_on_every_regular_statement(
    figures: list[Compared], what: str
) -> None:
    assert off(figures, f"government {what}") <= {RATE_UNKNOWN, REFUSED}


@pytest.mark.parametrize("what", ["tsp_traditional", "tsp_roth", "fegli_option_a", "fegli_option_c"])
def test_what_employees_elect_is_exact_as_published(figures: list[Compared], what: str) -> None:
    assert off(figures, f"deduction {what}") <= {RATE_UNKNOWN, REFUSED}


def test_the_late_promotion_with_its_rate_is_the_published_statement(reference: Path, tmp_path: Path) -> None:
    """The set's action states the rate of before; with the rate that its statement shows, the difference is paid."""
    messages = tmp_path / "messages"
    shutil.copytree(reference / "market" / "data" / "gdts", messages)
    late = next(messages.glob("HR_TRANS_RETRO_*.xml"))
    text = late.read_text("utf-8")
    before, after = text[: text.index("HRTRANSToPosition")], text[text.index("HRTRANSToPosition") :]
    for old, new in (("18139", "28623"), ("90064", "93907"), ("108203", "122530")):
        after = after.replace(f'"{old}"', f'"{new}"', 1)
    late.chmod(0o600)
    late.write_text(before + after, "utf-8")
    args = ["replay", "--hr", str(messages), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*args, "--arrived", f"{late.name}=2021-03-14"])
    assert done.exit_code == 0, done.output
    found = scored(tmp_path / "out", reference / "payroll" / "golden" / "golden_shared.json")
    own = {each.what: each for each in found if (each.employee, each.label) == RATE_UNKNOWN}
    exact = {what for what, each in own.items() if each.outcome == "exact"}
    assert {"gross", "government_total", "government retirement_fers", "government tsp_automatic"} <= exact
    assert {"government fegli_basic", "government oasdi", "government medicare"} <= exact
    periods = {each.label for each in found if each.employee == "GRAHAM FIVE" and each.what == "gross"}
    assert len(periods) == 4


def test_most_figures_are_exact_and_few_are_off(figures: list[Compared]) -> None:
    total = tally(figures)[-1]
    assert int(total["exact"]) >= 2600
    assert int(total["off"]) <= 300
