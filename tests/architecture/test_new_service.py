"""A new service is one folder and no other edit: written into a copy of the tree, everything finds and accepts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.platform.plugs import ROOT
from qsmo.site.scaffold.writing import write_service

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with a service called water in it."""
    target = tmp_path_factory.mktemp("copy")
    left_out = shutil.ignore_patterns("__pycache__", "vendor", "journeys")
    for folder in ("src", "tests"):
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=left_out)
    shutil.copy(REPOSITORY / "pyproject.toml", target)
    assert run(target, "qsmo.site", "new", "service", "water", "--name", "Water").returncode == 0
    return target


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, a module by its name, with a database and files of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QSMO_DATA", "PYTEST", "COVERAGE"))
    }
    own = {"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}", "QSMO_VAR": str(tree / "var"), "QSMO_DB": ""}
    command = [sys.executable, *([] if words[0] == "-c" else ["-m"]), *words]
    return subprocess.run(command, cwd=tree, env=kept | own, capture_output=True, text=True, check=False)


def test_a_new_service_passes_the_contract_suite(copy: Path) -> None:
    done = run(
        copy, "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/test_services.py", "-k", "water"
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "14 passed" in done.stdout


def test_a_new_service_keeps_the_import_contracts(copy: Path) -> None:
    done = run(copy, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert "0 broken" in done.stdout, done.stdout[-2000:]


def test_a_new_service_is_in_the_generated_documents(copy: Path) -> None:
    done = run(copy, "qsmo.site", "docs", "--folder", "generated")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "## Water" in (copy / "generated" / "capabilities.md").read_text(encoding="utf-8")
    assert "`water.account`" in (copy / "generated" / "permissions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", ["Water", "water works", "class", "1st", "../x", "payroll", "billing"])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(slug: str) -> None:
    before = sorted(path.name for path in (ROOT / "services").iterdir())
    with pytest.raises(Refusal):
        write_service(slug)
    assert sorted(path.name for path in (ROOT / "services").iterdir()) == before
