"""Serving: web, worker and clock in one command on one machine, or each alone in production."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from qsmo.platform import console

CLOCK_SECONDS = 20
PATIENCE_SECONDS = 0.3
GRACE_SECONDS = 20


def prepare() -> None:
    """Bring the database up to date; where nobody signs in yet and demonstration is on, load the seeded world."""
    from django.conf import settings
    from django.core.management import call_command

    from qsmo.platform.access.people import people
    from qsmo.site.seed import seed_world

    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO_SIGN_IN and not people().exists():
        seed_world(lambda words: console.OUT.print(f"  seeding {words}"))


def serve_all(host: str, port: int) -> int:
    """Run web, worker and clock until interrupted or until one of them ends; all end together. Answers the exit code.

    One that ends by itself is a fault: the others are stopped and the code is 1, so that whoever watches starts anew.
    """
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda given, _frame: asked.append(given))
    command = [sys.executable, "-m", "qsmo.site"]
    parts = {"web": ["web", "--host", host, "--port", str(port)], "worker": ["worker"], "clock": ["clock"]}
    running = {
        name: subprocess.Popen([*command, *words], start_new_session=True)  # noqa: S603  # our own command
        for name, words in parts.items()
    }
    console.OUT.print(f"qsmo is open at http://{host}:{port}/ (stop with Ctrl+C)")
    ended: list[str] = []
    while not asked and not ended:
        time.sleep(PATIENCE_SECONDS)
        ended = [name for name, process in running.items() if process.poll() is not None]
    for process in running.values():
        process.terminate()
    _wait_or_kill(list(running.values()))
    if ended and not asked:
        console.ERR.print(f"{' and '.join(ended)} ended by itself; everything was stopped")
        return 1
    return 0


def _wait_or_kill(processes: list[subprocess.Popen[bytes]]) -> None:
    limit = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            # A job cut off here is given back to the queue and goes on where it was.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def serve_web(host: str, port: int, workers: int, threads: int) -> None:
    """The web server: WSGI under granian, few threads each, because every thread keeps its own connection.

    Refused while the second lock of the database is not that of this version.
    """
    from django.db import connection
    from granian import Granian
    from granian.constants import Interfaces

    from qsmo.platform.access.second_lock.policies import refuse_outdated

    refuse_outdated()
    connection.close()
    server = Granian(
        "qsmo.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
    )
    server.serve()


def run_clock() -> None:
    """Queue what is due, again and again, until interrupted."""
    from qsmo.platform.work.jobs import tick

    while True:
        tick()
        time.sleep(CLOCK_SECONDS)


def run_worker(once: bool) -> None:
    """Work the queue until interrupted, or until it is empty."""
    from django.core.management import call_command

    from qsmo.kernel.ids import new_id
    from qsmo.platform.work.pulse import beating

    name = new_id()
    with beating(name):
        call_command("db_worker", batch=once, queue_name="*", verbosity=0, worker_id=name)
