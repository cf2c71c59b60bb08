"""Records and documents for tests of the trail, the outbox and the locks: grants put on file by a program."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.db import connection

from qsmo.contract.documents import Usage
from qsmo.kernel.ids import new_id
from qsmo.kernel.period import Period
from qsmo.platform.access.door import add
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.viewer import program
from qsmo.platform.record.append_only import lock_statements, unlock_statements
from qsmo.platform.record.models import TrailEntry

SEEDER = program("seed")


def organisation(key: str) -> Organisation:
    """An agency, made once."""
    return Organisation.objects.get_or_create(id=key, defaults={"name": f"Agency {key}", "kind": "agency"})[0]


def granted(key: str = "028") -> Grant:
    """A grant for an agency, written through the door."""
    organisation(key)
    person = Person.objects.create_user(f"{new_id()}@example.gov", name="Eve")
    return add(SEEDER, Grant(person=person, organisation_id=key, role="customer-sapoc"), "organisation.seed")


def usage(quantity: str = "1988") -> Usage:
    """A document."""
    during = Period(date(2026, 3, 8), date(2026, 3, 22))
    return Usage("employee-paid", during, Fraction(quantity), "run:2026-06", "Employees paid")


def unlocked(table: str, statement: str) -> None:
    """Do what an intruder with all rights to the database might: lift the lock, change, and lock again."""
    with connection.cursor() as cursor:
        for each in unlock_statements(table, connection.vendor):
            cursor.execute(each)
        cursor.execute(statement)
        for each in lock_statements(table, connection.vendor):
            cursor.execute(each, None)


def trail_table() -> str:
    """The table of the trail."""
    return TrailEntry._meta.db_table
