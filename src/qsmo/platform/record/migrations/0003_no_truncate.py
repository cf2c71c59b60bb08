"""On PostgreSQL, tables that were locked before TRUNCATE was refused too are locked again, whosesoever they are."""

from typing import Any, ClassVar

from django.db import migrations

from qsmo.platform.record.append_only import lock_statements


def lock_again(_apps: Any, schema_editor: Any) -> None:
    """Lock every table that is locked."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = c.relname || '_append_only' AND c.relnamespace = current_schema()::regnamespace"
        )
        tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        for statement in lock_statements(table, "postgresql"):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Locks again what is locked; going back leaves the locks."""

    dependencies: ClassVar = [("record", "0002_append_only")]

    operations: ClassVar = [migrations.RunPython(lock_again, migrations.RunPython.noop)]
