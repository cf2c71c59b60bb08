"""Finds the slices of the system by their folders, and the services by their `plug.py`; the only import by name."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from qsmo.contract.service import Service

ROOT = Path(__file__).resolve().parent.parent
ENTRY_POINTS = "qsmo.services"


@dataclass(frozen=True, slots=True)
class Slice:
    """One folder of the tree: its short name, its layer (platform, marketplace or services) and where it is."""

    name: str
    layer: str
    package: str
    folder: Path

    def part(self, file: str) -> ModuleType | None:
        """The slice's own module of a well-known name such as `pages`, file or folder, or None where it has none."""
        if not any((self.folder / name).exists() for name in (f"{file}.py", f"{file}/__init__.py")):
            return None
        return importlib.import_module(f"{self.package}.{file}")


@cache
def slices() -> tuple[Slice, ...]:
    """Every slice, platform first, then marketplace, then services, each layer in order of name."""
    return (*_found("platform"), *_found("marketplace"), *_found("services"), *_joined())


def parts(file: str) -> Iterator[tuple[Slice, ModuleType]]:
    """Each slice that has a module of this name, with it."""
    for slice_ in slices():
        module = slice_.part(file)
        if module is not None:
            yield slice_, module


@cache
def services() -> dict[str, Service]:
    """Every service by slug. A `plug.py` without a service that fits the contract is a loud error."""
    found: dict[str, Service] = {}
    for slice_, module in parts("plug"):
        service = getattr(module, "service", None)
        if not isinstance(service, Service):
            raise TypeError(f"{slice_.package}.plug has no `service` that fits the contract")
        found[service.manifest.slug] = service
    return found


def apps() -> list[str]:
    """The packages that are Django apps: those with records or templates."""
    marks = ("models", "models.py", "templates", "templatetags")
    return [slice_.package for slice_ in slices() if any((slice_.folder / mark).exists() for mark in marks)]


def _found(layer: str) -> Iterator[Slice]:
    for folder in sorted((ROOT / layer).iterdir()):
        if (folder / "__init__.py").exists():
            yield Slice(folder.name, layer, f"qsmo.{layer}.{folder.name}", folder)


def _joined() -> Iterator[Slice]:
    """Packages of third parties that name themselves in the entry point group."""
    for point in entry_points(group=ENTRY_POINTS):
        module = importlib.import_module(point.value)
        yield Slice(point.name, "services", point.value, Path(str(module.__file__)).parent)
