"""The policy as data: roles with their sides, and which roles and programs hold which permission."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qsmo.platform.plugs import slices

SIDES = ("oversight", "office", "provider", "customer", "person", "public")


@dataclass(frozen=True, slots=True)
class Role:
    """A role a person may hold for an organisation; its side says through which column it sees rows."""

    slug: str
    title: str
    side: str
    words: str


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: what it allows in words, the roles that hold it, and the programs that hold it."""

    name: str
    words: str
    roles: frozenset[str]
    programs: frozenset[str]
    slice: str


@dataclass(frozen=True)
class Policy:
    """All roles and permissions of the system."""

    roles: Mapping[str, Role]
    permissions: Mapping[str, Permission]

    def held_by(self, permission: str) -> Permission:
        """The named permission; a name that no policy file states is a bug and is loud."""
        if permission not in self.permissions:
            raise LookupError(f"no policy.toml states the permission “{permission}”")
        return self.permissions[permission]


@cache
def policy() -> Policy:
    """Read the roles, and every slice's permissions. A role, side or permission stated wrongly is a loud error."""
    raw = _read(Path(__file__).parent / "policy.toml")
    roles = {
        slug: Role(slug, each["title"], each["side"], each["words"]) for slug, each in raw["roles"].items()
    }
    stray = [role.slug for role in roles.values() if role.side not in SIDES]
    permissions: dict[str, Permission] = {}
    for slice_ in slices():
        for name, each in _read(slice_.folder / "policy.toml").get("permissions", {}).items():
            stray += [role for role in each.get("roles", []) if role not in roles]
            if name in permissions:
                raise ValueError(
                    f"the permission “{name}” is stated by {permissions[name].slice} and {slice_.name}"
                )
            holders = (frozenset(each.get("roles", [])), frozenset(each.get("programs", [])))
            permissions[name] = Permission(name, each["words"], *holders, slice=slice_.name)
    if stray:
        raise ValueError(f"policy files name unknown roles or sides: {', '.join(stray)}")
    return Policy(roles, permissions)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
