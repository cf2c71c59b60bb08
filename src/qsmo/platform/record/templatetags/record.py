"""The link from a page to the trail of its record, for those who may follow it: `{% load record %}`."""

from __future__ import annotations

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qsmo.platform.access.owned import Owned
from qsmo.platform.access.viewer import PUBLIC, Viewer

register = template.Library()


@register.simple_tag(takes_context=True)
def trail_link(context: Context, record: Owned, words: str) -> SafeString | str:
    """A link to the trail of a record in these words; nothing where the viewer may not read it."""
    viewer: Viewer = getattr(context.get("request"), "viewer", PUBLIC)
    if not viewer.may("trail.read", record):
        return ""
    href = reverse("record:trail", args=[record._meta.label_lower, record.pk])
    return format_html('<a class="usa-link" href="{}">{}</a>', href, words)
