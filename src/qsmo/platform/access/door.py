"""The doors through which everything is written: who, may they, do it, record it, in one transaction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.flow import Move
from qsmo.kernel.ids import digest
from qsmo.platform.access.conflicts import conflict
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record import trail

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True, slots=True)
class Action:
    """A registered verb: its name, the permission it asks for, and the module it stands in."""

    name: str
    permission: str
    module: str


ACTIONS: dict[str, Action] = {}


def action(
    permission: str,
) -> Callable[[Callable[Concatenate[Viewer, P], R]], Callable[Concatenate[Viewer, P], R]]:
    """Make a function the only way to do a thing: refused (403) without the permission, and one transaction whole."""

    def wrap(function: Callable[Concatenate[Viewer, P], R]) -> Callable[Concatenate[Viewer, P], R]:
        name = f"{function.__module__}.{function.__qualname__}"
        ACTIONS[name] = Action(name, permission, function.__module__)

        @functools.wraps(function)
        def run(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not viewer.may(permission):
                raise _not_allowed(viewer, permission)
            with transaction.atomic():
                return function(viewer, *args, **kwargs)

        return run

    return wrap


def one(model: type[Row], viewer: Viewer, key: str) -> Row:
    """The one row of this id that the viewer may see; otherwise refused (404), whether or not it exists."""
    found = model.seen_by(viewer).filter(pk=key).first()
    if found is None:
        name = model._meta.verbose_name
        raise Refusal("not-found", f"There is no {name} “{key}” that you can see", status=404)
    return found


def allow(viewer: Viewer, permission: str, record: Owned) -> None:
    """Refuse (403) unless the viewer holds the permission on this record."""
    if not viewer.may(permission, record):
        raise _not_allowed(viewer, permission)


def add(viewer: Viewer, record: Row, permission: str, *, why: str = "") -> Row:
    """Insert a record that the viewer may make, and write it to the trail. Bad fields are refused (422) one by one."""
    allow(viewer, permission, record)
    _check(record)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
            trail.write(viewer, record, permission, after=record.picture(), why=why)
    except IntegrityError as error:
        raise conflict(record, error) from error
    return record


def add_many(viewer: Viewer, records: Sequence[Row], permission: str, *, why: str = "") -> None:
    """Insert many records of one kind and one owner at once; the trail keeps their count and digest as one entry."""
    if not records:
        return
    for record in records:
        allow(viewer, permission, record)
    if len({record.chain for record in records}) > 1:
        raise ValueError("records added together belong to one organisation")
    content = {"count": len(records), "digest": digest([record.picture() for record in records])}
    with transaction.atomic():
        type(records[0]).every.bulk_create(records, batch_size=500)
        trail.write(viewer, records[0], permission, after=content, why=why)


def replace_derived(
    viewer: Viewer,
    owner: Owned,
    old: models.QuerySet[Row],
    new: Sequence[Row],
    permission: str,
    *,
    why: str = "",
) -> None:
    """Put rows computed from `owner` in the place of those of `old` that are its own, in one transaction.

    For rows that can be computed again and that nobody edits: results, lists of findings. The permission is asked of
    the owner. The trail keeps one entry: how many were taken away, how many came, and the digest of these. Rows of
    anybody but the owner are never touched, and a new one is a loud error.
    """
    allow(viewer, permission, owner)
    link = _link(old.model, owner)
    if any(type(row) is not old.model or getattr(row, link.attname) != owner.pk for row in new):
        raise ValueError(f"derived rows are {old.model.__name__} of the {type(owner).__name__} that is named")
    with transaction.atomic():
        there = old.filter(**{link.name: owner})
        about = new[0] if new else there.first()
        if about is None:
            return
        removed = there.delete()[1].get(old.model._meta.label, 0)
        old.model.every.bulk_create(new, batch_size=500)
        after = {"count": len(new), "digest": digest([row.picture() for row in new])}
        trail.write(viewer, about, permission, before={"count": removed}, after=after, why=why)


def _link(model: type[Owned], owner: Owned) -> models.ForeignKey[Any, Any]:
    """The one foreign key by which rows of a model name the record that they are derived from."""
    (found,) = (
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is type(owner)
    )
    return found


def edit(viewer: Viewer, record: Row, permission: str, *, why: str = "", **changes: Any) -> Row:
    """Change columns of a record as it was read; refused (409) when somebody else changed it meanwhile.

    The permission is asked of the record as it was and as it would be: nobody hands a record to a stranger.
    """
    allow(viewer, permission, record)
    if "state" in changes:
        raise ValueError("a state changes by a move")
    return _update(viewer, record, permission, why, changes, {}, still=permission)


def move(viewer: Viewer, record: Row, name: str, *, why: str = "", evidence: str = "", **changes: Any) -> Row:
    """Make a named move of the record's flow, by compare-and-swap on state and version.

    Refused: not open from this state (409, naming the open ones), not allowed (403), a person barred by an earlier
    move of the same record (403), somebody else was faster (409). On every refusal nothing is changed.
    """
    if record.flow is None:
        raise ValueError(f"{type(record).__name__} has no flow")
    state: str = record.state  # type: ignore[attr-defined]  # a record with a flow has a state column
    wanted = record.flow.move(name, state)
    allow(viewer, wanted.permission, record)
    _refuse_same_person(viewer, record, wanted)
    changes["state"] = wanted.to
    return _update(viewer, record, name, why, changes, {"state": state}, evidence)


def _update(
    viewer: Viewer,
    record: Row,
    verb: str,
    why: str,
    changes: dict[str, Any],
    unchanged: dict[str, Any],
    evidence: str = "",
    still: str = "",
) -> Row:
    names = [type(record)._meta.get_field(name).attname for name in changes]  # type: ignore[union-attr]
    before, held = record.picture(names), {name: getattr(record, name) for name in names}
    for name, value in changes.items():
        setattr(record, name, value)
    try:
        if still:
            allow(viewer, still, record)
        _check(record)
        with transaction.atomic():
            rows = type(record).every.filter(pk=record.pk, version=record.version, **unchanged)
            if rows.update(**changes, version=record.version + 1) != 1:
                words = (
                    f"Somebody else changed this {record._meta.verbose_name} first. Look again, then decide."
                )
                raise Refusal("changed-meanwhile", words)
            after = record.picture(names)
            trail.write(viewer, record, verb, before=before, after=after, why=why, evidence=evidence)
    except (Refusal, IntegrityError) as error:
        for name, value in held.items():
            setattr(record, name, value)
        if isinstance(error, IntegrityError):
            raise conflict(record, error) from error
        raise
    record.version += 1
    return record


def barring(viewer: Viewer, record: Owned, wanted: Move) -> str:
    """The earlier move of the same record by which this person is barred from making a move of it, or nothing."""
    if not wanted.not_by:
        return ""
    made = trail.entries_of(record).filter(verb__in=wanted.not_by, actor=viewer.actor)
    return made.values_list("verb", flat=True).first() or ""


def open_moves(viewer: Viewer, record: Owned) -> tuple[Move, ...]:
    """The moves that a viewer may make of a record as it stands: open, held, and not barred by an earlier move."""
    state: str = getattr(record, "state", "")
    legal = record.flow.legal(state) if record.flow else ()
    held = [move for move in legal if viewer.may(move.permission, record)]
    return tuple(move for move in held if not barring(viewer, record, move))


def _refuse_same_person(viewer: Viewer, record: Owned, wanted: Move) -> None:
    verb = barring(viewer, record, wanted)
    if verb:
        words = f"{viewer.name} already made the move “{verb}” here; “{wanted.name}” must be made by another person"
        raise Refusal("same-person", words, status=403)


def _check(record: Owned) -> None:
    try:
        record.clean_fields(exclude=[field.name for field in record._meta.fields if field.is_relation])
        record.clean()
    except ValidationError as error:
        raise Refusal(
            "fields", "Some fields are not right", status=422, findings=tuple(_findings(error))
        ) from error


def _findings(error: ValidationError) -> Iterable[Finding]:
    by_field: dict[str, list[ValidationError]] = error.update_error_dict({})
    for field, errors in by_field.items():
        for message in ValidationError(errors).messages:
            yield Finding("field", message, field="" if field == NON_FIELD_ERRORS else field)


def _not_allowed(viewer: Viewer, permission: str) -> Refusal:
    return Refusal(
        "not-allowed", f"{viewer.name} does not hold the permission “{permission}” here", status=403
    )
