"""The report: figures in, docs/performance.md out. Every figure stands beside what it is to be compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.gauge import machine
from bench.pay.report import payroll_text, table
from bench.rows import BILLS, OFFERINGS, ORDERS
from bench.visits import CEILINGS, Visit, visits

PAGE_QUERIES, SEARCH_MS = 12, 25
ANY = {"keys": {"offering": "", "order": "", "bill": ""}}
BEGIN, END = "<!-- score -->", "<!-- end of score -->"
"""Around the part of the document that `make score` writes."""
ASKING, ENGINES, PRINTING = (
    (f"<!-- {name} -->", f"<!-- end of {name} -->") for name in ("asking", "engines", "printing")
)
APART = ((BEGIN, END), ASKING, ENGINES, PRINTING)
"""Around the parts that are measured by commands of their own."""
HEAD = """# What it costs

Written by `make bench`; do not edit. Processor seconds are the figures to trust: other work on the machine disturbs
wall seconds much and processor seconds a little. What is divided was measured in the same run.
"""


def report(found: dict[str, Any], sites: dict[str, dict[str, Any]]) -> str:
    """The whole document."""
    parts = [HEAD, "\n".join(f"* {line}" for line in machine()), payroll_text(found)]
    return "\n".join([*parts, _site(sites), _targets(sites), ""])


def _site(sites: dict[str, dict[str, Any]]) -> str:
    head = ["request", "queries", "ceiling"]
    for name in sites:
        head += [f"{name} ms", "a core-second", "of ceiling"]
    rows = [_row(visit, sites) for visit in visits(ANY)]
    yard = [
        [name, "", "", *(cell for site in sites.values() for cell in _figures(site[name], 0))]
        for name in next(iter(sites.values()))
        if name.startswith("yardstick")
    ]
    return f"""
## Pages and API, with {OFFERINGS + ORDERS + BILLS:,} rows behind them

{OFFERINGS:,} offerings, {ORDERS:,} orders and {BILLS:,} bills, with their lines, accounting, subscriptions and sealed
usage. The server is granian as `qsmo web` runs it (one process, four threads); two connections from another process ask
a bounded number of times. Milliseconds are processor time of the server's processes for one request, middle of the
rounds; what PostgreSQL's own processes used stands in brackets. “A core-second” is the requests that one core of
the server could answer.
The ceilings are those of trials of the bare framework on an idle machine; the yardsticks are such trials in this run,
with this site's middleware and database under a bare page: they show what the machine gave meanwhile.

{table(head, [*rows, *yard])}"""


def _row(visit: Visit, sites: dict[str, dict[str, Any]]) -> list[Any]:
    first = next(iter(sites.values()))
    ceiling = CEILINGS[visit.kind]
    cells = [cell for site in sites.values() for cell in _figures(site[visit.name], ceiling)]
    return [visit.name, first[visit.name]["queries"], ceiling, *cells]


def _figures(found: dict[str, float], ceiling: int) -> list[str]:
    served = 1000 / max(found["server_ms"], 0.01)
    beside = f" ({found['database_ms']:.1f})" if found["database_ms"] else ""
    return [
        f"{found['server_ms']:.1f}{beside}",
        f"{served:,.0f}",
        f"{served / ceiling:.2f}" if ceiling else "",
    ]


def _targets(sites: dict[str, dict[str, Any]]) -> str:
    rows = []
    for name, site in sites.items():
        searches = {each: site[each]["least_ms"] for each in site if each.startswith("catalogue")}
        rows += [_held(f"{each}: server ms, {name}", least, SEARCH_MS) for each, least in searches.items()]
        pages = {visit.name for visit in visits(ANY) if visit.kind == "page"}
        most = max(site[each]["queries"] for each in pages)
        rows.append(_held(f"queries of the page that asks most, {name}", most, PAGE_QUERIES))
    return f"""
## Targets

Of the milliseconds those of the quietest round: what others do on the machine can only add to them.

{table(("target", "measured", "at most", "of it", "held"), rows)}"""


def _held(words: str, measured: float, most: int) -> tuple[Any, ...]:
    return (words, f"{measured:.1f}", most, f"{measured / most:.2f}", "yes" if measured <= most else "**no**")


def put(report: Path, marks: tuple[str, str], text: str) -> None:
    """Put a part between its marks into a report, in the place of the former one."""
    part = f"{marks[0]}\n{text}\n{marks[1]}\n"
    before = report.read_text(encoding="utf-8") if report.is_file() else ""
    old = kept(report, *marks)
    report.write_text(before.replace(old, part) if old else f"{before.rstrip()}\n\n{part}", encoding="utf-8")


def kept(report: Path, begin: str = BEGIN, end: str = END) -> str:
    """A part between marks (the score) as it stands in a report; "" where there is none."""
    text = report.read_text(encoding="utf-8") if report.is_file() else ""
    _, mark, after = text.partition(begin)
    return f"{begin}{after.partition(end)[0]}{end}\n" if mark else ""
