"""Codes and what must be on a row or must not: object classes, flags, fund codes, program activities, awards."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qsmo.services.ledger.rules.checking.dataact.tables import (
    ADJUSTMENT,
    CLASS,
    CODE,
    FLAG,
    FUND,
    KEY,
    NAME,
    NO_CLASS,
    OBLIGATION,
    OUTLAY,
    Case,
    account_fields,
    amounts_of,
    fund_codes,
    object_classes,
)
from qsmo.services.ledger.rules.checking.report import joined
from qsmo.services.ledger.rules.checking.sheet import Sheet

UNKNOWN = "0000"
UNKNOWN_NAME = "UNKNOWN/OTHER"


def check_codes(case: Case) -> None:
    """Every rule about codes on rows of the files that are there."""
    for sheet in case.sheets.values():
        _symbols(case, sheet)
    if "B" in case.sheets:
        _of_b(case, case.sheets["B"])
    if "C" in case.sheets:
        _of_c(case, case.sheets["C"])


def _each(
    case: Case,
    sheet: Sheet,
    rule: str,
    name: str,
    wrong: Iterable[int],
    words: Callable[[int], str],
    expected: str = "",
) -> None:
    case.report.ran(rule, sheet.of)
    for place in wrong:
        case.finding(rule, sheet, place, words(place), name, expected)


def _symbols(case: Case, sheet: Sheet) -> None:
    faults = {account: symbol.fault for account, symbol in sheet.known.items()}
    some = {account: why for account, why in faults.items() if why and "missing" not in why}
    wrong = [place for place, account in enumerate(sheet.accounts) if account in some] if some else []
    _each(
        case,
        sheet,
        "tas-form",
        "",
        wrong,
        lambda place: (
            f"The account symbol {sheet.accounts[place]} makes no sense: {some[sheet.accounts[place]]}"
        ),
    )


def _of_b(case: Case, sheet: Sheet) -> None:
    some = sheet.has_amount
    _class(case, sheet, "B11.3")
    classes, flags = sheet.text(CLASS), sheet.upper(FLAG)
    wrong = [place for place, code in enumerate(classes) if code in NO_CLASS and some[place]]
    _each(
        case,
        sheet,
        "B11.4",
        CLASS,
        wrong,
        lambda place: f"Object class {classes[place]} stands with amounts that are not zero",
    )
    ledger = sheet.some(account_fields("B").values()).to_list()
    wrong = [place for place, flag in enumerate(flags) if not flag and ledger[place]]
    _each(
        case,
        sheet,
        "B12.3",
        FLAG,
        wrong,
        lambda _: "The reimbursable flag is blank on a row with ledger amounts",
        "R or D",
    )
    _flag(case, sheet, "B12.4", flags)
    _fund(case, sheet)
    adjustments = sheet.upper(ADJUSTMENT)
    wrong = [place for place, code in enumerate(adjustments) if code and code not in ("X", "B", "P")]
    _each(
        case,
        sheet,
        "B29",
        ADJUSTMENT,
        wrong,
        lambda place: f"“{adjustments[place]}” is not an adjustment code",
        "X, B or P",
    )
    _activity_given(case, sheet, ("B27.1", "B27.3", "B27.5"))


def _of_c(case: Case, sheet: Sheet) -> None:
    _class(case, sheet, "B11.1")
    classes, flags, adjustments = sheet.text(CLASS), sheet.upper(FLAG), sheet.upper(ADJUSTMENT)
    wrong = [place for place, code in enumerate(classes) if code in NO_CLASS]
    _each(
        case,
        sheet,
        "B11.2",
        CLASS,
        wrong,
        lambda place: f"Object class {classes[place]} stands in a file of awards",
    )
    _flag(case, sheet, "B12.2", flags)
    _fund(case, sheet)
    wrong = [place for place, code in enumerate(adjustments) if code and code not in ("X", "B", "P")]
    _each(
        case,
        sheet,
        "B29.1",
        ADJUSTMENT,
        wrong,
        lambda place: f"“{adjustments[place]}” is not an adjustment code",
        "X, B, P or blank",
    )
    _activity_given(case, sheet, ("B27.2", "B27.4", "B27.6"))
    _awards(case, sheet)
    _balances(case, sheet)


def _class(case: Case, sheet: Sheet, rule: str) -> None:
    classes, known = sheet.text(CLASS), object_classes() | NO_CLASS
    wrong = [place for place, code in enumerate(classes) if code not in known]
    _each(
        case,
        sheet,
        rule,
        CLASS,
        wrong,
        lambda place: (
            f"“{classes[place]}” is not an object class" if classes[place] else "The object class is blank"
        ),
        "three digits of Circular A-11, section 83",
    )


def _flag(case: Case, sheet: Sheet, rule: str, flags: list[str]) -> None:
    wrong = [place for place, flag in enumerate(flags) if flag not in ("", "R", "D")]
    _each(
        case,
        sheet,
        rule,
        FLAG,
        wrong,
        lambda place: f"“{flags[place]}” is not a reimbursable flag",
        "R, D or blank",
    )


def _fund(case: Case, sheet: Sheet) -> None:
    codes, known = sheet.upper(FUND), fund_codes()
    wrong = [place for place, code in enumerate(codes) if code not in known]
    _each(
        case,
        sheet,
        "B24",
        FUND,
        wrong,
        lambda place: f"“{codes[place]}” is not a fund code" if codes[place] else "The fund code is blank",
        "a code of the list, Q where nothing is designated",
    )


def _activity_given(case: Case, sheet: Sheet, names: tuple[str, str, str]) -> None:
    """Key alone from FY2026; before it the key, or code and name. Without a year, what no year allows is still said."""
    needs_key, needs_either, forbids = names
    keys, codes, words = sheet.text(KEY), sheet.text(CODE), sheet.text(NAME)
    newer = case.from_year("key_year")
    neither = [
        place
        for place, (key, code, name) in enumerate(zip(keys, codes, words, strict=True))
        if not key and not (code and name)
    ]
    if newer:
        case.report.skipped(needs_either, sheet.of, "holds for fiscal years before 2026")
        wrong = [place for place, key in enumerate(keys) if not key]
        _each(case, sheet, needs_key, KEY, wrong, lambda _: "The program activity key is blank")
        both = [place for place, (code, name) in enumerate(zip(codes, words, strict=True)) if code or name]
        said = "Program activity code and name are given; from fiscal year 2026 the key takes their place"
        _each(case, sheet, forbids, CODE, both, lambda _: said, "blank")
        return
    why = "holds from fiscal year 2026" if newer is False else "needs the fiscal year (--fiscal-year)"
    case.report.skipped(needs_key, sheet.of, why)
    case.report.skipped(forbids, sheet.of, why)
    _each(
        case,
        sheet,
        needs_either,
        KEY,
        neither,
        lambda _: "Neither program activity key nor code and name are given",
    )


def _awards(case: Case, sheet: Sheet) -> None:
    names = ("FAIN", "URI", "PIID")
    ids = list(zip(*(sheet.text(name) for name in names), strict=True))
    wrong = [place for place, each in enumerate(ids) if not any(each)]
    _each(case, sheet, "C14.1", "", wrong, lambda _: "The row names no award", "a FAIN, a URI or a PIID")
    wrong = [place for place, each in enumerate(ids) if sum(map(bool, each)) > 1]

    def words(place: int) -> str:
        given = [name for name, value in zip(names, ids[place], strict=True) if value]
        return f"The row names its award by {joined(given)}"

    _each(case, sheet, "C14.2", "", wrong, words, "one of FAIN, URI and PIID")


def _balances(case: Case, sheet: Sheet) -> None:
    balance, adjustments = case.balances(sheet), sheet.upper(ADJUSTMENT)
    rest = sheet.given(name for name in amounts_of("C") if name != OBLIGATION).to_list()
    wrong = [place for place, is_one in enumerate(balance) if not is_one and rest[place]]
    said = "An obligation of a transaction and balances stand on one row; zero counts as given"
    _each(case, sheet, "C17", OBLIGATION, wrong, lambda _: said)
    dates = sheet.text("GeneralLedgerPostDate")
    wrong = [place for place, is_one in enumerate(balance) if is_one and dates[place]]
    said = "A row of balances has a posting date"
    _each(case, sheet, "C29", "GeneralLedgerPostDate", wrong, lambda _: said, "blank")
    given = [place for place, is_one in enumerate(balance) if is_one and adjustments[place]]
    blank = [place for place, is_one in enumerate(balance) if is_one and not adjustments[place]]
    said = "The adjustment code is blank here and given on other rows of balances"
    _each(case, sheet, "B29.2", ADJUSTMENT, blank if given else [], lambda _: said)
    _must_give(case, sheet, "C25", "outlay_year", (OUTLAY["C"],))
    accounts = account_fields("C")
    _must_give(case, sheet, "C30", "recovery_year", (accounts["487200_CPE"], accounts["497200_CPE"]))


def _must_give(case: Case, sheet: Sheet, rule: str, since: str, names: tuple[str, ...]) -> None:
    holds = case.from_year(since)
    if not holds:
        why = "holds for later fiscal years" if holds is False else "needs the fiscal year (--fiscal-year)"
        case.report.skipped(rule, sheet.of, why)
        return
    case.report.ran(rule, sheet.of)
    for name in names:
        column = sheet.amount(name)
        for place, is_one in enumerate(case.balances(sheet)):
            if is_one and column[place] is None and place not in sheet.bad:
                case.finding(
                    rule,
                    sheet,
                    place,
                    f"A row of balances does not give {name}",
                    name,
                    "an amount; zero is one",
                )


def check_activities(case: Case) -> None:
    """B9 and B28: program activities against the lists of the account, as far as they are given."""
    for of, keys in (("B", "B28.1"), ("C", "B28.2")):
        sheet = case.sheets.get(of)
        if sheet is not None:
            _activity(case, sheet)
            _key(case, sheet, keys)


def _activity(case: Case, sheet: Sheet) -> None:
    codes, names, some = sheet.upper(CODE), sheet.upper(NAME), sheet.has_amount
    listed = case.given.activities
    known = {
        (row["AgencyIdentifier"], row["MainAccountCode"], row[CODE], row[NAME].upper())
        for row in listed or ()
    }
    case.report.ran("B9", sheet.of)
    if listed is None:
        case.report.partly(
            "B9", sheet.of, "only 0000 and Unknown/Other: needs the list of program activities (--activities)"
        )
    for place, (code, name) in enumerate(zip(codes, names, strict=True)):
        if not code and not name:
            continue
        if code == UNKNOWN or name == UNKNOWN_NAME:
            if sheet.of == "C" or some[place]:
                words = f"Program activity {code} {name.title()} is meant for rows without amounts, never for awards"
                case.finding("B9", sheet, place, words, CODE)
        elif listed is not None:
            symbol = sheet.symbol(place)
            if (symbol.agency, symbol.main, code, name) not in known:
                words = f"Program activity {code} “{name}” is not on the list for {symbol.federal_account}"
                case.finding("B9", sheet, place, words, CODE)


def _key(case: Case, sheet: Sheet, rule: str) -> None:
    listed, keys, some = case.given.keys, sheet.upper(KEY), sheet.has_amount
    parts = ("AllocationTransferAgencyIdentifier", "AgencyIdentifier", "MainAccountCode", "SubAccountCode")
    known = {(*(row.get(part, "") for part in parts), row[KEY].upper()) for row in listed or ()}
    case.report.ran(rule, sheet.of)
    if listed is None:
        case.report.partly(rule, sheet.of, "only 0000: needs the list of program activity keys (--keys)")
    for place, key in enumerate(keys):
        if key and key.strip("0") == "" and (sheet.of == "C" or some[place]):
            words = f"Program activity key {key} is meant for rows without amounts, and never for awards"
            case.finding(rule, sheet, place, words, KEY)
        elif key.strip("0") and listed is not None and (some[place] or sheet.of == "C"):
            symbol = sheet.symbol(place)
            at = (symbol.transfer, symbol.agency, symbol.main)
            if (*at, symbol.sub, key) not in known and (*at, "", key) not in known:
                words = f"Program activity key {key} is not on the list for {symbol.federal_account}"
                case.finding(rule, sheet, place, words, KEY)
