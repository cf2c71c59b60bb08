"""The policies by which PostgreSQL shows rows to the reading role, made from the audiences of the records.

A row is shown where the audience's public condition holds, or where one of its columns, or of the record that a path
leads to, names an organisation or a person for whom the viewer named in the transaction holds the permission to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, models, transaction
from django.db.models import Q
from django.db.models.sql import Query

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest
from qsmo.platform import plugs
from qsmo.platform.access.owned import EVERYBODY, Audience, Owned
from qsmo.platform.access.second_lock.lock import SETTING, Sees, locked, there_is_one
from qsmo.platform.access.viewer import Viewer

POLICY = "qsmo_second_lock"
OWN_ROLE = "name one for this installation alone in QSMO_DATABASE_READER"
SIDES = ("office", "provider", "customer")
SAID = f"(NULLIF(current_setting('{SETTING}', true), '')::jsonb)"


def owned_models() -> Iterator[type[Owned]]:
    """Every record with an audience."""
    return (model for model in apps.get_models() if issubclass(model, Owned))


def sees(viewer: Viewer) -> Sees:
    """What a viewer sees, as the policies read it: permissions to read all rows, and keys for whom by which side."""
    found: dict[str, list[str]] = {"all": []}
    for permission, sides in _ways():
        if viewer.sees_all(permission):
            found["all"].append(permission)
            continue
        for side in sides:
            keys = {viewer.person} - {""} if side == "person" else viewer.organisations(permission, side)
            if keys and (side != "person" or viewer.sees_own(permission)):
                found[f"{permission}|{side}"] = sorted(keys)
    return found


@cache
def _ways() -> tuple[tuple[str, frozenset[str]], ...]:
    """The permissions to read that audiences name, and through which sides."""
    found: dict[str, set[str]] = defaultdict(set)
    for model in owned_models():
        found[model.audience.reads] |= {side for _, side in _paths(model.audience)}
    return tuple((permission, frozenset(sides)) for permission, sides in sorted(found.items()))


def _paths(audience: Audience) -> list[tuple[str, str]]:
    found = [(path, side) for side in SIDES for path in audience.columns(side)]
    return [*found, (audience.person, "person")] if audience.person else found


def condition(model: type[Owned]) -> str:
    """The condition in SQL under which a row is shown."""
    audience = model.audience
    if audience.public == EVERYBODY:
        return "true"
    everything = f"(SELECT {SAID} -> 'all' ? {_literal(audience.reads)})"
    link = _seen_like(model)
    if link is not None:
        return f"{everything} OR {_exists(model, link)}"
    ways = [(path, f"{audience.reads}|{side}") for path, side in _paths(audience)]
    public = [] if audience.public is None else [_public(model, audience.public)]
    return " OR ".join([*public, everything, *_through(model, ways, ())])


def _seen_like(model: type[Owned]) -> models.Field[Any, Any] | None:
    """The foreign key to a record with the same audience, if there is one; whoever sees that sees this."""
    for field in model._meta.concrete_fields:
        parent = field.related_model
        if field.null or not (isinstance(parent, type) and issubclass(parent, Owned)) or parent is model:
            continue
        named = {(f"{field.name}__{path}", side) for path, side in _paths(parent.audience)}
        public = parent.audience.public
        same = public is None if model.audience.public is None else public and _from(field.name, public)
        if (model.audience.reads, set(_paths(model.audience))) == (parent.audience.reads, named) and (
            same is True or same == model.audience.public
        ):
            return field
    return None


def _from(head: str, condition: Q) -> Q:
    """A condition on a record, said of one whose foreign key leads to it."""
    children: list[Any] = []
    for child in condition.children:
        if isinstance(child, Q):
            children.append(_from(head, child))
        else:
            path, value = cast(tuple[str, Any], child)
            children.append((f"{head}__{path}", value))
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _through(model: type[models.Model], ways: Iterable[tuple[str, str]], below: tuple[Any, ...]) -> list[str]:
    """One condition for each column of a table, and one for each foreign key with what lies behind it."""
    if model in below:
        raise ValueError(f"an audience of {below[0].__name__} leads through {model.__name__} twice")
    shown, beyond = [], defaultdict(list)
    for path, key in ways:
        head, _, rest = path.partition("__")
        field = cast("models.Field[Any, Any]", model._meta.get_field(head))
        if rest:
            beyond[field].append((rest, key))
        else:
            named = f"SELECT jsonb_array_elements_text({SAID} -> {_literal(key)})"
            shown.append(f"{_column(model, field)} = ANY (ARRAY({named}))")
    for field, further in beyond.items():
        parent = cast(type[models.Model], field.related_model)
        shown.append(_exists(model, field, " OR ".join(_through(parent, further, (*below, model)))))
    return shown


def _exists(model: type[models.Model], link: models.Field[Any, Any], inside: str = "") -> str:
    """That the record which a foreign key leads to is shown, and that it fits."""
    parent = cast(type[models.Model], link.related_model)
    fits = f"{_column(parent, parent._meta.pk)} = {_column(model, link)}" + (inside and f" AND ({inside})")
    return f"EXISTS (SELECT 1 FROM {_quoted(parent._meta.db_table)} WHERE {fits})"  # noqa: S608  # names are quoted


def _public(model: type[models.Model], condition: Q) -> str:
    """A public condition in SQL."""
    compiler = Query(model).get_compiler(connection=connection)
    words, values = compiler.compile(Query(model).build_where(_without_joins(model, condition)))
    return f"({connection.ops.compose_sql(words, values)})"  # type: ignore[attr-defined]  # PostgreSQL's own


def _without_joins(model: type[models.Model], condition: Q) -> Q:
    """The same condition, in which a sub-select stands for what lies behind a foreign key.

    A policy cannot join its own table: reading it there would ask the policy again.
    """
    children = [
        _without_joins(model, child) if isinstance(child, Q) else _leaf(model, *cast(tuple[str, Any], child))
        for child in condition.children
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _leaf(model: type[models.Model], path: str, value: Any) -> tuple[str, Any]:
    head, _, rest = path.partition("__")
    field = model._meta.pk if head == "pk" else model._meta.get_field(head)
    if not rest or not isinstance(field, models.ForeignKey) or field.get_lookup(rest):
        return path, value
    return f"{head}__in", field.related_model._base_manager.filter(**{rest: value})


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _column(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    return f"{_quoted(model._meta.db_table)}.{_quoted(str(field.column))}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@cache
def _wanted() -> dict[str, tuple[str, str]]:
    """The condition of every table, and the mark by which a policy is known to be made from it."""
    shown = {model._meta.db_table: condition(model) for model in owned_models()}
    return {table: (words, digest([settings.DATABASE_READER, words])) for table, words in shown.items()}


def are_current() -> bool:
    """Whether every record's table has the policy that its audience asks for."""
    there = _marks()
    return all(there.get(table) == mark for table, (_, mark) in _wanted().items())


def withdraw() -> None:
    """Take every policy away and leave the tables closed to the reading role, so that migrations may change them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _marks():
            cursor.execute(f"DROP POLICY {POLICY} ON {_quoted(table)}")


def refresh() -> None:
    """Bring the reading role, its rights and every policy up to date; policies that are current stay as they are.

    Refused where the database user may not make the role, where the policies would not bind the role, or where others
    could take it here.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Two that migrate the same database take turns; roles belong to all databases of a server, see `_MAKE`.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [POLICY])
        _make_role()
        role = _quoted(settings.DATABASE_READER)
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        cursor.execute(f"GRANT SELECT ON {', '.join(map(_quoted, _tables()))} TO {role}")
        there = _marks()
        for table, (shown, mark) in _wanted().items():
            if there.get(table) != mark:
                name = _quoted(table)
                cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
                cursor.execute(f"DROP POLICY IF EXISTS {POLICY} ON {name}")
                cursor.execute(f"CREATE POLICY {POLICY} ON {name} FOR SELECT TO {role} USING ({shown})")
                cursor.execute(f"COMMENT ON POLICY {POLICY} ON {name} IS {_literal(mark)}")
        _refuse_unbound(cursor)
        _refuse_shared(cursor)


def _tables() -> list[str]:
    """The tables of our own slices. Those of libraries hold sessions, second factors and identities of sign-in."""
    own = [config for config in apps.get_app_configs() if config.name in plugs.apps()]
    return sorted(
        {model._meta.db_table for config in own for model in config.get_models(include_auto_created=True)}
    )


def refuse_outdated() -> None:
    """Refuse to serve on PostgreSQL while a table has not the policy that its record's audience asks for."""
    if there_is_one() and not are_current():
        words = (
            "The database shows rows by other rules than this version of the program. Run first: qsmo migrate"
        )
        raise Refusal("policies-outdated", words)


def _marks() -> dict[str, str | None]:
    """The tables that have a policy of ours, with its mark, or nothing where the table does not ask its policies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, CASE WHEN c.relrowsecurity THEN obj_description(p.oid, 'pg_policy') END"
            " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
            " WHERE p.polname = %s AND c.relnamespace = current_schema()::regnamespace",
            [POLICY],
        )
        return dict(cursor.fetchall())


_MAKE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {name}) THEN CREATE ROLE {role} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- made at this moment, from another database
END $$
"""


def _make_role() -> None:
    name, role = _literal(settings.DATABASE_READER), _quoted(settings.DATABASE_READER)
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(_MAKE.format(name=name, role=role))
                if not _can_read():
                    cursor.execute(f"GRANT {role} TO CURRENT_USER")
        except ProgrammingError as error:
            cursor.execute("SELECT quote_ident(current_user)")
            words = (
                f"The user of the database may not make the role {role}, as which pages are read ({error}). Have an "
                f"administrator of the database run: CREATE ROLE {role} NOLOGIN; GRANT {role} TO "
                f"{cursor.fetchone()[0]}; and then again: qsmo migrate. Where the role is there already and serves "
                f"another installation, {OWN_ROLE}"
            )
            raise Refusal("no-reading-role", words) from error


def _can_read() -> bool:
    """Whether the database user may take the reading role."""
    try:
        with locked({}):
            return True
    except ProgrammingError:
        return False


def _refuse_unbound(cursor: Any) -> None:
    """Refuse where the role would see past the policies: as a superuser, by `BYPASSRLS`, or as an owner of tables."""
    with locked({}):
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relname = ANY (%s) AND NOT row_security_active(oid)",
            [list(_wanted())],
        )
        unbound = [table for (table,) in cursor.fetchall()]
    if unbound:
        words = (
            f"The role {settings.DATABASE_READER} sees past the policies of {', '.join(sorted(unbound))}. "
            "It must be no superuser, have no BYPASSRLS, and not belong to the owner of the tables"
        )
        raise Refusal("reading-role-unbound", words)


_OTHERS = """
SELECT rolname FROM pg_roles
WHERE rolcanlogin AND NOT pg_has_role(oid, current_user, 'MEMBER')
  AND pg_has_role(oid, %s, CASE WHEN current_setting('server_version_num')::int < 160000
                                THEN 'MEMBER' ELSE 'SET, USAGE' END)
  AND has_database_privilege(oid, current_database(), 'CONNECT')
ORDER BY rolname
"""


def _refuse_shared(cursor: Any) -> None:
    """Refuse where another user of the server could take the role here, and name whatever viewer they like.

    Roles belong to all databases of a server: the user of another installation there would read this database. Users
    who have all the rights of our own may.
    """
    cursor.execute(_OTHERS, [settings.DATABASE_READER])
    others = [name for (name,) in cursor.fetchall()]
    if others:
        words = (
            f"{', '.join(others)} may take the role {settings.DATABASE_READER} as well, and could read this database "
            f"with it. Either {OWN_ROLE}, or keep them out: REVOKE CONNECT ON DATABASE, or REVOKE the role"
        )
        raise Refusal("reading-role-shared", words)
