"""Signatures, lines and funding are never changed: a later revision stands beside the earlier one."""

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Append-only locks."""

    dependencies = [("agreements", "0001_initial")]
    operations = [
        AppendOnly("agreements_signature"),
        AppendOnly("agreements_orderline"),
        AppendOnly("agreements_funding"),
    ]
