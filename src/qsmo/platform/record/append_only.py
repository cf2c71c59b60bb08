"""A migration operation after which the database itself refuses to change or delete the rows of a table."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

FUNCTION = """
CREATE OR REPLACE FUNCTION qsmo_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = '23001'; END $$
"""


class AppendOnly(Operation):
    """Refuse UPDATE and DELETE on a table by trigger, on SQLite (with recursive triggers) and on PostgreSQL.

    On PostgreSQL TRUNCATE is refused as well, also where it reaches the table from another one; SQLite has none.
    On SQLite a later alteration of the table drops its triggers: state this operation again after one.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models' state does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Make the triggers."""
        for statement in lock_statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)  # the text holds a % of its own

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        for statement in unlock_statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def describe(self) -> str:
        """What the migration says it does."""
        return f"Refuse changes to rows of {self.table}"


def lock_statements(table: str, vendor: str) -> list[str]:
    """The SQL that makes a table append-only."""
    if vendor == "postgresql":
        return [
            FUNCTION,
            *unlock_statements(table, vendor),
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION qsmo_append_only()",
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION qsmo_append_only()",
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{event.lower()}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
        for event in ("UPDATE", "DELETE")
    ]


def unlock_statements(table: str, vendor: str) -> list[str]:
    """The SQL that takes the lock off again."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{table}_{name}" ON "{table}"' for name in ("append_only", "no_truncate")
        ]
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{event}"' for event in ("update", "delete")]
