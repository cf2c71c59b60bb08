"""Tables with a heading, separated by commas or bars: rows with the line of the file on which each begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

import polars as pl

Fault = Callable[[str, str, int | None, str], None]
"""Called with rule, words, line and field."""
MOST = 1 << 30


def separator(heading: str) -> str:
    """The bar where a heading has more bars than commas, else the comma; a tab or semicolon where it has neither."""
    counts = {each: heading.count(each) for each in "|,\t;"}
    if counts["|"] or counts[","]:
        return "|" if counts["|"] > counts[","] else ","
    return max(counts, key=lambda each: counts[each]) if any(counts.values()) else ","


def rows(text: str, between: str, fault: Fault) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its first line. A quotation mark that is never closed is said, and reading goes
    on with the line after it."""
    lines = io.StringIO(text, newline="").readlines()
    csv.field_size_limit(MOST)
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:] if start else lines, delimiter=between, strict=True)
        before = 0
        try:
            while True:
                before = reader.line_num
                try:
                    row = next(reader)
                except StopIteration:
                    return
                if any(cell and not cell.isspace() for cell in row):
                    yield start + before + 1, row
        except csv.Error as error:
            line = start + before + 1
            if "unexpected end of data" in str(error):
                fault(
                    "quote",
                    "A quotation mark is opened here and never closed; the row was left out",
                    line,
                    "",
                )
            else:
                fault(
                    "quote",
                    f"The quotation marks of this row cannot be read ({error}); it was left out",
                    line,
                    "",
                )
            start = line


def read_table(text: str, between: str, fault: Fault) -> tuple[int, list[str], list[pl.Series], list[int]]:
    """The heading with its line, a column for each of its names, and the line of each row.

    Rows with more or fewer fields than the heading are said and left out. Files without quotation marks, most of them,
    are split by columns at once; the others row by row, since a field of theirs may go over several lines.
    """
    found: list[list[str]] = []
    lines: list[int] = []
    if '"' in text:
        stream = rows(text, between, fault)
        line, heading = next(stream, (1, []))
        for number, row in stream:
            if len(row) == len(heading):
                found.append(row)
                lines.append(number)
            else:
                fault(*_miscounted(len(row), len(heading)), number, "")
        table = [pl.Series(cells, dtype=pl.String) for cells in zip(*found, strict=True)]
        return line, heading, table or [pl.Series(dtype=pl.String)] * len(heading), lines
    every = pl.Series(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), dtype=pl.String)
    kept = every.str.contains(r"[^\s" + re.escape(between) + "]")
    numbers = kept.arg_true().to_list()
    if not numbers:
        return 1, [], [], []
    heading = every[numbers[0]].split(between)
    body = every.filter(kept).slice(1)
    counts = body.str.count_matches(between, literal=True) + 1
    fits = counts == len(heading)
    for place in (~fits).arg_true().to_list():
        fault(*_miscounted(counts[place], len(heading)), numbers[place + 1] + 1, "")
    lines = [numbers[place + 1] + 1 for place in fits.arg_true().to_list()]
    if not lines:
        return numbers[0] + 1, heading, [pl.Series(dtype=pl.String)] * len(heading), []
    whole = "\n".join(body.filter(fits).to_list()) + "\n"
    frame = pl.read_csv(
        whole.encode(),
        has_header=False,
        separator=between,
        quote_char=None,
        infer_schema=False,
    )
    return numbers[0] + 1, heading, [column.fill_null("") for column in frame.get_columns()], lines


def _miscounted(has: int, wanted: int) -> tuple[str, str]:
    said = "more" if has > wanted else "fewer"
    return (
        "field-count",
        f"The row has {has} fields, {said} than the {wanted} of the heading; it was left out",
    )


def headings(
    names: list[str], known: dict[str, str], required: set[str], fault: Fault, line: int
) -> list[str]:
    """The field that each column stands for, empty where it is none of the known; faults where one is missing or there
    twice. `known` maps names without blanks and capitals to fields."""
    found: list[str] = []
    strange: list[str] = []
    for name in names:
        field = known.get(plain(name), "")
        if not field and plain(name):
            strange.append(name.strip())
        if field and field in found:
            fault(
                "header-duplicate",
                f"The column {field} is there twice, the second time as “{name.strip()}”",
                line,
                field,
            )
            field = ""
        found.append(field)
    for field in sorted(required - set(found)):
        near = get_close_matches(plain(field), [plain(each) for each in strange], n=1, cutoff=0.8)
        hint = next((each for each in strange if near and plain(each) == near[0]), "")
        also = f"; “{hint}” looks like it" if hint else ""
        fault("header-missing", f"The column {field} is missing{also}", line, field)
    return found


def plain(name: str) -> str:
    """A heading without what does not count: capitals, blanks, quotation marks."""
    return "".join(name.split()).strip("\"'").lower()
