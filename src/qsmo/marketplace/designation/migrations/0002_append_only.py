"""The facts of a designation's life are append-only in the database itself."""

from typing import ClassVar

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Locks the table."""

    dependencies: ClassVar = [("designation", "0001_initial")]

    operations: ClassVar = [AppendOnly("designation_stagefact")]
