"""django-ledger: entries of two transactions, each committed and posted by its own verb, on SQLite or PostgreSQL.

`with_django_ledger.py sqlite FILE` or `… postgres DATABASE USER HOST PORT SERVER`, by a Python that has it.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from django.conf import settings
from used import rates, spent

ONE_BY_ONE, READS = 200, 20
SERVER = 0
if sys.argv[1] == "sqlite":
    DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}
else:
    NAMED = dict(zip(("NAME", "USER", "HOST", "PORT"), sys.argv[2:6], strict=True))
    DATABASE = {"ENGINE": "django.db.backends.postgresql", **NAMED}
    SERVER = int(sys.argv[6])

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django_ledger",
    ],
    DATABASES={"default": DATABASE},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    ROOT_URLCONF="django_ledger.urls",
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django_ledger.io import roles  # noqa: E402
from django_ledger.models import EntityModel  # noqa: E402


def main():
    """What a second holds, and what one trial balance costs."""
    call_command("migrate", verbosity=0, interactive=False)
    admin = get_user_model().objects.create_user("admin")
    entity = EntityModel.create_entity("Agency", use_accrual_method=True, admin=admin, fy_start_month=10)
    entity.create_chart_of_accounts(assign_as_default=True, commit=True)
    owed = entity.create_account("2110", roles.LIABILITY_CL_ACC_PAYABLE, "Owed", "credit", active=True)
    cost = entity.create_account("6100", roles.EXPENSE_OPERATIONAL, "Cost", "debit", active=True)
    ledger = entity.create_ledger("Books", posted=True)
    start = datetime(2026, 1, 20, tzinfo=UTC)

    def commit(number):
        with transaction.atomic():
            ledger.commit_txs(
                je_timestamp=start + timedelta(seconds=number),
                je_txs=[
                    {"account": cost, "amount": 100, "tx_type": "debit", "description": "x"},
                    {"account": owed, "amount": 100, "tx_type": "credit", "description": "x"},
                ],
                je_posted=True,
            )

    commit(0)
    with spent(SERVER) as one_by_one:
        for number in range(ONE_BY_ONE):
            commit(number + 1)
    began = time.perf_counter()
    for _ in range(READS):
        ledger.digest(user_model=admin, to_date=datetime(2026, 9, 30, tzinfo=UTC), entity_slug=entity.slug)
    digest = (time.perf_counter() - began) / READS * 1000
    return {
        "version": version("django-ledger"),
        "one_by_one": rates(ONE_BY_ONE, one_by_one),
        "trial_balance_ms": digest,
    }


print(json.dumps(main()))
