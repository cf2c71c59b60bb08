"""The picture of the system for its documents: an SVG drawn from the slices, services and layers that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from qsmo.platform.plugs import services, slices

STORY = {
    "standards": ("Standards", "names of work,", "its measures"),
    "designation": ("Designation", "offices, stages,", "since when"),
    "engagement": ("Engagement", "what agencies need", "and when"),
    "catalogue": ("Catalog", "offerings, prices,", "search, compare"),
    "acquisition": ("Acquisition", "vehicles and", "task orders"),
    "agreements": ("Agreements", "terms, orders,", "four signatures"),
    "orders": ("Orders", "from wish to", "running service"),
    "migration": ("Migration", "phases, gates,", "old systems"),
    "metering": ("Metering", "sealed usage", "of a period"),
    "billing": ("Billing", "bill, settlement,", "both books"),
    "performance": ("Performance", "service levels,", "outcomes"),
}
"""The story of the marketplace in its order; a slice that is not there yet is not drawn."""

WIDTH, MARGIN, GAP, TALL = 980, 20, 12, 84
STYLE = """
  .ground { fill: #ffffff; } text { font-family: system-ui, sans-serif; fill: #1b1b1b; font-size: 13px; }
  .name { font-weight: 700; font-size: 15px; } .over { fill: #3d4551; font-weight: 700; font-size: 13px; }
  .story { fill: #eff6fb; stroke: #005ea2; } .service { fill: #ecf3ec; stroke: #2e6b3c; }
  .floor { fill: #f0f0f0; stroke: #71767a; } .way { stroke: #3d4551; stroke-width: 2; fill: none; }
  .tip { fill: #3d4551; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #16191f; } text { fill: #f0f0f0; } .over { fill: #c6cace; }
    .story { fill: #10304f; stroke: #73b3e7; } .service { fill: #1c3a26; stroke: #70b487; }
    .floor { fill: #2b3038; stroke: #a9aeb1; } .way { stroke: #c6cace; } .tip { fill: #c6cace; }
  }
""".rstrip()


def picture() -> str:
    """The whole as SVG, readable in light and dark: story above, contract between, services, and what both stand on."""
    names = {slice_.name for slice_ in slices() if slice_.layer == "marketplace"}
    told = [words for name, words in STORY.items() if name in names]
    if unknown := names - set(STORY):
        raise LookupError(f"the picture has no words for {', '.join(sorted(unknown))}")
    delivered = [each.manifest for each in services().values()]
    floors = [
        ("Platform", ", ".join(slice_.name for slice_ in slices() if slice_.layer == "platform")),
        ("Kernel", "money, periods, calendar, law as dated tables, flows"),
    ]
    parts = [
        '<text class="over" x="20" y="30">The marketplace, in the order of the story</text>',
        *_row(42, "story", told, arrows=True),
        *_contract(),
        '<text class="over" x="20" y="212">Services, each on its own</text>',
        *_row(224, "service", [(each.name, *_two(each.words)) for each in delivered], arrows=False),
        *_floors(332, floors),
    ]
    about = "The marketplace in a row, services below it, one contract between, platform and kernel under all"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 430" role="img" aria-labelledby="t d">',
            '<title id="t">How the system is put together</title>',
            f'<desc id="d">{about}.</desc>',
            f"<style>{STYLE}\n</style>",
            f'<rect class="ground" width="{WIDTH}" height="430" rx="8"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _row(top: int, kind: str, boxes: Sequence[tuple[str, ...]], *, arrows: bool) -> Iterator[str]:
    wide = (WIDTH - 2 * MARGIN - GAP * (len(boxes) - 1)) // max(len(boxes), 1)
    for place, (name, *lines) in enumerate(boxes):
        left = MARGIN + place * (wide + GAP)
        yield f'<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="{TALL}" rx="6"/>'
        yield f'<text class="name" x="{left + 10}" y="{top + 26}">{escape(name)}</text>'
        for number, line in enumerate(lines):
            yield f'<text x="{left + 10}" y="{top + 48 + 18 * number}">{escape(line)}</text>'
        if arrows and place:
            middle = top + TALL // 2
            yield f'<path class="tip" d="M{left - GAP + 1} {middle - 5} l9 5 l-9 5 z"/>'


def _contract() -> Iterator[str]:
    middle, top = WIDTH // 2, 42 + TALL
    for left, down in ((middle - 150, True), (middle + 150, False)):
        yield f'<path class="way" d="M{left} {top + 10} V{top + 82}"/>'
        tip = f"M{left - 6} {top + 82} l6 10 l6 -10 z" if down else f"M{left - 6} {top + 14} l6 -10 l6 10 z"
        yield f'<path class="tip" d="{tip}"/>'
    for left, words in ((middle - 140, "open, change, close"), (middle + 160, "usage, export")):
        yield f'<text x="{left}" y="{top + 44}">{words}</text>'
    yield f'<text class="over" x="{middle - 2}" y="{top + 44}">one contract</text>'


def _floors(top: int, floors: list[tuple[str, str]]) -> Iterator[str]:
    for place, (name, words) in enumerate(floors):
        at = top + place * 44
        yield f'<rect class="floor" x="{MARGIN}" y="{at}" width="{WIDTH - 2 * MARGIN}" height="36" rx="6"/>'
        yield f'<text x="{MARGIN + 10}" y="{at + 23}"><tspan class="name">{name}</tspan> {escape(words)}</text>'


def _two(words: str) -> list[str]:
    """Words on at most two lines, cut where a word begins."""
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > 60 and len(lines) == 1:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
