"""The query parameters that each call names, read from the API's own description; any other one is refused."""

from __future__ import annotations

import re
from functools import cache

from django.http import HttpRequest
from ninja import NinjaAPI

from qsmo.kernel.finding import Finding, Refusal


def refuse_unknown(request: HttpRequest, described: NinjaAPI) -> None:
    """Refuse (422) query parameters that the call does not name: a slip would otherwise ask for something else."""
    asked = list(dict.fromkeys(request.GET))
    match = request.resolver_match
    if not asked or match is None:
        return
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{match.route}")
    known = _named(described).get((path, (request.method or "").lower()), ())
    expected = f"one of {', '.join(known)}" if known else "none: this call takes no query parameters"
    stray = [name for name in asked if name not in known]
    if stray:
        found = tuple(
            Finding("parameter-unknown", f"“{name[:60]}” is not a parameter of this call", field=name[:60],
                    expected=expected)
            for name in stray
        )  # fmt: skip
        words = (
            f"The call has no parameter {', '.join(f'“{name[:60]}”' for name in stray)}; it takes {expected}"
        )
        raise Refusal("parameter-unknown", words, status=422, findings=found)


@cache
def _named(described: NinjaAPI) -> dict[tuple[str, str], tuple[str, ...]]:
    """The names of the query parameters of each call, by path and method."""
    return {
        (path, method): tuple(each["name"] for each in call.get("parameters", ()) if each["in"] == "query")
        for path, methods in described.get_openapi_schema()["paths"].items()
        for method, call in methods.items()
    }
