"""Which combination each line is in. A new one is made once for all, with the limits of funds control it draws on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db import connection

from qsmo.kernel import clock
from qsmo.kernel.ids import digest
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.bulk import insert
from qsmo.services.ledger.actions.knowing import Drawn, known_lines
from qsmo.services.ledger.models import Book, Control, Symbol
from qsmo.services.ledger.rules.control import BUDGET, budget_holds, limits
from qsmo.services.ledger.rules.entry import LineDraft
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import NAMES, Attributes, half

Key = tuple[str, str, Attributes]
"""Treasury account, ledger account, attributes: what a line is classified by."""
_COMBINATION = ("book_id", "made_at", "symbol_id", "account", "half", "digest", *NAMES)
_CONTROL = (
    "book_id", "made_at", "symbol_id", "level", "key", "words", "year", "hard", "left_cents", "warn_below_cents",
)  # fmt: skip
_DRAW = ("combination_id", "control_id", "weight")


def key_of(line: LineDraft) -> Key:
    """What a line is classified by."""
    return line.symbol, line.account, line.attributes


@lru_cache(maxsize=100_000)
def digest_of(key: Key) -> str:
    """What stands for a classification in the database."""
    symbol, account, attributes = key
    return digest([symbol, account, *(getattr(attributes, name) for name in NAMES)])


def classified(
    viewer: Viewer, book: Book, lines: Iterable[LineDraft], funds: Mapping[str, Fund]
) -> tuple[dict[Key, int], list[Drawn]]:
    """The combination of each line by what it is classified by, in the present transaction, and the limits of all."""
    wanted = {digest_of(key): key for key in dict.fromkeys(key_of(line) for line in lines)}
    there, drawn = known_lines(book, wanted)
    missing = {name: key for name, key in wanted.items() if name not in there}
    if missing:
        _make(viewer, book, missing, funds)
        there, drawn = known_lines(book, wanted)
    return {wanted[name]: number for name, number in there.items()}, drawn


def _make(viewer: Viewer, book: Book, missing: Mapping[str, Key], funds: Mapping[str, Fund]) -> None:
    names = sorted({symbol for symbol, _, _ in missing.values()})
    # Whoever sets a budget holds the same rows: a combination and a budget cannot miss each other.
    held = Symbol.seen_by(viewer).filter(book=book, tas__in=names).order_by("id")
    symbols = {each.tas: each for each in held.select_for_update(no_key=connection.vendor == "postgresql")}
    now = clock.now()
    insert(
        "ledger_combination", _COMBINATION,
        [
            (book.pk, now, symbols[tas].pk, account, half(account), name, *(getattr(said, each) for each in NAMES))
            for name, (tas, account, said) in sorted(missing.items())
        ],
        if_new=True,
    )  # fmt: skip
    made, _ = known_lines(book, missing)
    drawn = [
        (made[name], limit, symbols[key[0]].pk)
        for name, key in sorted(missing.items())
        for limit in limits(funds[key[0]], key[1], key[2])
    ]
    controls = {limit.key: (limit, symbol) for _, limit, symbol in drawn}
    insert(
        "ledger_control", _CONTROL,
        [
            (book.pk, now, symbol, limit.level, key, limit.words, 0, True, 0, 0)
            for key, (limit, symbol) in sorted(controls.items())
        ],
        if_new=True,
    )  # fmt: skip
    ids = dict(
        Control.seen_by(viewer).filter(book=book, key__in=list(controls), year=0).values_list("key", "id")
    )
    budgets = Control.seen_by(viewer).filter(book=book, level=BUDGET, symbol__tas__in=names)
    insert(
        "ledger_draw", _DRAW,
        [
            *((number, ids[limit.key], limit.weight) for number, limit, _ in drawn),
            *(
                (made[name], budget.pk, 1)
                for budget in budgets
                for name, key in sorted(missing.items())
                if budget_holds(budget.key, key[0], key[1], key[2])
            ),
        ],
        if_new=True,
    )  # fmt: skip
