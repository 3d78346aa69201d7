"""The processes of this machine: whose they are, what they use, and those that hide or vanish."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from studylab.monitor import processes
from studylab.monitor.processes import Processes, owner_name

BUSY = "while True: pass"
IDLE = "import time; time.sleep(60)"

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python programs, and ends them after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str, *words: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen([sys.executable, "-c", code, *words])
        started.append(child)
        return child

    yield run
    for child in started:
        child.kill()
        child.wait()


@pytest.fixture(params=["linux", "elsewhere"])
def any_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Linux's files, and as on systems without."""
    if request.param == "elsewhere":
        monkeypatch.setattr(processes, "LINUX", False)
    elif not processes.LINUX:
        pytest.skip("reads /proc")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes."""
    monkeypatch.setattr(processes, "SHARE", float("inf"))


@pytest.mark.usefixtures("any_system", "always")
def test_a_process_with_its_owner_parent_command_age_and_use(start: Start) -> None:
    child = start(BUSY, "训练", "--lr", "3e-4")
    time.sleep(0.3)
    looks = Processes()
    time.sleep(0.5)
    info = looks.sample()[child.pid]
    assert info.parent == os.getpid()
    assert info.owner == owner_name(os.geteuid()) == psutil.Process().username()
    assert info.command.endswith("训练 --lr 3e-4")
    assert abs(info.started - time.time()) < 30
    assert info.rss > 1 << 20
    assert info.cpu_percent is not None
    assert 5 < info.cpu_percent < 130


@pytest.mark.usefixtures("any_system", "always")
def test_the_use_of_one_that_is_new_is_not_known_yet(start: Start) -> None:
    looks = Processes()
    child = start(BUSY)
    time.sleep(0.3)
    assert looks.sample()[child.pid].cpu_percent is None
    time.sleep(0.3)
    use = looks.sample()[child.pid].cpu_percent
    assert use is not None and use > 5


@pytest.mark.usefixtures("any_system", "always")
def test_one_that_ends_is_gone_and_a_zombie_is_none(start: Start) -> None:
    child = start(IDLE)
    looks = Processes()
    assert child.pid in looks.sample()
    child.kill()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    if processes.LINUX:
        assert child.pid not in looks.sample()
    child.wait()
    assert child.pid not in looks.sample()


@pytest.mark.usefixtures("any_system", "always")
def test_a_pid_that_is_used_again_is_another_process(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = start(BUSY)
    time.sleep(0.4)
    looks = Processes()
    known = looks._known[child.pid]
    known.identity -= 1.0
    known.busy = 0.0
    time.sleep(0.1)
    assert looks.sample()[child.pid].cpu_percent is None


@pytest.mark.usefixtures("always")
@pytest.mark.skipif(not processes.LINUX, reason="reads /proc")
def test_a_shell_that_becomes_the_program_is_called_by_its_name() -> None:
    child = subprocess.Popen(["sh", "-c", "sleep 0.4; exec sleep 60"])
    try:
        looks = Processes()
        assert "exec" in looks.sample()[child.pid].command
        deadline = time.monotonic() + 10
        while looks.sample()[child.pid].command != "sleep 60":
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        child.kill()
        child.wait()


@pytest.mark.skipif(not processes.LINUX, reason="reads /proc")
def test_what_the_kernel_does_by_itself_is_left_out() -> None:
    there = Processes().sample()
    assert os.getpid() in there
    assert not any(info.command == "[kthreadd]" for info in there.values())


@pytest.mark.usefixtures("any_system", "always")
def test_processes_that_vanish_while_they_are_looked_at_do_no_harm(start: Start) -> None:
    churn = """
import subprocess
while True:
    children = [subprocess.Popen(["/bin/true"]) for _ in range(8)]
    for child in children: child.wait()
"""
    child = start(churn)
    looks = Processes()
    for _ in range(60):
        assert child.pid in looks.sample()


def test_looking_takes_a_share_of_the_time_and_not_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Processes()
    counted = []
    monkeypatch.setattr(looks, "_look", lambda: counted.append(1))
    looks._cost = 0.02
    looks.sample()
    assert not counted, "20 ms of work are worth 2 s"
    looks._clock -= 2.0
    looks.sample()
    assert counted == [1]


def test_a_pid_that_is_wanted_is_looked_for_once_and_not_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = Processes()
    looks._cost = 1e6
    real, counted = looks._look, []

    def look() -> None:
        counted.append(1)
        real()
        looks._cost = 1e6

    monkeypatch.setattr(looks, "_look", look)
    for _ in range(3):
        assert 2**22 + 7 not in looks.sample([2**22 + 7])
    assert counted == [1]
    looks.sample([2**22 + 7, 2**22 + 8])
    assert counted == [1, 1]


def test_a_user_without_a_name_is_a_number() -> None:
    assert owner_name(4_000_000_123) == "4000000123"
