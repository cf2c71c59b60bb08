"""The seeded catalogue, loaded once for a file of tests and taken away again; each test starts from it."""

from __future__ import annotations

import pytest
from django.db import transaction

from qsmo.kernel import clock
from qsmo.marketplace.catalogue.tests.setting import DAY, load


@pytest.fixture(scope="module")
def catalogue(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(DAY):
            load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def seeded(catalogue, db):
    with clock.at(DAY):
        yield
