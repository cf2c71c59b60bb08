"""What was exported stays listed as it was."""

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Append-only lock."""

    dependencies = [("orders", "0001_initial")]
    operations = [AppendOnly("orders_exported")]
