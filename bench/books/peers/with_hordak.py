"""django-hordak on PostgreSQL: entries of two legs, one by one by its own transfer, then in bulk.

`python with_hordak.py DATABASE USER HOST PORT SERVER`, by a Python with django-hordak and psycopg.
"""

import json
import sys
import time
from importlib.metadata import version

from django.conf import settings
from used import rates, spent

NAME, USER, HOST, PORT = sys.argv[1:5]
SERVER = int(sys.argv[5])
ONE_BY_ONE, BATCH, BATCHES, READS = 1_000, 1_000, 10, 50

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": NAME, "USER": USER, "HOST": HOST, "PORT": PORT,
    }},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CURRENCIES=["USD"],
    DEFAULT_CURRENCY="USD",
    USE_TZ=True,
)  # fmt: skip

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from hordak.models import Account, AccountType, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402


def main():
    """What a second holds, and what one balance costs."""
    call_command("migrate", verbosity=0, interactive=False)
    cost = Account.objects.create(name="Cost", code="1", type=AccountType.expense, currencies=["USD"])
    owed = Account.objects.create(name="Owed", code="2", type=AccountType.liability, currencies=["USD"])
    owed.transfer_to(cost, Money(1, "USD"))
    with spent(SERVER) as one_by_one:
        for number in range(ONE_BY_ONE):
            with transaction.atomic():
                owed.transfer_to(cost, Money(100 + number, "USD"), description=str(number))
    with spent(SERVER) as batch:
        for _ in range(BATCHES):
            with transaction.atomic():
                made = Transaction.objects.bulk_create(
                    [Transaction(description="batch") for _ in range(BATCH)]
                )
                Leg.objects.bulk_create(
                    leg
                    for each in made
                    for leg in (
                        Leg(transaction=each, account=owed, credit=Money(1, "USD")),
                        Leg(transaction=each, account=cost, debit=Money(1, "USD")),
                    )
                )
    began = time.perf_counter()
    for _ in range(READS):
        cost.get_balance()
    balance = (time.perf_counter() - began) / READS * 1000
    return {
        "version": version("django-hordak"),
        "one_by_one": rates(ONE_BY_ONE, one_by_one),
        "batch": rates(BATCHES * BATCH, batch),
        "legs": Leg.objects.count(),
        "balance_ms": balance,
    }


print(json.dumps(main()))
