"""Law and standards as dated tables: each figure has the day it takes effect, the day it was known, and its source.

A table is a TOML file with `title`, `cite`, `clock` and one `[[version]]` after another; a version holds `values`
(quoted text) or `rows` (the name of a CSV file beside it, with its `sha256`). Asking for a day that no version covers
is an error that names what is missing: nothing is invented.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, rate


class LawGap(Refusal):
    """A figure that the tables do not hold for the day asked. The words name the table, the day and what is missing."""

    def __init__(self, words: str) -> None:
        super().__init__("law-gap", words, status=422)


class LawFault(Exception):
    """A table that contradicts itself: versions that collide, a digest that does not match, a missing source."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a wide table, with typed readers. `place` names it in errors."""

    cells: Mapping[str, str]
    place: str

    def text(self, key: str) -> str:
        """The text of a cell; LawGap where the table leaves it empty."""
        value = self.cells.get(key, "")
        if value == "":
            raise LawGap(f"{self.place} has no {key}")
        return value

    def cents(self, key: str) -> Money:
        """The cell as money."""
        return Money.parse(self.text(key))

    def rate(self, key: str) -> Fraction:
        """The cell as an exact rate."""
        return rate(self.text(key))

    def integer(self, key: str) -> int:
        """The cell as a whole number."""
        return int(self.text(key))


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a table: from `effective` (through `through` if said), as published on `known`."""

    table: str
    cite: str
    effective: date
    known: date
    through: date | None
    source: str
    checked: str
    values: Row
    rows: tuple[Row, ...]

    @property
    def reference(self) -> str:
        """The name a computed line keeps: table and effective date, and the known date where it differs."""
        later = f", known {self.known}" if self.known != self.effective else ""
        return f"{self.table} from {self.effective}{later}"

    def text(self, key: str) -> str:
        """A value as text."""
        return self.values.text(key)

    def cents(self, key: str) -> Money:
        """A value as money."""
        return self.values.cents(key)

    def rate(self, key: str) -> Fraction:
        """A value as an exact rate."""
        return self.values.rate(key)

    def integer(self, key: str) -> int:
        """A value as a whole number."""
        return self.values.integer(key)

    def row(self, **keys: str | int) -> Row:
        """The one row whose cells equal the keys; LawGap when there is none, LawFault when there are several."""
        wanted = {key: str(value) for key, value in keys.items()}
        found = [
            row for row in self.rows if all(row.cells.get(key) == value for key, value in wanted.items())
        ]
        if len(found) > 1:
            raise LawFault(f"{self.reference}: {len(found)} rows for {wanted}")
        if not found:
            said = ", ".join(f"{key} {value}" for key, value in wanted.items())
            raise LawGap(f"{self.table} ({self.cite}) has no row for {said} on {self.effective}")
        return found[0]


@dataclass(frozen=True, slots=True)
class Table:
    """A named body of law with all its versions. `clock` says which date of a case picks the version."""

    name: str
    title: str
    cite: str
    clock: str
    versions: tuple[Version, ...]

    def at(self, *, on: date, known_by: date | None = None) -> Version:
        """The version in force on a day, as far as it was known by another day; LawGap when there is none."""
        open_ = [
            version
            for version in self.versions
            if version.effective <= on
            and (version.through is None or on <= version.through)
            and (known_by is None or version.known <= known_by)
        ]
        if not open_:
            known = f" as known on {known_by}" if known_by else ""
            raise LawGap(f"No version of {self.title} ({self.cite}) is on file for {on}{known}")
        return max(open_, key=lambda version: (version.effective, version.known))


@dataclass(frozen=True)
class Register:
    """All the tables of one folder, by name."""

    tables: Mapping[str, Table]

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())


@cache
def register(folder: Path) -> Register:
    """Read every `*.toml` of a law folder once. LawFault tells of a collision, a bad digest or a missing source."""
    tables = [_table(path) for path in sorted(folder.glob("*.toml"))]
    return Register({table.name: table for table in tables})


def _table(path: Path) -> Table:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    missing = [key for key in ("title", "cite", "clock") if not raw.get(key)]
    if missing:
        raise LawFault(f"{path.name}: {' and '.join(missing)} not said")
    versions = [_version(path, raw, each) for each in raw.get("version", [])]
    seen = [(version.effective, version.known) for version in versions]
    if not versions or len(seen) != len(set(seen)):
        raise LawFault(f"{path.name}: no version, or two versions with the same dates")
    return Table(path.stem, raw["title"], raw["cite"], raw["clock"], tuple(versions))


def _version(path: Path, raw: Mapping[str, str], version: Mapping[str, object]) -> Version:
    effective = _date(path, version.get("effective"))
    known = _date(path, version.get("known", effective))
    through = _date(path, version["through"]) if "through" in version else None
    if through is not None and through < effective:
        raise LawFault(f"{path.name}: a version ends on {through}, before it starts on {effective}")
    if not version.get("source") or not version.get("checked"):
        raise LawFault(f"{path.name}: the version of {effective} says no source, or not how it was checked")
    place = f"{path.stem} from {effective}"
    values = version.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise LawFault(f"{path.name}: values are quoted text")
    rows = (
        _rows(path.parent / str(version["rows"]), str(version.get("sha256", ""))) if "rows" in version else ()
    )
    return Version(
        table=path.stem,
        cite=raw["cite"],
        effective=effective,
        known=known,
        through=through,
        source=str(version["source"]),
        checked=str(version["checked"]),
        values=Row(values, place),
        rows=tuple(Row(cells, f"{place}, row {number}") for number, cells in enumerate(rows, start=2)),
    )


def _date(path: Path, value: object) -> date:
    if type(value) is not date:
        raise LawFault(f"{path.name}: effective, known and through are dates without quotes, not {value!r}")
    return value


def _rows(path: Path, sha256: str) -> list[dict[str, str]]:
    content = path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise LawFault(f"{path.name}: its digest is {actual}, the table says {sha256 or 'none'}")
    text = io.StringIO(content.decode("utf-8"), newline="")
    names, *lines = [line for line in csv.reader(text, strict=True) if line] or [[]]
    if not lines or len(set(names)) < len(names) or any(len(line) != len(names) for line in lines):
        raise LawFault(
            f"{path.name}: no rows, two columns with one name, or a row longer or shorter than the heading"
        )
    return [dict(zip(names, line, strict=True)) for line in lines]
