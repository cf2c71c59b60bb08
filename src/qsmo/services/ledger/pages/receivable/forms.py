"""The forms of receivables."""

from __future__ import annotations

from typing import Any

from django import forms

from qsmo.services.ledger.pages.forms import DAY, MoneyField
from qsmo.services.ledger.rules.receivable.debt import CONTINGENCY, HANDLING, TITLES
from qsmo.services.ledger.rules.receivable.postings import KINDS, PROCEEDS


class DayForm(forms.Form):
    """On which day something is done."""

    on = forms.DateField(label="Day", widget=DAY, help_text="In an open accounting period")


class WhyForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label="Reason", max_length=120)


class EndForm(WhyForm):
    """Why collection ends, and by whose decision where the law asks for it."""

    justice = forms.CharField(
        label="Decision of the Department of Justice", max_length=60, required=False,
        help_text="Its number, where the principal is above the limit of 31 U.S.C. 3711(a)(2)",
    )  # fmt: skip


class PaymentForm(DayForm):
    """A payment on a receivable."""

    number = forms.CharField(
        label="Number of the receipt", max_length=40, help_text="Of the deposit or transfer"
    )
    amount = MoneyField(label="Amount in dollars", max_length=26)
    payer = forms.CharField(label="Payer", max_length=120, required=False, help_text="If not the debtor")


class UseForm(DayForm):
    """A part of an advance that is earned or given back."""

    amount = MoneyField(label="Amount in dollars", max_length=26)
    words = forms.CharField(label="What for", max_length=120)


class CostForm(DayForm):
    """A cost of handling a debt."""

    part = forms.ChoiceField(label="Kind", choices=[(each, TITLES[each]) for each in (HANDLING, CONTINGENCY)])
    amount = MoneyField(label="Amount in dollars", max_length=26)
    why = forms.CharField(label="What it was", max_length=120)


class DebtorForm(forms.Form):
    """A customer or debtor."""

    name = forms.CharField(label="Name", max_length=120)
    agency = forms.RegexField(
        r"^\d{3}$", label="Agency code", required=False,
        help_text="Three digits; only for agencies of the United States",
    )  # fmt: skip
    main = forms.RegexField(
        r"^\d{4}$", label="Main account", required=False, help_text="Four digits, of such an agency"
    )
    reference = forms.CharField(label="Its number in your files", max_length=40, required=False)
    address = forms.CharField(label="Address for notices", max_length=240, required=False)


class DraftForm(forms.Form):
    """A receivable to be drafted."""

    number = forms.CharField(label="Number of the bill", max_length=40)
    kind = forms.ChoiceField(label="Kind", choices=list(KINDS.items()))
    debtor_id = forms.ChoiceField(label="Customer or debtor")
    symbol_id = forms.ChoiceField(label="Treasury account")
    amount = MoneyField(label="Amount in dollars", max_length=26)
    due_on = forms.DateField(label="Due on", widget=DAY, help_text="Usually 30 days after the notice")
    words = forms.CharField(label="What for", max_length=120)
    order = forms.CharField(label="Order of the customer", max_length=60, required=False)
    account = forms.ChoiceField(
        label="Revenue of the General Fund, or authority of an advance", required=False,
        choices=[
            ("", "the usual one"), *((number, f"{number} {title}") for number, title in PROCEEDS.items()),
            ("421000", "421000 Anticipated reimbursements"), ("445000", "445000 Unapportioned authority"),
            ("462000", "462000 Exempt from apportionment"),
        ],
    )  # fmt: skip
    organization = forms.CharField(label="Organization", max_length=60, required=False)

    def __init__(self, debtors: Any, symbols: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "debtor_id", [(each.pk, each.name) for each in debtors])
        _choose(self, "symbol_id", [(each.pk, each.tas) for each in symbols])


class DepositForm(PaymentForm):
    """Money of which is not yet known what it pays."""

    symbol_id = forms.ChoiceField(label="Clearing account")

    def __init__(self, symbols: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].required = True
        self.fields["payer"].help_text = "As far as known"
        _choose(self, "symbol_id", [(each.pk, each.tas) for each in symbols if each.financing == "clearing"])


class ApplyForm(DayForm):
    """To which receivable money in suspense is applied."""

    receivable_id = forms.ChoiceField(label="Receivable")

    def __init__(self, receivables: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(
            self, "receivable_id", [(each.pk, f"{each.number} {each.debtor.name}") for each in receivables]
        )


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
