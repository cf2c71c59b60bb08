"""A refusal said inside the form that was sent: each finding at the field it names, the others above all fields."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from qsmo.kernel.finding import Finding, Refusal


def show_refusal(form: forms.Form, refusal: Refusal, names: Mapping[str, str] | None = None) -> None:
    """Put what a malformed request (422) was refused for into its form; any other refusal goes on being raised.

    `names` leads from a finding's field to the form's where the two differ, and from its code where it names no field.
    """
    if refusal.status != 422:
        raise refusal
    known = {field.name for field in form.visible_fields()}
    for finding in refusal.findings or (Finding(refusal.code, refusal.words),):
        name = (names or {}).get(finding.field or finding.code, finding.field)
        form.add_error(name if name in known else None, _sentence(finding))


def _sentence(finding: Finding) -> str:
    words = finding.words[:1].upper() + finding.words[1:]
    if not finding.expected:
        return words
    return f"{words.rstrip('.')}. Right would be: {finding.expected}."
