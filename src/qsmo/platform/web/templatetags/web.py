"""Template filters for amounts, rates, dates and states, and the tag that draws a form control: `{% load web %}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from qsmo.platform.web import formats
from qsmo.platform.web.table import Cell

register = template.Library()
for written in (formats.dollars, formats.whole_dollars, formats.number, formats.percent, formats.ratio):
    register.filter(written.__name__, written)
for said in (formats.day, formats.instant, formats.words, formats.tone):
    register.filter(said.__name__, said)

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "usa-checkbox__input"),  # before its parent, the radio buttons
    (forms.RadioSelect, "usa-radio__input"),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Textarea, "usa-textarea"),
    (forms.Select, "usa-select"),
    (
        forms.FileInput,
        "q-file",
    ),  # not the design system’s: it reads the whole file in the browser to preview it
)


@register.filter
def control_kind(field: BoundField) -> str:
    """How the field component lays a control out: hidden, radio, checkboxes, checkbox or plain."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "plain"


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the hint and of the error of a field, as far as there are any."""
    hint = f"{field.auto_id}_hint" if field.help_text else ""
    error = f"{field.auto_id}_error" if field.errors else ""
    return " ".join(part for part in (hint, error) if part)


def _dressed(field: BoundField) -> dict[str, Any]:
    widget = field.field.widget
    kind = next((name for known, name in _CLASSES if isinstance(widget, known)), "usa-input")
    if field.errors and kind in {"usa-input", "usa-select", "usa-textarea"}:
        kind += " usa-input--error"
    attributes: dict[str, Any] = {"class": f"{kind} {widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attributes["aria-invalid"] = "true"
    if ids := described_by(field):
        attributes["aria-describedby"] = ids
    if isinstance(widget, forms.DateInput) and not isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    return attributes


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The form control of a field, with the classes of the design system and its descriptions attached."""
    return field.as_widget(attrs=_dressed(field))


@register.simple_tag
def options(field: BoundField) -> list[BoundWidget]:
    """The single radio buttons or check boxes of a field, for a loop."""
    field.field.widget.attrs["class"] = _dressed(field)["class"]
    return list(field)


@register.simple_tag
def cells(row: Sequence[Cell]) -> SafeString:
    """The cells of a row of a table, the first as its heading. Here, because tags for each cell cost most of a page."""
    made = []
    for place, cell in enumerate(row):
        text = conditional_escape(cell.text)
        if cell.href:
            text = format_html('<a class="usa-link" href="{}">{}</a>', cell.href, text)
        elif cell.kind == "state":
            text = format_html('<span class="q-tag q-tag--{}">{}</span>', formats.tone(cell.value), text)
        data = '<td class="num">' if cell.numeric else "<td>"
        begin, end = (data, "</td>") if place else ('<th scope="row">', "</th>")
        made.append(f"{begin}{text}{end}")
    return mark_safe("".join(made))  # noqa: S308  # every part of it was escaped above


@register.filter
def attribute(thing: Any, name: str) -> Any:
    """An attribute or key by name, empty when it is not there: lets a component take objects and dicts alike."""
    if isinstance(thing, dict):
        return thing.get(name, "")
    return getattr(thing, name, "")
