"""A folder of files named by SHA-256: putting the same content twice is once, and reading checks it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from qsmo.kernel.finding import Refusal

PIECE = 1 << 20
LEFT_BEHIND = ("coming-", "named-")
SWEPT_AFTER_SECONDS = 24 * 60 * 60
"""No writing or reading of one file takes a day."""


def put(pieces: bytes | Iterable[bytes]) -> str:
    """Store content and answer its digest. Killed half way, nothing is stored; content already there is kept."""
    folder = _folder()
    sha = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=folder, prefix="coming-")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                sha.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        digest = sha.hexdigest()
        kept = path(digest)
        kept.parent.mkdir(exist_ok=True)
        fresh.replace(kept)
    finally:
        fresh.unlink(missing_ok=True)
    return digest


def sweep(older_than_seconds: int = SWEPT_AFTER_SECONDS) -> int:
    """Take away what writers and readers that were killed left behind; answers how many. Content is never touched."""
    limit, swept = time.time() - older_than_seconds, 0
    for left in (each for mark in LEFT_BEHIND for each in _folder().glob(f"{mark}*")):
        try:
            if max(each.stat().st_mtime for each in (left, *left.rglob("*"))) >= limit:
                continue
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        except FileNotFoundError:
            continue  # its writer has just finished, or another sweep was faster
        swept += 1
    return swept


def path(digest: str) -> Path:
    """Where content of a digest is or would be; a digest is 64 hexadecimal digits, anything else is refused (404)."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Refusal("file-unknown", "There is no such file", status=404)
    return _folder() / digest[:2] / digest


def open_(digest: str) -> BinaryIO:
    """The content for reading; refused (404) when it is not there."""
    try:
        return path(digest).open("rb")
    except FileNotFoundError:
        raise Refusal("file-unknown", "There is no such file", status=404) from None


def pieces(digest: str) -> Iterator[bytes]:
    """The content a piece at a time; a content that no longer has its digest is a loud error at the end."""
    sha = hashlib.sha256()
    with open_(digest) as file:
        while piece := file.read(PIECE):
            sha.update(piece)
            yield piece
    if sha.hexdigest() != digest:
        raise OSError(f"the stored file {digest} was altered")


@contextmanager
def named(digest: str, suffix: str) -> Iterator[Path]:
    """The content under a name with a suffix, for readers that go by it; gone again after the block."""
    source = path(digest)
    with tempfile.TemporaryDirectory(dir=_folder(), prefix="named-") as folder:
        target = Path(folder) / f"{digest[:12]}{suffix}"
        try:
            target.hardlink_to(source)
        except FileNotFoundError:
            raise Refusal("file-unknown", "There is no such file", status=404) from None
        yield target


def keep(suffix: str, write: Callable[[Path], object]) -> str:
    """Store what a function writes to the path that it is given; answers the digest."""
    with tempfile.TemporaryDirectory(dir=_folder(), prefix="coming-") as folder:
        target = Path(folder) / f"content{suffix}"
        write(target)
        with target.open("rb") as content:
            return put(iter(lambda: content.read(PIECE), b""))


def _folder() -> Path:
    folder = Path(settings.STORE_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
