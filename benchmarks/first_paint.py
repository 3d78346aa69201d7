"""From the command to the first painted screen, beside posting, another Textual application."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.report import Report, spread
from benchmarks.terminal import seconds_until, session

BAR = 0.5


def studylab(home: Path) -> tuple[list[str], dict[str, str], str]:
    """Our command, its environment and a word of its first screen."""
    environment = {
        "STUDYLAB_HOME": str(home),
        "STUDYLAB_CONFIG": str(home / "settings.toml"),
        "STUDYLAB_LANGUAGE": "en",
    }
    return [str(Path(sys.executable).with_name("studylab"))], environment, "Syllabus"


def posting(home: Path) -> tuple[list[str], dict[str, str], str]:
    """The peer's command, its environment and a word of its first screen."""
    environment = {"XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    return [str(peers.program("posting", "posting"))], environment, "Collection"


def paint(command: list[str], environment: dict[str, str], word: str) -> float:
    """Seconds from the start of the terminal session to the word on its screen."""
    with session(command, environment):
        return seconds_until(lambda text: word in text)


def measure(runs: int) -> Report:
    """In turn, ours and the peer's, after one start of each that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = studylab(Path(folder) / "ours"), posting(Path(folder) / "theirs")
        paint(*ours)
        paint(*theirs)
        pairs = [(paint(*ours), paint(*theirs)) for _ in range(runs)]
    ratios = [a / b for a, b in pairs]
    report = Report()
    report.figure("studylab", spread([a for a, _ in pairs], "s"))
    report.figure("posting", spread([b for _, b in pairs], "s"))
    ratio = statistics.median(ratios)
    report.figure("ratio, pair by pair", spread(ratios, "x"), f"at most {BAR} x", ratio <= BAR)
    return report
