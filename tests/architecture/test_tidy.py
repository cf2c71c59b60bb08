"""The whole repository is tidy, but for a list of exceptions that may only get shorter."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from qsmo.kernel.law import register
from tests.architecture.tidy import RULES, unseen_reads
from tests.architecture.tree import ROOT, Fault, File, tracked

LIMITS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8"))
EXCEPTIONS = {(entry["rule"], entry["place"]): entry["count"] for entry in LIMITS["exceptions"]}
LAW_FOLDERS = sorted(path for path in (ROOT / "src").rglob("law") if path.is_dir())


@cache
def files() -> list[File]:
    """Every tracked file, read once."""
    return tracked()


@cache
def faults() -> dict[str, list[Fault]]:
    """Every breach, by the name of the function that found it."""
    return {rule.__name__: list(rule(files())) for rule in RULES}


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_the_repository_keeps_the_rule(rule):
    left = [str(fault) for fault in faults()[rule] if (fault.rule, fault.spot) not in EXCEPTIONS]
    assert not left, "\n" + "\n".join(left)


def test_the_list_of_exceptions_only_gets_shorter():
    found = Counter((fault.rule, fault.spot) for each in faults().values() for fault in each)
    assert {spot: found[spot] for spot in EXCEPTIONS} == EXCEPTIONS, (
        "say how many there are, and no more than before"
    )
    assert sum(EXCEPTIONS.values()) == LIMITS["most"], "`most` is the sum of the counts, and never grows"
    assert all(entry["why"] for entry in LIMITS["exceptions"])


def test_reads_without_a_viewer_do_not_become_more():
    assert unseen_reads(files()) == LIMITS["unseen_reads"], (
        "lower the number when reads go away; do not raise it"
    )


@pytest.mark.parametrize("folder", LAW_FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT / "src")))
def test_every_table_of_law_can_be_read_and_says_its_source(folder):
    tables = list(register(folder))
    assert tables, "a folder of law without tables"
    for table in tables:
        assert table.title
        assert table.cite
        assert table.clock
        for version in table.versions:
            assert version.source, version.reference
            assert version.checked, version.reference
    named = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
    wide = [path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")]
    assert [name for name in wide if f'"{name}"' not in named] == []


def test_every_file_that_the_tour_names_exists():
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+/[\w.-]*\.\w+|[\w./-]+/)`", tour))
    assert named, "the tour names no files"
    assert (
        sorted(name for name in named if not any((ROOT / top / name).exists() for top in ("", "src/qsmo")))
        == []
    )
