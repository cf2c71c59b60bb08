"""The forms of the ledger, and what was refused said inside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.web.mending import show_refusal
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event, Rule

DAY = forms.DateInput(attrs={"type": "date"})
MOST_CENTS = 10**17
"""More than that is no amount of dollars, and would not fit beside others in a sum."""


class MoneyField(forms.CharField):
    """An amount of dollars with at most two decimals."""

    def clean(self, value: Any) -> Any:
        """The amount, or None where the field is empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money.parse(text)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.words) from refusal
        if abs(amount.cents) >= MOST_CENTS:
            raise forms.ValidationError("The amount is too large; give at most 15 digits before the decimals")
        return amount


class ReasonForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label="Reason", max_length=400)


class ReverseForm(forms.Form):
    """On which day an entry is reversed, and why."""

    on = forms.DateField(label="Day of the reversal", widget=DAY, help_text="In an open accounting period")
    why = forms.CharField(label="Reason", max_length=240)


class BudgetForm(forms.Form):
    """A budget of the agency's own: over what it holds, how much, and whether it warns or stops."""

    OVER: ClassVar = {
        "organization": "Organization",
        "object_class": "Object class",
        "program": "Program",
        "project": "Project",
        "fund": "Fund of the agency",
    }
    symbol_id = forms.ChoiceField(label="Treasury account")
    year = forms.IntegerField(label="Fiscal year", min_value=2000, max_value=2100)
    amount = MoneyField(label="Amount in dollars", max_length=26)
    stops = forms.ChoiceField(
        label="When it is used up",
        choices=[("warn", "Warn, and go on"), ("stop", "Stop: refuse what is more")],
    )
    warn_below = MoneyField(label="Warn when less is left than", max_length=26, required=False)

    def __init__(self, symbols: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "symbol_id", symbols)
        for name, label in self.OVER.items():
            self.fields[name] = forms.CharField(label=label, max_length=30, required=False)

    def budget(self) -> dict[str, Any]:
        """What it states, as the action takes it."""
        said = self.cleaned_data
        named = {name: said[name] for name in self.OVER}
        kept = {name: said[name] for name in ("symbol_id", "year", "amount")}
        return {
            **kept,
            "stops": said["stops"] == "stop",
            "mask": named,
            "warn_below": said["warn_below"] or Money(0),
        }


def refused_in(form: forms.Form, refusal: Refusal, names: Mapping[str, str] | None = None) -> int:
    """Say inside a form what it was refused for, whatever the status but 403 and 404; answers the status."""
    if refusal.status in (403, 404):
        raise refusal
    show_refusal(form, Refusal(refusal.code, refusal.words, status=422, findings=refusal.findings), names)
    return refusal.status


class EventForm(forms.Form):
    """An event to be posted by a rule: its amounts, account, day and document, and what its lines say beside."""

    SAYS: ClassVar = {
        "organization": "Organization (holder of the allotment)",
        "object_class": "Object class",
        "program": "Program",
        "project": "Project",
        "fund": "Fund",
        "activity": "Program activity key",
        "federal": "Partner is federal (F), not federal (N), general fund (G)",
        "partner": "Partner’s agency",
        "partner_main": "Partner’s main account",
        "reimbursable": "Direct (D) or reimbursable (R)",
        "category": "Apportionment category (A, B, E)",
        "program_b": "Category B line",
        "defc": "Disaster emergency fund code",
        "authority": "Type of authority",
        "authority_year": "New authority (NEW) or a balance (BAL)",
        "availability_time": "Availability time",
        "adjustment": "Prior-year adjustment (X, B, P)",
        "exchange": "Exchange (X), nonexchange (T)",
        "bea": "Discretionary (D) or mandatory (M)",
        "cohort": "Cohort",
    }
    FIRST: ClassVar = ("organization", "object_class", "program", "federal", "partner")
    """What is asked for beside amounts and day; all else stands in the part that is opened when it is needed."""

    tas = forms.ChoiceField(label="Treasury account")
    on = forms.DateField(label="Day", widget=DAY)
    key = forms.CharField(
        label="Number of the document", max_length=100, help_text="Its own: the same document is posted once"
    )
    words = forms.CharField(label="What it is", max_length=200, required=False)
    document = forms.CharField(
        label="Order, award or invoice",
        max_length=60,
        required=False,
        help_text="Whose open amount this moves",
    )
    period = forms.ChoiceField(
        label="Accounting period",
        choices=[("0", "that of the day"), ("13", "13 adjustments"), ("14", "14 adjustments")],
        required=False,
    )
    taken_back = forms.BooleanField(
        label="An accrual: reverse it on the first day of the next month",
        required=False,
        help_text="Of the last day of a month; both entries are posted, or neither",
    )

    def __init__(
        self, rule: Rule, year: int, symbols: Iterable[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        _choose(self, "tas", list(symbols))
        for name in rule.amounts:
            self.fields[f"amount-{name}"] = MoneyField(label=_amount_words(rule, name), max_length=26)
        names = chart(year)
        for row in rule.rows:
            if len(choices := rule.choices(row)) > 1:
                self.fields[f"chosen-{row.text('line')}"] = forms.ChoiceField(
                    label=f"Account of line {row.text('line')} ({row.text('side')})",
                    required=False,
                    choices=[("", "the usual one")]
                    + [(each, f"{each} {names[each].title if each in names else ''}") for each in choices],
                )
        if any("recovered" in rule.choices(row) for row in rule.rows):
            self.fields["of_year"] = forms.IntegerField(
                label="Fiscal year in which the order was obligated", min_value=2000, max_value=2100, required=False
            )  # fmt: skip
        for name, label in self.SAYS.items():
            self.fields[f"says-{name}"] = forms.CharField(label=label, max_length=60, required=False)

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that nearly every event needs, in their order."""
        amounts = [name for name in self.fields if name.startswith("amount-")]
        chosen = [name for name in self.fields if name.startswith("chosen-")]
        says = [f"says-{name}" for name in self.FIRST]
        return [self[name] for name in ("tas", *amounts, "on", "key", "words", *chosen, *says)]

    @property
    def further(self) -> list[forms.BoundField]:
        """All other fields."""
        shown = {field.name for field in self.first}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def opened(self) -> bool:
        """Whether one of the further fields is filled or wrong."""
        return any(field.errors or (field.value() or "") not in ("", "0") for field in self.further)

    def event(self, source: str) -> Event:
        """The event that it states."""
        said = self.cleaned_data
        return Event(
            rule=self.rule.name,
            tas=said["tas"],
            on=said["on"],
            amounts={name: said[f"amount-{name}"] for name in self.rule.amounts},
            source=source,
            key=said["key"],
            words=said["words"],
            attributes=Attributes(**{name: said[f"says-{name}"] for name in self.SAYS}),
            chosen=frozenset(value for name, value in said.items() if name.startswith("chosen-") and value),
            document=said["document"],
            of_year=said.get("of_year") or 0,
            period=int(said["period"] or 0),
        )

    @property
    def places(self) -> dict[str, str]:
        """Where a finding about a field of the event stands in this form."""
        return {
            **{name: f"amount-{name}" for name in self.rule.amounts},
            **{name: f"says-{name}" for name in self.SAYS},
        }


def _amount_words(rule: Rule, name: str) -> str:
    return (
        "Amount in dollars" if len(rule.amounts) == 1 else f"{name.replace('_', ' ').capitalize()} in dollars"
    )


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
