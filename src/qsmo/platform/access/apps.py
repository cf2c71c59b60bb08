"""Where the second lock is kept up to date: policies go before migrations and come back when all have run."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate


class AccessConfig(AppConfig):
    """The app of viewers and records."""

    name = "qsmo.platform.access"

    def ready(self) -> None:
        """Listen to migrations."""
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(*, plan: list[Any], **_: Any) -> None:
    """A column that a policy names cannot be changed. Meanwhile the reading role is shown nothing."""
    from qsmo.platform.access.second_lock.lock import there_is_one
    from qsmo.platform.access.second_lock.policies import withdraw

    if plan and there_is_one():
        withdraw()


def _after(**_: Any) -> None:
    """Policies are made from the records as they are now, and therefore only when the tables are like them."""
    from qsmo.platform.access.second_lock.lock import there_is_one
    from qsmo.platform.access.second_lock.policies import are_current, refresh

    if not there_is_one() or are_current():
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        refresh()
