"""The machine's figures: in range, in their units, from real counters and odd ones."""

from __future__ import annotations

import os
import time
from collections import namedtuple

import psutil
import pytest

from studylab.monitor.machine import Machine

CoreTimes = namedtuple("CoreTimes", "user system idle iowait guest")  # noqa: PYI024


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> list[list[CoreTimes]]:
    """What successive looks at the cores find."""
    looks: list[list[CoreTimes]] = []
    monkeypatch.setattr("psutil.cpu_times", lambda percpu: looks.pop(0))
    return looks


def test_a_real_sample_is_plausible() -> None:
    sampler = Machine()
    deadline = time.monotonic() + 0.2
    while time.monotonic() < deadline:
        pass
    sample = sampler.sample()
    assert abs(sample.time - time.time()) < 5
    assert sample.cpu_percent is not None
    assert 0 < sample.cpu_percent <= 100
    assert len(sample.per_core) == os.cpu_count()
    assert all(0 <= core <= 100 for core in sample.per_core)
    assert 0 < sample.memory_used < sample.memory_total == psutil.virtual_memory().total
    assert 0 <= sample.swap_used <= sample.swap_total
    assert sample.load is None or len(sample.load) == 3


def test_shares_are_of_the_time_since_the_sample_before(
    counters: list[list[CoreTimes]],
) -> None:
    idle = CoreTimes(100.0, 50.0, 1000.0, 10.0, 0.0)
    counters += [
        [idle, idle],
        [CoreTimes(100.5, 50.25, 1000.25, 10.0, 0.0), CoreTimes(100.0, 50.0, 1000.5, 10.5, 0.0)],
        [CoreTimes(100.5, 50.25, 1001.25, 10.0, 0.0), CoreTimes(101.0, 50.0, 1000.5, 10.5, 0.0)],
    ]
    sampler = Machine()
    sample = sampler.sample()
    assert sample.per_core == (75.0, 0.0)
    assert sample.cpu_percent == 37.5
    assert sampler.sample().per_core == (0.0, 100.0)


def test_time_of_guests_counts_once(counters: list[list[CoreTimes]]) -> None:
    counters += [
        [CoreTimes(0.0, 0.0, 0.0, 0.0, 0.0)],
        [CoreTimes(0.5, 0.0, 0.5, 0.0, 0.5)],
    ]
    assert Machine().sample().cpu_percent == 50.0


def test_without_any_time_passed_there_is_no_share(counters: list[list[CoreTimes]]) -> None:
    now = [CoreTimes(1.0, 1.0, 1.0, 0.0, 0.0)]
    counters += [now, now]
    sample = Machine().sample()
    assert sample.cpu_percent is None
    assert sample.per_core == ()


def test_a_counter_that_steps_back_is_not_negative(counters: list[list[CoreTimes]]) -> None:
    counters += [
        [CoreTimes(1.0, 0.0, 1.0, 0.5, 0.0)],
        [CoreTimes(1.0, 0.0, 2.5, 0.0, 0.0)],
    ]
    assert Machine().sample().cpu_percent == 0.0


def test_a_system_without_load_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> tuple[float, float, float]:
        raise OSError

    monkeypatch.setattr("os.getloadavg", unknown)
    assert Machine().sample().load is None
