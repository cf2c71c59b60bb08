"""The published offerings as typed facts from the law tables, ready to be taken over into the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Row, register
from qsmo.marketplace.standards.rules.framework import Release

LAW = register(Path(__file__).parent.parent / "law")

KINDS = {"solution": "Solution", "contract": "Contract", "expertise": "Expertise"}
SERVICE_KINDS = {
    "technology_service": "Technology service",
    "labor_service": "Labor service",
    "transaction_service": "Transaction service",
    "full_business_process": "Full business process",
    "managed_service": "Managed service",
}
SECTORS = {"federal": "Federal provider", "commercial": "Commercial provider"}
LEVELS = {
    "high": "High",
    "moderate": "Moderate",
    "low": "Low",
    "li-saas": "Low impact software",
    "unstated": "Stated, level not on file",
    "none": "None on file",
}


@dataclass(frozen=True, slots=True)
class ListedProvider:
    """A provider as the sources name it, with the organisation it is part of and the areas it was designated for."""

    id: str
    name: str
    parent: str
    sector: str
    legacy_areas: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ListedOffering:
    """An offering of the table; `invented` is the text that marks one made up for demonstration."""

    id: str
    office: str
    area: str
    scopes: str
    name: str
    provider: str
    kind: str
    service_kind: str
    activities: tuple[str, ...]
    summary: str
    badges: str
    note: str
    service: str
    service_levels: str
    exit_terms: str
    formats: tuple[str, ...]
    invented: str
    source: str


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A price version of the table, with the plan it belongs to; `unit_price` is the exact text of dollars."""

    plan: str
    offering: str
    plan_name: str
    id: str
    meter: str
    unit: str
    recurs: str
    measure: str
    unit_price: str
    effective_on: date
    announced_on: date
    note: str


@dataclass(frozen=True, slots=True)
class ListedAuthorization:
    """A security authorization that could be matched to an offering, and on what grounds."""

    offering: str
    status: str
    level: str
    package_id: str
    package: str
    authorized_on: date | None
    expires_on: date | None
    basis: str


def providers() -> tuple[ListedProvider, ...]:
    """Every provider of the table."""
    return tuple(
        ListedProvider(
            id=row.text("provider"),
            name=row.text("name"),
            parent=row.cells["parent"],
            sector=row.text("sector"),
            legacy_areas=tuple(row.cells["legacy_areas"].split()),
            note=row.cells["note"],
        )
        for row in _rows("providers")
    )


def offerings() -> tuple[ListedOffering, ...]:
    """Every offering of the table; activities as the table states them (areas and functions stand for all in them)."""
    return tuple(_offering(row) for row in _rows("offerings"))


def prices() -> tuple[ListedPrice, ...]:
    """Every price version of the table."""
    return tuple(
        ListedPrice(
            plan=row.text("plan"),
            offering=row.text("offering"),
            plan_name=row.text("plan_name"),
            id=row.text("price"),
            meter=row.text("meter"),
            unit=row.text("unit"),
            recurs=row.text("recurs"),
            measure=row.cells["measure"],
            unit_price=row.text("unit_price"),
            effective_on=date.fromisoformat(row.text("effective_on")),
            announced_on=date.fromisoformat(row.text("announced_on")),
            note=row.text("note"),
        )
        for row in _rows("prices")
    )


def authorizations() -> dict[str, ListedAuthorization]:
    """The authorizations that could be matched, by offering."""
    return {
        row.text("offering"): ListedAuthorization(
            offering=row.text("offering"),
            status=row.text("status"),
            level=row.text("level"),
            package_id=row.cells["package_id"],
            package=row.cells["package"],
            authorized_on=_day(row.cells["authorized_on"]),
            expires_on=_day(row.cells["expires_on"]),
            basis=row.text("basis"),
        )
        for row in _rows("authorizations")
    }


def sources() -> dict[str, str]:
    """Where each table comes from, by its name."""
    return {table.name: table.at(on=clock.today()).source for table in LAW}


def expand(release: Release, keys: Iterable[str]) -> tuple[list[str], tuple[Finding, ...]]:
    """The activities that identifiers of areas, functions and activities stand for, and a finding for each unknown."""
    known = {area.code for area in release.areas} | {function.id for function in release.functions}
    found: set[str] = set()
    faults = []
    for key in keys:
        if key in known or release.has_activity(key):
            found |= release.covers(key)
        else:
            words = f"Release {release.name} of the framework lists no activity, function or area “{key}”"
            expected = "an identifier such as HCM.A5-1.010"
            faults.append(Finding("activity-unknown", words, field="activities", expected=expected))
    return sorted(found), tuple(faults)


def _rows(table: str) -> tuple[Row, ...]:
    return LAW[table].at(on=clock.today()).rows


def _offering(row: Row) -> ListedOffering:
    cells = row.cells
    plain = ("area", "scopes", "name", "provider", "kind", "service_kind", "summary", "source", "office")
    may_lack = ("badges", "note", "service", "service_levels", "exit_terms", "invented")
    return ListedOffering(
        id=row.text("offering"),
        activities=tuple(cells["activities"].split()),
        formats=tuple(part.strip() for part in cells["formats"].split(";") if part.strip()),
        **{name: row.text(name) for name in plain},
        **{name: cells[name] for name in may_lack},
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
