"""The files of the repository as tidy sees them: what each is, and a fault that names the place."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PACKAGE = PurePosixPath("src/qsmo")


@dataclass(frozen=True)
class Fault:
    """One breach of one rule at one place; `place` is a path, or a path and a name after a colon."""

    rule: str
    place: str
    words: str

    @property
    def spot(self) -> str:
        """The place without a line number, which moves when other lines do."""
        path, _, part = self.place.partition(":")
        return path if part.isdigit() else self.place

    def __str__(self) -> str:
        return f"{self.place}: {self.words} [{self.rule}]"


@dataclass(frozen=True)
class File:
    """One tracked file: its path from the root of the repository, and its text (empty where it is not text)."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def is_python(self) -> bool:
        """Whether it is Python."""
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        """Whether it belongs to tests, of a slice or of the whole."""
        return "tests" in self.path.parts

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote it."""
        return "migrations" in self.path.parts

    @property
    def is_product(self) -> bool:
        """Whether it is Python of the package that people wrote, tests left aside."""
        return (
            self.is_python
            and self.path.is_relative_to(PACKAGE)
            and not self.is_test
            and not self.is_migration
        )

    @property
    def is_rule(self) -> bool:
        """Whether it holds rules: `rules.py`, or anything in a folder `rules`."""
        return self.is_product and (self.path.name == "rules.py" or "rules" in self.path.parts[:-1])

    def within(self, *folders: str) -> bool:
        """Whether it lies in one of these folders of the package."""
        return any(self.path.is_relative_to(PACKAGE / folder) for folder in folders)


def tracked() -> list[File]:
    """Every file under version control that exists in the working tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listing.decode().split("\0") if name]
    return [
        File(PurePosixPath(name), _text(ROOT / name)) for name in sorted(names) if (ROOT / name).is_file()
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
