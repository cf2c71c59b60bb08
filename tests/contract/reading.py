"""Reads exported files back as a customer would who no longer has the service."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow.parquet
from lxml import etree

from qsmo.contract.service import ExportedFile, Service, Subscription


@dataclass(frozen=True)
class Copy:
    """One file as received: what was said of it, its size and its digest."""

    name: str
    media_type: str
    records: int
    digest: str


def _csv(content: bytes) -> int:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert rows, "a CSV file without a heading"
    assert {len(row) for row in rows} == {len(rows[0])}, "CSV rows of different lengths"
    return len(rows) - 1


def _json(content: bytes) -> int | None:
    value = json.loads(content)
    return len(value) if isinstance(value, list) else None


def _lines(content: bytes) -> int:
    return sum(json.loads(line) is not None for line in content.splitlines() if line)


def _parquet(content: bytes) -> int:
    count: int = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata.num_rows
    return count


def _xml(content: bytes) -> None:
    etree.fromstring(content)


def _pdf(content: bytes) -> None:
    assert content.startswith(b"%PDF-"), "not a PDF"


def _text(content: bytes) -> None:
    content.decode("utf-8")


# Each reads a file and counts its records, where the form itself says how many there are.
READERS: dict[str, Callable[[bytes], int | None]] = {
    "text/csv": _csv,
    "application/json": _json,
    "application/x-ndjson": _lines,
    "application/vnd.apache.parquet": _parquet,
    "application/xml": _xml,
    "text/xml": _xml,
    "application/pdf": _pdf,
    "text/plain": _text,
}


def read_back(service: Service, sub: Subscription) -> tuple[Copy, ...]:
    """Every exported file, read by its media type; AssertionError where one is not what it says it is."""
    copies = tuple(_copy(file) for file in service.export(sub))
    names = [copy.name for copy in copies]
    assert len(names) == len(set(names)), f"two exported files have one name: {names}"
    return copies


def _copy(file: ExportedFile) -> Copy:
    path = PurePosixPath(file.name)
    assert file.name and not path.is_absolute() and ".." not in path.parts, f"“{file.name}” leaves its folder"
    content = b"".join(file.pieces)
    assert content, f"{file.name} is empty"
    media_type = file.media_type.partition(";")[0].strip()
    assert media_type in READERS, f"{file.name}: nobody can read {file.media_type}"
    try:
        counted = READERS[media_type](content)
    except (ValueError, csv.Error, etree.XMLSyntaxError, pyarrow.ArrowException) as fault:
        raise AssertionError(f"{file.name} cannot be read back: {fault}") from fault
    assert file.records >= 0, f"{file.name} says that it has {file.records} records"
    assert counted in (None, file.records), f"{file.name} has {counted} records and says {file.records}"
    return Copy(file.name, media_type, file.records, hashlib.sha256(content).hexdigest())
