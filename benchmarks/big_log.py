"""A log of 200 MB opened at its end, beside toolong: the time, and the memory that it takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from benchmarks import peers
from benchmarks.big_run import finished_run, write_points
from benchmarks.first_paint import studylab
from benchmarks.report import Report, spread
from benchmarks.terminal import seconds_until, session, tmux

BYTES = 200_000_000
BAR_MS = 200.0
MORE_BAR_MB = 10.0

LAST = "the very last line"


def write_log(path: Path) -> None:
    """Lines as a training loop prints them, the last of which is known."""
    with path.open("wb") as file:
        step = 0
        while file.tell() < BYTES:
            lines = (
                b"epoch %d step %d loss %.4f lr 0.001 %s\n" % (n // 1000, n, 9 / (n + 1), b"." * 40)
                for n in range(step, step + 10_000)
            )
            file.write(b"".join(lines))
            step += 10_000
        file.write(f"{LAST}\n".encode())


def at_its_end(text: str) -> bool:
    """Whether a screen is full of the log's end; the live view shows a few lines of it only."""
    return LAST in text and text.count("epoch ") > 20


def ours(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Milliseconds from the key to the end of the log, the MB that it took, and seconds from the
    start of the terminal session to there."""
    with session(command, environment) as pid:
        start = seconds_until(lambda text: LAST in text)
        before = memory(pid)
        tmux("send-keys", "-t", "bench", "l")
        opened = seconds_until(at_its_end)
        return opened * 1000, memory(pid) - before, start + opened


def theirs(log: Path) -> tuple[float, float]:
    """Seconds from the start of the terminal session to the end of the log, and MB."""
    with session([str(peers.program("toolong", "tl")), str(log)], {}) as pid:
        return seconds_until(at_its_end, 60), memory(pid)


def memory(pid: int) -> float:
    """MB of a process and what it has started."""
    process = psutil.Process(pid)
    tree = [process, *process.children(recursive=True)]
    return sum(each.memory_info().rss for each in tree) / 2**20


def measure(runs: int) -> Report:
    """In turn, after one start of each that is not counted."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "ours"
        command, environment, _word = studylab(home)
        run = finished_run(home, "log-22222")
        write_points(run, 10)
        write_log(run.output)
        given = {**os.environ, **environment}
        subprocess.run([*command, "runs"], env=given, check=True, stdout=subprocess.DEVNULL)
        watch = [*command, "watch", run.id], environment
        ours(*watch)
        peer = True
        try:
            theirs(run.output)
        except (subprocess.CalledProcessError, TimeoutError, OSError) as error:
            print(f"toolong can't be measured here, ours is alone: {error}", file=sys.stderr)
            peer = False
        pairs = [
            (ours(*watch), theirs(run.output) if peer else None) for _ in range(max(3, runs // 2))
        ]
    keys = [mine[0] for mine, _ in pairs]
    report.figure(
        "studylab: from the key to the end of the log",
        spread(keys, "ms", 0),
        f"under {BAR_MS:.0f} ms",
        statistics.median(keys) < BAR_MS,
    )
    more = statistics.median(mine[1] for mine, _ in pairs)
    report.figure(
        "studylab: memory that the log takes",
        f"{more:.1f} MB",
        f"under {MORE_BAR_MB:.0f} MB",
        more < MORE_BAR_MB,
    )
    report.figure(
        "studylab: from the start of the app, by way of the run",
        spread([mine[2] for mine, _ in pairs], "s"),
    )
    of_peer = [peer for _, peer in pairs if peer is not None]
    if of_peer:
        report.figure("toolong: from its start", spread([each[0] for each in of_peer], "s"))
        report.figure("toolong: memory", f"{statistics.median(each[1] for each in of_peer):.0f} MB")
        ratios = [mine[2] / peer[0] for mine, peer in pairs if peer is not None]
        report.figure("ratio from the start, pair by pair", spread(ratios, "x"))
    return report
