"""The form for a subscription's terms, made from what the service says it wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from qsmo.contract.service import Manifest, Term
from qsmo.kernel.ids import new_id


class TermsOfUseForm(forms.Form):
    """One field a term. The key travels along, so that the same form sent twice is one command."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, manifest: Manifest | None, now: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data, initial={"key": new_id()})
        for term in manifest.terms if manifest else ():
            self.fields[f"term_{term.name}"] = _field(term, now.get(term.name, ""))

    @property
    def names(self) -> dict[str, str]:
        """The fields by the names of their terms, as findings name them."""
        return {name[5:]: name for name in self.fields if name.startswith("term_")}

    def terms(self) -> dict[str, str]:
        """What was stated; a term left empty is not stated."""
        stated = {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("term_")}
        return {name: str(value).strip() for name, value in stated.items() if str(value or "").strip()}


def _field(term: Term, now: str) -> forms.Field:
    said: dict[str, Any] = {"label": term.words, "required": term.required, "initial": now}
    match term.kind:
        case "choice":
            return forms.ChoiceField(choices=[(each, each) for each in term.choices], **said)
        case "integer":
            return forms.IntegerField(**said)
        case "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **said)
        case _:
            return forms.CharField(max_length=200, **said)
