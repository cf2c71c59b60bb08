"""A program of its own for the test that kills it: it prepares a bill, computes one half way, or says what there is."""

from __future__ import annotations

import sys
import time

import django


def main(step: str) -> None:
    """Do one step on the database of the environment, and print what came of it in one line."""
    django.setup()
    from qsmo.kernel import clock
    from qsmo.marketplace.billing import actions
    from qsmo.marketplace.billing.actions import bills
    from qsmo.marketplace.billing.models import Bill
    from qsmo.marketplace.billing.tests.setting import BILLING, counts, two_prices
    from qsmo.marketplace.metering.actions import seal
    from qsmo.marketplace.metering.tests.setting import (
        ASKED_ON,
        METERING,
        PERIOD,
        PayService,
        people,
        subscribed,
    )
    from qsmo.platform import plugs

    def prepare() -> None:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        service = PayService()
        plugs.services = lambda: {"pay": service}  # type: ignore[assignment]
        both = people()
        two_prices(both.plan)
        instance = subscribed(both)
        seal(METERING, instance.id, PERIOD)
        actions.open_bill(BILLING, instance.id, PERIOD)

    def halfway(*_given: object, **_changes: object) -> Bill:
        sys.stdout.write(f"half way {counts()[:2]}\n")
        sys.stdout.flush()
        time.sleep(60)
        raise AssertionError("nobody killed this program")

    with clock.at(ASKED_ON):
        if step == "prepare":
            prepare()
        elif step == "hang":
            setattr(bills, "move", halfway)  # noqa: B010
            actions.calculate(BILLING, Bill.every.get().pk)
        elif step == "finish":
            actions.calculate(BILLING, Bill.every.get().pk)
    bill = Bill.every.get()
    sys.stdout.write(f"{bill.state} {bill.total_cents} {bill.digest or 'none'} {counts()}\n")


if __name__ == "__main__":
    main(sys.argv[1])
