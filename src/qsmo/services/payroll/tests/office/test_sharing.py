"""Bank accounts that people share: asked once, accepted for later runs too, and asked again when one of them moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.actions.sharing import end_sharing, share_bank
from qsmo.services.payroll.actions.writing import keep_list
from qsmo.services.payroll.formats.paying.banks import write_banks
from qsmo.services.payroll.models import IntakeException, PayRun, SharedBank
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books
from qsmo.services.payroll.tests.out.bank.money import bank

SPOUSES = ["00000001", "00000002"]
WHY = "married, both said so on their forms"


def banks_kept(stage: Stage, folder: Path, *accounts: str) -> None:
    """A list in which the first people have these accounts."""
    rows = [bank(f"{place:08d}", account=account) for place, account in enumerate(accounts, start=1)]
    write_banks(folder / "banks.csv", rows)
    keep_list(stage.operator, stage.account.pk, "banks", folder / "banks.csv")


def calculated(stage: Stage, run: PayRun) -> list[IntakeException]:
    """The exceptions about shared accounts that are open after a calculation."""
    setting.calculated(stage, setting.fresh(run))
    return list(IntakeException.every.filter(run=run, code="bank-twice", state="open").order_by("who"))


@pytest.mark.django_db
def test_spouses_are_asked_once_until_one_of_them_moves(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path, people=3, damaged=False)
    banks_kept(stage, tmp_path, "5551", "5551", "5553")
    asked = calculated(stage, run)
    assert [each.who for each in asked] == SPOUSES
    assert "5551" not in asked[0].words

    before = books(), SharedBank.every.count()
    for viewer, why, status in (
        (stage.operator, " ", 422),
        (stage.certifier, WHY, 403),
        (stage.specialist, WHY, 403),
        (stage.rival, WHY, 404),
    ):
        with pytest.raises(Refusal) as refused:
            share_bank(viewer, asked[0].pk, why=why)
        assert refused.value.status == status
    assert (books(), SharedBank.every.count()) == before

    made = share_bank(stage.operator, asked[0].pk, why=WHY)
    assert (made.employees, made.accepted_by, made.reason) == (SPOUSES, "Operator", WHY)
    assert "5551" not in made.mark
    answered = IntakeException.every.filter(run=run, code="bank-twice")
    assert {(each.who, each.state, each.reason) for each in answered} == {
        (who, "accepted", WHY) for who in SPOUSES
    }
    assert calculated(stage, run) == []
    assert not IntakeException.every.filter(run=run, code="bank-twice").exclude(state="corrected").exists()
    with pytest.raises(Refusal, match="no bank account that several people have"):
        share_bank(stage.operator, asked[0].pk, why=WHY)

    banks_kept(stage, tmp_path, "5551", "5551", "5551")
    assert SharedBank.every.get(pk=made.pk).state == "accepted"
    assert [each.who for each in calculated(stage, run)] == [*SPOUSES, "00000003"]

    banks_kept(stage, tmp_path, "5552", "5552", "5553")
    assert SharedBank.every.get(pk=made.pk).state == "ended"
    again = calculated(stage, run)
    assert [each.who for each in again] == SPOUSES
    second = share_bank(stage.operator, again[1].pk, why=WHY)
    assert calculated(stage, run) == []
    assert end_sharing(stage.operator, second.pk, why="they parted").state == "ended"
    assert len(calculated(stage, run)) == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedBank.every.filter(pk=made.pk).update(reason="")
