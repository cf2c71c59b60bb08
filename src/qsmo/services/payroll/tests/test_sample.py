"""The invented agency: everybody can be read and paid, twelve are damaged in twelve ways, and a seed is a promise."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import AGENCY, PERIOD, SampleFiles, generate, write_sample
from qsmo.services.payroll.formats.time_xml import CODES, read_times
from qsmo.services.payroll.tests.people import apart

COUNT = 2000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    """Two thousand people with twelve damaged records."""
    return write_sample(tmp_path_factory.mktemp("sample"), COUNT, seed=7)


def test_twelve_records_are_refused_and_the_other_1988_are_read(files: SampleFiles) -> None:
    people, hr_findings = apart(read_assignments(files.hr, agencies={AGENCY}))
    times, time_findings = apart(read_times(files.time, agencies={AGENCY}, during=PERIOD))
    assert (len(people), len(times)) == (COUNT - 7, COUNT - 5)
    assert len({person.employee for person in people} & {time.employee for time in times}) == 1988
    assert len({found.who for found in hr_findings + time_findings}) == 12


def test_each_damage_is_answered_by_file_line_field_and_remedy(files: SampleFiles) -> None:
    _, hr_findings = apart(read_assignments(files.hr, agencies={AGENCY}))
    _, time_findings = apart(read_times(files.time, agencies={AGENCY}, during=PERIOD))
    found = {_place(finding) for finding in hr_findings + time_findings}
    wanted = {(each.file, each.line, each.who, each.code, each.field) for each in files.damaged}
    assert found == wanted
    assert len(wanted) == len({code for *_, code, _ in wanted}) == 12
    assert all(finding.expected for finding in hr_findings + time_findings)
    for each in files.damaged:
        path = files.hr if each.file == files.hr.name else files.time
        line = path.read_text("utf-8").splitlines()[each.line - 1]
        assert each.field.split("@")[0] in line or each.code in ("element-missing", "entry-twice")


def _place(found: Finding) -> tuple[str, int | None, str, str, str]:
    return found.file, found.line, found.who, found.code, found.field


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    digests = [
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in (made.hr, made.time, made.rates)]
        for made in (write_sample(tmp_path / str(turn), 60, seed=seed) for turn, seed in enumerate((1, 1, 2)))
    ]
    assert digests[0] == digests[1]
    assert digests[0][0] != digests[2][0]
    assert digests[0][1] != digests[2][1]


def test_the_sample_varies_in_everything_that_pay_depends_on(files: SampleFiles) -> None:
    people, _ = apart(read_assignments(files.hr))
    times, _ = apart(read_times(files.time))
    assert {person.grade for person in people} == {f"{grade:02d}" for grade in range(4, 16)}
    assert {person.step for person in people} == {f"{step:02d}" for step in range(1, 11)}
    assert {person.retirement for person in people} == {"K", "KR", "KF"}
    assert {person.fegli for person in people} == {"A0", "B0", "C0"}
    assert {person.flsa for person in people} == {"exempt", "nonexempt"}
    assert {person.duty_station[:2] for person in people} == {"48", "12", "53", "32", "47"}
    assert {person.withholding.form for person in people} == {"2020", "2019"}
    assert {person.withholding.status for person in people} == {"single", "married", "head"}
    assert len({person.fehb for person in people}) == 13
    assert {entry.code for time in times for entry in time.entries} == {
        code for code in CODES if code.isdecimal()
    }


def test_nobody_has_a_number_that_could_be_somebodys(files: SampleFiles) -> None:
    people, _ = apart(read_assignments(files.hr))
    assert all(person.ssn.startswith("9") for person in people)
    assert len({person.ssn for person in people}) == len(people)


def test_everybody_works_eighty_hours_and_has_the_holiday() -> None:
    basic = {"1037", "816", "861", "876", "961", "940"}
    for person, time in generate(400, seed=3):
        assert sum(entry.centihours for entry in time.entries if entry.code in basic) == 8000, person.employee
        assert sum(entry.code in ("816", "861") for entry in time.entries) == 1, person.employee


def test_a_holiday_on_a_day_off_moves_to_the_workday_before() -> None:
    found = Counter(
        entry.on
        for _, time in generate(400, seed=3)
        for entry in time.entries
        if entry.code in ("816", "861")
    )
    assert set(found) == {date(2026, 2, 14), date(2026, 2, 16)}


def test_pay_is_that_of_the_2026_tables() -> None:
    seattle = Period(date(2026, 3, 8), date(2026, 3, 22))
    found = {
        (person.grade, person.step): person.adjusted_pay
        for person, _ in generate(3000, seed=5, during=seattle)
        if person.duty_station.startswith("530000033")
    }
    # GS-9 step 1 of 52,727 with Seattle's 31.57 percent: 69,372.9, to the dollar
    assert found["09", "01"] == Money(6937300)
    assert max(found.values()) == Money(19720000), "level IV caps the highest"


def test_the_rate_list_says_what_is_invented(files: SampleFiles) -> None:
    rates, findings = read_rates(files.rates, on=PERIOD.start)
    assert findings == []
    assert len(rates.fehb) == 12
    assert all("invented" in rate.source for rate in rates.fehb.values())
    assert {code: str(rate.rate) for code, rate in rates.retirement.items()} == {
        "K": "23/125",
        "KR": "33/200",
        "KF": "33/200",
    }
    assert all("supplied by the agency" in rate.source for rate in rates.retirement.values())
