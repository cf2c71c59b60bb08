"""Whatever a service does, the instance ends in a named state, and a refusal changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from qsmo.contract.service import Done, ExportedFile, Refused, Waiting
from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, TODAY, Cast
from qsmo.marketplace.orders import actions, queries
from qsmo.marketplace.orders.actions import commands
from qsmo.marketplace.orders.actions.calling import Outcome
from qsmo.marketplace.orders.models import Command, Exported, Instance
from qsmo.marketplace.orders.tests import broken
from qsmo.marketplace.orders.tests.broken import Trial
from qsmo.platform import plugs
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.models import TrailEntry
from qsmo.platform.record.trail import entries_of
from qsmo.platform.store import files

pytestmark = pytest.mark.django_db
TERMS = {"employees": "2000"}


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def cast() -> Cast:
    return setting.cast("trial")


@pytest.fixture
def sapoc() -> Viewer:
    setting.organisation(BUYER, "Social Security Administration", "agency")
    return setting.person("Sapo Point", ("customer-sapoc", BUYER))


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Trial]:
    """Put a trial service in, with verbs that fail as told."""

    def put(**verbs: Callable[..., object]) -> Trial:
        trial = Trial(**verbs)
        monkeypatch.setattr(plugs, "services", lambda: {"trial": trial})
        return trial

    put()
    return put


def requested(cast: Cast) -> str:
    """An instance requested on an accepted order."""
    line = queries_line(setting.accepted_order(cast))
    return actions.request(cast.manager, line, TERMS).instance


def queries_line(order: Order) -> str:
    """The one line of an order."""
    return str(order.present_lines.get().pk)


def approved(cast: Cast) -> str:
    """An instance that the provider approved."""
    instance = requested(cast)
    actions.approve(cast.seller_admin, instance)
    return instance


def active(cast: Cast) -> str:
    """An instance in use."""
    instance = approved(cast)
    assert actions.provision(cast.seller_admin, instance).state == "active"
    return instance


def stored(instance: str) -> Instance:
    """The instance as it stands in the database."""
    return Instance.every.get(pk=instance)


def refused(work: Callable[[], object], code: str, status: int) -> Refusal:
    """That a piece of work is refused so, and changed nothing."""
    before = everything()
    with pytest.raises(Refusal) as caught:
        work()
    assert (caught.value.code, caught.value.status) == (code, status)
    assert everything() == before
    return caught.value


def everything() -> list[object]:
    """All that a refusal might have changed."""
    rows = [model.every.order_by("pk").values_list() for model in (Instance, Command, Exported, Order)]
    return [*(tuple(each) for each in rows), TrailEntry.objects.count()]


def test_a_wish_becomes_a_running_use_and_the_order_is_performed(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    trial = install()
    instance = approved(cast)
    answer = actions.provision(cast.seller_admin, instance)
    found = stored(instance)
    assert (answer.state, answer.words, found.active_on, found.running) == ("active", "Ready", TODAY, "")
    assert trial.asked == [("open", TERMS)]
    assert found.order.state == "in_performance"
    assert [(entry.verb, entry.actor_name) for entry in entries_of(found)] == [
        ("instance.request", "Mara Manager"),
        ("approve", "Ada Admin"),
        ("provision", "Ada Admin"),
        ("succeed", "Program orders"),
    ]


@pytest.mark.parametrize(
    ("verb", "trouble", "seen"),
    [
        (broken.raises, "raised", "RuntimeError: disk full at the provider"),
        (broken.exits, "raised", "SystemExit: 3"),
        (broken.hangs, "timeout", "waited 1 s"),
        (broken.says(None), "half-answer", "None"),
        (broken.says({"state": "in progress"}), "half-answer", "in progress"),
        (broken.says(Done), "half-answer", "Done"),
        (broken.says(Waiting("soon", datetime(2026, 1, 5, 13))), "half-answer", "soon"),  # noqa: DTZ001
        (broken.says(Refused("no", ("a text",))), "half-answer", "a text"),  # type: ignore[arg-type]
        (broken.says(Refused("No room before March")), "refused", ""),
    ],
)
def test_a_service_in_trouble_leaves_a_named_state_with_evidence(
    cast: Cast, install: Callable[..., Trial], verb: broken.Verb, trouble: str, seen: str
) -> None:
    install(open=verb)
    instance = approved(cast)
    answer = actions.provision(cast.seller_admin, instance, limit_seconds=1)
    found = stored(instance)
    assert (answer.state, answer.trouble) == ("failed", trouble)
    assert (found.state, found.trouble, found.running, found.active_on) == ("failed", trouble, "", None)
    assert seen in found.trouble_seen
    assert found.order.state == "servicing_approved"
    assert entries_of(found).values_list("evidence", flat=True).last() == found.trouble_seen


def test_a_refusal_keeps_what_the_customer_can_mend(cast: Cast, install: Callable[..., Trial]) -> None:
    finding = Finding("too-many", "2,000 employees are too many", field="employees", expected="at most 1,000")
    install(open=broken.says(Refused("Too large", (finding,))))
    instance = approved(cast)
    actions.provision(cast.seller_admin, instance)
    assert stored(instance).findings == [finding.as_dict()]


def test_a_failure_is_tried_again_and_can_end_well(cast: Cast, install: Callable[..., Trial]) -> None:
    trial = install(open=broken.in_turn(RuntimeError("once"), Done("Now it works")))
    instance = approved(cast)
    assert actions.provision(cast.seller_admin, instance).state == "failed"
    assert actions.provision(cast.seller_admin, instance).state == "active"
    found = stored(instance)
    assert (found.trouble, found.trouble_seen, found.words) == ("", "", "Now it works")
    assert len(trial.asked) == 2


def test_a_service_that_needs_time_is_asked_again_when_it_said(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    at = clock.now() + timedelta(hours=2)
    trial = install(open=broken.in_turn(Waiting("Building", at), Done("Built")))
    instance = approved(cast)
    answer = actions.provision(cast.seller_admin, instance)
    assert (answer.state, answer.words, stored(instance).again_at) == ("provisioning", "Building", at)
    assert (actions.poll_due(), len(trial.asked)) == (0, 1)
    with clock.at(at):
        assert actions.poll_due() == 1
    assert (stored(instance).state, stored(instance).again_at) == ("active", None)
    with clock.at(at + timedelta(days=1)):
        assert actions.poll_due() == 0


def test_a_service_that_waits_for_ever_fails_in_the_end(cast: Cast, install: Callable[..., Trial]) -> None:
    install(open=lambda _: Waiting("Building", clock.now() + timedelta(days=1)))
    instance = approved(cast)
    actions.provision(cast.seller_admin, instance)
    for days in range(1, 8):
        with clock.at(datetime.combine(TODAY, clock.now().timetz()) + timedelta(days=days)):
            actions.poll_due()
    assert (stored(instance).state, stored(instance).trouble) == ("failed", "waited-too-long")


def test_the_same_key_answers_the_same_and_asks_the_service_once(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    trial = install()
    line = queries_line(setting.accepted_order(cast))
    first = actions.request(cast.manager, line, TERMS, key="k1")
    again = actions.request(cast.manager, line, TERMS, key="k1")
    assert (again.instance, again.is_repeat, Instance.every.count()) == (first.instance, True, 1)
    other = {"employees": "1"}
    refused(lambda: actions.request(cast.manager, line, other, key="k1"), "key-reused", 409)
    actions.approve(cast.seller_admin, first.instance)
    done = actions.provision(cast.seller_admin, first.instance, key="k2")
    repeat = actions.provision(cast.seller_admin, first.instance, key="k2")
    assert (done.state, repeat.state, repeat.is_repeat, len(trial.asked)) == ("active", "active", True, 1)
    refused(lambda: actions.provision(cast.seller_admin, first.instance, key="k1"), "key-reused", 409)


def test_a_failed_command_with_the_same_key_is_not_run_again(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    trial = install(open=broken.raises)
    instance = approved(cast)
    actions.provision(cast.seller_admin, instance, key="once")
    again = actions.provision(cast.seller_admin, instance, key="once")
    assert (again.state, again.trouble, again.is_repeat, len(trial.asked)) == ("failed", "raised", True, 1)


def test_a_line_has_one_instance(cast: Cast, install: Callable[..., Trial]) -> None:
    line = queries_line(setting.accepted_order(cast))
    actions.request(cast.manager, line, TERMS)
    refused(lambda: actions.request(cast.manager, line, TERMS), "conflict", 409)


def test_a_second_command_is_refused_while_one_runs(
    cast: Cast, install: Callable[..., Trial], sapoc: Viewer
) -> None:
    said: list[str] = []
    install()
    instance = active(cast)

    def meanwhile(sub: object) -> Done:
        return Done()

    trial = install(change=meanwhile)
    begun = commands.begin(cast.manager, instance, commands.CHANGE, {"terms": {"employees": "9"}}, "", 30)
    for work in (
        lambda: actions.change_terms(cast.manager, instance, {"employees": "8"}),
        lambda: actions.leave(cast.manager, instance),
        lambda: actions.export(cast.manager, instance),
        lambda: actions.suspend(sapoc, instance, why="now"),
    ):
        said.append(refused(work, "command-running", 409).code)
    assert (len(said), trial.asked) == (4, [])
    commands.settle_changed(commands.ORDERS, instance, begun.command, Outcome("Done"))
    assert stored(instance).terms == {"employees": "9"}


def test_a_dead_process_is_taken_over_after_its_deadline_and_its_late_answer_is_not_used(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    instance = approved(cast)
    begun = commands.begin(cast.seller_admin, instance, commands.PROVISION, {}, "", 30)
    assert actions.poll_due() == 0
    with clock.at(clock.now() + timedelta(seconds=91)):
        assert actions.poll_due() == 1
    assert stored(instance).state == "active"
    late = Outcome("late", "raised")
    refused(
        lambda: commands.settle_opened(commands.ORDERS, instance, begun.command, late),
        "command-overtaken",
        409,
    )


def test_a_failed_change_leaves_the_old_terms(cast: Cast, install: Callable[..., Trial]) -> None:
    install()
    instance = active(cast)
    trial = install(change=broken.raises)
    answer = actions.change_terms(cast.manager, instance, {"employees": "2500"})
    found = stored(instance)
    assert (answer.state, answer.trouble, found.terms, found.wanted_terms) == ("active", "raised", TERMS, {})
    assert trial.asked == [("change", {"employees": "2500"})]
    install()
    assert actions.change_terms(cast.manager, instance, {"employees": "2500"}).state == "active"
    assert stored(instance).terms == {"employees": "2500"}


def test_terms_that_do_not_fit_are_refused_in_words(cast: Cast, install: Callable[..., Trial]) -> None:
    line = queries_line(setting.accepted_order(cast))
    said = refused(lambda: actions.request(cast.manager, line, {"employees": "many", "x": "1"}), "terms", 422)
    assert [(each.code, each.field) for each in said.findings] == [
        ("term-unknown", "x"),
        ("term-form", "employees"),
    ]


def test_the_data_goes_along_before_anything_is_closed(cast: Cast, install: Callable[..., Trial]) -> None:
    trial = install()
    instance = active(cast)
    answer = actions.leave(cast.manager, instance)
    found = stored(instance)
    assert (answer.state, found.ended_on) == ("ended", TODAY)
    assert [verb for verb, _ in trial.asked] == ["open", "export", "close"]
    kept = {file.name: file for file in queries.files_of(cast.manager, found)}
    assert {name: (file.records, file.size_bytes) for name, file in kept.items()} == {
        "people.csv": (1, 29),
        "empty.csv": (0, 3),
    }
    assert b"".join(files.pieces(kept["people.csv"].digest)) == b"id\n" + instance.encode()


def half_export(sub: object):
    """One whole file, then something that is none."""
    yield ExportedFile("people.csv", "text/csv", [b"id\n"], 0)
    yield "and so on"


def broken_export(sub: object):
    """Breaks off in the middle of a file."""

    def pieces():
        yield b"id\n"
        raise OSError("connection lost")

    yield ExportedFile("people.csv", "text/csv", pieces(), 1)


@pytest.mark.parametrize(("export", "trouble"), [(half_export, "half-answer"), (broken_export, "raised")])
def test_an_export_that_fails_closes_nothing_and_goes_on_later(
    cast: Cast, install: Callable[..., Trial], export: Callable[..., object], trouble: str
) -> None:
    install()
    instance = active(cast)
    trial = install(export=export)
    answer = actions.leave(cast.manager, instance)
    assert (answer.state, answer.trouble) == ("exiting", trouble)
    assert ([verb for verb, _ in trial.asked], Exported.every.count()) == (["export"], 0)
    install(close=broken.raises)
    assert actions.leave(cast.manager, instance).state == "deprovisioning"
    last = install()
    assert actions.leave(cast.manager, instance).state == "ended"
    assert ([verb for verb, _ in last.asked], Exported.every.count()) == (["close"], 2)


def test_an_exit_can_be_called_off_before_anything_is_closed(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    install()
    instance = active(cast)
    install(export=broken.raises)
    actions.leave(cast.manager, instance)
    assert actions.stay(cast.manager, instance, why="We stay").state == "active"


def test_an_export_changes_nothing_and_works_after_the_end(cast: Cast, install: Callable[..., Trial]) -> None:
    instance = active(cast)
    assert actions.export(cast.manager, instance).state == "active"
    actions.leave(cast.manager, instance)
    assert actions.export(cast.manager, instance).state == "ended"
    assert Exported.every.filter(instance=instance).count() == 6


@pytest.mark.parametrize(
    ("verb", "closes"), [(broken.raises, 1), (broken.says(7), 1), (broken.says(Refused("No")), 0)]
)
def test_what_a_failed_opening_may_have_left_is_closed_once_when_given_up(
    cast: Cast, install: Callable[..., Trial], verb: broken.Verb, closes: int
) -> None:
    trial = install(open=verb)
    instance = approved(cast)
    actions.provision(cast.seller_admin, instance)
    answer = actions.abandon(cast.manager, instance, why="Another provider")
    assert answer.state == "abandoned"
    assert [asked for asked, _ in trial.asked].count("close") == closes


def test_an_adopted_instance_is_active_at_once_and_never_given_up(
    cast: Cast, install: Callable[..., Trial]
) -> None:
    trial = install(change=broken.hangs)
    line = queries_line(setting.accepted_order(cast))
    instance = actions.adopt(cast.seller_admin, line, TERMS, why="Ran here since 2019").instance
    assert (stored(instance).state, stored(instance).is_adopted, trial.asked) == ("active", True, [])
    refused(lambda: actions.abandon(cast.seller_admin, instance, why="no"), "adopted-kept", 409)
    answer = actions.change_terms(cast.manager, instance, {"employees": "1"}, limit_seconds=1)
    assert (answer.state, answer.trouble) == ("active", "timeout")
    assert [verb for verb, _ in trial.asked] == ["change"]


def test_suspended_and_resumed_with_reasons(cast: Cast, install: Callable[..., Trial], sapoc: Viewer) -> None:
    instance = active(cast)
    refused(lambda: actions.suspend(sapoc, instance, why=""), "reason-missing", 422)
    assert actions.suspend(sapoc, instance, why="Audit").state == "suspended"
    refused(lambda: actions.change_terms(cast.manager, instance, TERMS), "move-not-open", 409)
    assert actions.resume(sapoc, instance, why="Audit over").state == "active"


def test_who_requested_does_not_approve(cast: Cast, install: Callable[..., Trial]) -> None:
    both = setting.person("Bo Both", ("customer-program-manager", BUYER), ("provider-admin", setting.SELLER))
    line = queries_line(setting.accepted_order(cast))
    instance = actions.request(both, line, TERMS).instance
    refused(lambda: actions.approve(both, instance), "same-person", 403)


def test_another_agency_sees_and_commands_nothing(cast: Cast, install: Callable[..., Trial]) -> None:
    instance = active(cast)
    actions.export(cast.manager, instance)
    file = Exported.every.first()
    assert file is not None
    assert [list(queries.instances(cast.stranger)), list(Command.seen_by(cast.stranger))] == [[], []]
    for work in (
        lambda: queries.the_instance(cast.stranger, instance),
        lambda: queries.the_file(cast.stranger, instance, file.id),
        lambda: actions.leave(cast.stranger, instance),
        lambda: actions.export(cast.stranger, instance),
        lambda: actions.request(cast.stranger, stored(instance).line_id, TERMS),
    ):
        refused(work, "not-found", 404)


def test_nothing_is_requested_before_both_sides_accepted(cast: Cast, install: Callable[..., Trial]) -> None:
    order = setting.shared_order(cast, setting.approved_terms(cast))
    line = queries_line(order)
    refused(lambda: actions.request(cast.manager, line, TERMS), "order-not-accepted", 409)


def test_an_offering_without_a_service_is_delivered_by_hand() -> None:
    with clock.at(date(2026, 1, 5)):
        cast = setting.cast()
        line = queries_line(setting.accepted_order(cast))
        instance = actions.request(cast.manager, line, {}).instance
        actions.approve(cast.seller_admin, instance)
        assert actions.provision(cast.seller_admin, instance).state == "active"


def test_a_service_that_is_gone_is_named(
    cast: Cast, install: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = approved(cast)
    monkeypatch.setattr(plugs, "services", dict)
    answer = actions.provision(cast.seller_admin, instance)
    assert (answer.state, answer.trouble) == ("failed", "no-service")


def test_the_hanging_calls_end() -> None:
    """Let the threads that a test left hanging go, so that none outlives the tests by much."""
    broken.RELEASE.set()
    for thread in threading.enumerate():
        if thread.name == "service-call":
            thread.join(10)
    assert [thread for thread in threading.enumerate() if thread.name == "service-call"] == []
