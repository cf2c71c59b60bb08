"""Where the second lock is put on: around every page and every call of the API that is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar, cast

from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.views.decorators.http import require_POST

from qsmo.platform.access.second_lock.lock import Sees, locked, sees_now, show, there_is_one
from qsmo.platform.access.second_lock.policies import sees
from qsmo.platform.access.viewer import Viewer

OPENED = ("GET", "HEAD", "OPTIONS")
SENT = "POST"
CALLS = "ninja."
"""The module of the views of the API, which know the methods of each call themselves."""
WITHOUT = ("allauth.", "qsmo.platform.access.oidc.")
"""Modules whose pages write while they are opened: those of signing in."""


View = TypeVar("View", bound=Callable[..., Any])


class LockMiddleware:
    """Puts the lock on for every page and call that is opened, but for those of signing in; after ViewerMiddleware.

    A stream is written under the same lock after the view has answered. What is sent to the site (POST) goes through
    the doors, which write, and therefore without it. So that nobody opens a page past the lock by asking in another
    way, a page is sent to only where it says so (`opened_and_sent`, `only_sent`); any other method is refused (405).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Answer the request; the lock that `process_view` puts on ends here."""
        with ExitStack() as stack:
            cast(Any, request).second_lock = stack
            answer: HttpResponse | StreamingHttpResponse = self.get_response(request)
            seen = sees_now()
        if seen is not None and isinstance(answer, StreamingHttpResponse) and not _is_a_file(answer):
            answer.streaming_content = _streamed(cast(Iterator[bytes], answer.streaming_content), seen)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Put the lock on for the viewer of the request."""
        asked = cast(Any, request)
        if not _is_open_to(view, request.method or ""):
            return HttpResponseNotAllowed([*OPENED, SENT] if _is_sent_to(view) else OPENED)
        if getattr(view, "reads_nothing", False):
            asked.second_lock.enter_context(connection.execute_wrapper(_refuse))
        elif there_is_one() and request.method in OPENED and not _signs_in(view):
            asked.second_lock.enter_context(locked(sees(asked.viewer)))
        return None


def _is_a_file(answer: StreamingHttpResponse) -> bool:
    return isinstance(answer, FileResponse) and answer.file_to_stream is not None


def _signs_in(view: Callable[..., Any]) -> bool:
    return str(getattr(view, "__module__", "")).startswith(WITHOUT)


def _is_sent_to(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "is_sent_to", False))


def _is_open_to(view: Callable[..., Any], method: str) -> bool:
    """Whether a method is one of those that a page knows; views of libraries know theirs themselves."""
    theirs = str(getattr(view, "__module__", "")).startswith((CALLS, *WITHOUT))
    return method in OPENED or theirs or (method == SENT and _is_sent_to(view))


def opened_and_sent(view: View) -> View:
    """A page that takes what is sent to it (POST), and then acts without the lock."""
    cast(Any, view).is_sent_to = True
    return view


def only_sent(view: View) -> View:
    """The same, where there is nothing to be opened."""
    return require_POST(opened_and_sent(view))


def reads_nothing(view: View) -> View:
    """A page that answers without the database, also while that is down; asking it there is a loud error."""
    cast(Any, view).reads_nothing = True
    return view


def _refuse(*_asked: object) -> None:
    raise RuntimeError("this page says that it reads nothing, and is opened without the second lock")


def _streamed(content: Iterator[bytes], sees: Sees) -> Iterator[bytes]:
    with locked(sees):
        yield from content


def name_viewer(viewer: Viewer) -> None:
    """Put a viewer in the place of the one for whom the lock was put on: the one whom a key has named meanwhile."""
    if sees_now() is not None:
        show(sees(viewer))
