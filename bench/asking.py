"""`python -m bench.asking`: what questions about pay cost, put into docs/performance.md between marks of their own.

Beside each stands what it is to be compared with, measured in the same process: for one person the way that everybody
is paid (a frame of one row), for everybody one calculation of the same people.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")

from bench.gauge import Spent, middle, spent
from bench.report import ASKING as MARKS
from bench.report import put
from qsmo.kernel.period import PayCalendar
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import generate
from qsmo.services.payroll.formats.sample.people import write_sample_rates
from qsmo.services.payroll.rules import calculate, prepare
from qsmo.services.payroll.rules.asking.agency import FIELDS, share_of
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.rules.asking.what_if import Papers, what_if
from qsmo.services.payroll.rules.asking.why import why
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.rules.single import facts_of, pay_of

PERIOD = PayCalendar(date(2026, 2, 22), 6).period_of(date(2026, 2, 22))
PEOPLE, COPIES, ROUNDS, DATES, TARGET_MS = 2_000, 50, 21, 26, 100


def main() -> None:
    """Measure and put the part into the report."""
    chosen = argparse.ArgumentParser(prog="python -m bench.asking", description=__doc__)
    chosen.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    put(chosen.parse_args().report, MARKS, measured())


def measured() -> str:
    """The part of the report."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "rates.csv"
        write_sample_rates(listed, PERIOD.during.start)
        rates, _ = read_rates(listed, on=PERIOD.during.start)
    pairs = list(generate(PEOPLE, seed=1, during=PERIOD.during))
    prepared = prepare([each for each, _ in pairs], [each for _, each in pairs], rates, PERIOD)
    paid = calculate(prepared.facts, PERIOD).frame
    row, other = paid.row(0, named=True), paid.row(1, named=True)
    person, time = next(pair for pair in pairs if pair[0].employee == row["employee"])
    papers = Papers(assignment_frame([person]), time_frame([time]), rates, PERIOD, DATES, DATES)
    asked = read({"tsp_traditional": "10%", "step": "2"})
    facts = facts_of(row)
    frame = prepared.facts.head(1)
    one = {
        "what-if of one person: papers changed, checked, both sides and a year of each": _each(
            lambda: what_if(row, papers, asked)
        ),
        "peer: the same person as everybody is paid, a frame of one row, one side, no year": _each(
            lambda: calculate(prepare(papers.people, papers.times, rates, PERIOD).facts, PERIOD)
        ),
        "why two statements differ, all causes": _each(lambda: why(row, other)),
        "the rules alone for one person, in Python": _each(lambda: pay_of(facts)),
        "peer: the rules alone on Polars, a frame of one row": _each(lambda: calculate(frame, PERIOD)),
    }
    held, *_ = one.values()
    many = _many(paid, prepared.facts)
    least = "yes" if held.cpu * 1000 <= TARGET_MS else "**no**"
    return "\n".join(
        [
            "## Questions about pay",
            "",
            "Written by `python -m bench.asking`, which `make bench` runs last. A warm process; the middle of "
            f"{ROUNDS} rounds. Nothing is kept of an answer.",
            "",
            *_table("one person", "ms", one, 1000),
            "",
            f"Target: a what-if of one person in at most {TARGET_MS} ms: {held.cpu * 1000:.0f} ms of processor, "
            f"held: {least}.",
            "",
            *_table(f"{PEOPLE * COPIES:,} people", "s", many, 1),
        ]
    )


def _many(paid: pl.DataFrame, facts: pl.DataFrame) -> dict[str, Spent]:
    def copied(frame: pl.DataFrame) -> pl.DataFrame:
        again = [frame.with_columns(pl.col("employee") + f"-{place:02d}") for place in range(COPIES)]
        return pl.concat(again).sort("employee")

    paid, facts = copied(paid), copied(facts)
    found: dict[str, Spent] = {}
    for words, call in (
        ("floor: the same people calculated once", lambda: calculate(facts, PERIOD)),
        ("a raise of 1.7 percent and 8 percent on premiums, both sides, by plan and grade",
         lambda: share_of(paid, read({"raise_percent": "1.7", "fehb_percent": "8"}, FIELDS), PERIOD)),
        ("8 percent on premiums", lambda: share_of(paid, read({"fehb_percent": "8"}, FIELDS), PERIOD)),
    ):  # fmt: skip
        found[words] = _each(call, 2 + 1)
    return found


def _each(call: Callable[[], object], rounds: int = ROUNDS) -> Spent:
    """The middle of the rounds, after one to warm up."""
    call()
    found = []
    for _ in range(rounds):
        with spent() as round_:
            call()
        found.append(round_)
    return Spent(middle([each.cpu for each in found]), middle([each.wall for each in found]))


def _table(title: str, unit: str, rows: dict[str, Spent], times: int) -> list[str]:
    lines = [f"| {title} | processor {unit} | wall {unit} |", "| --- | ---: | ---: |"]
    return lines + [
        f"| {words} | {each.cpu * times:.1f} | {each.wall * times:.1f} |" for words, each in rows.items()
    ]


if __name__ == "__main__":
    main()
