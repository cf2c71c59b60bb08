"""How commands answer: tables that are also JSON, and exit codes that mean something; and how slices are found."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import new_id
from qsmo.kernel.money import Money
from qsmo.platform import console, plugs
from qsmo.platform.access.viewer import PUBLIC

ROWS = [{"name": "Mia [sic]", "pay": Money(123_456), "open": True, "none": None}]
COLUMNS = {"name": "Name", "pay": "Pay", "open": "Open", "none": "None"}


def test_a_table_is_also_json_with_money_in_cents(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(ROWS, COLUMNS, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said == [{"name": "Mia [sic]", "pay": 123_456, "open": True, "none": None}]


@pytest.mark.parametrize("width", [40, 80, 132])
def test_an_identifier_is_whole_at_any_width_and_only_sentences_are_folded(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(console, "OUT", Console(file=said, width=width, soft_wrap=True, highlight=False))
    key, sha = new_id(), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    words = "Subscription of an agency with a long name to a service with a longer one"
    row = {"id": key, "words": words, "offering": "grm-grantsolutions-platform", "state": "requesting_approved",
           "digest": sha, "pay": Money(123_456)}  # fmt: skip
    console.table([row], {name: name for name in row})
    console.facts({"subscription": key, "commands": [key, "plain"], "digest": sha})
    for word in (key, "grm-grantsolutions-platform", "requesting_approved", sha):
        assert word in said.getvalue()
    assert said.getvalue().count(key) == 3
    assert words not in said.getvalue()


@pytest.mark.parametrize(
    ("status", "code"),
    [(409, console.REFUSED), (422, console.WRONG_INPUT), (404, console.WRONG_INPUT), (403, 3)],
)
def test_a_refusal_is_words_and_an_exit_code(
    status: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught, console.answering():
        raise Refusal("no", "Not [today]", status=status, findings=(Finding("f", "because", field="day"),))
    assert caught.value.code == code


def test_any_other_error_is_loud() -> None:
    with pytest.raises(ZeroDivisionError), console.answering():
        _ = 1 // 0


def test_nobody_named_is_the_public() -> None:
    assert console.viewer_of("") is PUBLIC


def test_slices_are_found_in_layers_each_name_once() -> None:
    found = plugs.slices()
    layers = [each.layer for each in found]
    assert layers == sorted(layers, key=["platform", "marketplace", "services"].index)
    assert len({each.package for each in found}) == len(found)
    assert {"access", "catalogue", "payroll"} <= {each.name for each in found}
    assert set(plugs.services()) >= {"payroll"}
