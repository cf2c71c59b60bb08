"""How the second lock is put on and lifted, and how its role and policies are made, on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, ProgrammingError, connection, models, transaction
from django.db.models import Count, Q
from django.test import Client

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.second_lock import policies
from qsmo.platform.access.second_lock.lock import (
    Lifting,
    changes_are_open,
    is_question,
    locked,
    seen_through,
    show,
)
from qsmo.platform.access.second_lock.policies import (
    POLICY,
    are_current,
    condition,
    refresh,
    refuse_outdated,
    withdraw,
)
from qsmo.platform.access.tests.letters import AGENCY, NEIGHBOUR, SELLER, Letter, Stamp

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
READER = "qsmo_reader"


def run(statement: str) -> Any:
    """The first value that a statement answers, if it does."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def role() -> str:
    """The role as which the database is asked now."""
    return str(run("SELECT current_user::text"))


@pytest.fixture
def guarded(letters: None) -> None:
    """Two letters of each of two agencies, one of them answered, each with a stamp; and policies for both tables."""
    run("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to be made is not altered
    for customer in (AGENCY, NEIGHBOUR):
        for state in ("draft", "answered"):
            kept = Letter(
                customer=customer, provider=SELLER, subject=state, state=state, office="o", about=customer
            )
            kept.save()
            Stamp(letter=kept, cents=1).save()
    for model in (Letter, Stamp):
        table = model._meta.db_table
        run(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; GRANT SELECT ON "{table}" TO {READER}')
        run(f'CREATE POLICY {POLICY} ON "{table}" FOR SELECT TO {READER} USING ({condition(model)})')


def seen(model: Any = Letter) -> list[tuple[str, str]]:
    """Customer and state of the letters that are read, or that the stamps which are read lead to."""
    path = "" if model is Letter else "letter__"
    return sorted(model.every.values_list(f"{path}customer", f"{path}state"))


ANSWERED = [(AGENCY, "answered"), (NEIGHBOUR, "answered")]
OURS = [(AGENCY, "answered"), (AGENCY, "draft"), (NEIGHBOUR, "answered")]
ALL = [*OURS, (NEIGHBOUR, "draft")]


@pytest.mark.parametrize(
    ("sees", "letters_", "stamps"),
    [
        ({}, ANSWERED, []),
        ({"all": ["letter.read"]}, ALL, ALL),
        ({"all": ["letter.write"]}, ANSWERED, []),
        ({"letter.read|customer": [AGENCY]}, OURS, OURS[:2]),
        ({"letter.read|customer": ["another", AGENCY]}, OURS, OURS[:2]),
        ({"letter.write|customer": [AGENCY]}, ANSWERED, []),
        ({"letter.read|provider": [AGENCY]}, ANSWERED, []),
        ({"letter.read|provider": [SELLER]}, ALL, ALL),
        ({"letter.read|office": ["o"]}, ALL, []),
        ({"letter.read|person": [AGENCY]}, OURS, []),
        ({"letter.read|customer": ["' OR true --"], "all": ["' OR true --"]}, ANSWERED, []),
    ],
)
def test_a_policy_shows_what_the_columns_of_the_audience_name(
    guarded: None, sees: dict[str, list[str]], letters_: list[tuple[str, str]], stamps: list[tuple[str, str]]
) -> None:
    with locked(sees):
        assert seen() == letters_
        assert seen(Stamp) == stamps
    assert (seen(), seen(Stamp)) == (ALL, ALL)


def test_public_conditions_become_sql_without_joining_the_own_table() -> None:
    made = policies._public(
        Stamp,
        Q(letter__state__in=("answered", "it's")) & ~Q(letter__about="") | Q(cents__gte=1, pk__isnull=False),
    )
    assert made.count("FROM") == 2
    assert f'FROM "{Stamp._meta.db_table}"' not in made
    assert "'it''s'" in made
    table = Stamp._meta.db_table
    assert f'"{table}"."letter_id" IN (SELECT' in made


def test_an_audience_that_leads_through_a_table_twice_is_a_loud_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        policies._through(Organisation, [("parent__parent_id", "x")], ())


READS: dict[str, Any] = {
    "rows": lambda rows: len(list(rows)),
    "a slice": lambda rows: len(rows[:9]),
    "get": lambda rows: rows.get(customer=NEIGHBOUR, state="draft") and 4,
    "first": lambda rows: rows.filter(customer=NEIGHBOUR, state="draft").first() and 4,
    "in_bulk": lambda rows: len(rows.in_bulk()),
    "values": lambda rows: len(rows.values_list("pk").order_by("-pk")),
    "iterator": lambda rows: len(list(rows.iterator(chunk_size=3))),
    "count": lambda rows: rows.all().count(),
    "exists": lambda rows: rows.filter(customer=NEIGHBOUR, state="draft").exists() and 4,
    "aggregate": lambda rows: rows.aggregate(all=Count("pk"))["all"],
    "or": lambda rows: (rows.filter(state="draft") | rows.filter(state="answered")).count(),
    "annotated": lambda rows: len(rows.annotate(n=Count("pk")).distinct()),
}


@pytest.mark.parametrize("way", READS)
def test_rows_read_for_a_reason_are_read_past_the_lock_in_every_way_and_only_they(
    guarded: None, way: str
) -> None:
    owner, said = role(), []
    with locked({}):
        said.append(READS[way](Letter.unseen("a test")))
        assert role() == READER
        assert seen() == ANSWERED
    assert said == [4]
    assert role() == owner


def test_lifted_it_is_the_role_before_that_reads_whichever_that_was(guarded: None) -> None:
    run("CREATE ROLE qsmo_test_owner NOLOGIN BYPASSRLS")
    run(f'GRANT SELECT ON "{Letter._meta.db_table}" TO qsmo_test_owner')
    with transaction.atomic():
        run("SET LOCAL ROLE qsmo_test_owner")
        with locked({}):
            rows = Letter.unseen("a test").extra(select={"role": "current_user::text"})
            assert {each.role for each in rows} == {"qsmo_test_owner"}
            assert role() == READER
        assert role() == "qsmo_test_owner"
        transaction.set_rollback(True)


def test_between_the_rows_of_an_iterator_the_lock_is_on(guarded: None) -> None:
    with locked({}):
        roles = [role() for _ in Letter.unseen("a test").iterator(chunk_size=2)]
        assert roles == [READER] * 4
        begun: Any = Letter.unseen("a test").iterator(chunk_size=2)
        next(begun)
        assert seen() == ANSWERED
        begun.close()
        assert seen() == ANSWERED


def test_what_is_reached_from_such_rows_is_under_the_lock_again(guarded: None) -> None:
    with locked({}):
        drafts = Letter.unseen("a test").filter(state="draft")
        assert not Stamp.every.filter(letter__in=drafts).exists()
        stamp = Stamp.unseen("a test").filter(letter__state="draft")[0]
        with pytest.raises(Letter.DoesNotExist):
            assert stamp.letter
        named = Stamp.unseen("a test").filter(letter__state="draft")
        assert named.select_related("letter")[0].letter.state == "draft"
        assert named.prefetch_related("letter")[0].letter.state == "draft"


def test_whose_a_record_is_is_known_where_what_leads_there_is_hidden(guarded: None) -> None:
    stamp = Stamp.every.filter(letter__customer=NEIGHBOUR)[0]
    stamp = Stamp.every.get(pk=stamp.pk)
    with locked({}):
        assert stamp.audience.organisations_of(stamp, "customer") == {NEIGHBOUR}
        assert role() == READER


def test_a_fault_while_the_lock_is_lifted_leaves_it_on(guarded: None) -> None:
    broken = Letter.unseen("a test").extra(where=["1 / (version - version) = 1"])
    for act in (lambda: len(broken), broken.count, broken.exists, lambda: list(broken.iterator())):
        with locked({}):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
            assert (role(), seen()) == (READER, ANSWERED)
            with pytest.raises(TypeError):
                Letter.unseen("a test").count(1)  # type: ignore[call-arg]
            assert (role(), seen()) == (READER, ANSWERED)


def test_a_broken_transaction_shows_nothing_more_and_ends_with_the_lock(guarded: None) -> None:
    owner = role()
    with locked({}):
        with pytest.raises(DatabaseError, match="division by zero"):
            len(Letter.unseen("a test").extra(where=["1 / (version - version) = 1"]))
        with pytest.raises(DatabaseError, match="current transaction is aborted"):
            seen()
    assert (role(), seen()) == (owner, ALL)


def test_the_lock_is_not_put_on_twice_and_what_is_under_it_writes_nothing(guarded: None) -> None:
    with locked({}):
        with pytest.raises(RuntimeError), locked({"all": ["letter.read"]}):
            seen()
        assert (role(), seen()) == (READER, ANSWERED)
        for table in ("access_grant", Letter._meta.db_table):
            for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    run(statement)


def test_a_viewer_named_later_takes_the_place_of_the_first(guarded: None) -> None:
    ours = {"letter.read|customer": [AGENCY]}
    show(ours)  # without a lock there is nothing to name
    assert (seen_through("letter.read"), run("SELECT coalesce(current_setting('qsmo.sees', true), '')")) == (
        None,
        "",
    )
    with locked({}):
        nobody = seen_through("letter.read")
        show(ours)
        assert seen() == OURS
        assert len({nobody, seen_through("letter.read"), None}) == 3
        show({**ours, "letter.write|customer": [NEIGHBOUR]})
        assert seen() == OURS


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_the_lock_makes_one_and_ends_it() -> None:
    """As on a site that serves: here no transaction of a test is around it."""
    owner = role()
    for fails in (False, True):
        assert not changes_are_open()
        try:
            with locked({}):
                assert not changes_are_open()
                assert (role(), Grant.every.count()) == (READER, 0)
                assert 1 / (not fails)
        except ZeroDivisionError:
            assert fails
        assert not connection.in_atomic_block
        assert role() == owner
        assert run("SELECT coalesce(current_setting('qsmo.sees', true), '')") == ""
    with transaction.atomic():
        assert changes_are_open()
        with locked({}):
            assert changes_are_open()


@pytest.mark.django_db(transaction=True)
def test_a_request_leaves_a_connection_as_it_was() -> None:
    Organisation.objects.create(id="028", name="An agency", kind="agency")
    mia = Person.objects.create_user("mia@agency.example", "correct horse battery", name="Mia")
    Grant.every.create(person=mia, organisation_id="028", role="customer-program-manager")
    client = Client()
    client.force_login(mia)
    owner, process = role(), run("SELECT pg_backend_pid()")
    assert "Mia" in client.get("/mine/").content.decode()
    assert (role(), run("SELECT pg_backend_pid()")) == (owner, process)
    assert not connection.in_atomic_block
    assert run("SELECT coalesce(current_setting('qsmo.sees', true), '')") == ""
    assert Grant.every.count() == 1


def test_every_record_has_its_policy_and_one_that_is_missing_is_made_again() -> None:
    assert are_current()
    refuse_outdated()
    run(f"DROP POLICY {POLICY} ON access_grant")
    assert not are_current()
    with pytest.raises(Refusal, match="qsmo migrate"):
        refuse_outdated()
    refresh()
    assert are_current()
    run("ALTER TABLE access_grant DISABLE ROW LEVEL SECURITY")
    assert not are_current()
    refresh()
    assert are_current()
    run(f"COMMENT ON POLICY {POLICY} ON access_grant IS 'made from another audience'")
    assert not are_current()
    call_command("migrate", verbosity=0, interactive=False)
    assert are_current()


def test_while_migrations_run_the_reading_role_sees_nothing() -> None:
    Organisation.objects.create(id="028", name="An agency", kind="agency")
    mia = Person.objects.create_user("mia@agency.example", "correct horse battery", name="Mia")
    Grant.every.create(person=mia, organisation_id="028", role="auditor")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    sees = {"all": ["organisation.read"]}
    with locked(sees):
        assert Grant.every.count() == 1
    withdraw()
    with locked(sees):
        assert Grant.every.count() == 0
    refresh()
    with locked(sees):
        assert Grant.every.count() == 1


@pytest.fixture
def poor() -> str:
    """A database user who owns nothing and may make no roles."""
    run("CREATE ROLE qsmo_test_poor NOLOGIN")
    return "qsmo_test_poor"


def test_who_may_not_make_the_role_is_told_what_an_administrator_does(poor: str, settings: Any) -> None:
    settings.DATABASE_READER = "qsmo_test_reader"
    with transaction.atomic():
        run(f"SET LOCAL ROLE {poor}")
        with pytest.raises(Refusal) as caught:
            policies._make_role()
        transaction.set_rollback(True)
    assert caught.value.code == "no-reading-role"
    wanted = 'CREATE ROLE "qsmo_test_reader" NOLOGIN; GRANT "qsmo_test_reader" TO qsmo_test_poor'
    assert wanted in caught.value.words


@pytest.mark.parametrize("attribute", ["BYPASSRLS", "SUPERUSER"])
def test_a_role_that_sees_past_the_policies_is_refused(settings: Any, attribute: str) -> None:
    policies._wanted.cache_clear()
    settings.DATABASE_READER = "qsmo_test_reader"
    run(f"CREATE ROLE qsmo_test_reader NOLOGIN {attribute}")
    try:
        with pytest.raises(Refusal) as caught, transaction.atomic():
            refresh()
    finally:
        policies._wanted.cache_clear()
    assert caught.value.code == "reading-role-unbound"


@pytest.mark.parametrize("way", ["", "WITH INHERIT FALSE", "WITH SET FALSE"])
def test_a_role_that_another_installation_of_the_server_can_take_is_refused(settings: Any, way: str) -> None:
    """Its user would name any viewer here, and read everything."""
    settings.DATABASE_READER = "qsmo_test_reader"
    policies._wanted.cache_clear()
    run(
        "CREATE ROLE qsmo_test_reader NOLOGIN; CREATE ROLE qsmo_test_other LOGIN; CREATE ROLE qsmo_test_idle LOGIN"
    )
    run(f"GRANT qsmo_test_reader TO qsmo_test_other {way}")
    database = run("SELECT quote_ident(current_database())")
    try:
        with pytest.raises(Refusal, match="qsmo_test_other may take") as caught, transaction.atomic():
            refresh()
        assert caught.value.code == "reading-role-shared"
        for mend in (
            "REVOKE qsmo_test_reader FROM qsmo_test_other",
            f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC",
        ):
            with transaction.atomic():
                run(mend)
                refresh()
                transaction.set_rollback(True)
    finally:
        policies._wanted.cache_clear()


def test_who_has_all_rights_of_the_database_user_may_take_the_role_too(settings: Any) -> None:
    settings.DATABASE_READER = "qsmo_test_reader"
    run("CREATE ROLE qsmo_test_reader NOLOGIN; CREATE ROLE qsmo_test_admin LOGIN")
    run("DO $$ BEGIN EXECUTE format('GRANT %I TO qsmo_test_admin', current_user); END $$")
    run("GRANT qsmo_test_reader TO qsmo_test_admin")
    with connection.cursor() as cursor:
        policies._refuse_shared(cursor)


@pytest.mark.parametrize(
    "table", ["django_session", "mfa_authenticator", "account_emailaddress", "django_migrations"]
)
def test_what_belongs_to_signing_in_is_closed_to_what_is_opened(table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), locked({"all": ["organisation.read"]}):
        run(f"SELECT count(*) FROM {table}")


def test_statements_that_handle_transactions_are_no_questions() -> None:
    handling = [
        "BEGIN",
        "SAVEPOINT s1",
        "RELEASE SAVEPOINT s1",
        "ROLLBACK TO SAVEPOINT s1",
        "ROLLBACK",
        "COMMIT",
    ]
    assert not any(
        map(is_question, [*handling, "SELECT current_setting('role'), set_config('role', 'x', true)"])
    )
    assert all(map(is_question, ["SELECT 1", "UPDATE x SET y = 1", "INSERT INTO x VALUES (1)"]))
    assert issubclass(Lifting, models.QuerySet)
