"""The API object itself: who is calling, pages of rows, and refusals as problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import name_viewer
from qsmo.platform.access.viewer import PUBLIC, Viewer
from qsmo.platform.api.models import key_viewer
from qsmo.platform.api.parameters import refuse_unknown
from qsmo.platform.plugs import parts

LARGEST = 2**31 - 1
MOST_ROWS = 200

PageNumber = Annotated[int, Field(ge=1, le=10_000, description="Page, from 1.")]
PageSize = Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows on a page.")]
Word = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(min_length=1, max_length=40)]


class FindingOut(Schema):
    """One particular of a refusal."""

    code: str
    words: str
    severity: str
    file: str
    line: int | None
    field: str
    expected: str
    who: str


class Problem(Schema):
    """A request that was not carried out; nothing was changed."""

    type: str
    title: str
    status: int
    detail: str
    findings: list[FindingOut] = []


class Caller(HttpBearer):
    """A key in the Authorization header; without one the browser session; without that the public."""

    described: NinjaAPI

    def __call__(self, request: HttpRequest) -> Any:
        """Put the caller's viewer on the request; a wrong key is refused, none at all is the public."""
        _refuse_nul(request)
        refuse_unknown(request, self.described)
        if "Authorization" in request.headers:
            return super().__call__(request)
        viewer = viewer_of(request)  # of the session, as the middleware found it
        if viewer is not PUBLIC and request.method not in ("GET", "HEAD", "OPTIONS"):
            error = check_csrf(request, cast(Callable[..., Any], self.authenticate))
            if error:
                raise HttpError(403, "A session needs the CSRF token with every change; use a key instead")
        return self._seen(request, viewer)

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """The viewer of a key."""
        viewer = key_viewer(token)
        return self._seen(request, viewer) if viewer else None

    @staticmethod
    def _seen(request: HttpRequest, viewer: Viewer) -> Viewer:
        cast(Any, request).viewer = viewer
        name_viewer(viewer)
        return viewer


def _refuse_nul(request: HttpRequest) -> None:
    """Refuse (422) the character that no text of a database can hold, wherever it stands in a request."""
    body = request.body if request.content_type == "application/json" else b""
    query = request.META.get("QUERY_STRING", "")
    if "\0" in request.path or "%00" in query or b"\\u0000" in body or b"\0" in body:
        raise Refusal("nul-character", "Texts cannot hold the character with the code 0", status=422)


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of an API request."""
    return cast(Viewer, cast(Any, request).viewer)


def paged(
    rows: QuerySet[Any] | Sequence[Any], page: int, size: int, shape: Callable[[Any], Any]
) -> dict[str, Any]:
    """One page of rows as `{items, page, more}`; `more` says whether another page follows."""
    start = (page - 1) * size
    found = list(rows[start : start + size + 1])
    return {"items": [shape(row) for row in found[:size]], "page": page, "more": len(found) > size}


def problem(request: HttpRequest, status: int, code: str, detail: str, findings: list[Any]) -> HttpResponse:
    """A problem document."""
    content = {"type": f"urn:qsmo:problem:{code}", "title": code.replace("-", " "), "status": status}
    answer = api.create_response(request, {**content, "detail": detail, "findings": findings}, status=status)
    answer["Content-Type"] = "application/problem+json"
    return answer


class Api(NinjaAPI):
    """The API, whose description says of every call that it may be answered with a problem document."""

    described: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, made once and only read after: it is that of the program, mounted at one place."""
        if self.described is None:
            self.described = self._describe()
        return self.described

    def _describe(self) -> OpenAPISchema:
        """The library knows one media type for all answers, and problems have one of their own."""
        described = super().get_openapi_schema()
        described["components"]["schemas"].setdefault("FindingOut", FindingOut.model_json_schema())
        described["components"]["schemas"]["Problem"] = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        described["components"]["schemas"]["Problem"].pop("$defs", None)
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for methods in described["paths"].values():
            for call in methods.values():
                for status in PROBLEMS:
                    words = call["responses"].get(status, {}).get("description") or HTTPStatus(status).phrase
                    call["responses"][status] = {"description": words, "content": content}
        return described


def _make() -> Api:
    caller = Caller()
    made = caller.described = Api(
        title="qsmo",
        version="1",
        description="Everything the pages show and do. Answers are what the caller may see; a refusal changes nothing. "
        "A query parameter that a call does not name is refused (422).",
        auth=caller,
        urls_namespace="api",
        docs_url=None,
    )

    @made.exception_handler(Refusal)
    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        found = [finding.as_dict() for finding in error.findings]
        return problem(request, error.status, error.code, error.words, found)

    @made.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [_finding(each) for each in error.errors]
        return problem(request, 422, "malformed", "Some parameters are not as described", found)

    @made.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return problem(request, 401, "key-unknown", "This key is unknown or has ended", [])

    @made.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, "refused", error.message, [])

    @made.exception_handler(Http404)
    def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(request, 404, "not-found", "There is nothing here that you can see", [])

    return made


def _finding(error: dict[str, Any]) -> dict[str, Any]:
    place = ".".join(str(part) for part in error.get("loc", ())[1:])
    return {
        "code": str(error.get("type", "")), "words": str(error.get("msg", "")), "severity": "error",
        "file": "", "line": None, "field": place, "expected": "", "who": "",
    }  # fmt: skip


api = _make()
PROBLEMS: dict[int, Any] = {status: Problem for status in (400, 401, 403, 404, 409, 422)}


def mount() -> NinjaAPI:
    """The API with every slice's router; asked once, by the site's addresses."""
    for slice_, module in parts("api"):
        if slice_.layer != "platform" and not any(prefix == f"/{slice_.name}" for prefix, _ in api._routers):
            api.add_router(f"/{slice_.name}", module.router)
            api.described = None
    return api
