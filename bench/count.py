"""How many queries each visit runs, counted by Django itself against the same rows. `python -m bench.count WORLD`."""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main(world: dict[str, Any]) -> dict[str, int]:
    """Queries by visit, each asked a second time, when nothing is being read for the first time any more."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.visits import visits
    from qsmo.platform.access.second_lock.lock import is_question

    settings.ALLOWED_HOSTS.append("testserver")
    found = {}
    for visit in visits(world):
        client = Client(headers=visit.headers(world))
        if visit.who in world["sessions"]:
            client.cookies["sessionid"] = world["sessions"][visit.who]
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                client.generic(visit.method, visit.path, visit.body, content_type="application/json")
        found[visit.name] = sum(is_question(each["sql"]) for each in captured)
    return found


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(json.loads(sys.argv[1]))))
