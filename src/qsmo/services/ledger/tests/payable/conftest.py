"""One shop for the tests of a module: what each of them does is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from qsmo.kernel import clock
from qsmo.services.ledger.tests import setting
from qsmo.services.ledger.tests.payable.shop import Shop, shop


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: Any) -> Iterator[Shop]:
    with django_db_blocker.unblock(), clock.at(setting.TODAY), transaction.atomic():
        yield shop(setting.stage())
        transaction.set_rollback(True)


@pytest.fixture
def bought(opened: Shop) -> Iterator[Shop]:
    with transaction.atomic():
        yield opened
        transaction.set_rollback(True)
