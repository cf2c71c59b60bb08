"""Names in the description of the API: each is one schema, because a second one of the name would take its place."""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict

from ninja import Schema

import qsmo.site.urls  # noqa: F401  # mounts every router


def test_no_two_schemas_of_the_api_have_one_name() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for name, module in list(sys.modules.items()):
        if name.startswith("qsmo.") and ".api" in name:
            for each in vars(module).values():
                if inspect.isclass(each) and issubclass(each, Schema):
                    found[each.__name__].add(each.__module__)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
    assert len(found) > 50
