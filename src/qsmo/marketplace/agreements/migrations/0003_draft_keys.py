"""The key of the form that drafted a record: the same form sent twice is one draft."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Draft keys."""

    dependencies = [
        ('access', '0001_initial'),
        ('agreements', '0002_locks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='generalterms',
            name='draft_digest',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='generalterms',
            name='draft_key',
            field=models.CharField(blank=True, editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name='order',
            name='draft_digest',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='order',
            name='draft_key',
            field=models.CharField(blank=True, editable=False, max_length=80),
        ),
        migrations.AddConstraint(
            model_name='generalterms',
            constraint=models.UniqueConstraint(condition=models.Q(('draft_key', ''), _negated=True), fields=('prepared_by', 'draft_key'), name='general_terms_drafted_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('draft_key', ''), _negated=True), fields=('prepared_by', 'draft_key'), name='order_drafted_once'),
        ),
    ]
