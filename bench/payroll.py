"""Payroll from Parquet to Parquet beside the floor of only reading and writing the same, a chunk of people at a time.

Run by `python -m bench`; each step runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from bench.gauge import Spent, child, middle, peak_mib, spent
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import PERIOD, generate, write_sample_rates
from qsmo.services.payroll.formats.tables import write_assignments_table, write_times_table
from qsmo.services.payroll.rules import Prepared, calculate, prepare
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.engines import Engine
from qsmo.services.payroll.rules.intake.opening import opening

PAY_PERIOD = PayPeriod(PERIOD, 5, date(2026, 3, 5))
SEED = 2026
ENGINES: tuple[Engine, ...] = ("polars", "duckdb")
CHUNK, SMALL_CHUNK = 100_000, 25_000
MADE = 100_000
"""People beyond these are the same again under other numbers."""
INPUT = ("people.parquet", "times.parquet")
TOGETHER = 50_000
Frames = tuple[pl.DataFrame, pl.DataFrame]


def ensure_people(cache: Path, count: int) -> Path:
    """The folder with so many invented people and their time as Parquet, written once."""
    folder = cache / f"people-{count}-{SEED}"
    done = folder / "rates.csv"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if count > MADE:
            _repeated(ensure_people(cache, MADE), folder, count)
        else:
            people = list(generate(count, seed=SEED))
            write_assignments_table(folder / "people.parquet", (person for person, _ in people))
            write_times_table(folder / "times.parquet", (worked for _, worked in people))
        write_sample_rates(done, PERIOD.start)
    return folder


def _repeated(made: Path, folder: Path, count: int) -> None:
    def again(name: str, number: int) -> pl.LazyFrame:
        moved = [pl.col(key).cast(pl.Int64) + number * MADE for key in ("employee", "ssn")]
        rows = pl.scan_parquet(made / name).with_columns(each.cast(pl.String).str.zfill(8) for each in moved)
        if name != INPUT[0]:
            return rows
        # Other names, or all would be the same people twice; paid in the year before, or all would be new.
        earlier = pl.col("basic_pay_cents") * PAY_PERIOD.number // (2 * 13)
        return rows.with_columns(pl.col("last_name") + f" {number:02d}", ytd_gross_cents=earlier)

    for name, rows in zip(INPUT, (TOGETHER, TOGETHER * 10), strict=True):
        copies = [again(name, number) for number in range(-(-count // MADE))]
        copies[-1] = copies[-1].filter(pl.col("employee") <= f"{count:08d}")
        pl.concat(copies).sink_parquet(folder / name, row_group_size=rows)


def measured(folder: Path, rounds: int) -> dict[str, Any]:
    """Whole and floor in turn, then the engines in this process; the median of the rounds of each."""
    return {**pair(folder, rounds), "engines": on_engines(folder)}


def pair(folder: Path, rounds: int) -> dict[str, Any]:
    """Whole and floor, in turn."""
    runs: dict[str, list[dict[str, Any]]] = {"whole": [], "floor": []}
    for _ in range(rounds):
        for name, each in runs.items():
            each.append(child("bench.payroll", name, str(folder)))
    return {name: _median(each) for name, each in runs.items()}


def on_engines(folder: Path) -> dict[str, Any]:
    """The calculation alone on Polars and on DuckDB."""
    child("bench.payroll", "prepared", str(folder))
    return {engine: child("bench.payroll", "alone", str(folder), engine) for engine in ENGINES}


def on_spark(folder: Path) -> dict[str, Any]:
    """The calculation of more people on Spark, and whether Polars gives the same bytes; or why there is none."""
    child("bench.payroll", "prepared", str(folder))
    found = child("bench.payroll", "spark", str(folder))
    if "missing" not in found:
        polars = child("bench.payroll", "alone", str(folder), "polars")
        found |= {"same": polars["digest"] == found["digest"], "polars_wall": polars["wall"]}
    return found


def _median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {key: middle([run[key] for run in runs]) for key in runs[0]}


def whole(folder: Path) -> dict[str, Any]:
    """Read people and time, prepare, calculate, write; each part on its own and all together."""
    names = ("read", "prepare", "calculate", "write")
    parts = dict.fromkeys(names, Spent())
    people = time_rows = paid = columns = 0
    for number, (reading, (persons, times)) in enumerate(_chunks(folder)):
        with spent() as preparing:
            prepared = _prepared(folder, persons, times)
        with spent() as calculating:
            result = calculate(prepared.facts, PAY_PERIOD)
        with spent() as writing:
            _write(_part(folder, "out", number), result.frame)
        each = zip(names, (reading, preparing, calculating, writing), strict=True)
        parts = {name: parts[name] + more for name, more in each}
        people, time_rows = people + persons.height, time_rows + times.height
        paid, columns = paid + result.frame.height, result.frame.width
    return {
        "people": people,
        "time_rows": time_rows,
        "paid": paid,
        "columns": columns,
        "rules": len(rules_on(PAY_PERIOD.pay_date)),
        "input_mib": sum((folder / name).stat().st_size for name in INPUT) >> 20,
        "output_mib": sum(path.stat().st_size for path in (folder / "out").iterdir()) >> 20,
        "peak_mib": peak_mib(),
        **_flat(parts),
        **_flat({"all": sum(parts.values(), Spent())}),
    }


def floor(folder: Path) -> dict[str, Any]:
    """Read the same input, write the same output; each chunk of output is in memory before its clock starts."""
    both = Spent()
    for number, (reading, _) in enumerate(_chunks(folder)):
        result = pl.read_parquet(_part(folder, "out", number))
        with spent() as writing:
            _write(_part(folder, "floor", number), result)
        both = both + reading + writing
    return {"peak_mib": peak_mib(), **_flat({"all": both})}


def prepared(folder: Path) -> dict[str, Any]:
    """The facts as files of fewer people, for engines that are measured alone."""
    place = 0
    for _, (persons, times) in _chunks(folder):
        for rows in _prepared(folder, persons, times).facts.iter_slices(SMALL_CHUNK):
            _write(_part(folder, "facts", place), rows)
            place += 1
    return {}


def alone(folder: Path, engine: Engine) -> dict[str, Any]:
    """The calculation alone on one engine, a small chunk after the other, after one to warm up."""
    paths = sorted((folder / "facts").iterdir())
    calculate(pl.read_parquet(paths[0]).head(100), PAY_PERIOD, engine=engine)
    all_, same, people = Spent(), sha256(), 0
    for path in paths:
        facts = pl.read_parquet(path)
        with spent() as each:
            frame = calculate(facts, PAY_PERIOD, engine=engine).frame
        all_, people = all_ + each, people + frame.height
        target = _part(folder, engine, 0)
        _write(target, frame)
        same.update(target.read_bytes())
    return {
        "people": people,
        "peak_mib": peak_mib(),
        "digest": same.hexdigest(),
        "cpu": all_.cpu,
        "wall": all_.wall,
    }


def spark(folder: Path) -> dict[str, Any]:
    """The same on Spark, whose processor seconds are another process's; why not, where it is not installed."""
    try:
        return alone(folder, "spark")
    except Refusal as refusal:
        return {"missing": refusal.words}


def _flat(parts: dict[str, Spent]) -> dict[str, float]:
    return {f"{name}_{kind}": getattr(each, kind) for name, each in parts.items() for kind in ("cpu", "wall")}


def _chunks(folder: Path) -> Iterator[tuple[Spent, Frames]]:
    """The people of the input in order, so many at a time with their time, and what reading them cost."""
    everybody = pl.scan_parquet(folder / INPUT[0]).select("employee")
    with spent() as looking:
        ids = everybody.collect()["employee"]
    for start in range(0, ids.len(), CHUNK):
        first, last = ids[start], ids[min(start + CHUNK, ids.len()) - 1]
        within = pl.col("employee").is_between(pl.lit(first), pl.lit(last))
        with spent() as reading:
            people, times = pl.collect_all([pl.scan_parquet(folder / name).filter(within) for name in INPUT])
        yield looking + reading, (people, times)
        looking = Spent()


def _prepared(folder: Path, people: pl.DataFrame, times: pl.DataFrame) -> Prepared:
    rates, _ = read_rates(folder / "rates.csv", on=PERIOD.start)
    return prepare(opening(people, []), times, rates, PAY_PERIOD)


def _part(folder: Path, name: str, number: int) -> Path:
    (folder / name).mkdir(exist_ok=True)
    return folder / name / f"{number:03d}.parquet"


def _write(path: Path, frame: pl.DataFrame) -> None:
    frame.write_parquet(path, compression="zstd", statistics=True)


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "whole": whole,
    "floor": floor,
    "prepared": prepared,
    "alone": alone,
    "spark": spark,
}

if __name__ == "__main__":
    name, folder, *engine = sys.argv[1:]
    print(json.dumps(STEPS[name](Path(folder), *engine)))
