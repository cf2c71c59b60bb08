"""What several of payroll's pages need: who is looking, the way to a run, an uploaded file as a path."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.models import PayRun


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking."""
    return cast(Viewer, cast(Any, request).viewer)


@contextmanager
def stored_upload(upload: UploadedFile[Any]) -> Iterator[tuple[Path, str]]:
    """An uploaded file as a path with its suffix, and its own name; gone again after the block."""
    name = Path(upload.name or "upload").name
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"upload{Path(name).suffix.lower()}"
        with target.open("wb") as file:
            for piece in upload.chunks():
                file.write(piece)
        yield target, name


def asked(request: HttpRequest, name: str) -> str:
    """A word of the query string, no longer than any that could be meant."""
    text: str = request.GET.get(name, "")[:60]
    return text


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def in_dollars(shown: str, unit: str) -> str:
    """A figure as it is shown, with a dollar sign where it is money."""
    if unit != "cents":
        return shown
    return f"-${shown.removeprefix('-')}" if shown.startswith("-") else f"${shown}"


def run_trail(found: PayRun, title: str | None = None) -> list[tuple[str, str]]:
    """The way to a run, or to a page of this title below it."""
    runs_ = ("Pay runs", reverse("payroll:runs"))
    here = f"Pay period {found.called}"
    return (
        [runs_, (here, "")]
        if title is None
        else [runs_, (here, reverse("payroll:run", args=[found.pk])), (title, "")]
    )
