"""Reading one's own API keys."""

from __future__ import annotations

from django.db.models import QuerySet

from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.models import ApiKey


def own_keys(viewer: Viewer) -> QuerySet[ApiKey]:
    """The viewer's own keys that have not ended."""
    return ApiKey.seen_by(viewer).filter(person_id=viewer.person or "-", ended_at=None).order_by("-made_at")
