"""Versions, prices and evidence are append-only in the database itself; full text is indexed by the engine's own means.

On SQLite a later alteration of `catalogue_searchtext` drops the triggers that keep the index: make them again after one.
"""

from typing import Any, ClassVar

from django.db import migrations

from qsmo.marketplace.catalogue.queries.text import MAKE, UNMAKE
from qsmo.platform.record.append_only import AppendOnly


def make(_apps: Any, schema_editor: Any) -> None:
    """Make the index and what keeps it current."""
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(_apps: Any, schema_editor: Any) -> None:
    """Take it away."""
    for statement in UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Locks and the full-text index."""

    dependencies: ClassVar = [("catalogue", "0001_initial")]

    operations: ClassVar = [
        AppendOnly("catalogue_offeringversion"),
        AppendOnly("catalogue_priceversion"),
        AppendOnly("catalogue_evidence"),
        migrations.RunPython(make, unmake),
    ]
