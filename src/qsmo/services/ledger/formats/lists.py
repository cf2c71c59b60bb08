"""Lists that files are held against: Treasury's accounts, SF-133 data, program activities, award files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.delimited import rows, separator
from qsmo.services.ledger.formats.text import read_text
from qsmo.services.ledger.rules.chart import law

AMOUNTS = {"Amount", "FederalActionObligation", "OriginalLoanSubsidyCost"}
PADDED = {
    "AllocationTransferAgencyIdentifier": 3,
    "AgencyIdentifier": 3,
    "MainAccountCode": 4,
    "SubAccountCode": 3,
    "ProgramActivityCode": 4,
    "AssistanceType": 2,
}
ACCOUNT = ("AgencyIdentifier", "MainAccountCode")
NEEDS = {
    "tas": (*ACCOUNT, "SubAccountCode"),
    "sf133": (*ACCOUNT, "SubAccountCode", "Line", "Amount"),
    "keys": (*ACCOUNT, "ProgramActivityReportingKey"),
    "activities": (*ACCOUNT, "ProgramActivityCode", "ProgramActivityName"),
    "d1": ("PIID", "FederalActionObligation"),
    "d2": ("FAIN", "FederalActionObligation"),
}


@cache
def _names() -> dict[str, str]:
    return {row.text("name"): row.text("field") for row in law()["list_columns"].versions[-1].rows}


def read_list(content: bytes, name: str, what: str) -> list[dict[str, str]]:
    """Rows with the fields' own names; amounts as cents in digits. Refused (422) where it is not such a list."""
    read = read_text(content)
    if read.unreadable:
        raise Refusal("list-unreadable", f"{name}: {read.unreadable}", status=422)
    faults: list[str] = []
    first = read.text.lstrip("\r\n").split("\n", 1)[0]
    stream = rows(read.text, separator(first), lambda *fault: faults.append(f"{fault[1]} (line {fault[2]})"))
    _, heading = next(stream, (1, []))
    fields = [_names().get(re.sub(r"[\s_\"]", "", each).lower(), "") for each in heading]
    missing = [each for each in NEEDS[what] if each not in fields]
    if missing:
        raise Refusal("list-columns", f"{name} lacks the column {', '.join(missing)}", status=422)
    found = []
    for line, row in stream:
        cells = {
            field: _clean(field, each, name, line) for field, each in zip(fields, row, strict=False) if field
        }
        found.append(dict.fromkeys(filter(None, fields), "") | cells)
    if faults:
        raise Refusal("list-unreadable", f"{name}: {faults[0]}", status=422)
    return found


def _clean(field: str, raw: str, name: str, line: int) -> str:
    text = raw.strip()
    if field in AMOUNTS:
        return _cents(text, name, line)
    if field in PADDED and text:
        return text.rjust(PADDED[field], "0")
    if field in ("Starts", "Ends"):
        return _day(text)
    return text


def _cents(text: str, name: str, line: int) -> str:
    bare = text.replace(",", "").replace("$", "")
    if not bare:
        return "0"
    match = re.fullmatch(r"(-?)(\d*)(?:\.(\d{0,2})0*)?", bare)
    if match is None or bare in ("-", "."):
        raise Refusal("list-amount", f"{name}, line {line}: “{text}” is not an amount", status=422)
    return f"{match[1]}{match[2] or '0'}{(match[3] or '').ljust(2, '0')}"


def _day(text: str) -> str:
    """A date as YYYY-MM-DD, from that form or from M/D/YYYY; anything else is no date."""
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return text[:10]
    match = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return f"{match[3]}-{match[1].zfill(2)}-{match[2].zfill(2)}" if match else ""


def is_budget(content: bytes) -> bool:
    """Whether bytes are SF-133 data: their heading has lines and amounts."""
    first = read_text(content).text.lstrip("\r\n").split("\n", 1)[0]
    heading = next(rows(first, separator(first), lambda *_: None), (1, []))[1]
    fields = {_names().get(re.sub(r"[\s_\"]", "", each).lower(), "") for each in heading}
    return {"Line", "Amount"} <= fields


def together(lists: Sequence[list[dict[str, str]]]) -> list[dict[str, str]]:
    """Several lists as one."""
    return [row for each in lists for row in each]
