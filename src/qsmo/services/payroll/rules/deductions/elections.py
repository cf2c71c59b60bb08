"""Elections: their codes, what each says, and the notation in which they stand in one column of text.

One entry is a code, then as far as they apply an amount, a rate in per cent, the whole amount to be collected after
`of`, and a reference after `#`; entries are parted by `; `: `union-dues 25.50; debt 150.00 of 2400.00 #D-17`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from qsmo.contract.documents import Election
from qsmo.kernel.money import Money

BETWEEN = "; "
ENTRY = (
    r"^(?P<code>[a-z0-9-]{1,40})(?: (?P<amount>[0-9]{1,7}\.[0-9]{2}))?(?: (?P<rate>[0-9]{1,3}(?:\.[0-9]{1,4})?)%)?"
    r"(?: of (?P<total>[0-9]{1,7}\.[0-9]{2}))?(?: #(?P<reference>[0-9A-Za-z./-]{1,40}))?$"
)
_ENTRY = re.compile(ENTRY)


@dataclass(frozen=True, slots=True)
class Kind:
    """What an election of a code may say, and the stem of the facts that it becomes."""

    title: str
    stem: str
    amount: bool = True
    rate: bool = False
    total: bool = False


KINDS = {
    "tsp-traditional": Kind("TSP traditional", "tsp_traditional", rate=True),
    "tsp-roth": Kind("TSP Roth", "tsp_roth", rate=True),
    "tsp-suspended": Kind("TSP contributions suspended", "tsp_suspended", amount=False),
    "tsp-loan": Kind("TSP loan payment", "savings_loan", total=True),
    "fehb-after-tax": Kind("Premium conversion waived", "health_after_tax", amount=False),
    "fehb-unshared": Kind("Health benefits without a Government share", "health_unshared", amount=False),
    "dental": Kind("Dental insurance", "dental"),
    "vision": Kind("Vision insurance", "vision"),
    "hsa": Kind("Health savings account", "hsa"),
    "long-term-care": Kind("Long-term care insurance", "long_term_care"),
    "fsa-health": Kind("Flexible spending of the year, health care", "fsa_health"),
    "fsa-dependent": Kind("Flexible spending of the year, dependent care", "fsa_dependent"),
    "tax-levy": Kind("Tax levy of an amount", "levy", total=True),
    "tax-levy-exempt": Kind("Tax levy of all pay above an exempt amount", "levy_exempt"),
    "debt": Kind("Debt to the United States, salary offset", "debt", rate=True, total=True),
    "debt-agreed": Kind("Debt to the United States, agreed", "debt_agreed", total=True),
    "child-support": Kind("Child support", "child_support", total=True),
    "spousal-support": Kind("Spousal support", "spousal_support", total=True),
    "supports-another-family": Kind(
        "Supports another spouse or child", "supports_another_family", amount=False
    ),
    "support-in-arrears": Kind(
        "Support more than twelve weeks in arrears", "support_in_arrears", amount=False
    ),
    "chapter-13": Kind("Bankruptcy order", "chapter_13", total=True),
    "garnishment": Kind("Commercial garnishment", "garnishment", total=True),
    "military-deposit": Kind("Deposit for military service", "military_deposit", total=True),
    "association-dues": Kind("Association dues", "association_dues"),
    "union-dues": Kind("Union dues", "union_dues"),
    "charity": Kind("Charity", "charity", total=True),
    "discretionary": Kind("Discretionary allotment", "discretionary", total=True),
    "allotment": Kind("Savings allotment", "allotment"),
}
ORDERED = (
    *("tax-levy", "tax-levy-exempt", "debt", "debt-agreed", "child-support", "spousal-support"),
    *("supports-another-family", "support-in-arrears", "chapter-13", "garnishment"),
)
"""What somebody else may take of any pay, also of one after separation."""
STEMS = {kind.stem: code for code, kind in KINDS.items()}


def written(elections: Iterable[Election]) -> str:
    """Elections in the notation."""
    return BETWEEN.join(_entry(each) for each in elections)


def parsed(text: str) -> tuple[Election, ...]:
    """Elections from the notation. ValueError names an entry that is not in it."""
    return tuple(_election(entry) for entry in text.split(BETWEEN) if entry)


def _entry(each: Election) -> str:
    parts = [each.code]
    if each.amount:
        parts.append(_plain(each.amount))
    if each.rate:
        hundredths = each.rate * 100 * 100 * 100
        if hundredths.denominator != 1:
            raise ValueError(f"the rate of {each.code} has more than four decimals of a per cent")
        whole, rest = divmod(hundredths.numerator, 100 * 100)
        parts.append(f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%")
    if each.total:
        parts.append(f"of {_plain(each.total)}")
    if each.reference:
        parts.append(f"#{each.reference}")
    return " ".join(parts)


def _plain(amount: Money) -> str:
    return f"{amount.cents // 100}.{amount.cents % 100:02d}"


def _election(entry: str) -> Election:
    found = _ENTRY.match(entry)
    if found is None or found["code"] not in KINDS:
        raise ValueError(f"“{entry}” is not an election")
    return Election(
        code=found["code"],
        amount=Money.parse(found["amount"] or "0"),
        rate=Fraction(found["rate"] or "0") / 100,
        reference=found["reference"] or "",
        total=Money.parse(found["total"] or "0"),
    )
