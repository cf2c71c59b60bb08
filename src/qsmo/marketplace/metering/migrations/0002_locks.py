"""Sealed answers and their lines are never changed: a correction is a further answer."""

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """Append-only locks."""

    dependencies = [("metering", "0001_initial")]
    operations = [AppendOnly("metering_sealedusage"), AppendOnly("metering_usageline")]
