"""Kills at random moments while foreign scalars are taken: each is found, once, in order."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from studylab.runs.directory import RunDirectory, State
from studylab.runs.launch import launch
from studylab.runs.scalars import Wanted, read_sources
from studylab.runs.sync import sync_all
from studylab.runs.truth import settle
from studylab.store import runs as stored
from tests.runs.conftest import wait_for
from tests.runs.test_fault_injection import SYNC, last_told, strike

ROOT = Path(__file__).parents[2]
KILLS, AT_ONCE = 36, 12

COMMAND = """
    import os, sys, time
    sys.path.insert(0, {root!r})
    from tests.metrics.foreign.writing import VERSION, event
    told = os.open("told", os.O_WRONLY | os.O_CREAT)
    os.mkdir("val")
    name = f"events.out.tfevents.{{int(time.time())}}.{{os.uname()[1]}}.{{os.getpid()}}.0"
    files = [os.open(f"{{folder}}/{{name}}", os.O_WRONLY | os.O_CREAT) for folder in (".", "val")]
    for file in files:
        os.write(file, VERSION)
    for step in range({steps}):
        for file in files:
            data = event(step, {{"loss": float(step)}}, time.time())
            # In two parts: a reader meets half a record often.
            os.write(file, data[:21])
            os.write(file, data[21:])
        os.write(1, b"step %d norm: %d.5\\n" % (step, step))
        os.pwrite(told, b"%08d" % step, 0)
        time.sleep(0.002)
"""


@pytest.fixture
def begin(start, settings, monkeypatch, tmp_path):
    """Starts a command that writes event files and lines, in a folder of its own."""

    def begin(name: str, steps: int) -> tuple[RunDirectory, Path]:
        folder = tmp_path / name
        folder.mkdir()
        program = textwrap.dedent(COMMAND.format(root=str(ROOT), steps=steps))
        argv = [sys.executable, "-c", program]
        run = launch("test", argv, settings, folder=folder, wanted=Wanted(lines=True))
        return run, folder

    return begin


def kill_a_reader() -> bool:
    """Kill one of the processes that read what lost runs have left."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get("STUDYLAB_HOME") == os.environ["STUDYLAB_HOME"]
            if ours and "--catch-up" in process.cmdline():
                process.kill()
                return True
    return False


def test_random_kills_neither_lose_nor_double_a_scalar(begin, db) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    random.seed(seed)
    kills: Counter[str] = Counter()
    number = 0
    while sum(kills.values()) < KILLS:
        number += 1
        begun = [begin(f"{number}-{each}", random.randrange(100, 700)) for each in range(AT_ONCE)]
        sync = subprocess.Popen([sys.executable, "-c", SYNC])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            struck = strike(pool, [run for run, _folder in begun])
            while wait(struck.values(), 0.1).not_done:
                kills["reader"] += kill_a_reader()
        kills.update(who for future in struck.values() for who in future.result())
        deadline = time.monotonic() + 90
        while not all(settle(run).state.ended for run, _ in begun):
            assert time.monotonic() < deadline, [run.path for run, _ in begun]
            if random.random() < 0.1:
                kills["reader"] += kill_a_reader()
            time.sleep(0.05)
        sync.kill()
        sync.wait()
        sync_all(db)
        for run, folder in begun:
            check(db, run, last_told(folder))
    print(kills)
    assert {"lab", "supervisor"} <= kills.keys()


def check(db, run: RunDirectory, told: int) -> None:
    """Of each source the database has every step that the command has written, once, in order."""
    counts = []
    for name, more in (("loss", 0.0), ("val/loss", 0.0), ("norm", 0.5)):
        rows = stored.metrics(db, run.id, name)
        assert [row.value for row in rows] == [step + more for step in range(len(rows))], run.path
        assert [row.step for row in rows] == list(range(len(rows))), run.path
        counts.append(len(rows))
        # Between the writing and the command's own record of it is room for one kill.
        assert told + 1 <= len(rows) <= told + 2, (run.path, name, told)
    taken = {source.prefix or source.kind: source.records for source in read_sources(run).sources}
    if told >= 0:
        assert taken == {"events": counts[0], "val": counts[1], "lines": counts[2]}


def test_a_lost_run_is_told_so_once_all_is_read(begin, db) -> None:
    run, folder = begin("lost", 100_000)
    wait_for(lambda: last_told(folder) > 50)
    # The command first: a supervisor alone would be replaced by another one.
    state = run.read_state()
    psutil.Process(state.supervisor.pid).suspend()
    state.child.send(signal.SIGKILL)
    state.supervisor.send(signal.SIGKILL)
    wait_for(lambda: not state.child.alive and not state.supervisor.alive)
    seen = settle(run)
    assert seen.state is State.STOPPING and "still being read" in seen.reason
    wait_for(lambda: settle(run).state.ended)
    sync_all(db)
    assert run.read_state().state is State.LOST
    check(db, run, last_told(folder))


def test_the_supervisor_of_a_command_stays_small(begin) -> None:
    run, folder = begin("small", 100_000)
    wait_for(lambda: last_told(folder) > 300)
    memory = psutil.Process(run.read_state().supervisor.pid).memory_info().rss
    assert memory < 30e6
