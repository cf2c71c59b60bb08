"""The forms of payroll's pages on runs, exceptions, calendars and payments; what they mean is said in the actions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from qsmo.kernel.money import Money
from qsmo.platform.web.formats import words

DAY = forms.DateInput(attrs={"type": "date"})


class ReasonForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label="Reason", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, needed: bool = True, label: str = "Reason") -> None:
        super().__init__(data)
        self.fields["why"].required = needed
        self.fields["why"].label = label


class LateForm(ReasonForm):
    """What is decided of a file that came late, and why."""

    verb = forms.ChoiceField(label="What is done with it")
    field_order = ("verb", "why")

    def __init__(self, verbs: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        _choose(self, "verb", verbs)


class SentForm(ReasonForm):
    """The reference of what was sent, and a note."""

    reference = forms.CharField(label="Reference of the payment schedule", max_length=40)
    field_order = ("reference", "why")


class AnswerForm(ReasonForm):
    """Which open exceptions of a run are answered for, and why."""

    code = forms.ChoiceField(label="Exceptions of code")
    field_order = ("code", "why")

    def __init__(self, codes: Iterable[tuple[str, int]], data: Any = None) -> None:
        super().__init__(data)
        _choose(self, "code", [(code, f"{code} ({count:,} open)") for code, count in codes])


class OwnerForm(forms.Form):
    """Who sees to open exceptions."""

    email = forms.EmailField(label="E-mail of the one who sees to it", max_length=200)


class OwnersForm(OwnerForm):
    """Who sees to all open exceptions of a code."""

    code = forms.ChoiceField(label="To hand over, of code")
    field_order = ("code", "email")

    def __init__(self, codes: Iterable[tuple[str, int]], data: Any = None) -> None:
        super().__init__(data, auto_id="owner_%s")
        _choose(self, "code", [(code, f"{code} ({count:,} open)") for code, count in codes])


class CalendarForm(forms.Form):
    """Cut-offs in working days, and from where on the edits warn."""

    hr_workdays = forms.IntegerField(label="People: working days after the period", min_value=0, max_value=10)
    time_workdays = forms.IntegerField(label="Time: working days after the period", min_value=0, max_value=10)
    calculate_workdays = forms.IntegerField(
        label="Calculation: working days after the period", min_value=0, max_value=10
    )
    certify_workdays = forms.IntegerField(
        label="Certification: working days after the period", min_value=0, max_value=10
    )
    high_rise_percent = forms.IntegerField(
        label="Warn when gross pay rises by more than (percent)", min_value=1, max_value=1000
    )
    most_gross = forms.DecimalField(
        label="Warn when gross pay is above (dollars)", min_value=1, max_digits=12, decimal_places=2
    )


class OutsideForm(forms.Form):
    """A run outside the calendar."""

    label = forms.CharField(
        label="Pay period that was worked", max_length=10, help_text="Year and number, for example 2026-06"
    )
    names = forms.CharField(
        label="Employee numbers", widget=forms.Textarea(attrs={"rows": 3}), max_length=60_000,
        help_text="Separated by spaces, commas or lines",
    )  # fmt: skip
    pays_on = forms.DateField(label="Pay date", widget=DAY)
    separates_on = forms.DateField(
        label="Last day of employment, if it is their final pay", widget=DAY, required=False
    )
    why = forms.CharField(label="Reason", max_length=400)

    def chosen(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        names = [name for name in re.split(r"[\s,;]+", self.cleaned_data["names"]) if name]
        return {**self.cleaned_data, "names": names}


class LeaverForm(forms.Form):
    """A payment to somebody who left."""

    employee = forms.CharField(label="Employee number", max_length=60)
    separates_on = forms.DateField(label="Last day of employment", widget=DAY)
    label = forms.CharField(
        label="Pay period in which it is paid",
        max_length=10,
        help_text="After the separation, such as 2026-07",
    )
    code = forms.ChoiceField(label="What is paid")
    amount = forms.DecimalField(
        label="Amount in dollars", min_value=0, max_digits=9, decimal_places=2, required=False
    )
    hours = forms.DecimalField(
        label="Hours of annual leave, instead of an amount", min_value=0, max_digits=7, decimal_places=2,
        required=False,
    )  # fmt: skip
    pays_on = forms.DateField(label="Pay date", widget=DAY)
    why = forms.CharField(label="Reason", max_length=400)

    def __init__(self, codes: Iterable[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        _choose(self, "code", list(codes))

    def chosen(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        asked = dict(self.cleaned_data)
        amount, hours = (int((asked.pop(name) or 0) * 100) for name in ("amount", "hours"))
        return {**asked, "amount": Money(amount), "centihours": hours}


class ManualForm(forms.Form):
    """A payment by hand that is asked for."""

    employee = forms.CharField(label="Employee number", max_length=60)
    label = forms.CharField(label="Pay period it stands for", max_length=10)
    amount = forms.DecimalField(label="Amount in dollars", min_value=0, max_digits=9, decimal_places=2)
    pays_on = forms.DateField(label="Day of payment", widget=DAY)
    why = forms.CharField(label="Reason", max_length=400)


class HoldForm(forms.Form):
    """One person's payment to be stopped."""

    employee = forms.CharField(label="Employee number", max_length=60)
    why = forms.CharField(label="Reason", max_length=400)


class ReturnForm(HoldForm):
    """One person's payment that came back."""

    code = forms.CharField(
        label="Return reason code", max_length=3, help_text="As the bank says it, for example R03"
    )
    field_order = ("employee", "code", "why")


class DecisionForm(forms.Form):
    """The next move of a payment, with its reference or reason."""

    verb = forms.ChoiceField(label="What is done")
    reference = forms.CharField(
        label="Reference of the payment, where it goes out", max_length=40, required=False
    )
    why = forms.CharField(label="Reason", max_length=400, required=False)

    def __init__(self, moves: Iterable[str], data: Any = None) -> None:
        super().__init__(data)
        _choose(self, "verb", [(move, words(move)) for move in moves])


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
