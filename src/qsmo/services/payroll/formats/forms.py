"""The forms of payroll's pages: a run to open, and a file for a run."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from qsmo.services.payroll.models import Account

KINDS = {
    "hr": "People (HR XML, CSV or Parquet)",
    "time": "Time (XML, CSV or Parquet)",
    "rates": "Agency rates (CSV)",
}


class RunForm(forms.Form):
    """A pay period of an account."""

    account = forms.ChoiceField(label="Agency")
    label = forms.CharField(
        label="Pay period", max_length=10, help_text="Year and number, for example 2026-06"
    )

    def __init__(self, accounts: Iterable[Account], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.pk, each.customer.name) for each in accounts if each.is_open]


class IntakeForm(forms.Form):
    """A file for a run."""

    kind = forms.ChoiceField(label="What the file holds", choices=list(KINDS.items()))
    file = forms.FileField(label="File")
    why = forms.CharField(label="Reason, if it comes after the cut-off", max_length=400, required=False)
