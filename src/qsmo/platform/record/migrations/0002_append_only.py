"""The trail, the outbox and its receipts are append-only in the database itself."""

from typing import ClassVar

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Locks the tables."""

    dependencies: ClassVar = [("record", "0001_initial")]

    operations: ClassVar = [
        AppendOnly("record_trailentry"),
        AppendOnly("record_outboxdocument"),
        AppendOnly("record_outboxreceipt"),
    ]
