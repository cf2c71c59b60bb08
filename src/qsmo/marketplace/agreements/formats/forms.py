"""The forms: general terms, an order of one line, and one line of accounting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import new_id
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.actions.terms import LAW
from qsmo.marketplace.agreements.models import STARTERS
from qsmo.marketplace.agreements.rules.tas import PARTS
from qsmo.marketplace.catalogue.models import Plan

A_DAY = timedelta(days=1)
LAST_DAY = {"ends_on": "last_on"}


class DollarsField(forms.CharField):
    """Dollars as typed, as whole cents."""

    def clean(self, value: Any) -> Any:
        """Cents; a text that is no amount is said to be none."""
        text = super().clean(value)
        try:
            return Money.parse(text).cents if text else text
        except Refusal as refusal:
            raise forms.ValidationError(refusal.words) from refusal


class DayField(forms.DateField):
    """A day; the last one of the calendar is none, since no day comes after it."""

    widget = forms.DateInput(attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        """A date that has a day after it."""
        stated = super().clean(value)
        if stated == date.max:
            raise forms.ValidationError("No day comes after this one; state an earlier day")
        return stated


class DraftForm(forms.Form):
    """A form that drafts something. The key travels along, so that the same form sent twice is one draft."""

    key = forms.CharField(
        label="Key of this form",
        widget=forms.HiddenInput,
        max_length=40,
        initial=new_id,
        error_messages={"required": "it came without one; open the form anew"},
    )


class TermsForm(DraftForm):
    """General terms."""

    requesting_id = forms.CharField(
        label="Requesting agency (buys)", max_length=40, help_text="Its code, such as 028"
    )
    servicing_id = forms.CharField(
        label="Servicing agency (sells)", max_length=40, help_text="Its code, such as 012/12NF"
    )
    starts_on = DayField(label="First day")
    last_on = DayField(label="Last day")
    ceiling_cents = DollarsField(
        label="Ceiling in dollars", max_length=30, help_text="For example 250,000.00"
    )
    termination_days = forms.IntegerField(label="Days of notice to terminate", min_value=0, max_value=3650)
    authority = forms.ChoiceField(label="Statutory authority")
    authority_citation = forms.CharField(
        label="Its citation, where it is not the Economy Act", required=False
    )
    orders_start = forms.ChoiceField(label="Orders start on", choices=[(each, each) for each in STARTERS])
    is_assisted = forms.BooleanField(label="Assisted acquisition", required=False)
    allows_advance = forms.BooleanField(label="Advance payments allowed", required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["authority"]
        if isinstance(field, forms.ChoiceField):
            rows = LAW["authorities"].versions[-1].rows
            field.choices = [(row.text("slug"), row.text("words")) for row in rows]

    def stated(self) -> dict[str, Any]:
        """What the action takes: the end is the first day after the last."""
        said = dict(self.cleaned_data)
        said["ends_on"] = said.pop("last_on") + A_DAY
        return said


class OrderForm(DraftForm):
    """An order of one line."""

    plan = forms.ChoiceField(label="What is ordered")
    words = forms.CharField(label="In words", max_length=200)
    quantity = forms.IntegerField(label="Units", min_value=1, max_value=10**12)
    unit = forms.CharField(label="Unit", max_length=60, help_text="For example: employee paid per pay period")
    unit_price = forms.RegexField(
        r"^[0-9]+(\.[0-9]+)?$", label="Price of one in dollars", max_length=30, help_text="For example 6.3375"
    )
    starts_on = DayField(label="First day of performance")
    last_on = DayField(label="Last day of performance")
    need = forms.CharField(label="Bona fide need", widget=forms.Textarea(attrs={"rows": 3}))
    is_severable = forms.BooleanField(label="The service is severable", required=False, initial=True)

    def __init__(self, plans: Sequence[Plan], *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["plan"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.pk, f"{each.offering.name}: {each.name}") for each in plans]

    def clean(self) -> dict[str, Any]:
        """The end is the first day after the last."""
        said: dict[str, Any] = super().clean() or {}
        if "last_on" in said:
            said["ends_on"] = said["last_on"] + A_DAY
        return said


class AccountForm(forms.Form):
    """One line of accounting: the parts of an account symbol, the transaction code, the location."""

    ata = forms.CharField(label="Allocation transfer agency (if any)", max_length=3, required=False)
    aid = forms.CharField(label="Agency identifier", max_length=3)
    bpoa = forms.CharField(label="First year of availability", max_length=4, required=False)
    epoa = forms.CharField(label="Last year of availability", max_length=4, required=False)
    availability = forms.CharField(label="X for a no-year account", max_length=1, required=False)
    main = forms.CharField(label="Main account", max_length=4)
    sub = forms.CharField(label="Sub-account", max_length=3, initial="000")
    betc = forms.CharField(label="Business event type code", max_length=8)
    alc = forms.CharField(label="Agency location code", max_length=8)

    def parts(self) -> dict[str, str]:
        """The parts as the record takes them."""
        return {name: self.cleaned_data[name].strip().upper() for name in (*PARTS, "betc", "alc")}
