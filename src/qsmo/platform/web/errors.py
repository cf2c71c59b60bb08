"""Refusals and errors as pages: what is wrong, the findings one by one, and what to do next."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from qsmo.kernel.finding import Refusal
from qsmo.platform.web.page import render

_TITLES = {
    400: "The request could not be read",
    403: "You may not do this",
    404: "Not found",
    409: "This cannot be done now",
    413: "The file is too large",
    422: "Something needs to be put right",
    500: "Something went wrong on our side",
}
_NEXT = {
    400: ("Go back and try again from the page you came from.",),
    403: (
        "Check that you are signed in as the right person.",
        "Ask the people administrator of your organization for the role that allows this.",
    ),
    404: (
        "Check the address for a slip.",
        "It may exist and not be open to you: check that you are signed in for the right organization.",
    ),
    409: (
        "Open the record again to see how it stands now; somebody else may have been faster.",
        "If it still needs doing, do it again from there.",
    ),
    413: ("Split the file, or send it through the API.",),
    422: ("Put right what is listed, and send it again.", "Nothing was saved."),
    500: (
        "Try again in a few minutes.",
        "If it happens again, tell the operator of this site when and where.",
    ),
}


class RefusalMiddleware:
    """Turns a Refusal raised by a page into a page with its words, its findings and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a Refusal; any other exception is a bug and stays loud."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for one refusal."""
    return _page(request, refusal.status, refusal.words, refusal)


def _page(
    request: HttpRequest, status: int, words: str, refusal: Refusal | None = None, code: str = ""
) -> HttpResponse:
    context = {
        "status": status,
        "title": _TITLES.get(status, _TITLES[400 if status < 500 else 500]),
        "words": words,
        "findings": refusal.findings if refusal else (),
        "code": refusal.code if refusal else code,
        "next_steps": _NEXT.get(status, _NEXT[400]),
    }
    answer = render(request, "web/refusal.html", context, status=status)
    if request.headers.get("HX-Request"):
        # A part of a page was asked for: show the refusal in place of the whole, not inside of the part.
        answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"] = "main", "main", "outerHTML"
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """handler400."""
    return _page(request, 400, "The site could not make sense of what the browser sent.")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: a form without the mark that this site gave it."""
    words = (
        "This form was opened too long ago, or the browser keeps no cookies for this site. Nothing was saved."
    )
    return _page(request, 403, words, code=f"form-mark: {reason}")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """handler403."""
    return _page(request, 403, "Your roles do not include this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """handler404."""
    return _page(request, 404, "There is nothing at this address, or it is not open to you.")


def server_error(_request: HttpRequest) -> HttpResponse:
    """handler500: drawn without the database and without knowing who is looking, so that it cannot fail too."""
    context = {"title": _TITLES[500], "next_steps": _NEXT[500]}
    return HttpResponse(render_to_string("web/server_error.html", context), status=500)
