"""A student's first hour: open, tick, ask, launch, watch, quit, come back, find the result."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from studylab.runs import tree
from tests.end_to_end.terminal import Terminal

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.xdist_group("terminal"),
]

needs_labs = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="the extra `labs` is not installed"
)


@pytest.fixture
def terminal(home, tmp_path):
    terminal = Terminal(
        {
            "STUDYLAB_HOME": str(home),
            "STUDYLAB_CONFIG": str(tmp_path / "settings.toml"),
            "STUDYLAB_LANGUAGE": "en",
            "LANG": "C.UTF-8",
            "TERM": "screen-256color",
            # Tests run beside each other: more threads than cores make a training crawl.
            "OMP_NUM_THREADS": "1",
        }
    )
    yield terminal
    terminal.close()
    for run in home.glob("runs/*"):
        for process in tree.of_run(str(run)):
            process.send(signal.SIGKILL)


def query(home, sql):
    """What the plain sqlite3 module reads."""
    with sqlite3.connect(home / "studylab.db") as db:
        return db.execute(sql).fetchall()


@needs_labs
def test_the_first_hour(terminal, home):
    terminal.start()
    terminal.see("Week 1 of 10", "What is a Neural Network?", "0/228")

    terminal.press("2")
    terminal.see("☐ P9")
    terminal.press("Space")
    terminal.see("☑ P9")

    terminal.press("a")
    terminal.see("What is a Neural Network?", "ctrl+s")
    terminal.type("Why is it called [bold]deep[/]? 为什么?")
    terminal.press("C-s")
    terminal.see_no("ctrl+s")
    terminal.press("3")
    terminal.see("1 open", "为什么")

    terminal.press("5")
    terminal.see("to reach", "cnn")
    for _ in range(30):
        if "vision/cnn" in terminal.screen():
            break
        terminal.press("Down")
        time.sleep(0.1)
    terminal.see("vision/cnn")
    terminal.press("Enter")
    terminal.see("Launch cnn", "epochs")
    terminal.press("Tab")
    terminal.press("End", "BSpace", "BSpace", "BSpace")
    # In a burst Textual hands letters to the field at once, and other keys later.
    terminal.see("--epochs takes a whole number")
    terminal.type("100")
    terminal.see("studylab run cnn --epochs=100")
    terminal.press("C-s")
    terminal.see("running", "loss", "train", "val", "left", "steps/s", "CPU", "memory")
    if _no_gpu():
        terminal.see("GPU    none: ")

    terminal.quit()
    (run,) = (home / "runs").iterdir()
    before = (run / "metrics.jsonl").stat().st_size
    time.sleep(1)
    assert (run / "metrics.jsonl").stat().st_size > before, "the run did not go on without the app"

    terminal.start()
    terminal.see("Week 1 of 10", "1/228")
    terminal.press("6")
    terminal.see(run.name)
    terminal.press("Enter")
    shown = terminal.see("finished", "reference")
    # The axis reaches the first losses, near ln 10, which were logged before the app was closed.
    assert any(label in shown for label in ("2┤", "2.0┤", "2.5┤"))
    terminal.press("Escape")
    # The list's own heading: an escape and a q within a tenth of a second are one key, alt+q.
    terminal.see("finished", "Launched")
    terminal.quit()

    assert query(home, "SELECT item FROM progress") == [("p9",)]
    assert query(home, "SELECT text, item FROM questions") == [
        ("Why is it called [bold]deep[/]? 为什么?", "p9")
    ]
    assert query(home, "SELECT id, lab, state, exit_code FROM runs") == [
        (run.name, "vision/cnn", "finished", 0)
    ]
    ((metric, split, data, value),) = query(home, "SELECT metric, split, data, value FROM results")
    assert (metric, split, data) == ("accuracy", "test", "digits")
    assert value > 0.9
    steps = [s for (s,) in query(home, "SELECT step FROM metrics WHERE name = 'train/loss'")]
    assert steps == sorted(set(steps))
    if shutil.which("sqlite3"):
        done = subprocess.run(
            ["sqlite3", home / "studylab.db", "SELECT state FROM runs"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "finished\n"


@needs_labs
def test_a_stopped_run_is_gone_and_has_saved(terminal, home):
    terminal.start("run", "cnn", "--epochs", "400", "--detach")
    runs = home / "runs"
    deadline = time.monotonic() + 60
    while not any(runs.glob("*/metrics.jsonl")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (run,) = runs.iterdir()
    terminal.start()
    terminal.see("Week 1 of 10")
    terminal.press("6")
    terminal.see(run.name, "running")
    terminal.press("Enter")
    terminal.see("steps/s")
    terminal.press("s")
    terminal.see("y yes")
    terminal.press("y")
    terminal.see("stopped by")
    assert any((run / "checkpoints").iterdir())
    assert tree.of_run(str(run)) == []
    terminal.quit()
    done = subprocess.run(
        [sys.executable, "-m", "studylab", "runs"], capture_output=True, text=True, check=True
    )
    assert "stopped" in done.stdout
    assert query(home, "SELECT state FROM runs") == [("stopped",)]


def test_a_terminal_of_40_by_10_shows_every_room(home, tmp_path):
    small = Terminal(
        {
            "STUDYLAB_HOME": str(home),
            "STUDYLAB_CONFIG": str(tmp_path / "settings.toml"),
            "LANG": "C.UTF-8",
        },
        size=(40, 10),
    )
    try:
        small.start()
        small.see("P9")
        for key in "234561":
            small.press(key)
            time.sleep(0.3)
        small.see("P9")
        small.quit()
    finally:
        small.close()


def _no_gpu() -> bool:
    from studylab.monitor.gpu import Gpus

    return len(Gpus.open()) == 0
