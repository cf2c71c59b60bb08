"""A provider, an agency with a payroll account, the people of both, strangers, and files as far along as needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django_tasks_db.models import DBTaskResult

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.contract.service import Done, Subscription
from qsmo.kernel import clock
from qsmo.kernel.ids import digest, new_id
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.models import OutboxDocument, TrailEntry
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.actions import answers
from qsmo.services.payroll.formats.sample import AGENCY, SampleFiles, generate, write_sample
from qsmo.services.payroll.formats.sample.people import write_sample_rates
from qsmo.services.payroll.formats.tables import write_assignments_table, write_times_table
from qsmo.services.payroll.models import Account, Chunk, Intake, IntakeException, PayPerson, PayRun
from qsmo.services.payroll.plug import service

PROVIDER, CUSTOMER, RIVAL, NEIGHBOUR = "tests/pay", "tests/agency", "tests/rival", "tests/other"
TERMS = {
    "agencies": AGENCY,
    "first_day": "2025-12-14",
    "pay_lag_days": "6",
    "withholding_periods": "26",
    "tas": "073-2026/2026-0100-000",
}
BEGAN_ON = date(2026, 1, 5)
PEOPLE = 60
LATE = "these tests send files long after the pay period"
PERIOD = "2026-06"


@dataclass(frozen=True)
class Stage:
    """Everybody who could have to do with a run, and those who must not."""

    account: Account
    operator: Viewer
    second_operator: Viewer
    certifier: Viewer
    auditor: Viewer
    specialist: Viewer
    manager: Viewer
    employee: Viewer
    rival: Viewer
    neighbour: Viewer


def person(name: str, *roles: tuple[str, str]) -> Viewer:
    """Somebody with roles for organisations, as a viewer."""
    someone = Person.objects.create_user(f"{new_id()}@example.gov", name=name)
    for role, key in roles:
        Grant.every.create(person=someone, organisation_id=key, role=role)
    return someone.viewer("test")


def signed_in(viewer: Viewer) -> Person:
    """The person behind a viewer."""
    return Person.objects.get(pk=viewer.person)


def stage() -> Stage:
    """An open account, and people; the rival is another provider, the neighbour another agency with all roles."""
    for key, kind in (
        (PROVIDER, "provider"),
        (CUSTOMER, "agency"),
        (RIVAL, "provider"),
        (NEIGHBOUR, "agency"),
    ):
        Organisation.objects.create(pk=key, name=key.title(), kind=kind)
    for key, customer, provider in (("mine", CUSTOMER, PROVIDER), ("theirs", NEIGHBOUR, RIVAL)):
        with clock.at(BEGAN_ON):
            assert isinstance(service.open(Subscription(key, customer, provider, TERMS)), Done)
    roles = ("customer-program-manager", "customer-funding-official", "hr-specialist", "employee")
    return Stage(
        account=Account.every.get(subscription="mine"),
        operator=person("Operator", ("payroll-operator", PROVIDER), ("payroll-certifier", PROVIDER)),
        second_operator=person("Second operator", ("payroll-operator", PROVIDER)),
        certifier=person("Certifier", ("payroll-certifier", PROVIDER)),
        auditor=person("Auditor", ("auditor", "tests/pay")),
        specialist=person("Specialist", ("hr-specialist", CUSTOMER)),
        manager=person("Manager", ("customer-program-manager", CUSTOMER)),
        employee=person("Employee", ("employee", CUSTOMER)),
        rival=person("Rival", ("payroll-operator", RIVAL), ("payroll-certifier", RIVAL)),
        neighbour=person("Neighbour", *((role, NEIGHBOUR) for role in roles)),
    )


def opened(stage: Stage, label: str = PERIOD) -> PayRun:
    """A run without files."""
    return actions.open_run(stage.operator, stage.account.pk, label)


def sample(
    folder: Path, run: PayRun, people: int = PEOPLE, *, damaged: bool = True, seed: int = 1
) -> SampleFiles:
    """Files for a run."""
    return write_sample(folder, people, seed=seed, during=run.during, damaged=damaged)


def filled(
    stage: Stage, folder: Path, label: str = PERIOD, people: int = PEOPLE, *, damaged: bool = True
) -> PayRun:
    """A run with its three files."""
    run = opened(stage, label)
    made = sample(folder / label, run, people, damaged=damaged)
    for kind, path in (("hr", made.hr), ("time", made.time), ("rates", made.rates)):
        actions.take_in(stage.operator, run.pk, kind, path, why=LATE)
    return fresh(run)


def calculated(stage: Stage, run: PayRun) -> PayRun:
    """The run after its calculation, done here."""
    actions.calculate(stage.operator, run.pk)
    return jobs.compute_now(fresh(run), lambda _people: None)


def reviewed(stage: Stage, run: PayRun) -> PayRun:
    """A calculated run after its review, everything that was open accepted."""
    for code in sorted({each.code for each in queries.exceptions(stage.operator, run).filter(state="open")}):
        answers.accept(stage.operator, run.pk, code=code, why="seen; it stays so")
    return actions.review(stage.operator, run.pk, why="compared with the last one")


def certified(stage: Stage, run: PayRun) -> PayRun:
    """The run after its calculation, review and certification."""
    return actions.certify(stage.certifier, reviewed(stage, calculated(stage, run)).pk)


def fresh(run: PayRun) -> PayRun:
    """The run as it stands in the database."""
    return PayRun.every.select_related("account__customer").get(pk=run.pk)


Pairs = list[tuple[PayAssignment, TimeRecord]]


def pairs(run: PayRun, count: int, *, seed: int = 1) -> Pairs:
    """People with their time, as documents."""
    return list(generate(count, seed=seed, during=run.during))


def tables_taken(stage: Stage, run: PayRun, folder: Path, made: Pairs) -> PayRun:
    """The run with these people and this time, from our own tables."""
    folder.mkdir(parents=True, exist_ok=True)
    write_assignments_table(folder / "hr.parquet", (each for each, _ in made))
    write_times_table(folder / "time.csv", (each for _, each in made))
    write_sample_rates(folder / "rates.csv", run.starts_on)
    for kind, name in (("hr", "hr.parquet"), ("time", "time.csv"), ("rates", "rates.csv")):
        actions.take_in(stage.operator, run.pk, kind, folder / name, why=LATE)
    return fresh(run)


def books() -> str:
    """The digest of everything that payroll and the platform have written."""
    models: tuple[Any, ...] = (Account, PayRun, Intake, IntakeException, Chunk, PayPerson, OutboxDocument)
    rows = [[str(row) for row in model.every.order_by("pk").values()] for model in models]
    return digest([rows, TrailEntry.objects.count(), DBTaskResult.objects.count()])
