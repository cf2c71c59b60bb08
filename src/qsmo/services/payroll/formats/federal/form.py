"""The withholding form W-4 as messages state it: by the federal attributes, or by entries of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from qsmo.contract.documents import Withholding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.federal.certificates import ENTRIES, of_form
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import Reading

MARITAL = {"S": "single", "M": "married", "D": "divorced", "W": "widowed"}
INDICATOR = {"Yes": "step 2 checked", "No": "not checked"}
FORMS: dict[str, Literal["2020", "2019"]] = {"2020": "2020", "2019": "2019"}
STATUSES: dict[str, Literal["single", "married", "head"]] = {
    "single": "single",
    "married": "married",
    "head": "head",
}


def of_marital(code: str) -> str:
    """The filing status that a marital status means where no form says another."""
    return "married" if code == "M" else "single"


def federal_entries(reading: Reading, person: Element) -> dict[str, Any]:
    """Entries that the federal message has attributes for: allowances (which only forms of 2019 and earlier have), and
    an additional amount to withhold each pay period."""
    found: dict[str, Any] = {}
    if "TaxExempt" in person.attributes:
        found = {"form": "2019", "allowances": reading.whole(person, "TaxExempt", high=99)}
    if "AddTaxWithheldAmt" in person.attributes:
        found["extra"] = reading.dollars(person, "AddTaxWithheldAmt")
    return found


def withholding(reading: Reading, person: Element, entries: Element) -> Withholding:
    """Form W-4. Without entries of ours: form of 2020, status by MaritalStatus, step 2 by the deduction indicator."""
    status = of_marital(reading.one_of(person, "MaritalStatus", MARITAL))
    step2 = reading.one_of(person, "W4StandardDeductionIndicator", INDICATOR) == "Yes"
    given = entries.attributes
    form = reading.one_of(entries, "W4Form", dict.fromkeys(FORMS, "form of")) if "W4Form" in given else "2020"
    if "W4Status" in given:
        status = reading.one_of(entries, "W4Status", dict.fromkeys(STATUSES, "status"))
    none = Money(0)
    steps = [reading.dollars(entries, name, absent=none) for name in ("W4Step3", "W4Step4a", "W4Step4b")]
    allowances = reading.whole(entries, "W4Allowances", high=99) if "W4Allowances" in given else 0
    stated = Withholding(
        form=FORMS[form],
        status=STATUSES[status],
        step2_checked=step2,
        step3=steps[0],
        step4a=steps[1],
        step4b=steps[2],
        extra=reading.dollars(entries, "W4Extra", absent=none),
        allowances=allowances,
        exempt=reading.yes(entries, "W4Exempt"),
        **of_form(reading, entries, ENTRIES),
    )
    if not given:
        stated = replace(stated, **federal_entries(reading, person))
        if stated.form == "2019":
            stated = replace(stated, step2_checked=False)
    unmixed(reading, entries, "W4Form", stated)
    return stated


def unmixed(reading: Reading, part: Element, name: str, stated: Withholding) -> None:
    """A finding when a W-4 has entries of two forms: allowances ended, and the steps began, with that of 2020."""
    steps = (stated.step3, stated.step4a, stated.step4b)
    old = stated.form == "2019"
    if (old and (stated.step2_checked or any(steps) or stated.status == "head")) or (
        not old and stated.allowances
    ):
        words = (
            "The W-4 mixes entries of the form of 2020 (steps, head of household) and of 2019 (allowances)."
        )
        reading.wrong("w4-mixed", words, part.line, part.named(name), "entries of one form")
