"""The forms of payables."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, rate
from qsmo.services.ledger.models import PublishedRate, PurchaseOrder, Vendor
from qsmo.services.ledger.pages.forms import DAY, MoneyField
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
)
from qsmo.services.ledger.rules.payable.prompt import kinds

MOST_BYTES = 10_000_000


class VendorForm(forms.Form):
    """A vendor."""

    legal_name = forms.CharField(label="Name", max_length=120)
    uei = forms.CharField(label="Unique entity identifier", max_length=12, help_text="12 capitals and digits")
    ein = forms.CharField(label="Taxpayer number", max_length=9, help_text="Nine digits, without a hyphen")
    routing = forms.CharField(label="Routing number", max_length=9)
    account = forms.CharField(label="Account number", max_length=17)
    account_kind = forms.ChoiceField(label="Kind of account", choices=Vendor.ACCOUNTS)
    is_small = forms.BooleanField(label="Small business", required=False)
    registered_until = forms.DateField(label="Registered in SAM until", widget=DAY, required=False)

    @property
    def draft(self) -> VendorDraft:
        """The vendor that it states."""
        return VendorDraft(**{name: self.cleaned_data[name] for name in VendorDraft.__dataclass_fields__})


class ChangeForm(VendorForm):
    """A vendor that is changed, and why."""

    why = forms.CharField(label="Reason", max_length=240)


class OrderForm(forms.Form):
    """An order, its lines as text: what, quantity and unit price, separated by bars."""

    number = forms.CharField(
        label="Number", max_length=60, help_text="Under which its obligation stands in the books"
    )
    vendor = forms.ChoiceField(label="Vendor")
    title = forms.CharField(label="What it is for", max_length=200)
    lines = forms.CharField(
        label="Lines",
        widget=forms.Textarea,
        max_length=20_000,
        help_text="One a line: what | quantity | unit price",
    )
    kind = forms.ChoiceField(label="Case of prompt payment")
    terms_days = forms.IntegerField(
        label="Days of payment that the contract says", min_value=0, max_value=365, required=False
    )
    acceptance_days = forms.IntegerField(
        label="Days of acceptance that the contract says, if more than seven",
        min_value=0,
        max_value=365,
        required=False,
    )
    tolerance_rate = forms.CharField(
        label="Tolerance of the unit price", max_length=12, required=False, help_text="0.02 is 2 percent"
    )
    tolerance = MoneyField(label="Tolerance of an invoice in dollars", max_length=20, required=False)

    def __init__(self, vendors: list[tuple[str, str]], on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("vendor", vendors), ("kind", list(kinds(on).items()))):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean_lines(self) -> tuple[OrderLine, ...]:
        """The lines, numbered from 1."""
        found = []
        for number, text in enumerate(filter(str.strip, self.cleaned_data["lines"].splitlines()), start=1):
            cells = [each.strip() for each in text.split("|")]
            if len(cells) != len(("what", "quantity", "price")):
                raise forms.ValidationError(f"Line {number} is not: what | quantity | unit price")
            found.append(OrderLine(number, *cells))
        return tuple(found)

    @property
    def draft(self) -> OrderDraft:
        """The order that it states."""
        said = self.cleaned_data
        return OrderDraft(
            said["number"], said["vendor"], said["title"], said["lines"], said["kind"], said["terms_days"] or 0,
            said["acceptance_days"] or 0, said["tolerance_rate"] or "0", said["tolerance"] or Money(0),
        )  # fmt: skip


class DeliveryForm(forms.Form):
    """What was delivered of a line."""

    key = forms.CharField(label="Number of the receipt", max_length=60)
    line = forms.ChoiceField(label="Line of the order")
    quantity = forms.CharField(label="Quantity", max_length=20)
    delivered_on = forms.DateField(label="Delivered on", widget=DAY)

    def __init__(self, order: PurchaseOrder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each["number"], f"{each['number']} {each['words']}") for each in order.lines]


class AcceptForm(forms.Form):
    """On which day a delivery was accepted."""

    on = forms.DateField(label="Accepted on", widget=DAY)


class InvoiceForm(forms.Form):
    """An invoice for an order: its head, and what it asks for each line."""

    number = forms.CharField(label="Invoice number", max_length=40)
    dated_on = forms.DateField(label="Date of the invoice", widget=DAY)
    received_on = forms.DateField(label="Received on", widget=DAY)
    is_stamped = forms.BooleanField(label="The office stamped it on that day", required=False, initial=True)
    says_contact = forms.BooleanField(label="It names a person to be asked", required=False, initial=True)
    says_terms = forms.BooleanField(
        label="It states shipping and payment terms", required=False, initial=True
    )
    discount_rate = forms.CharField(
        label="Discount for early payment", max_length=12, required=False, help_text="0.02 is 2 percent"
    )
    discount_days = forms.IntegerField(
        label="Days of the discount, from the date of the invoice", min_value=0, max_value=365, required=False
    )

    def __init__(self, order: PurchaseOrder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        for each in order.lines:
            place = each["number"]
            name = f"line {place}, {each['words']}"
            self.fields[f"quantity-{place}"] = forms.CharField(
                label=f"Quantity of {name}", max_length=20, required=False
            )
            self.fields[f"price-{place}"] = forms.CharField(
                label=f"Unit price of {name}", max_length=20, required=False, initial=each["unit_price"]
            )

    @property
    def draft(self) -> InvoiceDraft:
        """The invoice that it states: the amount of a line is its quantity at its price."""
        said = self.cleaned_data
        lines = []
        for each in self.order.lines:
            quantity, price = said[f"quantity-{each['number']}"], said[f"price-{each['number']}"]
            if quantity:
                lines.append(InvoiceLine(each["number"], quantity, price, _worth(quantity, price)))
        return InvoiceDraft(
            said["number"], self.order.number, said["dated_on"], said["received_on"], tuple(lines), said["is_stamped"],
            said["discount_rate"] or "0", said["discount_days"] or 0, said["says_contact"], said["says_terms"],
        )  # fmt: skip


def _worth(quantity: str, price: str) -> Money:
    try:
        return Money(100).times(rate(quantity) * rate(price))
    except Refusal:
        return Money(0)


class FileForm(forms.Form):
    """A file."""

    file = forms.FileField(label="File")

    def clean_file(self) -> Any:
        """A file that is not larger than any that could be meant."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file has more than 10 million bytes")
        return file


class StepForm(forms.Form):
    """On which day something of an invoice happened, and why."""

    on = forms.DateField(label="Day", widget=DAY)
    why = forms.CharField(label="Reason", max_length=240)


class RateForm(forms.Form):
    """A published rate."""

    kind = forms.ChoiceField(label="Rate", choices=list(PublishedRate.KINDS.items()))
    begins_on = forms.DateField(label="First day", widget=DAY)
    ends_on = forms.DateField(label="Last day", widget=DAY)
    rate = forms.CharField(label="Rate as a part of one", max_length=12, help_text="0.04125 is 4 1/8 percent")
    source = forms.CharField(label="Notice that it was taken from", max_length=200)


class PayDayForm(forms.Form):
    """A day of payment that is asked about."""

    pays_on = forms.DateField(label="Paid on", widget=DAY)


class CertifyForm(forms.Form):
    """A reason to waive what may be waived."""

    why = forms.CharField(
        label="Reason to waive what may be waived",
        max_length=240,
        required=False,
        help_text="None where all holds",
    )


class ReturnForm(StepForm):
    """That a payment came back."""

    wrong_account = forms.BooleanField(label="The account was wrong", required=False)


class OfficeForm(forms.Form):
    """What a paying office states about itself."""

    location_code = forms.CharField(label="Agency location code", max_length=8)
    input_system = forms.CharField(
        label="Name of the system that makes the file", max_length=40, required=False
    )
    request_version = forms.CharField(label="Version of the payment request", max_length=3, required=False)
    event_type = forms.CharField(label="Business event type", max_length=8, required=False)
    ach_destination = forms.CharField(
        label="ACH: routing number of the receiver", max_length=9, required=False
    )
    ach_destination_name = forms.CharField(label="ACH: name of the receiver", max_length=23, required=False)
    ach_origin = forms.CharField(label="ACH: number of the sender", max_length=10, required=False)
    ach_origin_name = forms.CharField(label="ACH: name of the sender", max_length=23, required=False)
    ach_company = forms.CharField(label="ACH: number of the company", max_length=10, required=False)
    ach_company_name = forms.CharField(label="ACH: name of the company", max_length=16, required=False)
    ach_bank = forms.CharField(label="ACH: eight digits of the bank", max_length=8, required=False)
