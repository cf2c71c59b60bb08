"""Who may lift the second lock, name another viewer under it, or do without it: a few places, each known here."""

from __future__ import annotations

import ast

from tests.architecture.tree import PACKAGE, tracked

LOCK = "qsmo.platform.access.second_lock"
KNOWN: dict[str, set[str]] = {
    "Lifting": {"platform/access/owned.py"},
    "_lifted": set(),
    "locked": set(),
    "show": set(),
    "name_viewer": {"platform/api/door.py"},
    "reads_nothing": {"site/pages.py"},
}


def test_the_second_lock_is_lifted_at_the_choke_point_and_nowhere_else() -> None:
    found: dict[str, set[str]] = {name: set() for name in KNOWN}
    for file in tracked():
        if not file.is_product or file.within("platform/access/second_lock"):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(LOCK):
                for each in node.names:
                    found.get(each.name, set()).add(str(file.path.relative_to(PACKAGE)))
    assert found == KNOWN
