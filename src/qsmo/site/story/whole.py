"""The whole story, step by step, on the embedded database; told again it comes to the same figures."""

from __future__ import annotations

import time
from pathlib import Path

from django.core.management import call_command

from qsmo.kernel import clock
from qsmo.platform import console
from qsmo.site.seed import PASSWORD, PEOPLE, seed_world
from qsmo.site.story import books, buying, keeping, market, money, paying
from qsmo.site.story.telling import Story


def tell(folder: Path) -> int:
    """Tell it. Answers the exit code: 0 only if every check held."""
    began = time.perf_counter()
    console.OUT.print(
        "[bold]qsmo: an agency buys payroll, its people are paid, the bill is settled, the books tie, a vendor is paid"
    )
    call_command("migrate", verbosity=0, interactive=False)
    with clock.at(market.SIGNED_ON):
        seed_world(lambda words: console.OUT.print(f"  seeding {words}"))
    story = Story(folder)
    market.offices(story)
    market.find(story)
    order = market.agree(story)
    instance = paying.subscribe(story, order)
    run = paying.take_in(story, instance)
    run = paying.pay(story, run)
    paying.open_statement(story, run)
    made = money.bill(story, instance, run)
    money.settle(story, made)
    buyer, seller = keeping.open_books(story)
    keeping.post(story, buyer, seller, order)
    books.tie(story, buyer, seller, order, run, made)
    books.report(story, buyer, seller)
    books.send(story, buyer, seller, run, made)
    buying.buy(story, buyer)
    books.overspend(story, buyer)
    money.leave_with_data(story, instance, run)
    story.step(12, "Where to look next")
    pages = {
        "the offices, as of any day": "/designation/?as_of=2020-06-29",
        "the catalog": "/catalogue/?q=payroll",
        "the order and who signed it": f"/agreements/orders/{order.pk}/",
        "the pay run": f"/payroll/runs/{run.pk}/",
        "the bill, each line opening": f"/billing/{made.pk}/",
        "the API in words": "/api/",
    }
    console.OUT.print("`make serve` opens the site at http://127.0.0.1:8000/ ; pages worth opening:")
    for words, address in pages.items():
        console.OUT.print(f"  {words}: {address}", highlight=False)
    rows = [{"email": each["email"], "roles": ", ".join(each["roles"])} for each in PEOPLE]
    console.OUT.print(f"Sign in as any of these, password {PASSWORD}", highlight=False)
    console.table(rows, {"email": "e-mail", "roles": "role and organization"})
    console.OUT.print(f"Told in {time.perf_counter() - began:.1f} s.", highlight=False)
    return story.ended()
