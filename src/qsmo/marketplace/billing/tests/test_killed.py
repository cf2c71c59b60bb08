"""A bill whose program is killed outright in the middle: nothing of it is there, and done again it is the same bill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-m", "qsmo.marketplace.billing.tests.killed"]


def test_a_bill_killed_outright_half_way_left_nothing_and_ends_with_the_same_digest(tmp_path: Path) -> None:
    before = _told(tmp_path, "prepare")
    assert before.startswith("open 0 none (1, 0, 0, 0, 0, ")
    with subprocess.Popen(
        [*PROGRAM, "hang"], env=_environment(tmp_path), stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        # Its two lines are written, in a transaction that will never be committed.
        assert child.stdout.readline() == "half way (1, 2)\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
    assert _told(tmp_path, "look") == before
    done = _told(tmp_path, "finish")
    assert done.startswith("calculated 857325 ")
    assert _told(tmp_path, "finish") == done


def _told(folder: Path, step: str) -> str:
    """What the program prints about one step on the database in a folder."""
    asked = subprocess.run(
        [*PROGRAM, step], env=_environment(folder), capture_output=True, text=True, timeout=120, check=False
    )
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip()


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "QSMO_DATABASE_URL"}
    return {**kept, "QSMO_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
