"""A file of journals: what is right is posted, each journal by itself; what is wrong is said by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions.batch import Outcome, post_batch
from qsmo.services.ledger.formats.journals import read_journals
from qsmo.services.ledger.models import Accounting, Entry
from qsmo.services.ledger.tests.setting import TAS, Stage

HEAD = "key,on,words,tas,account,debit,credit\n"


def order(
    key: str,
    dollars: str,
    *,
    credit: str = "",
    on: str = "2026-01-20",
    account: str = "480100",
    tas: str = TAS,
) -> str:
    """A journal of two lines that places an order."""
    return (
        f"{key},{on},Order,{tas},461000,{dollars},\n{key},{on},Order,{tas},{account},,{credit or dollars}\n"
    )


def post(stage: Stage, text: str) -> list[Outcome]:
    read = read_journals((HEAD + text).encode(), "journals.csv", "file")
    assert read.findings == ()
    return post_batch(stage.accountant, stage.book.pk, read.drafts)


def test_words_are_kept_as_they_came(stage: Stage) -> None:
    stage.funded("1,000.00")
    words = 'a "b" \\ {c, d} NULL \' é %s'
    (draft,) = read_journals((HEAD + order("w", "1.00")).encode(), "journals.csv", "file").drafts
    (outcome,) = post_batch(stage.accountant, stage.book.pk, [replace(draft, words=words, key=words)])
    kept = Entry.every.get(pk=outcome.entry)
    assert (kept.words, kept.key, kept.rule, kept.reverses_id) == (words, words, "", None)


def test_each_journal_is_posted_or_refused_by_itself(stage: Stage) -> None:
    stage.funded("1,000.00")
    text = (
        order("a", "400.00")
        + order("b", "10.00", credit="9.00")
        + order("c", "700.00")
        + order("d", "600.00")
    )
    text += (
        order("e", "1.00", account="489999")
        + order("f", "1.00", on="2025-09-30")
        + order("g", "1.00", tas="x")
    )
    outcomes = post(stage, text)
    assert [(each.key, each.is_new, {found.code for found in each.findings}) for each in outcomes] == [
        ("a", True, set()),
        ("b", False, {"unbalanced"}),
        ("c", False, {"funds"}),
        ("d", True, set()),
        ("e", False, {"account"}),
        ("f", False, {"not-yet"}),
        ("g", False, {"symbol"}),
    ]
    assert stage.balances()["480100"] == "-1,000.00"
    before = stage.counts()
    again = post(stage, text)
    assert [each.entry for each in again if each.entry] == [each.entry for each in outcomes if each.entry]
    assert not any(each.is_new for each in again)
    assert stage.counts() == before


def test_a_closed_period_keeps_its_journals_out(stage: Stage) -> None:
    stage.funded("1,000.00")
    (outcome,) = post(stage, order("late", "1.00", on="2026-01-05"))
    assert outcome.is_new
    for number in range(1, 5):
        actions.close_period(stage.accountant, Accounting.every.get(book=stage.book, number=number).pk)
    before = stage.counts()
    (outcome,) = post(stage, order("later", "1.00", on="2026-01-06"))
    assert [found.code for found in outcome.findings] == ["period"]
    assert stage.counts() == before


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (f"k,2026-01-20,Order,{TAS},461000,1.005,", "debit", "amount"),
        (f"k,2026-01-20,Order,{TAS},461000,1.00,1.00", "debit", "amount"),
        (f"k,2026-01-20,Order,{TAS},461000,,", "debit", "amount"),
        (f"k,2026-01-20,Order,{TAS},461000,-1.00,", "debit", "amount"),
        (f"k,2026-01-20,Order,{TAS},461000,999999999999999999999.00,", "debit", "amount"),
        (f"k,20.1.2026,Order,{TAS},461000,1.00,", "on", "date"),
        (f",2026-01-20,Order,{TAS},461000,1.00,", "key", "key"),
        (f"k,2026-01-20,,{TAS},461000,1.00,", "words", "words"),
        (f"k,2026-01-20,Order,{TAS},461000,1.00", "", "cells"),
    ],
)
def test_a_mistake_in_a_line_spoils_its_journal_alone(line: str, field: str, code: str) -> None:
    read = read_journals(
        (HEAD + order("a", "1.00") + line + "\n" + order("z", "2.00")).encode(), "j.csv", "file"
    )
    assert (read.findings[0].line, read.findings[0].field, read.findings[0].code) == (4, field, code)
    assert [draft.key for draft in read.drafts] == ["a", "z"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"key,on,words,tas,account,debit\n", 1),
        (HEAD.replace("credit", "debit").encode(), 1),
        (HEAD.encode() + b"a,\xff\n", 2),
        (HEAD.encode() + b"a\x00b\n", 2),
        (HEAD.encode() + b'a,"2026\n', 2),
        ((HEAD + "a").encode("utf-16"), 1),
    ],
)
def test_what_is_no_such_file_is_refused_whole(content: bytes, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        read_journals(content, "j.csv", "file")
    (finding,) = refused.value.findings
    assert (finding.file, finding.line) == ("j.csv", line)
