"""Process trees: real processes that work, fork, are orphaned and vanish."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from studylab.monitor import process
from studylab.monitor.process import ProcessTree

Start = Callable[[str], "subprocess.Popen[bytes]"]

BUSY = "while True: pass"
IDLE = "import time; time.sleep(60)"
PARENT = """
import subprocess, sys, time
children = [subprocess.Popen([sys.executable, "-c", {code!r}]) for _ in range({count})]
time.sleep(60)
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python processes in groups of their own, and ends the groups after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        started.append(child)
        return child

    yield run
    for child in started:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            child.wait()


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(params=["listed", "searched"])
def any_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Linux's lists of children, and as on systems without."""
    if request.param == "searched":
        monkeypatch.setattr(process, "_LISTS_CHILDREN", False)


def test_a_busy_process_uses_about_a_core_or_its_share(start: Start) -> None:
    child = start(BUSY)
    tree = ProcessTree(child.pid)
    time.sleep(0.6)
    sample = tree.sample()
    assert sample.pids == (child.pid,)
    assert sample.rss > 1 << 20
    assert sample.cpu_percent is not None
    assert 5 < sample.cpu_percent < 120
    assert abs(sample.time - time.time()) < 5


def test_an_idle_process_uses_next_to_nothing(start: Start) -> None:
    child = start(IDLE)
    tree = ProcessTree(child.pid)
    time.sleep(0.5)
    tree.sample()
    time.sleep(0.3)
    cpu = tree.sample().cpu_percent
    assert cpu is not None
    assert cpu < 5


@pytest.mark.usefixtures("any_system")
def test_descendants_count_and_survive_their_parent(start: Start) -> None:
    child = start(PARENT.format(code=PARENT.format(code=IDLE, count=1), count=2))
    tree = ProcessTree(child.pid)
    assert eventually(lambda: len(tree.sample().pids) == 5)
    alone = psutil.Process(child.pid).memory_info().rss
    assert tree.sample().rss > 2 * alone
    child.kill()
    child.wait()
    orphans = tree.sample().pids
    assert len(orphans) == 4
    assert child.pid not in orphans


def test_work_of_a_new_child_counts(start: Start) -> None:
    child = start(PARENT.format(code=BUSY, count=1))
    tree = ProcessTree(child.pid)
    assert eventually(lambda: len(tree.sample().pids) == 2)
    time.sleep(0.4)
    cpu = tree.sample().cpu_percent
    assert cpu is not None
    assert cpu > 5


def test_a_process_that_ends_leaves_an_empty_tree(start: Start) -> None:
    child = start(IDLE)
    tree = ProcessTree(child.pid)
    child.kill()
    child.wait()
    for _ in range(2):
        sample = tree.sample()
        assert (sample.pids, sample.rss, sample.cpu_percent) == ((), 0, 0.0)


def test_a_zombie_is_no_living_process(start: Start) -> None:
    child = start("")
    tree = ProcessTree(child.pid)
    assert eventually(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert tree.sample().pids == ()


@pytest.mark.parametrize("pid", [2**22 + 12345, -1, 2**70])
def test_a_pid_that_nobody_has_makes_an_empty_tree(pid: int) -> None:
    assert ProcessTree(pid).sample().pids == ()


def test_a_reused_pid_is_another_process(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    child = start(IDLE)
    tree = ProcessTree(child.pid)
    assert tree.sample().pids == (child.pid,)
    real = psutil.Process._get_ident  # type: ignore[attr-defined]
    monkeypatch.setattr(psutil.Process, "_get_ident", lambda self: (real(self)[0], -1.0))
    assert tree.sample().pids == ()


@pytest.mark.usefixtures("any_system")
def test_processes_that_vanish_while_they_are_looked_at_do_no_harm(start: Start) -> None:
    churn = """
import subprocess, sys
while True:
    children = [subprocess.Popen(["/bin/true"]) for _ in range(8)]
    for child in children: child.wait()
"""
    child = start(churn)
    tree = ProcessTree(child.pid)
    for _ in range(150):
        assert child.pid in tree.sample().pids


def test_a_process_that_may_not_be_asked_is_left_out(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: psutil.Process) -> None:
        raise psutil.AccessDenied(self.pid)

    child = start(IDLE)
    tree = ProcessTree(child.pid)
    monkeypatch.setattr(psutil.Process, "status", refuse)
    assert tree.sample().pids == ()


def test_a_process_overlooked_so_far_does_not_count_its_whole_past(start: Start) -> None:
    child = start(BUSY)
    time.sleep(0.5)
    tree = ProcessTree(child.pid)
    tree._members.clear()
    tree._sampled = time.time() + 60
    time.sleep(0.1)
    assert tree.sample().cpu_percent == 0.0
