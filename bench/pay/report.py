"""The part of the report on payroll: figures in, words and tables out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

ENGINES = {"polars": "Polars", "duckdb": "DuckDB"}
PARTS = ("read", "prepare", "calculate", "write")
FLOOR_MOST, RUN_MOST, PEAK_MIB, DUCKDB_MIB, OPEN_MS = 1.5, 10, 2048, 1024, 150


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table of Markdown, figures to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (head, rule, *rows))


def payroll_text(found: dict[str, Any]) -> str:
    """Everything on payroll; what was never measured on this machine is said to be so."""
    parts = [_files(found["payroll"]), _engines(found), _beside(found), _run(found["statements"])]
    branch = found.get("branch")
    parts.append(_branch(branch) if branch else "\nThe whole executive branch was not measured.")
    return "\n".join(parts)


def _files(found: dict[str, Any], title: str = "") -> str:
    whole, floor = found["whole"], found["floor"]
    ratio = {key: f"{whole[f'{key}_cpu'] / floor['all_cpu']:.1f}" for key in (*PARTS, "all")}
    rows = [
        (key, f"{whole[f'{key}_cpu']:.2f}", f"{whole[f'{key}_wall']:.2f}", ratio[key], "") for key in PARTS
    ]
    rows += [
        ("**Parquet to Parquet**", f"{whole['all_cpu']:.2f}", f"{whole['all_wall']:.2f}", f"**{ratio['all']}**",
         f"{whole['peak_mib']:.0f}"),
        ("floor: read the same, write the same", f"{floor['all_cpu']:.2f}", f"{floor['all_wall']:.2f}", "1.0",
         f"{floor['peak_mib']:.0f}"),
    ]  # fmt: skip
    return f"""
## {title or "Payroll"}: {whole["people"]:,.0f} people, one pay period

{whole["time_rows"]:,.0f} rows of time and everybody's pay assignment in ({whole["input_mib"]:.0f} MiB), facts and
the columns of {whole["rules"]:.0f} rules out ({whole["columns"]:.0f} columns, {whole["output_mib"]:.0f} MiB), 100,000
people at a time. Median of the rounds; each round in a process of its own.

{table(("part", "processor s", "wall s", "times the floor", "peak MiB"), rows)}

{whole["people"] / whole["all_cpu"]:,.0f} people a core-second from file to file; {whole["paid"]:,.0f} of
{whole["people"]:,.0f} were paid."""


def _engines(found: dict[str, Any]) -> str:
    figures = found["payroll"]["engines"]
    least = figures["polars"]
    rows = [
        (ENGINES[name], f"{each['cpu']:.2f}", f"{each['wall']:.2f}", f"{each['wall'] / least['wall']:.1f}",
         f"{each['peak_mib']:.0f}")
        for name, each in figures.items()
    ]  # fmt: skip
    same = len({each["digest"] for each in figures.values()}) == 1
    head = ("calculation alone, from facts in memory", "processor s", "wall s", "times Polars", "peak MiB")
    return f"""
{table(head, rows)}

{least["people"]:,.0f} people, 25,000 at a time. Written as Parquet, the results are {
        "the same bytes" if same else "**NOT THE SAME BYTES**"
    }. {_spark(found.get("spark", {"missing": "it was not measured"}))}"""


def _spark(found: dict[str, Any]) -> str:
    if "missing" in found:
        return f"Spark is not in the comparison: {found['missing']}."
    same = "the same bytes" if found["same"] else "**OTHER BYTES**"
    return (
        f"{found['people']:,} people on Spark (local[2], which shares them out to Polars in its partitions) give\n"
        f"{same} in {found['wall']:.1f} s of wall, {found['wall'] / found['polars_wall']:.1f} times Polars without it."
    )


def _beside(found: dict[str, Any]) -> str:
    beside = found.get("beside", {"missing": "it was not measured"})
    if "missing" in beside:
        return f"\nBeside another program: {beside['missing']}."
    ours = found["payroll"]["engines"]["polars"]
    rows = [
        (f"taxcalc {beside['version']}", f"{beside['records']:,}", f"{beside['cpu']:.2f}",
         f"{beside['records'] / beside['cpu']:,.0f}"),
        ("this payroll", f"{ours['people']:,}", f"{ours['cpu']:.2f}", f"{ours['people'] / ours['cpu']:,.0f}"),
    ]  # fmt: skip
    return f"""
{table(("beside another program, from records in memory", "records", "processor s", "a core-second"), rows)}

taxcalc computes a year of a tax unit: federal income tax with its credits, and payroll tax, in floating point. It
knows no pay: no hours, premiums, limits, retirement, insurance, savings, states or debts. This payroll computes two
weeks of a person from hours to net in whole cents, with withholding in place of the final tax and no credits."""


def _run(found: dict[str, Any]) -> str:
    rows = [
        (name, f"{found[key]:.1f}", f"{found[key] / found['open']:.1f}")
        for name, key in (
            ("opened: found, read, all lines made", "open"),
            ("one figure explained", "explain"),
            ("printed as tagged PDF, once opened", "pdf"),
        )
    ]
    head = ("one statement of that run, on average of 200 people by lot", "processor ms", "times opening")
    return f"""
## A pay run of {found["people"]:,} as the product does it

The same people as a run in the database, in {found["chunks"]} chunks that may each be the last before a crash:
{found["cpu"]:.1f} s of processor, {found["wall"]:.1f} s of wall, {found["peak_mib"]} MiB at most.

{_parts(found)}

{table(head, rows)}"""


def _parts(found: dict[str, Any]) -> str:
    names = {
        "take": "files taken in: every row checked, what is wrong listed",
        "compute": f"computed in {found['chunks']} chunks, with edits, totals and findings",
        "journal": "journal added up from all of them",
    }
    rows = [
        (words, f"{found[f'{key}_cpu']:.1f}", f"{found[f'{key}_wall']:.1f}") for key, words in names.items()
    ]
    return table(("part of the run", "processor s", "wall s"), rows)


def _branch(found: dict[str, Any]) -> str:
    whole, floor, run = found["whole"], found["floor"], found["run"]
    targets = [
        ("file to file, times the floor", whole["all_cpu"] / floor["all_cpu"], FLOOR_MOST),
        ("file to file, peak MiB", whole["peak_mib"], PEAK_MIB),
        (
            "the run in the product, from files to statements, times the floor",
            run["cpu"] / floor["all_cpu"],
            RUN_MOST,
        ),
        ("the run in the product, peak MiB", run["peak_mib"], PEAK_MIB),
        ("a statement of it opened, without its page, processor ms", run["open"], OPEN_MS),
    ]
    rows = [
        (name, f"{got:,.1f}", f"{most:,}", "yes" if got <= most else "**no**") for name, got, most in targets
    ]
    return f"""{_files(found, "The executive branch")}

The same people as a run in the product, from the two Parquet files as an agency sends them to statements that can be
opened: {run["cpu"]:.0f} s of processor, {run["wall"]:.0f} s of wall, {run["peak_mib"]} MiB at most.

{_parts(run)}

A statement is opened in {run["open"]:.1f} ms of processor, one figure explained in {run["explain"]:.1f}, one printed
in {run["pdf"]:.1f}; at that ten thousand take {run["pdf"] * 10:.0f} s.

{table(("target", "measured", "at most", "held"), rows)}"""
