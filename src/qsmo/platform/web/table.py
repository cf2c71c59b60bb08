"""A table as a question: columns, rows and a query string in; sorted, filtered, paged cells or a CSV stream out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict, StreamingHttpResponse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.web import formats

Kind = Literal["text", "number", "money", "percent", "date", "instant", "state", "yesno", "figure"]
"""`figure` is a number that is text already, such as hours beside dollars: it only stands flush right."""
COUNT_CAP = 10_000
SIZES = range(1, 101)
_NUMERIC = {"number", "money", "percent", "figure"}
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


class FilterSet(Protocol):
    """What a table uses of a django-filter FilterSet: the narrowed rows and the form that narrows them."""

    @property
    def qs(self) -> QuerySet[Any]:
        """The rows that pass."""

    @property
    def form(self) -> Any:
        """The form, for the page."""


@dataclass(frozen=True)
class Column:
    """One column: where its value comes from, how it is written, what it sorts by and where its cells lead."""

    key: str
    label: str
    kind: Kind = "text"
    value: str | Callable[[Any], Any] | None = None
    sort: str | Literal[True] | None = None
    link: Callable[[Any], str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether the cells are set flush right."""
        return self.kind in _NUMERIC

    def of(self, row: Any) -> Any:
        """The value of this column in a row; a missing link on the way gives None."""
        if callable(self.value):
            return self.value(row)
        found = row
        for name in (self.value or self.key).split("."):
            if found is None:
                return None
            found = found.get(name) if isinstance(found, dict) else getattr(found, name)
        return found

    @property
    def order_by(self) -> str:
        """The path that this column sorts by."""
        return self.sort if isinstance(self.sort, str) else self.key


@dataclass(frozen=True)
class Cell:
    """One value as it stands on the page."""

    text: str
    kind: str
    value: Any = None
    href: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it stands at the right, digit under digit."""
        return self.kind in _NUMERIC


@dataclass(frozen=True)
class Heading:
    """One column heading; `href` sorts by it, `order` is ascending, descending or empty."""

    label: str
    numeric: bool
    href: str
    order: str


@dataclass(frozen=True)
class Paging:
    """Where a page stands among the pages, and the addresses of those around it."""

    page: int
    last: int
    first_row: int
    last_row: int
    total: int
    capped: bool
    previous: str
    following: str
    pages: Sequence[tuple[int | None, str]] = field(default_factory=tuple)

    @property
    def words(self) -> str:
        """`26–50 of 312`, or `26–50 of more than 10,000`."""
        many = f"more than {self.total:,}" if self.capped else f"{self.total:,}"
        return f"{self.first_row:,}–{self.last_row:,} of {many}"


class Table:
    """Rows for one page of a list. Sizes, pages and sorts that are not offered are refused, not guessed at.

    Counting stops at 10,000 rows, and so do the pages; further rows are reached by a filter or by the CSV, which
    streams all. Ties are always broken by primary key, so no row is shown twice or missed between pages.
    """

    def __init__(
        self,
        query: QueryDict,
        rows: QuerySet[Any] | Sequence[Any],
        columns: Sequence[Column],
        *,
        caption: str,
        name: str = "",
        order: str = "",
        per_page: int = 25,
        filterset: Callable[..., FilterSet] | None = None,
    ) -> None:
        self.query = query
        self.columns = columns
        self.caption = caption
        self.name = name
        self.default_order = order
        self.per_page = per_page
        self.filter = filterset(query, queryset=rows) if filterset else None
        self._given = self.filter.qs if self.filter else rows

    @property
    def slug(self) -> str:
        """The id of the table in the page."""
        return self.name or "table"

    def parameter(self, key: str) -> str:
        """The name of one of this table's parameters in the query string."""
        return f"{self.name}-{key}" if self.name else key

    def address(self, **changes: str) -> str:
        """The query string with some of this table's parameters changed; an empty value drops one."""
        query = self.query.copy()
        for key, value in changes.items():
            if value:
                query[self.parameter(key)] = value
            else:
                query.pop(self.parameter(key), None)
        return f"?{query.urlencode()}"

    def _whole(self, key: str, default: int) -> int:
        text = self.query.get(self.parameter(key)) or str(default)
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise Refusal(f"{key}-form", f"“{text}” is not a {key}; give a whole number", status=422)
        return int(text)

    @cached_property
    def size(self) -> int:
        """Rows on a page."""
        size = self._whole("size", self.per_page)
        if size not in SIZES:
            raise Refusal("size-range", f"A page holds 1 to {SIZES[-1]} rows, not {size}", status=422)
        return size

    @cached_property
    def sorted_by(self) -> tuple[Column | None, bool]:
        """The column that the rows are sorted by, and whether downwards."""
        asked = self.query.get(self.parameter("sort")) or self.default_order
        if not asked:
            return None, False
        key, down = asked.removeprefix("-"), asked.startswith("-")
        offered = {column.key: column for column in self.columns if column.sort}
        if key not in offered:
            known = ", ".join(offered) or "none"
            raise Refusal(
                "sort-unknown", f"This table is not sorted by “{key}”. It offers: {known}", status=422
            )
        return offered[key], down

    @cached_property
    def rows(self) -> QuerySet[Any] | Sequence[Any]:
        """All rows, filtered and in order."""
        column, down = self.sorted_by
        if isinstance(self._given, QuerySet):
            return _ordered(self._given, column, down)
        if column is None:
            return self._given
        some = [row for row in self._given if column.of(row) is not None]
        none = [row for row in self._given if column.of(row) is None]
        return sorted(some, key=column.of, reverse=down) + none

    @cached_property
    def total(self) -> int:
        """The number of rows, counted no further than the cap plus one."""
        if isinstance(self.rows, QuerySet):
            return self.rows.order_by()[: COUNT_CAP + 1].count()
        return len(self.rows)

    @property
    def empty(self) -> bool:
        """Whether there is no row at all."""
        return self.total == 0

    @cached_property
    def paging(self) -> Paging:
        """Which page this is; a page that does not exist is refused with 404."""
        capped = isinstance(self.rows, QuerySet) and self.total > COUNT_CAP
        total = COUNT_CAP if capped else self.total
        last = max(1, -(-total // self.size))
        page = self._whole("page", 1)
        if not 1 <= page <= last:
            more = " Narrow the list with a filter, or take the CSV." if capped else ""
            raise Refusal("page-unknown", f"There is no page {page}; the last is {last}.{more}", status=404)
        begin = (page - 1) * self.size
        return Paging(
            page=page,
            last=last,
            first_row=begin + 1 if total else 0,
            last_row=min(begin + self.size, total),
            total=total,
            capped=capped,
            previous=self.address(page=str(page - 1)) if page > 1 else "",
            following=self.address(page=str(page + 1)) if page < last else "",
            pages=[
                (number, self.address(page=str(number)) if number else "") for number in _shown(page, last)
            ],
        )

    @cached_property
    def shown(self) -> list[Any]:
        """The rows of this page."""
        begin = self.paging.first_row - 1 if self.paging.total else 0
        return list(self.rows[begin : begin + self.size])

    @cached_property
    def page_rows(self) -> list[list[Cell]]:
        """The cells of this page."""
        return [[_cell(column, row) for column in self.columns] for row in self.shown]

    @property
    def headings(self) -> list[Heading]:
        """The column headings, with the addresses that sort."""
        now, down = self.sorted_by
        made = []
        for column in self.columns:
            here = now is not None and now.key == column.key
            asked = f"-{column.key}" if here and not down else column.key
            href = self.address(sort=asked, page="") if column.sort else ""
            order = ("descending" if down else "ascending") if here else ""
            made.append(Heading(column.label, column.numeric, href, order))
        return made

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: every parameter that is neither a filter nor the page."""
        own = set(self.filter.form.fields) if self.filter else set()
        dropped = own | {self.parameter("page"), self.parameter("format")}
        return [(key, value) for key, values in self.query.lists() if key not in dropped for value in values]

    @property
    def csv_address(self) -> str:
        """Where the whole list, as filtered and sorted, is had as CSV."""
        return self.address(format="csv", page="")

    @property
    def csv_wanted(self) -> bool:
        """Whether the query string asks for CSV; any other format is refused."""
        asked = self.query.get(self.parameter("format"), "")
        if asked not in {"", "csv"}:
            raise Refusal(
                "format-unknown", f"“{asked}” is not offered; this list is a page or csv", status=422
            )
        return asked == "csv"

    def csv_lines(self) -> Iterator[str]:
        """The whole list as lines of CSV, headings first, without holding the rows."""
        writer = csv.writer(_Echo())
        yield writer.writerow([column.label for column in self.columns])
        rows: Iterable[Any] = self.rows
        if isinstance(self.rows, QuerySet):
            rows = self.rows.iterator(chunk_size=2000)
        for row in rows:
            yield writer.writerow([plain_cell(column.kind, column.of(row)) for column in self.columns])

    def csv(self) -> StreamingHttpResponse:
        """The whole list as a download, streamed."""
        answer = StreamingHttpResponse(self.csv_lines(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.slug}.csv"'
        return answer


class _Echo:
    """A file for csv.writer that gives each line back to the one who writes it."""

    def write(self, line: str) -> str:
        """Hand the line on."""
        return line


def _ordered(rows: QuerySet[Any], column: Column | None, down: bool) -> QuerySet[Any]:
    if column is None:
        given = rows.query.order_by or rows.model._meta.ordering or ()
        return rows.order_by(*given, "pk")
    # Ties are broken in the same direction, so that an index over column and key serves both ways.
    return rows.order_by(_by(rows.model, column, down), "-pk" if down else "pk")


def _by(model: type[Model], column: Column, down: bool) -> str | OrderBy:
    """Nulls come last both ways; where a column has none the plain form is kept, so that its index is used."""
    try:
        certain = not getattr(model._meta.get_field(column.order_by), "null", True)
    except FieldDoesNotExist:
        certain = False
    if certain:
        return f"-{column.order_by}" if down else column.order_by
    path = F(column.order_by)
    return path.desc(nulls_last=True) if down else path.asc(nulls_last=True)


def _shown(page: int, last: int) -> list[int | None]:
    """The page numbers to offer: the first, the last, and those around this one; None stands for a gap."""
    near = sorted({1, last, *(number for number in range(page - 1, page + 2) if 1 <= number <= last)})
    shown: list[int | None] = []
    for before, number in zip([0, *near], near, strict=False):
        if number - before == 2:
            shown.append(number - 1)
        elif number - before > 2:
            shown.append(None)
        shown.append(number)
    return shown


def written(kind: str, value: Any) -> str:
    """A value as it stands on a page."""
    if value is None or value == "":
        return formats.NOTHING
    match kind:
        case "money":
            return formats.dollars(value)
        case "number":
            return formats.number(value)
        case "percent":
            return formats.percent(value)
        case "date":
            return formats.day(value)
        case "instant":
            return formats.instant(value)
        case "state":
            return formats.words(value)
        case "yesno":
            return "Yes" if value else "No"
    return str(value)


def _cell(column: Column, row: Any) -> Cell:
    value = column.of(row)
    href = column.link(row) if column.link else ""
    return Cell(written(column.kind, value), column.kind, value, href)


def plain_cell(kind: str, value: Any) -> str:
    """A value for CSV: money as dollars without signs, dates in ISO form, and text that no spreadsheet will run.

    Text that begins like a formula gets an apostrophe before it; a number stays a number, also a negative one.
    """
    if value is None:
        return ""
    if kind == "money":
        return str(value if isinstance(value, Money) else Money(value)).replace(",", "")
    if kind in {"number", "percent"} and isinstance(value, int | Fraction):
        return formats.ratio(value).replace(",", "")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if kind == "yesno":
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text
