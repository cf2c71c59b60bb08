"""Every table that a migration locks refuses change, deletion and replacement in the database itself, on both."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from qsmo.platform.record import outbox
from qsmo.platform.record.append_only import AppendOnly
from qsmo.platform.record.models import OutboxReceipt, TrailEntry
from qsmo.platform.record.tests.records import SEEDER, granted, trail_table, usage

pytestmark = pytest.mark.django_db


def locked_by_migrations() -> list[str]:
    """The tables that migrations say are append-only."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    operations = (each for migration in loader.disk_migrations.values() for each in migration.operations)
    return sorted(each.table for each in operations if isinstance(each, AppendOnly))


def triggers() -> dict[str, set[str]]:
    """What is caught on each table: the events of its append-only triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The bits of a trigger's type: 8 is DELETE, 16 is UPDATE, 32 is TRUNCATE.
            cursor.execute(
                "SELECT c.relname, event.name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN (VALUES (8, 'DELETE'), (16, 'UPDATE'), (32, 'TRUNCATE')) event (bit, name)"
                " ON t.tgtype & event.bit > 0 JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE p.proname = 'qsmo_append_only' AND t.tgenabled = 'O'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, upper(substr(name, length(tbl_name) + 5)) FROM sqlite_master"
                " WHERE type = 'trigger' AND name LIKE '%_no_%'"
            )
        rows = cursor.fetchall()
    found: dict[str, set[str]] = {}
    for table, event in rows:
        found.setdefault(table, set()).add(event)
    return found


def test_every_lock_of_a_migration_stands_in_the_database() -> None:
    """A later alteration on SQLite rebuilds a table and drops its triggers; this is where that would be seen."""
    locked = locked_by_migrations()
    assert {"record_trailentry", "record_outboxdocument", "record_outboxreceipt"} <= set(locked)
    caught, events = triggers(), {"UPDATE", "DELETE"}
    if connection.vendor == "postgresql":
        events.add("TRUNCATE")
    assert {table: caught.get(table, set()) for table in locked} == dict.fromkeys(locked, events)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "table", ["record_trailentry", "record_outboxdocument CASCADE", "access_organisation CASCADE"]
)
def test_a_locked_table_is_not_emptied_either(table: str) -> None:
    granted()
    left = outbox.put(SEEDER, usage(), key="k", sender="payroll", to="ledger", customer="028", entity="028")
    _run("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to be made is not emptied anyway
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        _run(f"TRUNCATE {table}")
    assert TrailEntry.objects.exists()
    assert type(left).every.exists()


@pytest.mark.postgres
def test_tables_locked_before_are_locked_against_truncate_by_the_migration() -> None:
    (operation,) = MigrationLoader(connection).get_migration("record", "0003_no_truncate").operations
    assert isinstance(operation, RunPython)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{trail_table()}_no_truncate" ON "{trail_table()}"')
    assert triggers()[trail_table()] == {"UPDATE", "DELETE"}
    with connection.schema_editor() as editor:
        operation.code(StateApps([], {}), editor)
    assert triggers()[trail_table()] == {"UPDATE", "DELETE", "TRUNCATE"}


@pytest.mark.parametrize("event", ["update", "delete", "replace", "orm update", "orm delete", "save"])
def test_a_link_of_the_trail_is_never_touched(event: str) -> None:
    granted()
    entry = TrailEntry.objects.get()
    before = list(TrailEntry.objects.values_list())
    acts = {
        "update": lambda: _run(f"UPDATE {trail_table()} SET why = 'x'"),
        "delete": lambda: _run(f"DELETE FROM {trail_table()}"),
        "replace": lambda: _replace(trail_table(), entry.pk),
        "orm update": lambda: TrailEntry.objects.update(why="x"),
        "orm delete": lambda: TrailEntry.objects.all().delete(),
        "save": entry.save,
    }
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        acts[event]()
    assert list(TrailEntry.objects.values_list()) == before


def test_documents_and_receipts_are_never_touched() -> None:
    granted()
    left = outbox.put(SEEDER, usage(), key="k", sender="payroll", to="ledger", customer="028", entity="028")
    outbox.took("ledger", left)
    for table, pk in (
        (left._meta.db_table, left.pk),
        (OutboxReceipt._meta.db_table, OutboxReceipt.objects.get().pk),
    ):
        for act in (
            lambda table=table: _run(f"UPDATE {table} SET id = id"),
            lambda table=table: _run(f"DELETE FROM {table}"),
            lambda table=table, pk=pk: _replace(table, pk),
        ):
            with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
                act()


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _replace(table: str, pk: object) -> None:
    """Insert a row with the key of one that is there, in the way that takes the place of it."""
    if connection.vendor == "sqlite":
        _run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = '{pk}'")
    else:
        row = f"SELECT * FROM {table} WHERE id = '{pk}'"
        _run(f"INSERT INTO {table} {row} ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id")
