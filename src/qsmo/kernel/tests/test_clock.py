"""The only clock: the day may be set, the zone is always UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qsmo.kernel import clock


def test_the_clock_tells_the_present_in_utc(monkeypatch):
    monkeypatch.delenv("QSMO_TODAY", raising=False)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_the_environment_moves_the_day_and_not_the_time_of_day(monkeypatch):
    monkeypatch.setenv("QSMO_TODAY", "2026-03-01")
    assert clock.today() == date(2026, 3, 1)
    actual = datetime.now(UTC)
    apart = clock.now() - actual
    assert abs(apart - timedelta(days=round(apart / timedelta(days=1)))) < timedelta(seconds=5)


def test_the_clock_is_held_inside_a_block_only(monkeypatch):
    monkeypatch.setenv("QSMO_TODAY", "2026-03-01")
    with clock.at(date(2020, 6, 29)):
        assert clock.now() == datetime(2020, 6, 29, 12, tzinfo=UTC)
        with clock.at(datetime(2021, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))):
            assert clock.today() == date(2020, 12, 31)
        assert clock.today() == date(2020, 6, 29)
    assert clock.today() == date(2026, 3, 1)


def test_the_clock_runs_on_after_an_error_in_the_block(monkeypatch):
    monkeypatch.setenv("QSMO_TODAY", "2026-03-01")
    with pytest.raises(KeyError), clock.at(date(2020, 6, 29)):
        raise KeyError
    assert clock.today() == date(2026, 3, 1)


def test_an_instant_without_a_zone_is_an_error():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
