"""A program of its own about one run on a database of its own, to be killed, started again, or run twice at once.

Steps: `prepare` (files taken in), `calculate` (the command), `hang` (the command, which stops for ever after its first
chunk), `start` (queued, nothing computed), `work` (computes when told to on its input), `look`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from qsmo.platform import console  # noqa: E402
from qsmo.platform.access.models import Person  # noqa: E402
from qsmo.platform.record.trail import entries_of  # noqa: E402
from qsmo.services.payroll import actions, cli, jobs  # noqa: E402
from qsmo.services.payroll.models import Chunk, PayRun  # noqa: E402
from qsmo.services.payroll.tests.app import setting  # noqa: E402

jobs.MOST_IN_A_CHUNK = 20


def main(step: str) -> None:
    """Do one step and say what there is afterwards."""
    if step == "prepare":
        call_command("migrate", verbosity=0, interactive=False)
        run = setting.filled(setting.stage(), Path(os.environ["QSMO_VAR"]) / "sample")
    run = PayRun.every.get()
    operator = Person.objects.get(name="Operator")
    if step == "start":
        actions.calculate(operator.viewer("test"), run.pk)
    if step == "work":
        _say("ready")
        sys.stdin.readline()
        jobs.compute_now(run, lambda _people: None)
    if step == "hang":
        _hang_after_the_first_chunk()
    if step in ("hang", "calculate"):
        with console.answering():
            cli.app(["calculate", run.pk, "--as", operator.email, "--json"], standalone_mode=False)
        return
    run.refresh_from_db()
    chunks = Chunk.every.filter(run=run).order_by("number").values_list("number", "pk")
    finishes = sum(entry.verb == "finish" for entry in entries_of(run))
    kept = json.dumps(list(chunks))
    _say(f"{run.state} {run.people} {run.refused} {run.digest or '-'} finishes={finishes} {kept}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _hang_after_the_first_chunk() -> None:
    real = jobs._compute_share

    def once(plan: jobs.Plan, share: jobs.Share) -> None:
        real(plan, share)
        _say("one chunk is there")
        time.sleep(600)

    jobs._compute_share = once


if __name__ == "__main__":
    main(sys.argv[1])
