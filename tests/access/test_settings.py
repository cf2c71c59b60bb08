"""What browsers and the web server ask for unasked: the old place of the mark, and a folder that is not there yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

SAY = (
    "import warnings; warnings.simplefilter('error'); import django; django.setup(); "
    "from django.core.wsgi import get_wsgi_application; get_wsgi_application(); print('quiet')"
)


def test_the_site_starts_without_a_warning_in_a_fresh_folder(tmp_path: Path) -> None:
    own = {"QSMO_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SAY.replace("'error'", "'error', UserWarning")],
        env={**os.environ, **own}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "quiet"), done.stderr[-2000:]
    assert (tmp_path / "var" / "static").is_dir()


def test_the_mark_of_the_site_is_at_its_old_place_too() -> None:
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")


@pytest.mark.django_db
def test_the_page_of_the_api_names_the_kind_of_an_answer_that_has_no_shape() -> None:
    assert Client().get("/api/").status_code == 200
