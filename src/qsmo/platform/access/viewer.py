"""Who is looking or acting: a person with roles for organisations, or a named program with grants of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qsmo.platform.access.policy import policy

if TYPE_CHECKING:
    from qsmo.platform.access.owned import Owned


@dataclass(frozen=True, slots=True)
class Held:
    """A role held for an organisation, whose name is for pages; the public role is held by all, for none."""

    role: str
    organisation: str = ""
    name: str = field(default="", compare=False)

    @property
    def side(self) -> str:
        """The side from which this role sees rows."""
        return policy().roles[self.role].side


@dataclass(frozen=True, slots=True)
class Viewer:
    """The first argument of every action and query. `via` says how it came in: password, key, command, program."""

    name: str
    person: str = ""
    program: str = ""
    held: tuple[Held, ...] = ()
    via: str = "anonymous"

    @property
    def actor(self) -> str:
        """The identity written to the trail: a person's id, `program:name`, or `public`."""
        return self.person or (f"program:{self.program}" if self.program else "public")

    def may(self, permission: str, record: Owned | None = None) -> bool:
        """Whether this viewer holds a permission at all, or on one record: through the record's audience columns."""
        stated = policy().held_by(permission)
        if self.program:
            return self.program in stated.programs
        return any(
            record is None or self._reaches(held, record)
            for held in self._roles()
            if held.role in stated.roles
        )

    def organisations(self, permission: str, side: str) -> frozenset[str]:
        """The organisations for which this viewer holds a permission from one side."""
        roles = policy().held_by(permission).roles
        return frozenset(held.organisation for held in self.held if held.role in roles and held.side == side)

    def sees_all(self, permission: str) -> bool:
        """Whether this viewer reads every row: a program with the permission, or a role of oversight with it."""
        if self.program:
            return self.program in policy().held_by(permission).programs
        return bool(self.organisations(permission, "oversight"))

    def sees_own(self, permission: str) -> bool:
        """Whether this viewer reads rows about their own person: by a role for a person, or because everybody does."""
        everybody = "public" in policy().held_by(permission).roles
        return bool(self.person) and (everybody or bool(self.organisations(permission, "person")))

    def _roles(self) -> tuple[Held, ...]:
        return (*self.held, Held("public"))

    def _reaches(self, held: Held, record: Owned) -> bool:
        if held.side == "oversight":
            return True
        own = bool(self.person) and record.audience.person_of(record) == self.person
        if held.side in ("person", "public"):
            return own or (held.side == "public" and record.is_public)
        return held.organisation in record.audience.organisations_of(record, held.side)


PUBLIC = Viewer(name="Public")


def program(name: str) -> Viewer:
    """The viewer of a job or command of the system; its permissions stand in the policy files like a person's."""
    return Viewer(name=f"Program {name}", program=name, via="program")
