"""Payroll for programs: runs, what is to be mended, statements, and each figure explained."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile

from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions import answers
from qsmo.services.payroll.api import asking, office, statements, writing
from qsmo.services.payroll.models import Account, IntakeException, PayRun
from qsmo.services.payroll.pages.parts import stored_upload
from qsmo.services.payroll.queries.late import Lacking, lacking

router = Router(tags=["payroll"])
for part in (writing, office, asking, statements):
    router.add_router("", part.router)


class RunOut(Schema):
    """A pay run; amounts in cents."""

    id: str
    customer: str
    pay_period: str
    starts_on: str
    ends_on: str
    pays_on: str
    state: str
    people: int
    refused: int
    digest: str
    totals: dict[str, Any]  # empty for those who may not see amounts


class RunsOut(Schema):
    """A page of pay runs."""

    items: list[RunOut]
    page: int
    more: bool


class AccountOut(Schema):
    """An agency's payroll account; the pay periods that can be run, empty where the law on file reaches none."""

    id: str
    customer: str
    provider: str
    is_open: bool
    began_on: str
    first_pay_period: str
    last_pay_period: str


class AccountsOut(Schema):
    """A page of accounts."""

    items: list[AccountOut]
    page: int
    more: bool


class RunIn(Schema):
    """The pay period of an account, by year and number such as `2026-06`."""

    account: Annotated[str, Field(min_length=1, max_length=40)]
    pay_period: Annotated[str, Field(max_length=10)]


class ExceptionOut(Schema):
    """One thing to mend or to answer for; `owner` sees to it, `answered_by` accepted it for the reason."""

    id: str
    state: str
    owner: str
    answered_by: str
    reason: str
    severity: str
    code: str
    who: str
    file: str
    line: int | None
    field: str
    words: str
    expected: str


class WordsIn(Schema):
    """A reason."""

    why: Annotated[str, Field(max_length=400)] = ""


class AnswerIn(Schema):
    """Which open exceptions are accepted, these or all of a code, and why."""

    ids: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=1000)] = []
    code: Annotated[str, Field(max_length=60)] = ""
    why: Annotated[str, Field(min_length=1, max_length=400)]


class OwnerIn(Schema):
    """Which open exceptions are handed over, these or all of a code, and to whom."""

    ids: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=1000)] = []
    code: Annotated[str, Field(max_length=60)] = ""
    email: Annotated[str, Field(min_length=3, max_length=200)]


class CountOut(Schema):
    """How many were meant."""

    count: int


class SentIn(WordsIn):
    """The reference under which payments were sent."""

    reference: Annotated[str, Field(min_length=1, max_length=40)]


class LackingOut(Schema):
    """One person whose time is missing or late."""

    employee: str
    what: str
    was_paid_last: bool


class LackingsOut(Schema):
    """A page of people whose time is missing or late."""

    items: list[LackingOut]
    page: int
    more: bool


class ExceptionsOut(Schema):
    """A page of things to mend."""

    items: list[ExceptionOut]
    page: int
    more: bool


class IntakeOut(Schema):
    """What a file brought; `state` is used, or waiting where it came late and the payroll office decides."""

    id: str
    kind: str
    name: str
    accepted: int
    refused: int
    file: str
    state: str


@router.get("/runs", response={200: RunsOut, **PROBLEMS})
def runs(request: HttpRequest, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The pay runs that you may see, newest first."""
    viewer = viewer_of(request)
    return paged(queries.runs(viewer), page, size, lambda found: _run(viewer, found))


@router.get("/accounts", response={200: AccountsOut, **PROBLEMS})
def accounts(request: HttpRequest, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The accounts that you may see, with the pay periods that can be run."""
    return paged(queries.accounts(viewer_of(request)), page, size, _account)


@router.post("/runs", response={200: RunOut, **PROBLEMS})
def open_run(request: HttpRequest, asked: RunIn) -> RunOut:
    """Open the run of a pay period; one that is there already is answered as it is."""
    viewer = viewer_of(request)
    return _run(viewer, actions.open_run(viewer, asked.account, asked.pay_period))


@router.get("/runs/{run}", response={200: RunOut, **PROBLEMS})
def run(request: HttpRequest, run: Key) -> RunOut:
    """One pay run with its control totals."""
    viewer = viewer_of(request)
    return _run(viewer, queries.run(viewer, run))


@router.get("/runs/{run}/exceptions", response={200: ExceptionsOut, **PROBLEMS})
def exceptions(request: HttpRequest, run: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """What is to be mended before everybody can be paid."""
    viewer = viewer_of(request)
    return paged(
        queries.exceptions(viewer, queries.run(viewer, run)).select_related("owner"), page, size, _exception
    )


@router.post("/runs/{run}/files", response={200: IntakeOut, **PROBLEMS})
def take_in(
    request: HttpRequest, run: Key, kind: Word, file: File[UploadedFile], why: Word = ""
) -> IntakeOut:
    """Take a file in: people (`hr`), time (`time`) or the agency's rates (`rates`). The same file twice is once.

    After the cut-off of its kind a file needs a reason; one that is not of the payroll office waits for it.
    """
    with stored_upload(file) as (path, name):
        taken = actions.take_in(viewer_of(request), run, kind, path, name=name, why=why)
    return IntakeOut(
        id=taken.pk, kind=taken.kind, name=taken.name, accepted=taken.accepted, refused=taken.refused,
        file=taken.file, state=taken.state,
    )  # fmt: skip


@router.post("/runs/{run}/calculate", response={200: RunOut, **PROBLEMS})
def calculate(request: HttpRequest, run: Key) -> RunOut:
    """Start the calculation; ask for the run to see how it ends."""
    viewer = viewer_of(request)
    return _run(viewer, actions.calculate(viewer, run))


@router.post("/runs/{run}/certify", response={200: RunOut, **PROBLEMS})
def certify(request: HttpRequest, run: Key) -> RunOut:
    """Certify a run that another person calculated and reviewed, once no exception of it is open."""
    viewer = viewer_of(request)
    return _run(viewer, actions.certify(viewer, run))


@router.post("/runs/{run}/review", response={200: RunOut, **PROBLEMS})
def review(request: HttpRequest, run: Key, said: WordsIn) -> RunOut:
    """Sign that a calculated run was reviewed."""
    viewer = viewer_of(request)
    return _run(viewer, actions.review(viewer, run, why=said.why))


@router.post("/runs/{run}/reopen", response={200: RunOut, **PROBLEMS})
def reopen(request: HttpRequest, run: Key, said: WordsIn) -> RunOut:
    """Put a run that is not certified back to its files, with the reason."""
    viewer = viewer_of(request)
    return _run(viewer, actions.reopen(viewer, run, why=said.why))


@router.post("/runs/{run}/disburse", response={200: RunOut, **PROBLEMS})
def disburse(request: HttpRequest, run: Key, said: SentIn) -> RunOut:
    """Note that the payments of a certified run were sent."""
    viewer = viewer_of(request)
    return _run(viewer, actions.disburse(viewer, run, reference=said.reference, why=said.why))


@router.post("/runs/{run}/close", response={200: RunOut, **PROBLEMS})
def close(request: HttpRequest, run: Key, said: WordsIn) -> RunOut:
    """Close a run whose payments have arrived."""
    viewer = viewer_of(request)
    return _run(viewer, actions.close(viewer, run, why=said.why))


@router.post("/runs/{run}/exceptions/accept", response={200: CountOut, **PROBLEMS})
def accept(request: HttpRequest, run: Key, said: AnswerIn) -> CountOut:
    """Answer for open exceptions, with a reason."""
    return CountOut(count=answers.accept(viewer_of(request), run, said.ids, code=said.code, why=said.why))


@router.post("/runs/{run}/exceptions/assign", response={200: CountOut, **PROBLEMS})
def assign(request: HttpRequest, run: Key, said: OwnerIn) -> CountOut:
    """Say who sees to open exceptions."""
    return CountOut(count=answers.assign(viewer_of(request), run, said.ids, code=said.code, email=said.email))


@router.get("/runs/{run}/late", response={200: LackingsOut, **PROBLEMS})
def late(request: HttpRequest, run: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """Whose time is missing or late."""
    viewer = viewer_of(request)
    found = lacking(viewer, queries.run(viewer, run))
    start = (page - 1) * size
    shown = [_lacking(each) for each in found[start : start + size]]
    return {"items": shown, "page": page, "more": len(found) > start + size}


def _account(found: Account) -> AccountOut:
    possible = queries.runnable(found) if found.is_open else None
    first, last = (each.label for each in possible) if possible else ("", "")
    return AccountOut(
        id=found.pk, customer=found.customer_id, provider=found.provider_id, is_open=found.is_open,
        began_on=str(found.began_on), first_pay_period=first, last_pay_period=last,
    )  # fmt: skip


def _run(viewer: Viewer, found: PayRun) -> RunOut:
    return RunOut(
        id=found.pk,
        customer=found.account.customer_id,
        pay_period=found.called,
        starts_on=str(found.starts_on),
        ends_on=str(found.ends_on),
        pays_on=str(found.pays_on),
        state=found.state,
        people=found.people,
        refused=found.refused,
        digest=found.digest,
        totals=dict(queries.totals(viewer, found)),
    )


def _exception(found: IntakeException) -> ExceptionOut:
    said = {name: getattr(found, name) for name in ("state", "answered_by", "reason")}
    owner = found.owner.name if found.owner else ""
    return ExceptionOut.model_validate({**found.finding.as_dict(), **said, "id": found.pk, "owner": owner})


def _lacking(found: Lacking) -> LackingOut:
    return LackingOut(employee=found.employee, what=found.what, was_paid_last=found.was_paid_last)
