"""The directory of organisations, which everybody may read: found by their codes, put on file by those who may."""

from __future__ import annotations

from collections.abc import Iterable

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Viewer

KEPT = ("name", "short_name", "kind", "parent")


def organisation(key: str, *, kind: str = "") -> Organisation | None:
    """The organisation of this code, of this kind where one is named; None when there is none such."""
    return organisations([key], kind=kind).get(key)


def organisations(keys: Iterable[str], *, kind: str = "") -> dict[str, Organisation]:
    """The organisations of these codes, those that are on file, by code, in one question to the database."""
    found = Organisation.objects.in_bulk(list(keys))
    return {key: each for key, each in found.items() if not kind or each.kind == kind}


def enlist(viewer: Viewer, listed: Iterable[Organisation], permission: str) -> int:
    """Put organisations on file, parents before children; gives how many were new.

    One that is on file takes the name, kind and parent now listed. Refused (403) without the permission.
    """
    if not viewer.may(permission):
        raise Refusal("not-allowed", f"{viewer.name} may not put organizations on file", status=403)
    wanted = list(listed)
    new = len(wanted) - len(organisations(each.pk for each in wanted))
    Organisation.objects.bulk_create(
        wanted, update_conflicts=True, unique_fields=["id"], update_fields=list(KEPT)
    )
    return new
