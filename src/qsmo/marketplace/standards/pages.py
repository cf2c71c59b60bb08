"""Pages on the standards: browse area, function, activity; search capabilities; see the faults of the release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.marketplace.standards import queries
from qsmo.marketplace.standards.rules.framework import IO, Capability, Measure
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table


def home(request: HttpRequest) -> HttpResponseBase:
    """The areas of the release, with their sizes."""
    viewer = _viewer(request)
    sizes = ("functions", "activities", "capabilities", "measures")
    columns = [
        Column("code", "Area", sort=True, link=lambda each: reverse("standards:area", args=[each.code])),
        Column("name", "Name", sort=True),
        *(Column(name, name.capitalize(), kind="number", sort=True) for name in sizes),
    ]
    table = Table(
        request.GET, list(queries.areas(viewer)), columns, caption="Areas of the business framework"
    )
    held = queries.published(viewer)
    faults = sum(each.count for each in queries.faults(viewer))
    return listing(request, "standards/home.html", table, {"release": held, "faults": faults})


def area(request: HttpRequest, code: str) -> HttpResponseBase:
    """The functions of an area."""
    held = queries.published(_viewer(request))
    found = held.area(code)
    columns = [
        Column("id", "Function", sort=True, link=lambda each: reverse("standards:function", args=[each.id])),
        Column("name", "Name", sort=True),
        Column("group", "Group or edition", sort=True),
        Column(
            "activities", "Activities", kind="number", value=lambda each: len(held.activities_of(each.id))
        ),
    ]
    table = Table(request.GET, list(held.functions_of(code)), columns, caption=f"Functions of {found.name}")
    return listing(request, "standards/area.html", table, {"area": found, "trail": _trail((found.name, ""))})


def function(request: HttpRequest, key: str) -> HttpResponseBase:
    """The activities of a function."""
    held = queries.published(_viewer(request))
    found = held.function(key)
    columns = [
        Column("id", "Activity", sort=True, link=lambda each: reverse("standards:activity", args=[each.id])),
        Column("name", "Name", sort=True),
        Column(
            "capabilities",
            "Capabilities",
            kind="number",
            value=lambda each: len(held.capabilities_of(each.id)),
        ),
        Column("measures", "Measures", kind="number", value=lambda each: len(held.measures_of(each.id))),
    ]
    table = Table(request.GET, list(held.activities_of(key)), columns, caption=f"Activities of {found.name}")
    home_area = held.area(found.area)
    trail = _trail((home_area.name, reverse("standards:area", args=[home_area.code])), (found.id, ""))
    return listing(request, "standards/function.html", table, {"function": found, "trail": trail})


def activity(request: HttpRequest, key: str) -> HttpResponse:
    """An activity with its capabilities and its service measures."""
    held = queries.published(_viewer(request))
    found = held.activity(key)
    home_area, home_function = held.area(found.area), held.function(found.function)
    trail = _trail(
        (home_area.name, reverse("standards:area", args=[home_area.code])),
        (home_function.id, reverse("standards:function", args=[home_function.id])),
        (found.id, ""),
    )
    items = [
        ("Area", home_area.name, reverse("standards:area", args=[home_area.code])),
        ("Function", home_function.name, reverse("standards:function", args=[home_function.id])),
        ("Group or edition", found.group or "none"),
        ("Release", held.name),
    ]
    context = {
        "activity": found,
        "trail": trail,
        "items": items,
        "capabilities": Table(
            request.GET,
            list(held.capabilities_of(key)),
            _capability_columns(),
            caption=f"Capabilities of {key}",
            name="capabilities",
        ),
        "measures": Table(
            request.GET,
            list(held.measures_of(key)),
            _measure_columns(),
            caption=f"Measures of {key}",
            name="measures",
        ),
    }
    return render(request, "standards/activity.html", context)


def capabilities(request: HttpRequest) -> HttpResponseBase:
    """Capabilities found by words."""
    viewer = _viewer(request)
    words, code = request.GET.get("q", ""), request.GET.get("area", "")
    found = queries.capabilities(viewer, words, area=code)
    held = queries.published(viewer)
    columns = [
        Column("id", "Capability", sort=True),
        Column(
            "activity",
            "Activity",
            sort=True,
            link=lambda each: (
                reverse("standards:activity", args=[each.activity])
                if held.has_activity(each.activity)
                else ""
            ),
        ),
        *_capability_columns()[1:],
    ]
    table = Table(request.GET, list(found), columns, caption="Capabilities")
    context = {"q": words, "code": code, "areas": held.areas, "trail": _trail(("Capabilities", ""))}
    return listing(request, "standards/capabilities.html", table, context)


def faults(request: HttpRequest) -> HttpResponseBase:
    """The kinds of fault in the published data, with counts."""
    viewer = _viewer(request)
    columns = [
        Column("words", "Fault", link=lambda each: reverse("standards:fault", args=[each.code])),
        Column("count", "Count", kind="number", sort=True),
    ]
    table = Table(request.GET, list(queries.faults(viewer)), columns, caption="Faults by kind")
    context = {"release": queries.published(viewer), "trail": _trail(("Faults in the published data", ""))}
    return listing(request, "standards/faults.html", table, context)


def fault(request: HttpRequest, code: str) -> HttpResponseBase:
    """Each fault of one kind, with the line of the table that has it."""
    viewer = _viewer(request)
    found = list(queries.findings(viewer, code))
    kind = next(each for each in queries.faults(viewer) if each.code == code)
    columns = [
        Column("who", "Identifier", sort=True, value=lambda each: each.who or "none"),
        Column("words", "What is wrong"),
        Column("expected", "Right would be"),
        Column("place", "Where"),
    ]
    table = Table(request.GET, found, columns, caption=kind.words.capitalize())
    trail = _trail(
        ("Faults in the published data", reverse("standards:faults")), (kind.words.capitalize(), "")
    )
    return listing(request, "standards/fault.html", table, {"kind": kind, "trail": trail})


routes = [
    path("", home, name="home"),
    path("capabilities/", capabilities, name="capabilities"),
    path("faults/", faults, name="faults"),
    path("faults/<slug:code>/", fault, name="fault"),
    path("areas/<str:code>/", area, name="area"),
    path("functions/<str:key>/", function, name="function"),
    path("activities/<str:key>/", activity, name="activity"),
]


def _capability_columns() -> list[Column]:
    return [
        Column("id", "Capability", sort=True),
        Column("io", "Direction", sort=True, value=_direction),
        Column("authority", "Authority", value=lambda each: each.authority or "none given"),
    ]


def _measure_columns() -> list[Column]:
    return [
        Column("id", "Measure", sort=True),
        Column("name", "Name", sort=True),
        Column("level", "Level", sort=True),
        Column("kind", "Kind", sort=True),
        Column("target", "Target as read", value=_target),
        Column("said", "Target as published", value="target.text"),
        Column("frequency", "Frequency"),
    ]


def _direction(each: Capability) -> str:
    return IO[each.io].capitalize()


def _target(each: Measure) -> str:
    return str(each.target) if each.target.number is not None else each.target.standing


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Standards", reverse("standards:home")), *steps]


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
    return viewer
