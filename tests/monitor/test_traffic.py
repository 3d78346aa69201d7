"""Network and disks: rates, counters that jump or are missing, and how full a disk is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from studylab.monitor import traffic
from studylab.monitor.disk import disk_of
from studylab.monitor.traffic import Traffic


class Net(NamedTuple):
    bytes_recv: int
    bytes_sent: int


class Disk(NamedTuple):
    read_bytes: int
    write_bytes: int


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the system counts, and the clock, for a test to turn."""
    now: dict[str, object] = {"net": {}, "disk": None, "clock": 100.0}
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic, nowrap: now["net"])
    monkeypatch.setattr(psutil, "disk_io_counters", lambda perdisk, nowrap: now["disk"])
    monkeypatch.setattr("time.monotonic", lambda: now["clock"])
    return now


def test_rates_are_of_the_time_since_the_look_before(counters: dict[str, object]) -> None:
    counters |= {"net": {"eth0": Net(1000, 50), "wlan0": Net(0, 0)}, "disk": Disk(5, 7)}
    counting = Traffic()
    counters |= {
        "net": {"eth0": Net(3000, 150), "wlan0": Net(500, 0)}, "disk": Disk(105, 7), "clock": 102.0
    }  # fmt: skip
    sample = counting.sample()
    assert (sample.received, sample.sent) == (1250.0, 50.0)
    assert (sample.read, sample.written) == (50.0, 0.0)


def test_what_stays_on_the_machine_is_not_counted(counters: dict[str, object]) -> None:
    def net(size: int) -> dict[str, Net]:
        names = ("lo", "docker0", "veth12ab", "br-abc", "virbr0", "eth0")
        return {name: Net(size, size) for name in names}

    counters["net"] = net(0)
    counting = Traffic()
    counters |= {"net": net(100), "clock": 101.0}
    assert counting.sample().received == 100.0


def test_interfaces_that_come_go_and_start_again(counters: dict[str, object]) -> None:
    counters["net"] = {"eth0": Net(9000, 9000), "usb0": Net(5, 5)}
    counting = Traffic()
    counters |= {"net": {"eth0": Net(10, 9100), "wg0": Net(7000, 7000)}, "clock": 101.0}
    sample = counting.sample()
    assert (sample.received, sample.sent) == (0.0, 100.0)


def test_a_system_that_counts_nothing_or_refuses(
    counters: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    counters["net"] = None
    counting = Traffic()
    counters["clock"] = 101.0
    assert counting.sample() == traffic.TrafficSample(None, None, None, None)

    def refused(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "net_io_counters", refused)
    monkeypatch.setattr(psutil, "disk_io_counters", refused)
    assert counting.sample() == traffic.TrafficSample(None, None, None, None)


def test_without_any_time_passed_there_is_no_rate(counters: dict[str, object]) -> None:
    counters |= {"net": {"eth0": Net(0, 0)}, "disk": Disk(0, 0)}
    assert Traffic().sample() == traffic.TrafficSample(None, None, None, None)


def test_the_disk_of_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    disk = disk_of(tmp_path / "not" / "made" / "yet")
    assert disk is not None
    usage = psutil.disk_usage(str(tmp_path))
    assert abs(disk.free - usage.free) < 1 << 30
    assert disk.total == disk.used + disk.free


def test_a_disk_that_does_not_answer_has_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_path: str) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(psutil, "disk_usage", gone)
    assert disk_of(tmp_path) is None
