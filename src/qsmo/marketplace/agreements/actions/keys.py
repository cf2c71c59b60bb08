"""A form sent twice is one draft: the key it was opened with, and what was stated under that key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest
from qsmo.marketplace.agreements.models import GeneralTerms, Order
from qsmo.platform.access.door import add
from qsmo.platform.access.viewer import Viewer

KEY_LENGTH_MAX = 80
NUMBERS_TRIED = 5
Draft = TypeVar("Draft", GeneralTerms, Order)


def keyed(draft: Draft, key: str, stated: Any) -> Draft:
    """A draft that keeps its key and the digest of what was stated; refused (422) when the key is too long."""
    if len(key) > KEY_LENGTH_MAX:
        words = f"A key has at most {KEY_LENGTH_MAX} characters"
        raise Refusal("key-too-long", words, status=422)
    if key:
        draft.draft_key, draft.draft_digest = key, digest(stated)
    return draft


def earlier(viewer: Viewer, draft: Draft) -> Draft | None:
    """What this person drafted with the same key before, or None. The key with other content is refused (409)."""
    if not draft.draft_key:
        return None
    rows = type(draft).seen_by(viewer).filter(prepared_by_id=draft.prepared_by_id, draft_key=draft.draft_key)
    there = rows.first()
    if there is not None and there.draft_digest != draft.draft_digest:
        words = f"This form was saved before, as {there.number}, with other content; open it anew to draft another"
        raise Refusal("key-reused", words)
    return there


def add_once(viewer: Viewer, draft: Draft, permission: str) -> tuple[Draft, bool]:
    """Insert a draft, and whether it is new: where the same form was saved in the same moment, that draft it is."""
    try:
        return add(viewer, draft, permission), True
    except Refusal as refusal:
        there = earlier(viewer, draft) if refusal.code == "conflict" else None
        if there is None:
            raise
        return there, False


def add_numbered(viewer: Viewer, draft: Draft, permission: str, next_number: Callable[[str], str]) -> Draft:
    """Insert a draft under the next number: where somebody else took it in the same moment, under the one after.

    `next_number` is given the number that was taken, or nothing, and answers another one.
    """
    draft.number = next_number("")
    for _ in range(NUMBERS_TRIED):
        try:
            return add_once(viewer, draft, permission)[0]
        except Refusal as refusal:
            if "number" not in {each.field for each in refusal.findings}:
                raise
            draft.number = next_number(draft.number)
    return add_once(viewer, draft, permission)[0]
