"""File C against award files: awards that must be in both (C8, C9, C11, C12), and their obligations (C23)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.dataact.tables import OBLIGATION, Case, ListRow, dollars
from qsmo.services.ledger.rules.checking.sheet import Sheet

D1, D2 = "needs the procurement awards (--d1)", "needs the assistance awards (--d2)"
Award = tuple[str, ...]
NAMES = {"D1": (("PIID", "ParentAwardId"),), "D2": (("FAIN",), ("URI",))}


def check_awards(case: Case) -> None:
    """Every rule that needs an award file."""
    c = case.sheets.get("C")
    if c is None:
        return
    for listed, why, there, back, sums in (
        (case.given.procurement, D1, "C11", "C12", ("C23.1", "C23.2")),
        (case.given.assistance, D2, "C8", "C9", ("C23.3", "C23.4")),
    ):
        if listed is None:
            for rule in (there, back, *sums):
                case.report.skipped(rule, "C", why)
            continue
        file = "D1" if listed is case.given.procurement else "D2"
        _both(case, c, listed, file, there, back)
        _obligations(case, c, listed, file, sums)


def _ours(c: Sheet, names: Sequence[str]) -> list[Award]:
    return list(zip(*(c.upper(name) for name in names), strict=True))


def _between(c: Sheet) -> list[bool]:
    """Which rows are of an allocation transfer between agencies: their awards are another's to report."""
    known = {name: bool(each.transfer) and each.transfer != each.agency for name, each in c.known.items()}
    return [known[account] for account in c.accounts]


def _award(row: ListRow, names: Sequence[str]) -> Award:
    return tuple(row.get(name, "").upper() for name in names)


def _loan(row: ListRow) -> bool:
    return row.get("AssistanceType", "") in law()["dataact_rules"].versions[-1].text("loan_types").split()


def _cents(row: ListRow) -> int:
    name = "OriginalLoanSubsidyCost" if _loan(row) else "FederalActionObligation"
    return int(row.get(name) or "0")


def _both(case: Case, c: Sheet, listed: Sequence[ListRow], file: str, there: str, back: str) -> None:
    between = _between(c)
    for names in NAMES[file]:
        case.report.ran(there, "C")
        case.report.ran(back, "C")
        known = {_award(row, names) for row in listed}
        ours = _ours(c, names)
        for place, award in enumerate(ours):
            if award[0] and not case.balances(c)[place] and not between[place] and award not in known:
                said = " of ".join(each for each in award if each)
                case.finding(there, c, place, f"The award {said} is not in file {file}", names[0])
        mine = set(ours)
        owed: dict[Award, bool] = defaultdict(bool)
        for row in listed:
            owed[_award(row, names)] |= _cents(row) > 0 if _loan(row) else _cents(row) != 0
        for award, some in owed.items():
            if award[0] and some and award not in mine:
                said = " of ".join(each for each in award if each)
                case.finding(back, c, None, f"The award {said} of file {file} is not in file C", names[0])


def _obligations(case: Case, c: Sheet, listed: Sequence[ListRow], file: str, sums: tuple[str, str]) -> None:
    between, column = _between(c), c.amount(OBLIGATION)
    for number, rule in enumerate(sums):
        case.report.ran(rule, "C")
        names = NAMES["D1"][0] if file == "D1" else NAMES["D2"][number]
        ours: dict[Award, int] = defaultdict(int)
        first: dict[Award, int] = {}
        left_out = {award for place, award in enumerate(_ours(c, names)) if between[place] or place in c.bad}
        for place, award in enumerate(_ours(c, names)):
            fits = file == "D2" or bool(award[1]) == (number == 1)
            if award[0] and fits and award not in left_out:
                ours[award] += column[place] or 0
                first.setdefault(award, place)
        theirs = _theirs(listed, names)
        for award, cents in ours.items():
            if award in theirs and cents != -theirs[award]:
                said = " of ".join(each for each in award if each)
                has = dollars(theirs[award])
                words = f"The obligations of award {said} are {dollars(cents)}, not the opposite of {has} in {file}"
                case.finding(rule, c, first[award], words, OBLIGATION, dollars(-theirs[award]))


def _theirs(listed: Sequence[ListRow], names: Sequence[str]) -> Mapping[Award, int]:
    found: dict[Award, int] = defaultdict(int)
    for row in listed:
        found[_award(row, names)] += _cents(row)
    return found
