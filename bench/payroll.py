"""Payroll for 100,000 people: from Parquet to Parquet beside the floor of only reading and writing the same.

Run by `python -m bench`; each step runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.gauge import Spent, child, middle, peak_mib, spent
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import PERIOD, generate, write_sample_rates
from qsmo.services.payroll.formats.tables import write_assignments_table, write_times_table
from qsmo.services.payroll.rules import Prepared, calculate, prepare
from qsmo.services.payroll.rules.intake.opening import opening

PAY_PERIOD = PayPeriod(PERIOD, 5, date(2026, 3, 5))
SEED = 2026
ENGINES = ("polars", "duckdb")
Timed = dict[str, list[float]]


def ensure_people(cache: Path, count: int) -> Path:
    """The folder with so many invented people and their time as Parquet, written once."""
    folder = cache / f"people-{count}-{SEED}"
    done = folder / "rates.csv"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        people = list(generate(count, seed=SEED))
        write_assignments_table(folder / "people.parquet", (person for person, _ in people))
        write_times_table(folder / "times.parquet", (worked for _, worked in people))
        write_sample_rates(done, PERIOD.start)
    return folder


def measured(folder: Path, rounds: int) -> dict[str, Any]:
    """Whole and floor in turn, then the two engines; the median of the rounds of each."""
    child("bench.payroll", "whole", str(folder))
    runs = {
        name: [child("bench.payroll", name, str(folder)) for _ in range(rounds)]
        for name in ("whole", "floor")
    }
    found: dict[str, Any] = {name: _median(each) for name, each in runs.items()}
    found["engines"] = child("bench.payroll", "engines", str(folder), str(rounds))
    return found


def _median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {key: middle([run[key] for run in runs]) for key in runs[0]}


def whole(folder: Path) -> dict[str, Any]:
    """Read people and time, prepare, calculate, write; each part on its own and all together."""
    with spent() as reading:
        people, times = _read(folder)
    with spent() as preparing:
        prepared = _prepared(folder, people, times)
    with spent() as calculating:
        result = calculate(prepared.facts, PAY_PERIOD)
    with spent() as writing:
        _write(folder / "out.parquet", result.frame)
    parts = {"read": reading, "prepare": preparing, "calculate": calculating, "write": writing}
    return {
        "people": people.height,
        "time_rows": times.height,
        "paid": result.frame.height,
        "columns": result.frame.width,
        "input_mib": sum((folder / name).stat().st_size for name in ("people.parquet", "times.parquet"))
        >> 20,
        "output_mib": (folder / "out.parquet").stat().st_size >> 20,
        "peak_mib": peak_mib(),
        **_flat(parts),
        **_flat({"all": sum(parts.values(), Spent())}),
    }


def floor(folder: Path) -> dict[str, Any]:
    """Read the same input, write the same output; the output is in memory before the clock starts."""
    result = pl.read_parquet(folder / "out.parquet")
    with spent() as both:
        _read(folder)
        _write(folder / "floor.parquet", result)
    return {"peak_mib": peak_mib(), **_flat({"all": both})}


def engines(folder: Path, rounds: int) -> dict[str, Any]:
    """The calculation alone on each engine, in turn, after one round each to warm up; whether they agree."""
    facts = _prepared(folder, *_read(folder)).facts
    figures: dict[str, list[Spent]] = {engine: [] for engine in ENGINES}
    frames = {}
    for _ in range(rounds + 1):
        for engine in ENGINES:
            with spent() as each:
                frames[engine] = calculate(facts, PAY_PERIOD, engine=engine).frame  # type: ignore[arg-type]
            figures[engine].append(each)
    found: dict[str, Any] = {
        f"{engine}_{kind}": middle([getattr(each, kind) for each in rows[1:]])
        for engine, rows in figures.items()
        for kind in ("cpu", "wall")
    }
    return {**found, "equal": frames["polars"].equals(frames["duckdb"])}


def _flat(parts: dict[str, Spent]) -> dict[str, float]:
    return {f"{name}_{kind}": getattr(each, kind) for name, each in parts.items() for kind in ("cpu", "wall")}


def _read(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.read_parquet(folder / "people.parquet"), pl.read_parquet(folder / "times.parquet")


def _prepared(folder: Path, people: pl.DataFrame, times: pl.DataFrame) -> Prepared:
    rates, _ = read_rates(folder / "rates.csv", on=PERIOD.start)
    return prepare(opening(people, []), times, rates, PAY_PERIOD)


def _write(path: Path, frame: pl.DataFrame) -> None:
    frame.write_parquet(path, compression="zstd", statistics=True)


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"whole": whole, "floor": floor, "engines": engines}

if __name__ == "__main__":
    name, folder, *counts = sys.argv[1:]
    print(json.dumps(STEPS[name](Path(folder), *map(int, counts))))
