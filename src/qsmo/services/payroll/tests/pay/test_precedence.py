"""The order of precedence rank by rank: where money ends inside one deduction, all before it are whole, all after it
nothing. The order is that of the published lists, written down here once more; amounts are worked out by hand."""

from __future__ import annotations

import pytest

from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.deductions.precedence import CLAIMED, claims, due_of
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.rules.single import program_of
from qsmo.services.payroll.tests.asking.test_why import PERIOD

RANKS = (
    *("retirement", "oasdi", "medicare", "additional_medicare", "income_tax", "health", "life", "state_tax"),
    *("state_approximation", "local_tax", "levy", "debt", "debt_agreed", "child_support", "spousal_support"),
    *("chapter_13", "garnishment", "fsa_health", "dental", "vision", "hsa", "life_a", "life_b", "life_c"),
    *("long_term_care", "fsa_dependent", "savings_loan", "savings", "military_deposit", "association_dues"),
    *("union_dues", "charity", "discretionary", "allotment"),
)
DUES = {name: 10_00 + 2 * place for place, name in enumerate(RANKS)}
RULES = rules_on(PERIOD.pay_date)
WALK = tuple(
    rule
    for rule in RULES
    if rule.name in {f"{name}_cents" for name in RANKS} or rule.name.startswith("left_after_")
)


def taken(gross: int) -> dict[str, int]:
    """What each deduction gets of so much pay by the rules. Those that lower taxes are cut as in the calculation."""
    run = program_of(figures(PERIOD.during.start, PERIOD.pay_date), WALK)
    facts = {"gross_cents": gross, **{due_of(name): due for name, due in DUES.items()}}
    cut = {f"{name}_uncovered_cents": 0 for name in CLAIMED}
    while True:
        row = {**facts, **cut}
        run(row)
        again = {
            f"{name}_uncovered_cents": max(
                row[due] - max(row[left] - sum(row[each] for each in before), 0), 0
            )
            for name, due, left, before in claims(RULES)
        }
        if again == cut:
            return {name: row[f"{name}_cents"] for name in RANKS}
        cut = again


def test_every_deduction_that_the_rules_rank_is_ranked_here() -> None:
    assert {rule.name for rule in WALK if not rule.name.startswith("left_after_")} == {
        f"{name}_cents" for name in RANKS
    }


@pytest.mark.parametrize("rank", range(len(RANKS)), ids=RANKS)
def test_what_is_lower_is_short_before_what_is_higher(rank: int) -> None:
    """Pay that covers every rank above this one and half of it, and pay that ends a cent before and after it."""
    above, own = sum(list(DUES.values())[:rank]), DUES[RANKS[rank]]
    for part in (0, 1, own // 2, own - 1, own):
        found = taken(above + part)
        assert [found[name] for name in RANKS[:rank]] == [DUES[name] for name in RANKS[:rank]]
        assert found[RANKS[rank]] == part
        assert {found[name] for name in RANKS[rank + 1 :]} <= {0}
