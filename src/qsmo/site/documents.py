"""The documents made from the code: law, flows, permissions, capabilities, what works, and the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import apps

from qsmo.kernel.flow import Flow
from qsmo.kernel.law import Table, register
from qsmo.marketplace.catalogue.queries import claimed_by
from qsmo.platform.access.door import ACTIONS
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.policy import policy
from qsmo.platform.plugs import ROOT, parts, services, slices
from qsmo.site.picture import picture


def current(folder: Path, *, write: bool) -> list[Path]:
    """The documents that differ from what the code says now; with `write` they are brought up to date."""
    stale = []
    for name, make in MAKERS.items():
        path, content = folder / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(path)
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
    readme = Path("README.md")
    if readme.exists():
        text = with_table(readme.read_text(encoding="utf-8"), works_today())
        if text != readme.read_text(encoding="utf-8"):
            stale.append(readme)
            if write:
                readme.write_text(text, encoding="utf-8")
    return stale


def law_tables() -> Iterator[tuple[str, Table]]:
    """Every law table of the system with the slice that owns it, kernel first."""
    yield from (("kernel", table) for table in register(ROOT / "kernel" / "law"))
    for slice_ in slices():
        if (slice_.folder / "law").exists():
            yield from ((slice_.name, table) for table in register(slice_.folder / "law"))


def law() -> str:
    """The register of law: each table, its versions, sources and how they were checked."""
    lines = [
        "# Register of law",
        "",
        "Made from the tables by `qsmo docs`; each figure opens from a page that uses it.",
        "",
    ]
    for owner, table in law_tables():
        lines += [
            f"## {table.title}",
            "",
            f"`{owner}/{table.name}` · {table.cite} · clock: {table.clock}",
            "",
        ]
        lines += [
            "| effective | known | through | rows | source | checked |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for version in table.versions:
            size = len(version.rows) or len(version.values.cells)
            cells = (
                version.effective,
                version.known,
                version.through or "",
                size,
                version.source,
                version.checked,
            )
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def flows() -> str:
    """Every life-cycle as a diagram with its moves."""
    lines = ["# Flows", "", "Made from the code by `qsmo docs`.", ""]
    for model in _owned():
        if isinstance(model.flow, Flow):
            flow = model.flow
            lines += [f"## {flow.name}", "", "```mermaid", flow.diagram(), "```", ""]
            lines += [
                "| move | from | to | permission | not by who made |",
                "| --- | --- | --- | --- | --- |",
            ]
            for move in flow.moves:
                cells = (move.name, ", ".join(move.from_), move.to, move.permission, ", ".join(move.not_by))
                lines.append("| " + " | ".join(cells) + " |")
            lines.append("")
    return "\n".join(lines)


def permissions() -> str:
    """The permission matrix: each permission, who holds it, and the actions that ask for it."""
    for _ in parts("actions"):
        continue
    lines = ["# Permissions", "", "Made from the policy files by `qsmo docs`.", "", "## Roles", ""]
    lines += ["| role | side | what it is |", "| --- | --- | --- |"]
    lines += [
        f"| {role.title} (`{role.slug}`) | {role.side} | {role.words} |" for role in policy().roles.values()
    ]
    lines += [
        "",
        "## Permissions",
        "",
        "| permission | allows to | roles | programs | actions |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, stated in sorted(policy().permissions.items()):
        verbs = sorted(
            action.name.removeprefix("qsmo.") for action in ACTIONS.values() if action.permission == name
        )
        cells = (
            f"`{name}`",
            stated.words,
            ", ".join(sorted(stated.roles)),
            ", ".join(sorted(stated.programs)),
            ", ".join(verbs),
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join([*lines, ""])


def audiences() -> str:
    """Which records there are, and through which columns each is seen."""
    lines = ["# Records and who sees them", "", "Made from the models by `qsmo docs`.", ""]
    lines += [
        "| record | read with | customer | provider | office | person | public |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for model in _owned():
        seen = model.audience
        sides = [", ".join(seen.columns(side)) for side in ("customer", "provider", "office")]
        cells = (
            model._meta.label,
            f"`{seen.reads}`",
            *sides,
            seen.person,
            "some rows" if seen.public is not None else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def capabilities() -> str:
    """For each service, the activities and capabilities that it claims, and what each claim rests on."""
    lines = ["# Capability coverage", "", "Made from the services' manifests by `qsmo docs`.", ""]
    for slug, service in services().items():
        manifest, found = service.manifest, claimed_by(slug)
        lines += [f"## {manifest.name}", "", manifest.words, ""]
        lines += [f"Activities: {', '.join(manifest.activities) or 'none'}; {found.words}.", ""]
        if found.claims:
            lines += ["| capability | authority | rests on | which cites |", "| --- | --- | --- | --- |"]
            rows = [(each.capability, each.authority, each.cited_by, each.cited_as) for each in found.claims]
            lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows] + [""]
    return "\n".join(lines)


def openapi() -> str:
    """The API as OpenAPI 3.1."""
    import qsmo.site.urls  # noqa: F401  # mounts every router
    from qsmo.platform.api.door import api

    return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, default=str) + "\n"


def works_today() -> str:
    """The table of what works today, for the README."""
    lines = [
        "| service | area | counted by | standard capabilities | formats |",
        "| --- | --- | --- | --- | --- |",
    ]
    for slug, service in services().items():
        manifest = service.manifest
        meters = ", ".join(meter.unit for meter in manifest.meters)
        covered = claimed_by(slug).words
        lines.append(
            f"| {manifest.name} | {manifest.area} | {meters} | {covered} | {', '.join(manifest.formats)} |"
        )
    return "\n".join(lines)


def with_table(text: str, table: str) -> str:
    """A text with the part between its two marks replaced by a table; text without marks stays as it is."""
    start, end = "<!-- works today -->", "<!-- end -->"
    before, mark, rest = text.partition(start)
    _, closing, after = rest.partition(end)
    return f"{before}{start}\n{table}\n{end}{after}" if mark and closing else text


def _owned() -> list[type[Owned]]:
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


MAKERS: dict[str, Callable[[], str]] = {
    "law.md": law,
    "flows.md": flows,
    "permissions.md": permissions,
    "records.md": audiences,
    "capabilities.md": capabilities,
    "openapi.json": openapi,
    "picture.svg": picture,
}
