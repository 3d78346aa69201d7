"""From a key press to its paint while 20 runs log 100 points a second each, all supervised.

The figure holds what the measuring itself takes: a process that sends the key, and others that look
at the screen. The echo of `cat` in the same terminal, measured in the same minute, says how much.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.first_paint import studylab
from benchmarks.report import Report, spread
from benchmarks.terminal import screen, seconds_until, session, tmux
from studylab.runs.directory import RunDirectory
from studylab.runs.launch import launch
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.runs.truth import settle
from studylab.settings import Settings

RUNS, POINTS_A_SECOND = 20, 100
BAR_MS = 50.0
MOVES, VISITS = 100, 10

LAB = """
import time
from studylab.metrics.reporter import Reporter
with Reporter.open("live") as reporter:
    reporter.plan(steps=1_000_000)
    began, step = time.monotonic(), 0
    while True:
        reporter.log({"train/loss": 1 / (step + 1)}, step=step)
        step += 1
        time.sleep(max(0.0, began + step / RATE - time.monotonic()))
"""

MARKED = re.compile(r"running  (live-\w+)")
"""A row in one colour, which only the marked one is."""


def start() -> list[RunDirectory]:
    """The runs, once all of them log."""
    program = LAB.replace("RATE", str(POINTS_A_SECOND))
    settings = Settings(stop_grace=2, kill_grace=2)
    runs = [launch("live", [sys.executable, "-c", program], settings) for _ in range(RUNS)]
    deadline = time.monotonic() + 60
    while not all(run.metrics.exists() and run.metrics.stat().st_size for run in runs):
        if time.monotonic() > deadline:
            raise TimeoutError("not all of the runs came to log anything in a minute")
        time.sleep(0.2)
    return runs


def end(runs: list[RunDirectory]) -> None:
    """Stop them all."""
    for run in runs:
        ask_to_stop(run)
    for run in runs:
        wait_for_end(run, 30)


def marked() -> str:
    """The id of the run that the cursor is on."""
    table, _line, _detail = tmux("capture-pane", "-p", "-e", "-t", "bench").partition("────")
    found = MARKED.search(table)
    return found[1] if found else ""


def press(key: str, painted: Callable[[], bool]) -> float:
    """Milliseconds from sending a key until the screen is as it is to be."""
    start = time.perf_counter()
    tmux("send-keys", "-t", "bench", key)
    while not painted():
        if time.perf_counter() - start > 5:
            raise TimeoutError(f"{key} was not painted in 5 s; the screen shows:\n{screen()}")
    return (time.perf_counter() - start) * 1000


def moves() -> list[float]:
    """The cursor up and down in the list of runs."""
    seconds_until(lambda _text: bool(marked()))
    taken = []
    for number in range(MOVES):
        before = marked()
        key = "Down" if number % (2 * RUNS - 2) < RUNS - 1 else "Up"
        taken.append(press(key, lambda before=before: marked() not in ("", before)))
        time.sleep(0.05)
    return taken


def visits() -> tuple[list[float], list[float]]:
    """Into the live view of a run and back."""
    there, back = [], []
    for _ in range(VISITS):
        there.append(press("Enter", lambda: "esc Back" in screen()))
        time.sleep(0.5)
        back.append(press("Escape", lambda: f"{RUNS} runs" in screen()))
        time.sleep(0.5)
    return there, back


def echoes() -> list[float]:
    """What `cat` takes for a letter, and thus the terminal and the measuring."""
    with session(["cat"], {}):
        time.sleep(0.5)
        return [press("x", lambda n=n: "x" * (n + 1) in screen()) for n in range(MOVES)]


def highest(milliseconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(milliseconds, n=20, method="inclusive")[-1]


def measure(runs: int) -> Report:
    """Once, with a hundred presses. `runs` is not used."""
    del runs
    report = Report()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        command, environment, word = studylab(home)
        os.environ.update(environment)
        started = start()
        try:
            echo = echoes()
            with session(command, environment):
                seconds_until(lambda text: word in text)
                tmux("send-keys", "-t", "bench", "6")
                seconds_until(lambda text: f"{RUNS} going on" in text)
                moved = moves()
                there, back = visits()
            lost = [run.id for run in started if settle(run).state.ended]
        finally:
            end(started)
    _add(report, "the cursor in the list", moved, bar=True)
    _add(report, "into the live view, first chart included", there)
    _add(report, "back to the list", back)
    _add(report, "`cat` in the same terminal", echo)
    report.figure("runs that did not live to the end", str(len(lost)), "none", not lost)
    return report


def _add(report: Report, what: str, milliseconds: list[float], *, bar: bool = False) -> None:
    high = highest(milliseconds)
    report.figure(f"{what}: median", spread(milliseconds, "ms", 0))
    report.figure(
        f"{what}: 95th percentile",
        f"{high:.0f} ms",
        f"under {BAR_MS:.0f} ms" if bar else "",
        high < BAR_MS if bar else None,
    )
