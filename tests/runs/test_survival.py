"""What the list of runs tells after the app, the terminal, the login, the clock or the laptop let
it down. Kills of supervisors and labs: in test_supervisor.py and test_fault_injection.py."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from studylab.runs import supervisor, truth
from studylab.runs.directory import RunDirectory, State
from studylab.runs.identity import ProcessIdentity
from studylab.runs.stop import ask_to_stop
from studylab.runs.truth import settle
from tests.runs.conftest import ended, running, wait_for
from tests.runs.test_supervisor import LOGS
from tests.runs.test_sync import make_run

LAUNCHER = """
import sys, time
from studylab.runs.launch import launch
from studylab.settings import Settings
run = launch("far", [sys.executable, "-c", "import time; time.sleep(1)"], Settings())
with open(sys.argv[1] + "~", "w") as file:
    file.write(str(run.path))
import os
os.rename(sys.argv[1] + "~", sys.argv[1])
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["kill -9 of the app", "its terminal is closed"])
def test_a_run_outlives_what_launched_it(start, tmp_path: Path, how: str) -> None:
    told = tmp_path / "told"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", LAUNCHER, str(told)])
    wait_for(told.exists)
    if "kill" in how:
        os.kill(pid, signal.SIGKILL)
    else:
        # The kernel sends SIGHUP to whatever belongs to the terminal.
        os.close(terminal)
    _pid, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGHUP)
    run = RunDirectory(Path(told.read_text()))
    assert not settle(run).state.ended
    state = ended(run)
    assert (state.state, state.exit_code) == (State.FINISHED, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_logout_that_ends_every_process_lets_the_lab_save_and_says_so(start, number) -> None:
    run = start(LOGS)
    wait_for(lambda: run.metrics.exists() and run.metrics.stat().st_size > 200)
    running(run).supervisor.send(number)
    state = ended(run)
    assert state.state is State.STOPPED
    assert state.reason == "stopped by a signal to its supervisor: exit code 130"
    assert (run.checkpoints / "last.pt").exists()


class TestClock:
    @pytest.mark.parametrize("jump", [-86400.0, 86400.0])
    def test_a_living_run_is_told_as_running_whatever_the_clock_says(
        self, start, monkeypatch, jump: float
    ) -> None:
        run = start("import time; time.sleep(60)")
        state = running(run)
        now = time.time() + jump
        monkeypatch.setattr(time, "time", lambda: now)
        assert settle(run).state is State.RUNNING
        assert ProcessIdentity.of(state.child.pid) == state.child
        assert run.read_state().supervisor == state.supervisor

    def test_a_clock_that_is_set_back_does_not_silence_a_supervisor(self, monkeypatch) -> None:
        run = make_run(state=State.RUNNING)
        monkeypatch.setattr(signal, "signal", lambda number, handler: None)
        watch = supervisor._Watch(run, run.read_spec(), run.read_state())
        now = 2_000_000_000.0
        clock = SimpleNamespace(time=lambda: now, monotonic=time.monotonic, sleep=time.sleep)
        monkeypatch.setattr(supervisor, "time", clock)
        watch._beat()
        assert run.read_state().heartbeat == now
        now -= 3600
        watch._beat()
        assert run.read_state().heartbeat == now


class TestSleep:
    def test_a_run_that_slept_with_its_laptop_goes_on_with_its_supervisor(self, start) -> None:
        run = start(LOGS)
        state = running(run)
        wait_for(lambda: run.metrics.exists() and run.metrics.stat().st_size > 200)
        for process in (state.supervisor, state.child):
            process.send(signal.SIGSTOP)
        run.write_state(state.with_(heartbeat=time.time() - 8 * 3600))
        told = settle(run)
        assert (told.state, told.supervisor, told.child) == (
            State.RUNNING,
            state.supervisor,
            state.child,
        )
        for process in (state.child, state.supervisor):
            process.send(signal.SIGCONT)
        size = run.metrics.stat().st_size
        wait_for(lambda: run.metrics.stat().st_size > size, 5)
        ask_to_stop(run)
        state = ended(run)
        assert (state.state, state.exit_code) == (State.STOPPED, 130)


class TestMuteSupervisor:
    """One that lives, whose lab does not, and that writes nothing any more."""

    @pytest.mark.parametrize(
        ("silence", "told"),
        [(truth.MUTE_SECONDS + 1, State.STOPPING), (0.0, State.RUNNING)],
    )
    def test_it_is_told_after_a_while_and_not_while_it_reads_the_rest(self, silence, told) -> None:
        run = make_run(state=State.RUNNING)
        dead = ProcessIdentity(2**22 + 1, 1.0, ProcessIdentity.of(os.getpid()).boot)
        own = ProcessIdentity.of(os.getpid())
        at = time.time() - silence
        run.write_state(
            run.read_state().with_(state=State.RUNNING, supervisor=own, child=dead, heartbeat=at)
        )
        assert settle(run).state is told
