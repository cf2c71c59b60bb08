"""Bar, line and stacked bar charts as SVG text, drawn on the server from exact numbers: no script, no style.

A series is told apart by pattern, marker or dash and by its label, never by colour alone; the same figures come
with each chart as the rows of a table. Lengths are in units of the drawing (480 wide), to a tenth.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from qsmo.kernel.money import round_to_integer
from qsmo.platform.web import formats

Unit = Literal["cents", "number", "percent"]
Number = int | Fraction

WIDTH = 480
LEFT, RIGHT = 8, 472
BAR_ROOM = 384
ROW, BAR_TOP, BAR_HEIGHT = 48, 20, 20
LINE_LEFT, LINE_RIGHT, LINE_TOP, LINE_BOTTOM = 64, 376, 16, 216
LABEL_GAP = 16
BAND = 32
LEGEND_ROW = 24
SERIES = 6
LETTER = 10
"""The most that a letter of a value takes of the width."""


@dataclass(frozen=True)
class Chart:
    """A drawing, what it shows in words, and its figures as written cells for the table beside it."""

    title: str
    about: str
    svg: SafeString
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def narrow(self) -> bool:
        """Whether the table fits beside the drawing."""
        return len(self.columns) <= 3


@dataclass(frozen=True)
class Scale:
    """A straight scale from values to places in the drawing, with round ticks; the ends are ticks."""

    ticks: tuple[Fraction, ...]
    start: int
    end: int

    def at(self, value: Number) -> Fraction:
        """The place of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.start + (Fraction(value) - low) * (self.end - self.start) / (high - low)


def scale(values: Sequence[Number], start: int, end: int, *, whole: bool = False) -> Scale:
    """A scale that holds zero and every value, with at most seven ticks at steps of 1, 2 or 5 times a power of ten."""
    low, high = min([Fraction(0), *map(Fraction, values)]), max([Fraction(0), *map(Fraction, values)])
    if low == high:
        high = Fraction(1)
    step = _step((high - low) / 5, whole)
    first, last = low // step, -(-high // step)
    return Scale(tuple(step * place for place in range(first, last + 1)), start, end)


def _step(least: Fraction, whole: bool) -> Fraction:
    power = Fraction(1)
    while power * 10 <= least:
        power *= 10
    while power > least:
        power /= 10
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= least)
    return max(step, Fraction(1)) if whole else step


def bar(title: str, items: Sequence[tuple[str, Number]], *, unit: Unit = "number", about: str = "") -> Chart:
    """Horizontal bars, one to an item, each with its label above and its value at its end.

    Bars below zero have their values at the left. No text crosses the zero line: beside such bars, the line stands
    only where bars are.
    """
    values = [value for _, value in items]
    below = [_written(value, unit) for value in values if value < 0]
    room = max((len(written) * LETTER + 6 for written in below), default=0)
    along = scale(values, LEFT + room, BAR_ROOM, whole=_whole(unit, values))
    bottom = 8 + ROW * len(items)
    bands = [8 + ROW * place + BAR_TOP for place in range(len(items))] if below else []
    parts = _upright_grid(along, unit, 8, bottom, bands)
    for place, (label, value) in enumerate(items):
        top = 8 + ROW * place
        parts.append(_text(LEFT, top + 14, label, "q-chart-label"))
        begin, finish = sorted((along.at(0), along.at(value)))
        parts.append(_rect(begin, top + BAR_TOP, finish - begin, "q-fill-1"))
        x, anchor = (begin - 6, "end") if value < 0 else (finish + 6, "start")
        parts.append(_text(x, top + BAR_TOP + 15, _written(value, unit), "q-chart-value", anchor))
    rows = tuple((label, _written(value, unit)) for label, value in items)
    return Chart(title, about, _svg(title, about, bottom + 24, parts), ("Item", _unit_words(unit)), rows)


def stacked(
    title: str, items: Sequence[tuple[str, Mapping[str, Number]]], *, unit: Unit = "number", about: str = ""
) -> Chart:
    """Horizontal bars made of parts, the parts in the order in which they first appear; no part below zero."""
    names = _names([parts for _, parts in items])
    if any(value < 0 for _, parts in items for value in parts.values()):
        raise ValueError("a part of a stacked bar cannot be below zero")
    totals = [sum((Fraction(value) for value in parts.values()), Fraction(0)) for _, parts in items]
    along = scale(totals, LEFT, BAR_ROOM, whole=_whole(unit, totals))
    key = _key(title, names)
    head = 8 + LEGEND_ROW * -(-len(names) // 3)
    bottom = head + ROW * len(items)
    drawn = [_patterns(key, len(names)), *_legend(names, key), *_upright_grid(along, unit, head, bottom)]
    for place, (label, parts) in enumerate(items):
        top = head + ROW * place
        drawn.append(_text(LEFT, top + 14, label, "q-chart-label"))
        reached = Fraction(0)
        for number, name in enumerate(names):
            value = Fraction(parts.get(name, 0))
            if value:
                begin, finish = along.at(reached), along.at(reached + value)
                drawn += _patterned(begin, top + BAR_TOP, finish - begin, BAR_HEIGHT, key, number)
                reached += value
        drawn.append(
            _text(along.at(reached) + 6, top + BAR_TOP + 15, _written(totals[place], unit), "q-chart-value")
        )
    rows = tuple(
        (label, *(_written(parts.get(name, 0), unit) for name in names), _written(totals[place], unit))
        for place, (label, parts) in enumerate(items)
    )
    return Chart(title, about, _svg(title, about, bottom + 24, drawn), ("Item", *names, "Total"), rows)


def line(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    *,
    unit: Unit = "number",
    about: str = "",
) -> Chart:
    """Lines over labels from left to right, each with its own dash and marker and its name at its end."""
    if any(len(values) != len(labels) for values in series.values()):
        raise ValueError("every series needs one value to a label")
    values = [value for each in series.values() for value in each]
    up = scale(values, LINE_BOTTOM, LINE_TOP, whole=_whole(unit, values))
    drawn = []
    for tick in up.ticks:
        y = up.at(tick)
        drawn.append(
            f'<line class="q-chart-grid" x1="{LINE_LEFT}" y1="{_n(y)}" x2="{LINE_RIGHT}" y2="{_n(y)}"/>'
        )
        drawn.append(_text(LINE_LEFT - 8, y + 4, _short(tick, unit), "q-chart-tick", "end"))
    places = _spread(len(labels))
    for number in _labelled(len(labels)):
        drawn.append(_text(places[number], LINE_BOTTOM + 20, labels[number], "q-chart-tick", "middle"))
    ends = _apart([up.at(each[-1]) for each in series.values()] if labels else [])
    for number, (name, each) in enumerate(series.items()):
        drawn += _one_line(number, [(x, up.at(value)) for x, value in zip(places, each, strict=True)])
        if labels:
            drawn.append(_text(LINE_RIGHT + 10, ends[number] + 4, name, "q-chart-value"))
    rows = tuple(
        (label, *(_written(each[place], unit) for each in series.values()))
        for place, label in enumerate(labels)
    )
    return Chart(title, about, _svg(title, about, LINE_BOTTOM + 32, drawn), ("When", *series), rows)


def flow(
    title: str, stages: Sequence[tuple[str, Number, str]], *, unit: Unit = "number", about: str = ""
) -> Chart:
    """What passes from stage to stage, downwards: a bar to a stage, a band between two, and what stays behind, hatched.

    A stage is its name, its value and the words for what of it does not reach the next; no value below zero.
    """
    values = [Fraction(value) for _, value, _ in stages]
    if any(value < 0 for value in values):
        raise ValueError("a stage of a flow cannot be below zero")
    most, key = max([*values, Fraction(1)]), _key(title, [name for name, _, _ in stages])
    widths = [value * (RIGHT - LEFT) / most for value in values]
    drawn, rows, gap = [_patterns(key, 2)], [], BAND + BAR_TOP + BAR_HEIGHT
    for place, (name, _, left_words) in enumerate(stages):
        top = 8 + gap * place
        last = place == len(stages) - 1
        passed = widths[place] if last else min(widths[place], widths[place + 1])
        drawn.append(_text(LEFT, top + 14, f"{name}: {_written(values[place], unit)}", "q-chart-value"))
        if not last:
            foot, head = top + BAR_TOP + BAR_HEIGHT, top + gap + BAR_TOP
            corners = ((LEFT, foot), (LEFT + passed, foot), (LEFT + widths[place + 1], head), (LEFT, head))
            points = " ".join(f"{_n(x)},{y}" for x, y in corners)
            drawn.append(f'<polygon class="q-band" points="{points}"/>')
        drawn.append(_rect(Fraction(LEFT), top + BAR_TOP, passed, "q-fill-1"))
        stays = Fraction(0) if last else max(values[place] - values[place + 1], Fraction(0))
        said = f"{_written(stays, unit)} {left_words}" if stays else ""
        if stays:
            beside = widths[place] - passed
            drawn += _patterned(LEFT + passed, top + BAR_TOP, beside, BAR_HEIGHT, key, 1)
            drawn.append(_text(RIGHT, top + BAR_TOP + BAR_HEIGHT + 16, said, "q-chart-label", "end"))
        rows.append((name, _written(values[place], unit), _written(stays, unit), left_words if stays else ""))
    columns = ("Stage", _unit_words(unit), "Stays there", "As")
    return Chart(title, about, _svg(title, about, gap * len(stages) - BAND + 16, drawn), columns, tuple(rows))


def _one_line(number: int, points: Sequence[tuple[Fraction, Fraction]]) -> list[str]:
    kind = number % SERIES + 1
    path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    drawn = [f'<polyline class="q-line-{kind}" points="{path}"/>']
    if len(points) <= 30:
        drawn += [_marker(kind, x, y) for x, y in points]
    return drawn


def _marker(kind: int, x: Fraction, y: Fraction) -> str:
    """A disc, a square, a triangle or a diamond, around a point."""
    if kind % 4 == 1:
        return f'<circle class="q-fill-{kind}" cx="{_n(x)}" cy="{_n(y)}" r="4"/>'
    if kind % 4 == 2:
        return f'<rect class="q-fill-{kind}" x="{_n(x - 4)}" y="{_n(y - 4)}" width="8" height="8"/>'
    triangle, diamond = ((0, -5), (5, 4), (-5, 4)), ((0, -6), (6, 0), (0, 6), (-6, 0))
    corners = " ".join(
        f"{_n(x + right)},{_n(y + down)}" for right, down in (triangle if kind % 4 == 3 else diamond)
    )
    return f'<polygon class="q-fill-{kind}" points="{corners}"/>'


def _spread(count: int) -> list[Fraction]:
    """Even places from the left to the right of a line chart; a single one stands in the middle."""
    if count == 1:
        return [Fraction(LINE_LEFT + LINE_RIGHT, 2)]
    return [LINE_LEFT + Fraction(LINE_RIGHT - LINE_LEFT) * place / (count - 1) for place in range(count)]


def _labelled(count: int) -> range:
    """Which labels are written: at most six, evenly, from the first on."""
    return range(0, count, max(1, -(-count // 6)))


def _apart(places: Sequence[Fraction]) -> list[Fraction]:
    """The same places, moved down where two would stand closer than a line of text."""
    moved = list(places)
    order = sorted(range(len(places)), key=lambda number: places[number])
    for upper, lower in itertools.pairwise(order):
        moved[lower] = max(moved[lower], moved[upper] + LABEL_GAP)
    return moved


def _upright_grid(along: Scale, unit: Unit, top: int, bottom: int, bands: Sequence[int] = ()) -> list[str]:
    """The lines of the ticks from top to bottom; where there are bands, that of zero only beside each bar."""
    drawn = []
    for tick in along.ticks:
        x = along.at(tick)
        kind = "q-chart-axis" if tick == 0 else "q-chart-grid"
        pieces = [(band, band + BAR_HEIGHT) for band in bands] if bands and tick == 0 else [(top, bottom)]
        for begin, end in pieces:
            drawn.append(f'<line class="{kind}" x1="{_n(x)}" y1="{begin}" x2="{_n(x)}" y2="{end}"/>')
        anchor = "start" if tick == along.ticks[0] else "middle"
        drawn.append(_text(x, bottom + 16, _short(tick, unit), "q-chart-tick", anchor))
    return drawn


def _legend(names: Sequence[str], key: str) -> list[str]:
    drawn = []
    for number, name in enumerate(names):
        x, y = LEFT + 156 * (number % 3), 4 + LEGEND_ROW * (number // 3)
        drawn += _patterned(Fraction(x), y, Fraction(16), 16, key, number)
        drawn.append(_text(x + 22, y + 13, name, "q-chart-label"))
    return drawn


def _patterned(x: Fraction, y: int, width: Fraction, height: int, key: str, number: int) -> list[str]:
    """A coloured area under a pattern of its own."""
    kind = number % SERIES + 1
    box = f'x="{_n(x)}" y="{y}" width="{_n(width)}" height="{height}"'
    drawn = [f'<rect class="q-fill-{kind} q-part" {box}/>']
    if kind > 1:
        drawn.append(f'<rect fill="url(#{key}-{kind})" {box}/>')
    return drawn


def _patterns(key: str, count: int) -> str:
    """Strokes for the second part on: rising, falling, upright, level, crossed; the first part is plain."""
    strokes = ("M0 8L8 0", "M0 0L8 8", "M4 0V8", "M0 4H8", "M0 0L8 8M0 8L8 0")
    made = "".join(
        f'<pattern id="{key}-{kind}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path class="q-hatch" d="{strokes[kind - 2]}"/></pattern>'
        for kind in range(2, min(count, SERIES) + 1)
    )
    return f"<defs>{made}</defs>"


def _rect(x: Fraction, y: int, width: Fraction, kind: str) -> str:
    return f'<rect class="{kind}" x="{_n(x)}" y="{y}" width="{_n(width)}" height="{BAR_HEIGHT}"/>'


def _text(x: Number, y: Number, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(title: str, about: str, height: int, parts: Sequence[str]) -> SafeString:
    key = _key(title, [about, str(height)])
    return mark_safe(  # noqa: S308 every text in it went through escape
        f'<svg class="q-chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-t {key}-d" focusable="false">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(about or title)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _key(title: str, more: Sequence[str]) -> str:
    """A name for the ids of one drawing, so that two on a page do not collide."""
    return "c" + hashlib.sha256("\n".join([title, *more]).encode()).hexdigest()[:8]


def _names(items: Sequence[Mapping[str, Number]]) -> list[str]:
    return list(dict.fromkeys(name for parts in items for name in parts))


def _n(value: Number) -> str:
    """A length to a tenth, half up, as `12` or `12.5`."""
    whole, tenth = divmod(round_to_integer(Fraction(value) * 10), 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def _whole(unit: Unit, values: Sequence[Number]) -> bool:
    return unit == "number" and all(Fraction(value).denominator == 1 for value in values)


def _written(value: Number, unit: Unit) -> str:
    if unit == "cents":
        return formats.dollars(round_to_integer(Fraction(value)))
    return formats.percent(value) if unit == "percent" else formats.number(value)


def _short(value: Fraction, unit: Unit) -> str:
    """A tick in few letters: `$1.5M`, `20K`, `5%`."""
    if unit == "percent":
        return formats.percent(value)
    amount = abs(value / 100 if unit == "cents" else value)
    size, letter = next((pair for pair in _SIZES if amount >= pair[0]), (1, ""))
    sign = "-" if value < 0 else ""
    return f"{sign}{'$' if unit == 'cents' else ''}{formats.number(amount / size)}{letter}"


_SIZES = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def _unit_words(unit: Unit) -> str:
    return {"cents": "Amount", "number": "Number", "percent": "Share"}[unit]
