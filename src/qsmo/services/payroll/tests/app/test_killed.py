"""A calculation killed outright in the middle goes on where it was, and several at once come to the same end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from qsmo.kernel.ids import new_id
from tests.outside import on_postgres

PROGRAM = [sys.executable, "-m", "qsmo.services.payroll.tests.app.killed"]

pytestmark = pytest.mark.database


def environment(folder: Path, like: dict[str, str] | None = None) -> dict[str, str]:
    """An environment with a folder and a database of its own, of the kind of this pass; or a copy of another."""
    if like is None:
        folder.mkdir()
    else:
        shutil.copytree(like["QSMO_VAR"], folder)
    kept = {key: value for key, value in os.environ.items() if key != "QSMO_DATABASE_URL"}
    found = {**kept, "QSMO_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
    if on_postgres():
        address, name = urlsplit(os.environ["QSMO_DATABASE_URL"]), f"killed_{new_id()}"
        of = f'TEMPLATE "{urlsplit(like["QSMO_DATABASE_URL"]).path[1:]}"' if like else ""
        with psycopg.connect(urlunsplit(address), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" {of}')
        found["QSMO_DATABASE_URL"] = urlunsplit(address._replace(path=f"/{name}"))
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation with a run whose files are taken in, to be copied."""
    found = environment(tmp_path_factory.mktemp("killed") / "prepared")
    assert told(found, "prepare") == "collecting 0 0 - finishes=0 []"
    return found


def told(around: dict[str, str], step: str) -> str:
    """What the program says of one step."""
    asked = subprocess.run(
        [*PROGRAM, step], env=around, capture_output=True, text=True, timeout=300, check=False
    )
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip()


def test_a_calculation_killed_after_its_first_chunk_ends_with_the_digest_of_one_that_was_not(
    tmp_path: Path, prepared: dict[str, str]
) -> None:
    whole = environment(tmp_path / "whole", prepared)
    undisturbed = json.loads(told(whole, "calculate"))
    assert (undisturbed["state"], undisturbed["people"], undisturbed["refused"]) == ("calculated", 48, 12)

    cut = environment(tmp_path / "cut", prepared)
    with subprocess.Popen([*PROGRAM, "hang"], env=cut, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "one chunk is there\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(30) == -signal.SIGKILL
    left = told(cut, "look")
    state, *_, chunks = left.split(" ", 5)
    assert state == "calculating"
    first = json.loads(chunks)
    assert [number for number, _ in first] == [0]

    resumed = json.loads(told(cut, "calculate"))
    assert resumed["digest"] == undisturbed["digest"]
    assert (resumed["people"], resumed["refused"]) == (48, 12)
    after = told(cut, "look")
    kept = json.loads(after.split(" ", 5)[5])
    assert kept[0] == first[0], "the chunk that was there is not computed again"
    assert [number for number, _ in kept] == [0, 1, 2]


def test_two_workers_on_one_run_come_to_one_outcome(tmp_path: Path, prepared: dict[str, str]) -> None:
    around = environment(tmp_path / "both", prepared)
    assert told(around, "start").startswith("calculating 0 0 - ")
    workers = [
        subprocess.Popen(
            [*PROGRAM, "work"], env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=300)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert said[0] == said[1] or all(each.startswith("calculated 48 12 ") for each in said)
    outcome = told(around, "look")
    assert outcome.startswith("calculated 48 12 ")
    assert " finishes=1 " in outcome
