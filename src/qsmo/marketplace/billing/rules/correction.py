"""What a later answer of the service changes on what was billed before: lines taken back, and lines added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping


def changed(billed: Mapping[str, Hashable], answered: Mapping[str, Hashable]) -> tuple[list[str], list[str]]:
    """The keys of billed usages that the later answer no longer holds, and the keys of those it holds in addition.

    Both map a key to content; equal content on both sides is left alone, as often as it is on both sides.
    """
    left: dict[Hashable, list[str]] = defaultdict(list)
    for key, content in billed.items():
        left[content].append(key)
    added = []
    for key, content in answered.items():
        if left[content]:
            left[content].pop(0)
        else:
            added.append(key)
    withdrawn = {key for keys in left.values() for key in keys}
    return [key for key in billed if key in withdrawn], added
