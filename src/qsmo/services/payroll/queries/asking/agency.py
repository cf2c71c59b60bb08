"""What a change would do to everybody of a run, for those who may see its totals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.rules.asking.agency import AFTER, BEFORE, FIELDS, GROUP, Share, share_of, together
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.rules.explain import SECTIONS
from qsmo.services.payroll.rules.totals import RULES

MOST_AT_ONCE = 250_000
"""The largest run that is computed while a page waits: some seconds. A larger one is asked on the command line."""
FEWEST = 5
"""Groups of fewer people would tell what one of them is paid; they are shown together."""
OTHERS = "others"
BOUNDS = (0, 25_00, 50_00, 100_00, 200_00)
KEPT = 16
KINDS = {rule.name: (rule.kind, rule.title) for rule in RULES if rule.kind in SECTIONS}
HALVES = (
    (
        "plan",
        "fehb_percent",
        "A health plan is named, and not by how much its premium changes.",
        "a percentage such as 8",
    ),
    (
        "area",
        "locality_points",
        "A locality pay area is named, and not by how much its percentage changes.",
        "percentage points such as 0.7",
    ),
)
"""What is asked by half: what is named, what lacks, and what is said of it."""
TOTALS = ("gross_cents", "deductions_cents", "net_cents", "employer_cents", "cost_cents")


@dataclass(frozen=True, slots=True)
class Part:
    """Some people of the run: what they are called, how many, how many are touched, and each line before and after."""

    called: str
    people: int
    touched: int
    lines: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to a run: as a whole, by pay plan and grade, and to how many people's net pay how much."""

    run: PayRun
    pay_dates: int
    whole: Part
    parts: tuple[Part, ...]
    moves: tuple[tuple[str, int], ...]
    left_out: int

    @property
    def kinds(self) -> list[tuple[str, str, str, int, int]]:
        """Every line of the whole: section, name, title, before, after."""
        found = [(*KINDS[name], name, *pair) for name, pair in self.whole.lines.items() if name in KINDS]
        return [
            (section, name, title, before, after)
            for section, title, name, before, after in sorted(found, key=lambda each: SECTIONS.index(each[0]))
            if (before or after) and (section != "total" or name in TOTALS)
        ]


def effect(
    viewer: Viewer, run_id: str, asked: Mapping[str, str], progress: Callable[[int], None] | None = None
) -> Effect:
    """The effect of a change on a run. Refused (403) for those who may not see totals, (422) for what cannot be.

    Without `progress` a run of more than `MOST_AT_ONCE` people is refused (409): nobody waits that long for a page.
    """
    run = queries.run(viewer, run_id)
    if not viewer.may("payroll.totals.read", run):
        raise Refusal("not-allowed", "You may not see what this run amounts to", status=403)
    wanted = read({name: text for name, text in asked.items() if text.strip()}, FIELDS)
    _refuse_half(wanted)
    chunks = tuple(chunk.file for chunk in queries.chunks_of(run))
    if not chunks:
        raise Refusal(
            "not-calculated", f"{run} has nobody's pay yet; a change can be computed once it is calculated"
        )
    if progress is None and run.people > MOST_AT_ONCE:
        words = f"{run} pays {run.people:,} people: ask `qsmo payroll what-if-all`, which shows how far it is"
        raise Refusal("too-many", words)
    key = tuple(sorted((name, str(wanted[name])) for name in wanted))
    sums, moves, left_out = _sums(chunks, run.pay_period, key, _Asked(wanted, progress))
    apart = viewer.may("payroll.statement.read", run)
    parts = _parts(sums, apart=apart)
    whole = Part("everybody", *_figures(sums))
    dates = len(run.account.calendar.pay_periods_in(run.tax_year))
    return Effect(run, dates, whole, parts, moves if apart or whole.touched >= FEWEST else (), left_out)


class _Asked:
    """What is asked and whom to tell; equal to any other, since what is asked is a key of its own."""

    def __init__(self, wanted: Mapping[str, Any], progress: Callable[[int], None] | None) -> None:
        self.wanted, self.progress = wanted, progress or (lambda _people: None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT)
def _sums(
    chunks: tuple[str, ...], period: PayPeriod, _key: tuple[tuple[str, str], ...], asked: _Asked
) -> tuple[pl.DataFrame, tuple[tuple[str, int], ...], int]:
    """The sums of chunks of pay, one chunk in memory at a time; the same question is answered from here again."""
    shares = []
    moves = [0] * (len(BOUNDS) + 1)
    for digest in chunks:
        paid = pl.read_parquet(files.path(digest))
        share = share_of(paid, asked.wanted, period)
        for place, count in enumerate(_counted(share)):
            moves[place] += count
        shares.append(Share(share.groups, share.moves.clear(), share.left_out))
        asked.progress(paid.height)
    sums, left_out = together(shares)
    return sums, tuple(zip(_labels(), moves, strict=True)), left_out


def _counted(share: Share) -> list[int]:
    counts = [0] * (len(BOUNDS) + 1)
    for cents in share.moves.filter(pl.col("touched") == 1)["by"]:
        counts[bisect_right(BOUNDS, cents)] += 1
    return counts


def _labels() -> list[str]:
    dollars = [cents // 100 for cents in BOUNDS]
    inner = [f"${low} to under ${high} more" for low, high in pairwise(dollars)]
    return ["Less than before", *inner, f"${dollars[-1]} or more"]


def _refuse_half(wanted: Mapping[str, Any]) -> None:
    for name, by, words, expected in HALVES:
        if name in wanted and not wanted.get(by):
            finding = Finding("what-if-value", words, field=by, expected=expected)
            raise Refusal("what-if", words, status=422, findings=(finding,))


def _parts(sums: pl.DataFrame, *, apart: bool) -> tuple[Part, ...]:
    """Groups in order. Who may not open statements sees small ones together, with the next larger if need be."""
    small = sums.clear()
    if not apart:
        by_size = sums.sort("people", *GROUP)
        few = by_size.filter(pl.col("people") < FEWEST).height
        while few and few < by_size.height and int(by_size.head(few)["people"].sum()) < FEWEST:
            few += 1
        small = by_size.head(few)
    rest = sums.join(small.select(GROUP), on=GROUP, how="anti", maintain_order="left")
    found = [
        Part(f"{plan}-{grade}", *_figures(rows))
        for (plan, grade), rows in rest.group_by(GROUP, maintain_order=True)
    ]
    return (*found, *([Part(OTHERS, *_figures(small))] if small.height else ()))


def _figures(sums: pl.DataFrame) -> tuple[int, int, dict[str, tuple[int, int]]]:
    row = sums.select(pl.col(pl.Int64).exclude(GROUP).sum()).row(0, named=True)
    names = [name.removesuffix(AFTER) for name in row if name.endswith(AFTER)]
    lines = {name: (row.get(f"{name}{BEFORE}", 0), row[f"{name}{AFTER}"]) for name in names}
    return row["people"], row["touched"], lines
