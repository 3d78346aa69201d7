"""A run from launch to its end, with real processes."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import psutil
import pytest

from studylab.metrics.reader import metrics_reader
from studylab.runs.directory import State
from studylab.runs.identity import ProcessIdentity
from studylab.runs.launch import LaunchError, launch, start_supervisor
from studylab.runs.log import tail
from studylab.runs.resources import usage_reader
from studylab.runs.stop import ask_to_stop
from studylab.runs.truth import settle
from tests.runs.conftest import ended, running, wait_for

LOGS = """
    import os, sys, time
    from pathlib import Path
    from studylab.metrics.reporter import Reporter
    reporter = Reporter.open("test")
    step = 0
    try:
        while True:
            reporter.log({"loss": 1 / (step + 1)}, step=step); step += 1
            time.sleep(0.01)
    except KeyboardInterrupt:
        (reporter.checkpoints / "last.pt").write_text(str(step))
        reporter.close("stopped")
        sys.exit(130)
"""


def test_a_run_finishes_and_leaves_everything(start):
    run = start("""
        import time
        from studylab.metrics.reporter import Reporter
        with Reporter.open("test") as reporter:
            reporter.log({"loss": 0.5}, step=1)
            print("hello 中文")
            time.sleep(1.5)
    """)
    state = ended(run)
    assert (state.state, state.exit_code, state.reason) == (State.FINISHED, 0, "finished")
    assert state.started_at <= state.ended_at
    assert [r.step for r in metrics_reader(run.metrics).read()] == [1]
    assert tail(run.output, 5) == ["hello 中文"]
    samples = usage_reader(run.resources).read()
    assert samples
    assert samples[-1].rss_bytes > 1 << 20
    spec = run.read_spec()
    assert spec.argv[0] == sys.executable
    assert spec.created_at
    assert json.loads(run.spec_file.read_text())["contract"] == 1


def test_a_supervisor_is_small(start):
    run = start("import time; time.sleep(60)")
    state = running(run)
    time.sleep(2.5)
    process = psutil.Process(state.supervisor.pid)
    assert process.memory_info().rss < 30 << 20
    ask_to_stop(run)
    ended(run)


def test_the_supervisor_has_a_session_of_its_own_and_no_terminal(start):
    run = start("import time; time.sleep(60)")
    state = running(run)
    assert os.getsid(state.supervisor.pid) == state.supervisor.pid
    assert os.getpgid(state.child.pid) == state.child.pid
    assert psutil.Process(state.supervisor.pid).terminal() is None
    ask_to_stop(run)
    ended(run)


def test_a_lab_that_raises_has_failed_with_its_last_words(start):
    state = ended(start("raise ValueError('learning rate is [bold]odd[/]\\x1b[31m')"))
    assert state.state is State.FAILED
    assert state.exit_code == 1
    assert state.reason == "exit code 1: ValueError: learning rate is [bold]odd[/]"


def test_a_lab_that_does_not_import_has_failed(start):
    state = ended(start("import no_such_package"))
    assert "ModuleNotFoundError: No module named 'no_such_package'" in state.reason


def test_a_program_that_is_not_there_has_failed(settings):
    state = ended(launch("ghost", ["/no/such/program"], settings))
    assert state.state is State.FAILED
    assert "could not start /no/such/program: No such file" in state.reason


def test_a_signal_is_named(start):
    state = ended(start("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert (state.state, state.signal) == (State.FAILED, signal.SIGSEGV)
    assert "killed by SIGSEGV" in state.reason


def test_a_kill_that_nobody_here_asked_for_points_at_memory(start):
    state = ended(start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert state.state is State.FAILED
    assert "memory" in state.reason


def test_a_stopped_lab_has_saved_and_is_gone(start):
    run = start(LOGS)
    wait_for(lambda: len(metrics_reader(run.metrics).read()) > 5)
    child = run.read_state().child
    ask_to_stop(run)
    state = ended(run)
    assert state.state is State.STOPPED
    assert "stopped by" in state.reason
    assert (run.checkpoints / "last.pt").exists()
    assert not child.alive


def test_a_lab_that_ignores_sigint_and_sigterm_is_killed_with_its_tree(start):
    run = start("""
        import os, signal, subprocess, sys, time
        signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)
        code = ("import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN);"
                "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True);"
                "time.sleep(300)")
        subprocess.Popen([sys.executable, "-c", code])
        subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        time.sleep(300)
    """)
    wait_for(lambda: tail(run.output, 9).count("up") == 2, seconds=40)
    child = run.read_state().child
    tree = [child, *(ProcessIdentity.of(p.pid) for p in psutil.Process(child.pid).children(True))]
    assert len(tree) == 3
    ask_to_stop(run)
    state = ended(run)
    assert (state.state, state.signal) == (State.STOPPED, signal.SIGKILL)
    assert not any(process.alive for process in tree)


def test_daemons_that_a_lab_leaves_behind_are_ended_and_told(start):
    run = start("""
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                print(os.getpid(), flush=True)
                time.sleep(300)
            os._exit(0)
        os.wait(); time.sleep(0.3)
    """)
    state = ended(run)
    daemon = int(tail(run.output, 1)[0])
    assert state.state is State.FINISHED
    assert "1 processes it left behind were ended" in state.reason
    assert not psutil.pid_exists(daemon) or psutil.Process(daemon).status() == "zombie"


def test_a_run_whose_supervisor_is_killed_is_adopted_and_its_curve_is_whole(start):
    run = start(LOGS)
    state = running(run)
    os.kill(state.supervisor.pid, signal.SIGKILL)
    wait_for(lambda: not state.supervisor.alive)
    before = len(metrics_reader(run.metrics).read())
    adopted = wait_for(lambda: (s := settle(run)).supervisor != state.supervisor and s)
    assert adopted.state is State.RUNNING
    assert adopted.child == state.child
    wait_for(lambda: len(metrics_reader(run.metrics).read()) > before + 5)
    ask_to_stop(run)
    final = ended(run)
    assert final.state is State.STOPPED
    assert not state.child.alive
    steps = [r.step for r in metrics_reader(run.metrics).read()]
    assert steps == list(range(len(steps)))


def test_an_adopted_lab_that_finishes_says_so_itself(start):
    run = start("""
        import time
        from studylab.metrics.reporter import Reporter
        with Reporter.open("test") as reporter:
            time.sleep(2)
    """)
    state = running(run)
    os.kill(state.supervisor.pid, signal.SIGKILL)
    final = ended(run)
    assert final.state is State.FINISHED
    assert final.exit_code is None
    assert "as it says itself" in final.reason


def test_a_run_without_supervisor_and_child_is_lost_in_words(start):
    run = start("import time; time.sleep(300)")
    state = running(run)
    os.kill(state.supervisor.pid, signal.SIGKILL)
    os.kill(state.child.pid, signal.SIGKILL)
    wait_for(lambda: not state.supervisor.alive and not state.child.alive)
    final = settle(run)
    assert final.state is State.LOST
    assert "supervisor was killed" in final.reason
    assert run.read_state() == final


def test_a_run_of_an_earlier_boot_is_lost_and_nothing_is_signalled(start):
    run = start("import time; time.sleep(300)")
    state = running(run)
    ask_to_stop(run)
    ended(run)
    run.stop_request.unlink()
    stranger = ProcessIdentity(os.getpid(), state.child.started, "another boot")
    run.write_state(state.with_(supervisor=stranger, child=stranger))
    final = settle(run)
    assert final.state is State.LOST
    assert "restarted" in final.reason


def test_a_reused_pid_is_not_taken_for_the_run(start):
    mine = ProcessIdentity.of(os.getpid())
    other = ProcessIdentity(mine.pid, mine.started - 1, mine.boot)
    assert mine.alive
    assert not other.alive
    assert not other.send(signal.SIGKILL)


def test_a_second_supervisor_leaves_the_first_alone(start):
    run = start("import time; time.sleep(300)")
    state = running(run)
    start_supervisor(run)
    start_supervisor(run, adopt=True)
    time.sleep(1)
    assert run.read_state().supervisor == state.supervisor
    ask_to_stop(run)
    assert ended(run).state is State.STOPPED


def test_nothing_in_the_students_folder_shadows_a_module(start, tmp_path, monkeypatch):
    folder = tmp_path / "course"
    (folder / "studylab").mkdir(parents=True)
    (folder / "studylab" / "__init__.py").write_text("raise SystemExit('shadowed')")
    for name in ("random.py", "json.py", "labs.py"):
        (folder / name).write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(folder)
    run = launch("own", [sys.executable, "-P", "-c", "import random, json; print('fine')"], _fast())
    assert ended(run).state is State.FINISHED
    assert tail(run.output, 1) == ["fine"]


def test_a_run_survives_the_program_that_launched_it(home):
    import subprocess

    program = (
        "import sys\n"
        "from studylab.runs.launch import launch\n"
        "from studylab.settings import Settings\n"
        "run = launch('far', [sys.executable, '-c', 'import time; time.sleep(2)'], Settings())\n"
        "print(run.path)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    from pathlib import Path

    from studylab.runs.directory import RunDirectory

    run = RunDirectory(Path(done.stdout.strip()))
    assert not run.read_state().state.ended
    assert ended(run).state is State.FINISHED


def test_a_home_that_can_not_be_written_is_told(settings, home):
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file")
    with pytest.raises(LaunchError, match="STUDYLAB_HOME"):
        launch("test", ["true"], settings)


def _fast():
    from studylab.settings import Settings

    return Settings(stop_grace=3.0, kill_grace=1.0)


def test_a_lab_that_saved_after_an_outside_sigterm_was_stopped(start):
    run = start("""
        import os, signal, sys, time
        from studylab.metrics.reporter import Reporter
        with Reporter.open("test") as reporter:
            reporter.close("stopped")
        sys.exit(143)
    """)
    state = ended(run)
    assert state.state is State.STOPPED
    assert state.reason == "interrupted from outside: exit code 143"


def test_a_relative_path_means_the_students_folder(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("found")
    run = launch("own", [sys.executable, "-c", "print(open('mine.txt').read())"], settings)
    ended(run)
    assert tail(run.output, 1) == ["found"]
