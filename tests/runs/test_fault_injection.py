"""Two hundred kills at random moments: what was logged is found, once, in order; no run is told
to be alive that is not, and each that ended says how."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from studylab.runs.directory import RunDirectory, State
from studylab.runs.sync import sync_all
from studylab.runs.truth import settle
from studylab.store import runs as stored
from tests.runs.conftest import wait_for

KILLS, AT_ONCE = 200, 24
VICTIMS = ("lab", "supervisor", "both", "lab and then supervisor")

LAB = """
    import os, time
    from studylab.metrics.reporter import Reporter
    told = os.open("told", os.O_WRONLY | os.O_CREAT)
    with Reporter.open("test") as reporter:
        for step in range(STEPS):
            reporter.log({"loss": 1 / (step + 1), "norm": float(step)}, step=step)
            # What log() returned from, on record outside the run's own files.
            os.pwrite(told, b"%08d" % step, 0)
            time.sleep(0.002)
"""

SYNC = """
import time
from studylab import locations
from studylab.runs.sync import sync_all
from studylab.store.database import open_database
db = open_database(locations.database())
while True:
    sync_all(db)
    # The runs need a core too.
    time.sleep(0.02)
"""


def kill(run: RunDirectory, victim: str, after: float = 0.0, between: float = 0.0) -> list[str]:
    """Kill what is named of a run, after some seconds, and with some between the lab and then the
    supervisor. Returns who was really there to be killed."""
    time.sleep(after)
    try:
        state = run.read_state()
    except ValueError:
        return []
    hit = []
    for who, identity in (("lab", state.child), ("supervisor", state.supervisor)):
        if who in victim or victim == "both":
            if identity is not None and identity.send(signal.SIGKILL):
                hit.append(who)
            if "then" in victim:
                time.sleep(between)
    return hit


def strike(pool: ThreadPoolExecutor, runs: list[RunDirectory]) -> dict[str, Future[list[str]]]:
    """Kill something of each run, at moments that do not wait for one another; by their ids, who
    was hit."""
    return {
        run.id: pool.submit(
            kill, run, random.choice(VICTIMS), random.uniform(0, 2.5), random.uniform(0, 0.4)
        )
        for run in runs
    }


def last_told(folder: Path) -> int:
    """The last step that the lab is known to have logged; -1 if it never came to it."""
    try:
        return int((folder / "told").read_bytes() or b"-1")
    except FileNotFoundError:
        return -1


def test_random_kills_lose_nothing_and_are_told(start, db, tmp_path, monkeypatch) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    random.seed(seed)
    kills: Counter[str] = Counter()
    number = 0
    while sum(kills.values()) < KILLS:
        number += 1
        folders: dict[str, Path] = {}
        lengths: dict[str, int] = {}
        runs: list[RunDirectory] = []
        for each in range(AT_ONCE):
            folder = tmp_path / f"{number}-{each}"
            folder.mkdir()
            monkeypatch.chdir(folder)
            steps = random.randrange(100, 900)
            run = start(LAB.replace("STEPS", str(steps)))
            runs.append(run)
            lengths[run.id] = steps
            folders[run.id] = folder
        sync = subprocess.Popen([sys.executable, "-c", SYNC])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            struck = strike(pool, runs)
            while wait(struck.values(), random.uniform(0.3, 1.0)).not_done:
                # Whoever copies the files into the database may die at any moment too.
                sync.kill()
                sync.wait()
                kills["sync"] += 1
                sync = subprocess.Popen([sys.executable, "-c", SYNC])
        hits = {run: future.result() for run, future in struck.items()}
        kills.update(who for hit in hits.values() for who in hit)
        wait_for(lambda runs=runs: all(settle(run).state.ended for run in runs), 60)
        sync.kill()
        sync.wait()
        sync_all(db)
        for run in runs:
            check(db, run, folders[run.id], hits[run.id], lengths[run.id])
    print(number, kills)
    assert {"lab", "supervisor", "sync"} <= kills.keys()


def check(db, run: RunDirectory, folder: Path, hit: list[str], length: int) -> None:
    """The run's files and the database agree with what the lab says it has logged."""
    rows = stored.metrics(db, run.id, "loss")
    steps = [row.step for row in rows]
    told = last_told(folder)
    assert steps == list(range(len(steps))), "each once, in order"
    # Between log() and the lab's own record of it is room for one kill.
    assert told <= len(steps) - 1 <= told + 1, (run.id, hit)
    assert [row.value for row in stored.metrics(db, run.id, "norm")] == [float(s) for s in steps]
    state = run.read_state()
    row = stored.get(db, run.id)
    assert (row.state, row.reason) == (state.state.value, state.reason)
    assert state.reason
    assert state.child is None or not state.child.alive
    # It tells of the end, and starts what waits, after it has written the state.
    supervisor = state.supervisor
    wait_for(lambda: supervisor is None or not supervisor.alive)
    match hit:
        case []:
            assert state.state is State.FINISHED, (run.id, state)
        case ["lab"] if told == length - 1 and state.exit_code == 0:
            # It was through and on its way out: the kill came too late to be one.
            assert state.state is State.FINISHED, (run.id, state)
        case ["lab"]:
            assert state.state is State.FAILED, (run.id, state)
            assert "SIGKILL" in state.reason
        case ["supervisor"]:
            # Adopted, and its own events tell the rest; or it was never started.
            assert state.state in (State.FINISHED, State.LOST), (run.id, state)
            assert state.state is State.FINISHED or told < 0 or "not known" in state.reason
        case _:
            assert state.state in (State.LOST, State.FAILED, State.FINISHED), (run.id, state)


def test_no_process_is_left(start) -> None:
    run = start("import time; time.sleep(60)")
    wait_for(lambda: run.read_state().state is State.RUNNING)
    kill(run, "both")
    assert wait_for(lambda: settle(run).state.ended)
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(run.path) not in listed.stdout
    assert run.path.exists()
