"""Bill lines and the accounting of settlements are never changed: a new calculation has lines of its own."""

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Append-only locks."""

    dependencies = [("billing", "0001_initial")]
    operations = [AppendOnly("billing_billline"), AppendOnly("billing_settlementpart")]
