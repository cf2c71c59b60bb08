"""The list of banks and the items of the office: read back equal, each damage named, no account number shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.payroll.formats.paying.banks import BANKS, Bank, is_routing, read_banks, write_banks
from qsmo.services.payroll.formats.paying.office import ITEMS, read_office
from qsmo.services.payroll.tests.out.bank.money import CHECKING, OFFICE, SAVINGS, bank

SUPPORT = "child_support_cents"
WHOLE = [
    bank("00000001"),
    bank(
        "00000001",
        purpose=SUPPORT,
        payee="State Disbursement Unit",
        reference="CASE 77",
        fips="51000",
        medical="Y",
        routing=SAVINGS,
        account="555",
    ),
    bank("00000002", share="amount", amount_cents=50_000, kind="savings", routing=SAVINGS, account="77 - A"),
    bank("00000002", place=2, prenote=True),
    bank("00000002", place=3),
]
RIGHT = "00000001,net,1,rest,0,checking,021000021,12345678,false,,,,"


def read(path: Path, *lines: str) -> list[Bank | Finding]:
    """What a list of these rows is read as."""
    target = path / "banks.csv"
    target.write_text("\n".join([",".join(BANKS), *lines, ""]), encoding="utf-8")
    return list(read_banks(target, purposes=(SUPPORT,)))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_list_is_read_back_equal(tmp_path, suffix):
    target = tmp_path / f"banks{suffix}"
    assert write_banks(target, WHOLE) == 5
    assert list(read_banks(target, purposes=(SUPPORT,))) == WHOLE


def test_check_digits():
    assert [is_routing(number) for number in (CHECKING, SAVINGS, "061000146")] == [True] * 3
    assert not any(
        is_routing(number) for number in ("021000022", "000000000", "12345678", "1234567890", "02100002A")
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("021000021", "021000022", "routing-wrong", "routing"),
        ("021000021", "21000021", "routing-wrong", "routing"),
        ("12345678", "", "account-wrong", "account"),
        ("12345678", "123456789012345678", "account-wrong", "account"),
        ("12345678", "1234€", "account-wrong", "account"),
        ("checking", "gold", "code-unknown", "kind"),
        ("net", "tips_cents", "purpose-wrong", "purpose"),
        ("net", SUPPORT, "payee-wrong", "payee"),
        ("rest,0", "rest,5", "amount-wrong", "amount_cents"),
        ("rest,0", "amount,0", "amount-wrong", "amount_cents"),
        ("net,1", "net,0", "number-wrong", "place"),
        ("00000001", "00 1", "id-wrong", "employee"),
        ("false", "no", "code-unknown", "prenote"),
    ],
)
def test_each_damage_is_named_and_no_account_is_shown(tmp_path, old, new, code, field):
    (found,) = read(tmp_path, RIGHT.replace(old, new, 1))
    assert isinstance(found, Finding)
    assert (found.code, found.field, found.line) == (code, field, 2)
    for number in ("12345678", "021000021", "021000022", "123456789012345678"):
        assert number not in found.words


def test_a_share_that_stands_there_twice_is_named(tmp_path):
    one, two = read(tmp_path, RIGHT, RIGHT.replace("net,1", "net,2"))
    assert isinstance(one, Bank)
    assert isinstance(two, Finding)
    assert (two.code, two.words) == ("share-twice", "A share of this place or kind stands already on line 2.")


def test_a_bank_shows_the_end_of_its_account_alone():
    assert bank("1", account="12345678").hidden == "…5678"
    assert bank("1", account="123").hidden == "…"


def test_the_items_of_an_office_are_read_and_what_is_wrong_with_them_is_named(tmp_path):
    target = tmp_path / "office.csv"
    rows = [f"{item},{value},test" for item, value in OFFICE.items()]
    bad = [
        "ein,12,test",
        "colour,red,test",
        "ein,123456789,",
        "ein,123456789,again",
        "ach_destination,061000147,x",
    ]
    target.write_text("\n".join(["item,value,source", *rows, *bad, ""]), encoding="utf-8")
    office, found = read_office(target)
    assert dict(office) == dict(OFFICE)
    assert [each.code for each in found] == [
        "value-wrong", "code-unknown", "source-missing", "item-twice", "routing-wrong"
    ]  # fmt: skip
    assert set(OFFICE) <= set(ITEMS)
    with pytest.raises(Refusal, match="employer_location \\(room, suite or building\\)"):
        office.need("The file", "ein", "employer_location")
