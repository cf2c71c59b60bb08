"""Pages on the offices: all of them as of a day, one office with its history, and how designation goes."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import path, reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.flow import Move
from qsmo.marketplace.designation import queries
from qsmo.marketplace.designation.flow import DESIGNATION, ENDED
from qsmo.marketplace.designation.queries import Life, OfficeRow
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.charts import Chart
from qsmo.platform.web.formats import day as written
from qsmo.platform.web.formats import words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table

MAIN_PATH = ("pre_designate", "submit_plan", "begin_review", "recommend", "designate")
WIDTH, ROW, TOP = 480, 44, 28


def offices(request: HttpRequest) -> HttpResponseBase:
    """Every scope with its office, lead and stage, as it stood on one day and was known on another."""
    true_on, known = _days(request)
    rows = queries.offices_as_of(_viewer(request), true_on, known)
    columns = [
        Column("office_name", "Office", sort=True, link=lambda row: _office_link(row.office, request)),
        Column("scope_name", "Scope", sort=True),
        Column("lead_name", "Lead agency", sort=True, value=_lead),
        Column("stage", "Stage", kind="state", sort=True),
        Column("since", "Since", kind="date", sort=True),
    ]
    table = Table(request.GET, list(rows), columns, caption="Offices and scopes", per_page=50)
    stages = [row.stage for row in rows]
    figures = [
        ("Scopes designated", stages.count("designated"), ""),
        ("Offices with a lead", len({row.office for row in rows if row.lead}), ""),
        ("Areas under study", stages.count(DESIGNATION.initial), ""),
    ]
    return listing(request, "designation/offices.html", table, {**_asked(true_on, known), "figures": figures})


def office(request: HttpRequest, key: str) -> HttpResponse:
    """One office: its scopes on a day, its life drawn in time, and every dated fact."""
    viewer, (true_on, known) = _viewer(request), _days(request)
    found = queries.office_detail(viewer, key)
    scopes = [
        Column("scope_name", "Scope"),
        Column("lead_name", "Lead agency", value=_lead),
        Column("stage", "Stage", kind="state"),
        Column("since", "Since", kind="date"),
        Column("covers", "Business framework", value=lambda row: ", ".join(row.covers) or "no match by name"),
    ]
    facts = [
        Column("effective_on", "Effective", kind="date", sort=True),
        Column("known_on", "Known", kind="date", sort=True),
        Column("scope", "Scope", value="designation.name"),
        Column("act", "Act", value=lambda fact: words(fact.act)),
        Column("stage", "Stage after it", kind="state"),
        Column("lead", "Lead", value=lambda fact: fact.designation.lead_id or ""),
        Column("source", "Decision or source", value=lambda fact: fact.decision or fact.source),
    ]
    rows = list(queries.offices_as_of(viewer, true_on, known, key))
    told = list(queries.timeline(viewer, key, known))
    lives = queries.lives(viewer, key, true_on, known)
    context = {
        **_asked(true_on, known),
        "office": found,
        "trail": [("Offices", reverse("designation:offices")), (found.name, "")],
        "scopes": Table(
            request.GET, rows, scopes, caption=f"Scopes on {written(true_on)}", name="scopes", per_page=50
        ),
        "facts": Table(request.GET, told, facts, caption="Dated facts", name="facts", per_page=50),
        "chart": _drawn(found.name, lives, true_on) if lives else None,
    }
    return render(request, "designation/office.html", context)


def stages(request: HttpRequest) -> HttpResponse:
    """How designation goes: the main path as steps, every move as a table."""
    columns = [
        Column("name", "Move", value=lambda move: words(move.name)),
        Column("from", "From", value=lambda move: ", ".join(words(state) for state in move.from_)),
        Column("to", "To", value=lambda move: words(move.to)),
        Column("permission", "Permission"),
        Column("not_by", "Not by the person who made", value=lambda move: ", ".join(map(words, move.not_by))),
    ]
    context = {
        "steps": [(words(move.to), words(move.name), _by(move)) for move in _main_path()],
        "initial": words(DESIGNATION.initial),
        "ends": [words(state) for state in ENDED],
        "moves": Table(request.GET, list(DESIGNATION.moves), columns, caption="Moves between stages"),
        "trail": [("Offices", reverse("designation:offices")), ("How designation goes", "")],
    }
    return render(request, "designation/stages.html", context)


routes = [
    path("", offices, name="offices"),
    path("stages/", stages, name="stages"),
    path("offices/<slug:key>/", office, name="office"),
]


def _drawn(name: str, lives: tuple[Life, ...], until: date) -> Chart:
    """The lives as bars along the years; every bar says its stage in words, and the table beside it gives the days."""
    first = min(life.spans[0].during.start for life in lives)
    last = date.fromordinal(until.toordinal() + 1)
    days = max((last - first).days, 1)

    def place(day: date) -> int:
        return (day - first).days * WIDTH // days

    bars, rows = [], []
    for number, life in enumerate(lives):
        title = f"{life.designation.name} ({life.designation.lead_id or 'no lead'})"
        parts = []
        for span in life.spans:
            if span.stage not in ENDED:
                stage = words(span.stage)
                rows.append((f"{title}: {stage}", str(span.during.start), str(span.during.last)))
                start, end = place(span.during.start), place(span.during.end)
                parts.append({"x": start, "width": max(end - start, 2), "stage": span.stage, "words": stage})
        bars.append({"y": TOP + ROW * number, "title": title, "parts": parts})
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    context = {
        "bars": bars,
        "years": [{"x": place(year), "text": str(year.year)} for year in years],
        "width": WIDTH,
        "height": TOP + ROW * len(bars),
        "title": f"{name} in time",
    }
    svg = render_to_string("designation/lives.svg", context)
    return Chart(
        title=f"{name} in time",
        about=f"Stages of each scope from {first} to {until}; hatched is pre-designated, solid is designated.",
        svg=svg,
        columns=("Scope and stage", "From", "To"),
        rows=tuple(rows),
    )


def _main_path() -> list[Move]:
    by_name = {move.name: move for move in DESIGNATION.moves}
    return [by_name[name] for name in MAIN_PATH]


def _by(move: Move) -> str:
    return ", ".join(sorted(policy().roles[role].title for role in policy().held_by(move.permission).roles))


def _lead(row: OfficeRow) -> str:
    return f"{row.lead_name} ({row.lead_short})" if row.lead_short else row.lead_name or "none named yet"


def _asked(true_on: date, known: date | None) -> dict[str, object]:
    return {"as_of": true_on, "known": known or clock.today(), "known_asked": known}


def _days(request: HttpRequest) -> tuple[date, date | None]:
    return _day(request, "as_of") or clock.today(), _day(request, "known")


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("day-form", f"“{text}” is not a day; write it as 2020-06-29", status=422) from None


def _office_link(key: str, request: HttpRequest) -> str:
    asked = "&".join(f"{name}={day}" for name in ("as_of", "known") if (day := _day(request, name)))
    return reverse("designation:office", args=[key]) + (f"?{asked}" if asked else "")


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
    return viewer
