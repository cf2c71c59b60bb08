"""`qsmo payroll replay`: from a folder of messages to statements, lines and who was refused, period by period."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qsmo.kernel.money import Money
from qsmo.services.payroll.cli import app
from qsmo.services.payroll.tests.replay.messages import (
    PROMOTED,
    action,
    actions,
    deductions,
    detail,
    fortnight,
    people,
    summary,
    tag,
    time,
    week,
    written,
)

RATES = (
    "kind,code,tier,effective_on,biweekly,percent,source\n"
    "fehb,111,self_only,2026-01-11,400.00,,invented\n"
    "retirement,KF,,2025-10-01,,16.5,invented\n"
)
PROMOTION = action("2026-01-25", "702", tag("HRTRANSToPosition", PROMOTED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three ordinary pay periods of the analyst."""
    messages = tmp_path / "messages"
    messages.mkdir()
    people(messages, HRFEHB={"FEHBCode": "111"})
    for place in range(3):
        time(messages, f"time-{place}.xml", fortnight(place))
    written(tmp_path / "rates.csv", RATES)
    return messages


def run(folder: Path, *more: str) -> Result:
    out = folder.parent / "out"
    args = ["replay", "--hr", str(folder), "--out", str(out), "--rates", str(folder.parent / "rates.csv")]
    return CliRunner().invoke(app, [*args, *more])


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder.parent / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paid(folder: Path, column: str) -> list[str]:
    return [row[column] for row in rows(folder, "statements")]


def line(folder: Path, period: str, kind: str, code: str) -> Money:
    found = [
        Money.parse(row["amount"])
        for row in rows(folder, "lines")
        if (row["pay_period"], row["kind"], row["code"]) == (period, kind, code)
    ]
    return sum(found, Money(0))


def test_everybody_is_paid_in_every_pay_period(folder: Path) -> None:
    done = run(folder, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["statements"] == 3
    assert paid(folder, "pay_period") == ["2026-03", "2026-04", "2026-05"]
    assert paid(folder, "gross") == ["4370.40"] * 3  # 114,017 / 2,087 = 54.63, times 80
    first = rows(folder, "statements")[0]
    assert (first["ssn"], first["employee"]) == ("900000001", "ANA EXAMPLE")
    assert [*first] == [
        *("ssn", "employee", "pay_period", "begin", "end", "gross", "federal_taxable", "deductions_total"),
        *("net", "government_total"),
    ]
    assert (first["begin"], first["end"]) == ("2026-01-11", "2026-01-24")
    assert Money.parse(first["gross"]) - Money.parse(first["deductions_total"]) == Money.parse(first["net"])
    assert line(folder, "2026-03", "earning", "816") == Money(8 * 5463)
    assert line(folder, "2026-03", "deduction", "269") == Money(19230)  # 4.4 percent
    assert all(row["because"] for row in rows(folder, "lines"))
    regular = next(row for row in rows(folder, "lines") if row["code"] == "1037")
    assert (regular["hours"], regular["amount"]) == ("72.00", "3933.36")
    assert rows(folder, "refused") == []


def test_a_second_run_writes_the_same_bytes(folder: Path) -> None:
    run(folder)
    before = {path.name: path.read_bytes() for path in (folder.parent / "out").iterdir()}
    run(folder)
    assert {path.name: path.read_bytes() for path in (folder.parent / "out").iterdir()} == before
    assert set(before) == {"statements.csv", "lines.csv", "refused.csv", "overpaid.csv"}


def test_through_ends_the_replay_with_a_pay_period(folder: Path) -> None:
    run(folder, "--through", "2026-04")
    assert paid(folder, "pay_period") == ["2026-03", "2026-04"]
    assert run(folder, "--through", "2026-99").exit_code == 1
    assert run(folder, "--through", "2026-01").exit_code == 1


def test_a_promotion_on_the_first_day_of_a_pay_period_holds_from_it_on(folder: Path) -> None:
    actions(folder, "promotion.xml", PROMOTION)
    run(folder)
    assert paid(folder, "gross") == ["4370.40", "4585.60", "4585.60"]  # 119,630 / 2,087 = 57.32


def test_a_late_promotion_is_paid_as_a_difference_line_by_line(folder: Path) -> None:
    path = actions(folder, "promotion.xml", PROMOTION)
    done = run(folder, "--arrived", f"{path.name}=2026-02-10")
    assert done.exit_code == 0, done.output
    difference = Money(458560) - Money(437040)
    assert paid(folder, "gross") == ["4370.40", "4370.40", str(Money(458560) + difference).replace(",", "")]
    retro = [row for row in rows(folder, "lines") if "difference of pay period 2026-04" in row["because"]]
    assert {(row["kind"], row["code"]): row["amount"] for row in retro} == {
        ("deduction", "236"): "0.80",  # five thousand more insured, at 16 cents
        ("deduction", "269"): "9.47",
        ("deduction", "352"): "10.76",
        ("government", "12"): "0.40",
        ("government", "20"): "35.50",
        ("government", "39"): "2.16",
        ("government", "41"): "8.61",
    }
    last = rows(folder, "statements")[-1]
    assert Money.parse(last["gross"]) - Money.parse(last["deductions_total"]) == Money.parse(last["net"])


def test_amended_time_is_paid_with_the_pay_period_in_which_it_comes(folder: Path) -> None:
    more = detail(1, 3, "1002", "2")
    time(folder, "time-2.xml", fortnight(2), fortnight(1, more))
    run(folder)
    overtime = Money(2 * 5463)  # above the limit of GS-10 step 1 the hourly rate itself
    assert paid(folder, "gross")[:2] == ["4370.40", "4370.40"]
    assert Money.parse(paid(folder, "gross")[2]) >= Money(437040) + overtime


def test_amended_time_of_less_hours_takes_back_what_was_paid_too_much(folder: Path) -> None:
    unpaid = fortnight(1).replace('TimeCode="1037"', 'TimeCode="940"', 1)
    time(folder, "time-2.xml", fortnight(2), unpaid)
    run(folder)
    debts = rows(folder, "overpaid")
    assert [(each["pay_period"], each["of"]) for each in debts] == [("2026-05", "2026-04")]
    assert debts[0]["amount"] == debts[0]["taken"]
    assert line(folder, "2026-05", "deduction", "428") == Money.parse(debts[0]["taken"])
    assert debts[0]["hearing_by"] > debts[0]["noticed_on"]


def test_an_award_is_paid_once(folder: Path) -> None:
    award = tag("HRTRANSAward", {"AwdAmt": "1500", "AwdCode": "108"})
    actions(folder, "award.xml", action("2026-02-03", "840", award))
    run(folder)
    assert paid(folder, "gross") == ["4370.40", "5870.40", "4370.40"]


def test_extra_withholding_is_taken_from_its_pay_period_on(folder: Path) -> None:
    deductions(folder, "pay.xml", "2026-01-25", "2026-02-07", c167="50")
    run(folder)
    taxes = [line(folder, label, "deduction", "167") for label in ("2026-03", "2026-04", "2026-05")]
    assert taxes[1] - taxes[0] == Money(5000)
    assert taxes[2] == taxes[1]


def test_after_a_separation_nobody_is_paid_and_time_is_named(folder: Path) -> None:
    actions(folder, "left.xml", action("2026-02-07", "317"))
    assert run(folder).exit_code == 0
    assert paid(folder, "pay_period") == ["2026-03", "2026-04"]
    assert [(row["who"], row["period"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("ANA EXAMPLE (00000001)", "2026-05", "not-employed")
    ]


def test_a_pay_period_without_time_is_named(folder: Path) -> None:
    (folder / "time-1.xml").unlink()
    run(folder)
    assert [(row["period"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("2026-04", "no-time")
    ]


def test_an_unknown_code_refuses_its_person_and_nobody_else(folder: Path) -> None:
    text = fortnight(1).replace("00000001", "00000002").replace("900000001", "900000002")
    time(folder, "time-1.xml", fortnight(1), text.replace('TimeCode="1037"', 'TimeCode="4711"', 1))
    run(folder)
    assert len(paid(folder, "gross")) == 3
    refused = rows(folder, "refused")
    assert {row["who"] for row in refused} == {"00000002"}
    assert "4711" in refused[0]["why"]


def test_a_file_that_breaks_off_ends_with_an_exit_code_and_the_rest_is_paid(folder: Path) -> None:
    written(folder / "broken.xml", (folder / "time-2.xml").read_text("utf-8")[:900])
    done = run(folder)
    assert done.exit_code == 1
    assert len(paid(folder, "gross")) == 3
    assert [(row["who"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("broken.xml", "xml-broken-off")
    ]


def test_what_cannot_be_replayed_is_refused(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "--arrived", "nobody.xml=2026-02-10").exit_code == 1
    assert run(folder, "--arrived", "people.xml=soon").exit_code == 1
    for path in folder.glob("time-*.xml"):
        path.unlink()
    assert run(folder).exit_code == 1


def test_a_change_in_a_closed_year_is_named_and_does_not_act(folder: Path) -> None:
    actions(folder, "old.xml", action("2025-11-02", "702", tag("HRTRANSToPosition", PROMOTED)))
    assert run(folder).exit_code == 0
    assert paid(folder, "gross") == ["4370.40"] * 3
    assert [(row["who"], row["period"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("00000001", "", "year-closed")
    ]


def test_time_under_another_social_security_number_is_not_paid(folder: Path) -> None:
    time(folder, "time-1.xml", fortnight(1).replace("900000001", "900000002"))
    run(folder)
    assert paid(folder, "pay_period") == ["2026-03", "2026-05"]
    assert [(row["period"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("2026-04", "ssn-other")
    ]


def test_an_action_that_cannot_be_used_refuses_its_person_from_its_arrival_on(folder: Path) -> None:
    path = actions(folder, "promotion.xml", PROMOTION.replace('NOACode="702"', 'NOACode="655"'))
    run(folder, "--arrived", f"{path.name}=2026-02-08")
    assert paid(folder, "pay_period") == ["2026-03", "2026-04"]
    assert [(row["period"], row["why"].partition(":")[0]) for row in rows(folder, "refused")] == [
        ("2026-05", "nature-unknown")
    ]


def test_what_is_not_on_file_is_left_out_and_said(folder: Path) -> None:
    people(folder, HRFEHB={"FEHBCode": "ZZ1"})
    assert run(folder).exit_code == 0
    first = rows(folder, "statements")[0]
    assert first["gross"] == "4370.40"
    own = [row for row in rows(folder, "lines") if row["pay_period"] == "2026-03"]
    codes = {(row["kind"], row["code"]) for row in own}
    assert ("deduction", "269") in codes
    assert not codes & {("deduction", "167"), ("deduction", "181"), ("deduction", "209"), ("government", "2")}
    said = next(row["because"] for row in own if row["code"] == "missing")
    assert "ZZ1" in said
    assert "net is not complete" in said
    listed = sum(
        (Money.parse(row["amount"]) for row in own if row["kind"] == "deduction" and row["amount"]), Money(0)
    )
    assert Money.parse(first["deductions_total"]) == listed


def test_a_promotion_inside_a_pay_period_splits_it(folder: Path) -> None:
    actions(folder, "promotion.xml", PROMOTION.replace("2026-01-25", "2026-02-01"))
    run(folder)
    assert paid(folder, "gross") == ["4370.40", "4478.00", "4585.60"]  # 40 hours at 54.63 and 40 at 57.32


def test_who_leaves_inside_a_pay_period_is_paid_to_the_last_day(folder: Path) -> None:
    actions(folder, "left.xml", action("2026-01-31", "317"))
    time(folder, "time-1.xml", summary(1, week(1)))
    (folder / "time-2.xml").unlink()
    assert run(folder).exit_code == 0
    assert paid(folder, "gross") == ["4370.40", "2185.20"]
    assert rows(folder, "refused") == []


def test_rates_are_those_of_each_pay_period_and_a_wrong_line_is_named(folder: Path) -> None:
    more = "fehb,111,self_only,2026-02-08,420.00,,invented\nfehb,112,family,2026-02-08,nothing,,invented\n"
    written(folder.parent / "rates.csv", RATES + more)
    assert run(folder).exit_code == 0
    shares = [line(folder, label, "deduction", "209") for label in ("2026-03", "2026-04", "2026-05")]
    assert shares == [Money(10000), Money(10000), Money(10500)]
    assert {row["period"] for row in rows(folder, "refused")} == {""}
    assert "rates.csv" in rows(folder, "refused")[0]["why"]
