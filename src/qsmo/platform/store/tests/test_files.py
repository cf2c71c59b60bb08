"""The store: content once, by digest; a writer killed half way leaves nothing; altered content is loud."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured

from qsmo.kernel.finding import Refusal
from qsmo.platform.store import files
from qsmo.platform.work.jobs import scheduled

CONTENT = b"1,988 people\n" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    configured.STORE_FOLDER = tmp_path / "store"
    return tmp_path / "store"


def kept(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_the_same_content_is_stored_once(folder: Path) -> None:
    assert files.put(CONTENT) == files.put(iter([CONTENT[:100], CONTENT[100:]])) == DIGEST
    assert kept(folder) == [folder / DIGEST[:2] / DIGEST]
    with files.open_(DIGEST) as file:
        assert file.read() == CONTENT
    assert b"".join(files.pieces(DIGEST)) == CONTENT


def test_other_content_is_another_file(folder: Path) -> None:
    files.put(CONTENT)
    files.put(CONTENT + b".")
    assert len(kept(folder)) == 2


def test_nothing_is_kept_of_content_that_fails_half_way(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.put(broken())
    assert kept(folder) == []


def test_a_writer_killed_half_way_leaves_nothing_under_a_digest(folder: Path) -> None:
    program = (
        "import sys, time, django; django.setup()\n"
        "from django.conf import settings; settings.STORE_FOLDER = sys.argv[1]\n"
        "from qsmo.platform.store import files\n"
        "def slowly():\n"
        "    yield b'half'\n"
        "    print('half', flush=True); time.sleep(60)\n"
        "files.put(slowly())\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        writer.send_signal(signal.SIGKILL)
    assert [each for each in kept(folder) if not each.name.startswith("coming-")] == []
    assert files.put(CONTENT) == DIGEST


def test_altered_content_is_loud(folder: Path) -> None:
    files.put(CONTENT)
    files.path(DIGEST).write_bytes(CONTENT.replace(b"1,988", b"9,988"))
    with pytest.raises(OSError, match="was altered"):
        list(files.pieces(DIGEST))


def test_putting_altered_content_again_mends_it(folder: Path) -> None:
    files.put(CONTENT)
    files.path(DIGEST).write_bytes(b"altered")
    files.put(CONTENT)
    assert b"".join(files.pieces(DIGEST)) == CONTENT


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        DIGEST[:63],
        DIGEST + "a",
        DIGEST.upper(),
        "/" * 64,
        ".." + DIGEST[2:],
        "０" * 64,
    ],
)
def test_a_name_that_is_no_digest_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        files.path(name)
    assert caught.value.status == 404


def test_content_that_is_not_there_is_refused() -> None:
    for read in (files.open_, lambda digest: list(files.pieces(digest)), lambda digest: _named(digest)):
        with pytest.raises(Refusal) as caught:
            read("0" * 64)
        assert (caught.value.code, caught.value.status) == ("file-unknown", 404)


def test_content_under_a_name_is_gone_after_the_block(folder: Path) -> None:
    files.put(CONTENT)
    with files.named(DIGEST, ".csv") as path:
        assert path.suffix == ".csv"
        assert path.read_bytes() == CONTENT
    assert not path.exists()
    assert kept(folder) == [folder / DIGEST[:2] / DIGEST]


def test_what_a_function_writes_is_stored(folder: Path) -> None:
    assert files.keep(".txt", lambda path: path.write_bytes(CONTENT)) == DIGEST
    with pytest.raises(ZeroDivisionError):
        files.keep(".txt", lambda _path: 1 // 0)
    assert kept(folder) == [folder / DIGEST[:2] / DIGEST]


def _named(digest: str) -> None:
    with files.named(digest, ".txt"):
        pass


def test_what_a_killed_writer_left_is_swept_after_a_day_and_nothing_else(folder: Path) -> None:
    content = files.put(b"kept")
    (folder / "coming-old").write_bytes(b"half")
    (folder / "coming-tables").mkdir()
    (folder / "coming-tables" / "content.parquet").write_bytes(b"half")
    (folder / "named-old").mkdir()
    (folder / "coming-slow").mkdir()
    (folder / "coming-slow" / "content.csv").write_bytes(b"still written")
    (folder / "coming-new").write_bytes(b"half")
    long_ago = time.time() - files.SWEPT_AFTER_SECONDS - 60
    old = ("coming-old", "coming-tables/content.parquet", "coming-tables", "named-old", "coming-slow")
    for name in (*old, f"{content[:2]}/{content}"):
        os.utime(folder / name, (long_ago, long_ago))
    assert files.sweep() == 3
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith(files.LEFT_BEHIND))
    assert left == ["coming-new", "coming-slow"]
    assert b"".join(files.pieces(content)) == b"kept"
    assert files.sweep() == 0


def test_the_clock_sweeps() -> None:
    assert "qsmo.platform.store.jobs.sweep" in {each.job.module_path for each in scheduled()}
