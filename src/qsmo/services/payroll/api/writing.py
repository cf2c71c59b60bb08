"""What a run is written as, for programs; and one's own wages of a year."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Schema
from pydantic import Field

from qsmo.platform.api.door import PROBLEMS, Key, Word, viewer_of
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions.printing import ask_for_statements
from qsmo.services.payroll.actions.writing import ask_for_files
from qsmo.services.payroll.pages.writing import answer_with
from qsmo.services.payroll.queries.printing import archive, archive_name, archives
from qsmo.services.payroll.queries.writing import archived_file, own_wages, written, written_file

router = Router(tags=["payroll"])
BYTES = "application/octet-stream"
SHAPE = {"schema": {"type": "string", "format": "binary"}}
Number = Annotated[int, Field(ge=0, le=99_999)]
CONTENT = {"description": "The content of the file", "content": {BYTES: SHAPE}}


class WrittenFileOut(Schema):
    """A file that a run was written as, amounts in cents; without a digest it was not, and `why` says so."""

    kind: str
    title: str
    name: str
    digest: str
    records: int
    cents: int
    why: str


class ArchiveOut(Schema):
    """An archive of printed statements; `unprinted` are employees whose statement no font at hand can show."""

    number: int
    name: str
    digest: str
    first: str
    last: str
    people: int
    unprinted: list[str]


class PrintedOut(Schema):
    """How many archives of statements there will be (none: nobody has asked), and those that are there."""

    planned: int
    archives: list[ArchiveOut]


class WagesOut(Schema):
    """Your own amounts of Form W-2 of a year so far, in cents; `why` says what keeps them from being whole."""

    employee: str
    customer: str
    year: int
    amounts: dict[str, int]
    why: list[str]


@router.get("/runs/{run}/written", response={200: list[WrittenFileOut], **PROBLEMS})
def written_files(request: HttpRequest, run: Key) -> list[WrittenFileOut]:
    """What a run was written as."""
    viewer = viewer_of(request)
    return [
        WrittenFileOut(kind=each.kind, title=each.title, name=each.name, digest=each.digest, records=each.held.records,
                cents=each.held.cents, why=each.why)
        for each in written(viewer, queries.run(viewer, run))
    ]  # fmt: skip


@router.post("/runs/{run}/written", response={200: list[WrittenFileOut], **PROBLEMS})
def write(request: HttpRequest, run: Key) -> list[WrittenFileOut]:
    """Have a certified run written as files, and what there is of them now; ask again to see when all are there."""
    ask_for_files(viewer_of(request), run)
    return written_files(request, run)


@router.get("/runs/{run}/written/{kind}", response={**PROBLEMS}, openapi_extra={"responses": {200: CONTENT}})
def written_content(request: HttpRequest, run: Key, kind: Word) -> StreamingHttpResponse:
    """One file of a run, as it is."""
    return answer_with(written_file(viewer_of(request), run, kind), BYTES)


@router.get("/runs/{run}/printed", response={200: PrintedOut, **PROBLEMS})
def printed_statements(request: HttpRequest, run: Key) -> PrintedOut:
    """The statements of a run that are printed so far."""
    viewer = viewer_of(request)
    found = queries.run(viewer, run)
    made = [
        ArchiveOut(number=each.number, name=archive_name(found, each), digest=each.file, first=each.first,
                   last=each.last, people=each.people, unprinted=each.unprinted)
        for each in archives(viewer, found)
    ]  # fmt: skip
    return PrintedOut(planned=found.prints_planned, archives=made)


@router.post("/runs/{run}/printed", response={200: PrintedOut, **PROBLEMS})
def print_statements(request: HttpRequest, run: Key) -> PrintedOut:
    """Have all statements of a certified run printed, and what there is of them now; ask again to see the others."""
    ask_for_statements(viewer_of(request), run)
    return printed_statements(request, run)


@router.get(
    "/runs/{run}/printed/{number}", response={**PROBLEMS}, openapi_extra={"responses": {200: CONTENT}}
)
def printed_content(request: HttpRequest, run: Key, number: Number) -> StreamingHttpResponse:
    """One archive of statements, as it is."""
    viewer = viewer_of(request)
    return answer_with(archived_file(queries.run(viewer, run), archive(viewer, run, number)), BYTES)


@router.get("/wages", response={200: list[WagesOut], **PROBLEMS})
def wages(request: HttpRequest) -> list[WagesOut]:
    """Your own wages, year by year."""
    return [
        WagesOut(employee=each.employee, customer=each.account.customer_id, year=each.year,
                 amounts=dict(each.amounts), why=[found.words for found in each.found])
        for each in own_wages(viewer_of(request))
    ]  # fmt: skip
