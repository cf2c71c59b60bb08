"""Our ledger on the database of this process's settings: one by one, in batches, the floor, and what reading costs.

`python -m bench.books.ours ENTRIES SERVER`, on an empty database; prints figures as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F, Sum  # noqa: E402

from bench.books.peers.used import rates, spent  # noqa: E402
from bench.gauge import peak_mib  # noqa: E402
from qsmo.contract.service import Done, Subscription  # noqa: E402
from qsmo.kernel import clock  # noqa: E402
from qsmo.kernel.money import Money  # noqa: E402
from qsmo.platform.access.models import Organisation  # noqa: E402
from qsmo.platform.access.viewer import Held, Viewer  # noqa: E402
from qsmo.services.ledger import actions  # noqa: E402
from qsmo.services.ledger.actions.batch import AT_ONCE, post_batch  # noqa: E402
from qsmo.services.ledger.actions.bulk import insert, numbers  # noqa: E402
from qsmo.services.ledger.actions.classifying import classified, key_of  # noqa: E402
from qsmo.services.ledger.models import Balance, Book, Line  # noqa: E402
from qsmo.services.ledger.plug import service  # noqa: E402
from qsmo.services.ledger.queries.books import funds_of, positions  # noqa: E402
from qsmo.services.ledger.queries.proof import kept_findings  # noqa: E402
from qsmo.services.ledger.rules.entry import EntryDraft  # noqa: E402
from qsmo.services.ledger.rules.position import Attributes  # noqa: E402
from qsmo.services.ledger.rules.posting import Event, entry_of  # noqa: E402

TAS, DAY = "073-2026/2026-0100-000", date(2026, 1, 20)
OFFICES, CLASSES = 40, ("111", "121", "252", "260", "310")
ONE_BY_ONE, READS = 1_000, 50
ACCOUNTANT = Viewer("Accountant", person="bench", held=(Held("ledger-accountant", "bench/keeper"),))
OFFICER = Viewer("Officer", person="officer", held=(Held("budget-officer", "bench/agency"),))


def main(entries: int, server: int) -> dict[str, Any]:
    """Everything, in the order in which it disturbs least."""
    call_command("migrate", verbosity=0, interactive=False)
    with clock.at(DAY):
        book = _book()
        found: dict[str, Any] = {
            "one_by_one": _one_by_one(book, server),
            "batch": _batches(book, entries, server),
        }
        found |= {"lines": Line.seen_by(ACCOUNTANT).count(), **_reading(book), "size_mib": _size()}
        assert not list(kept_findings(ACCOUNTANT, book)), "kept amounts are the sums of the lines"
        found["floor"] = _floor(book, min(entries, 20_000), server)
    return {**found, "peak_mib": peak_mib()}


def _book() -> Book:
    for key, kind in (("bench/agency", "agency"), ("bench/keeper", "provider")):
        Organisation.objects.get_or_create(pk=key, defaults={"name": key, "kind": kind})
    terms = {"first_year": "2026", "tas": TAS, "financing": "appropriated", "category": "A"}
    assert isinstance(service.open(Subscription("bench", "bench/agency", "bench/keeper", terms)), Done)
    book = Book.seen_by(ACCOUNTANT).get()
    for rule in ("APPROPRIATE", "APPORTION"):
        _post(book, rule, f"{rule}", 10**14, Attributes())
    for office in range(OFFICES):
        _post(book, "ALLOT", f"ALLOT-{office}", 10**12, Attributes(organization=f"O{office:02d}"))
    return book


def _post(book: Book, rule: str, key: str, cents: int, attributes: Attributes) -> None:
    viewer = OFFICER if rule in ("APPORTION", "ALLOT") else ACCOUNTANT
    actions.post_event(
        viewer, book.pk, Event(rule, TAS, DAY, {"amount": Money(cents)}, "bench", key, attributes=attributes)
    )


def _said(number: int) -> Attributes:
    return Attributes(
        organization=f"O{number % OFFICES:02d}", object_class=CLASSES[number % len(CLASSES)], federal="N"
    )


def _one_by_one(book: Book, server: int) -> dict[str, float]:
    """Entries of six lines, each an action of its own: checked, classified, sealed, committed."""
    for number in range(OFFICES):  # the same combinations as others have from their first entry on
        _post(book, "RECEIVE_NO_ORDER", f"warm-{number}", 100, _said(number))
    with spent(server) as used:
        for number in range(ONE_BY_ONE):
            _post(book, "RECEIVE_NO_ORDER", f"one-{number}", 100 + number, _said(number))
    return rates(ONE_BY_ONE, used)


def _drafts(book: Book, name: str, entries: int) -> Iterator[list[EntryDraft]]:
    fund = funds_of(ACCOUNTANT, book)[TAS]
    for start in range(0, entries, AT_ONCE):
        yield [
            entry_of(
                Event(
                    "RECEIVE_NO_ORDER", TAS, DAY, {"amount": Money(100 + number)}, name, str(number),
                    attributes=_said(number),
                ),
                fund,
            )
            for number in range(start, min(entries, start + AT_ONCE))
        ]  # fmt: skip


def _batches(book: Book, entries: int, server: int) -> dict[str, float]:
    """The same in batches, drafts made beforehand: what is measured is checking, classifying, inserting, sealing."""
    used = {"cpu": 0.0, "wall": 0.0}
    for drafts in _drafts(book, "batch", entries):
        with spent(server) as part:
            outcomes = post_batch(ACCOUNTANT, book.pk, drafts)
        _add(used, part)
        assert all(each.is_new for each in outcomes)
    return rates(entries, used)


def _reading(book: Book) -> dict[str, float]:
    """One balance, and the whole trial balance with all attributes, from the kept amounts."""
    with spent(0) as one:
        for _ in range(READS):
            Balance.seen_by(ACCOUNTANT).filter(
                book=book,
                combination__symbol__tas=TAS,
                combination__account="610000",
                year=2026,
                period__lte=4,
            ).aggregate(cents=Sum(F("debits_cents") - F("credits_cents")))
    with spent(0) as trial:
        for _ in range(READS):
            positions(ACCOUNTANT, book, 2026, 4)
    return {"balance_ms": one["wall"] / READS * 1000, "trial_balance_ms": trial["wall"] / READS * 1000}


def _floor(book: Book, entries: int, server: int) -> dict[str, float]:
    """The same rows inserted with every constraint and index, but neither sealed nor looked at by anybody."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("ledger_entry", "ledger_line"):
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    funds, used = funds_of(ACCOUNTANT, book), {"cpu": 0.0, "wall": 0.0}
    for drafts in _drafts(book, "floor", entries):
        keys, _ = classified(ACCOUNTANT, book, (line for draft in drafts for line in draft.lines), funds)
        with spent(server) as part, transaction.atomic():
            ids = numbers("ledger_entry", len(drafts))
            paired = list(zip(drafts, ids, strict=True))
            insert("ledger_entry", HEADER, [_header(book, draft, id_) for draft, id_ in paired])
            insert("ledger_line", LINE, [
                (id_, keys[key_of(line)], line.cents, "", "") for draft, id_ in paired for line in draft.lines
            ])  # fmt: skip
        _add(used, part)
    return rates(entries, used)


HEADER = (
    "id", "book_id", "made_at", "year", "period", "on", "rule", "rule_version", "source", "key", "digest", "words",
    "reverses_id", "made_by", "made_name", "sealed",
)  # fmt: skip
LINE = ("entry_id", "combination_id", "cents", "document", "words")


def _header(book: Book, draft: EntryDraft, id_: int) -> tuple[Any, ...]:
    return (
        id_, book.pk, clock.now(), 2026, 4, DAY, draft.rule, draft.rule_version, draft.source, draft.key,
        draft.digest, draft.words, None, "bench", "Bench", False,
    )  # fmt: skip


def _add(used: dict[str, float], part: dict[str, float]) -> None:
    for name, value in part.items():
        used[name] += value


def _size() -> float:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        size: int = cursor.fetchone()[0]
    return size / 1024 / 1024


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
