"""Serving: web, worker and clock in one command on one machine, or each alone in production."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType

from qsmo.platform import console

CLOCK_SECONDS = 20


def serve_all(host: str, port: int) -> None:
    """Run worker and clock beside the web server until interrupted; what was started here is stopped here."""
    command = [sys.executable, "-m", "qsmo.site"]
    others = [subprocess.Popen([*command, name]) for name in ("worker", "clock")]  # noqa: S603  # our own command
    web = subprocess.Popen([*command, "web", "--host", host, "--port", str(port)])  # noqa: S603  # our own command

    def stop(_number: int, _frame: FrameType | None) -> None:
        web.terminate()

    signal.signal(signal.SIGTERM, stop)
    console.OUT.print(f"qsmo is open at http://{host}:{port}/ (stop with Ctrl+C)")
    try:
        web.wait()
    except KeyboardInterrupt:
        web.wait(timeout=10)
    finally:
        for other in others:
            other.terminate()
        for other in others:
            other.wait(timeout=15)


def serve_web(host: str, port: int, workers: int, threads: int) -> None:
    """The web server: WSGI under granian, few threads each, because every thread keeps its own connection."""
    from granian import Granian
    from granian.constants import Interfaces

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

    call_command("db_worker", batch=once, queue_name="*", verbosity=0)
