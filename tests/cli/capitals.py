"""A student's things, written in capitals and digits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from studylab import locations
from studylab.metrics.records import event_line, metric_line
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.store import questions
from studylab.store.database import open_database

BEGAN = datetime(2026, 11, 24, 9, tzinfo=UTC)

SYLLABUS = """
title = "PLAN"
title_zh = "PLAN"
series = "https://EXAMPLE.ORG/SERIES"

[[week]]
number = 1
title = "ONE"
title_zh = "ONE"
notes = [{ note = "NOTE", note_zh = "NOTE" }]

[[week.section]]
title = "FIRST PART"
title_zh = "FIRST PART"
episodes = [[1, "E1", "E1"], [2, "E2", "E2"], [3, "E3", "E3", { optional = true }]]
papers = ["PAP"]

[[week.section]]
title = "SECOND PART"
title_zh = "SECOND PART"
labs = [
  { id = "mine/QUICK", title = "QUICK LAB", title_zh = "QUICK LAB" },
  { id = "mine/LATER", title = "LATER LAB", title_zh = "LATER LAB", planned = true },
]

[[week]]
number = 2
title = "TWO"
title_zh = "TWO"
"""

PAPER = """+++
id = "PAP"
short = "PAP"
title = "PAPER TITLE"
title_zh = "PAPER TITLE"
authors = ["NN"]
venue = "V"
year = 2020
week = 1
optional = true
paper = "https://EXAMPLE.ORG/PAPER"
+++
GUIDE

## What a first pass tends to miss

- **POINT.** THAT IT IS SO. §2
- **OTHER.** THAT IT IS NOT. §3
"""

# The words in small letters are those that the catalogue has of a lab.
LAB = '''
"""COUNTS."""
from dataclasses import dataclass
import sys
from studylab.labspec import Lab, Reference, setting
from studylab.metrics.reporter import Reporter

LAB = Lab(
    name="QUICK",
    title="A quick lab",
    teaches="Nothing at all.",
    week=1,
    minutes=0.1,
    references=(Reference("LOSS", 0.9, "TEST", "MADE UP", "NOBODY", higher_is_better=False),),
)


@dataclass
class Config:
    STEPS: int = setting(3, "how many steps", low=1, high=1000)
    RATE: float = setting(0.5, "how fast", low=0.0)
    NOISE: float = setting(0.5, "how loud", high=1.0)
    ORDER: bool = setting(True, "in another order")
    DATA: str = setting("AUTO", "what from", choices=("AUTO", "DIGITS"))
    WORD: str = setting("A", "any word")


with Reporter.open("QUICK") as reporter:
    print("STEP 1", flush=True)
    reporter.log({"LOSS": 1.0}, step=1)
    reporter.result("LOSS", 0.8, split="TEST", data="MADE UP", reference=0.9, source="NOBODY")
'''


def fill(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put all that a listing can show into `home`, and hide what comes with studylab."""
    beside = home.parent
    for folder, name, text in (
        ("labs", "QUICK.py", LAB),
        ("papers", "PAP.md", PAPER),
        ("plan", "plan.toml", SYLLABUS),
    ):
        (beside / folder).mkdir()
        (beside / folder / name).write_text(text, "utf-8")
    (beside / "shipped").mkdir()
    monkeypatch.setenv("STUDYLAB_LABS", str(beside / "labs"))
    monkeypatch.setenv("STUDYLAB_PAPERS", str(beside / "papers"))
    monkeypatch.setenv("STUDYLAB_SYLLABUS", str(beside / "plan" / "plan.toml"))
    monkeypatch.setattr(locations, "shipped", lambda name: beside / "shipped")
    for module in ("studylab.workspace", "studylab.cli.doctor"):
        monkeypatch.setattr(f"{module}.builtin_papers_folder", lambda: beside / "shipped")
    monkeypatch.setattr("studylab.cli.labs.missing_packages", lambda: ["TORCH"])
    monkeypatch.setattr("studylab.cli.checks.packages.packages.__defaults__", (lambda python: {},))
    monkeypatch.setattr("studylab.cli.checks.hub.hub.__defaults__", (lambda address: "ABC",))

    locations.runs().mkdir()
    write_run("failed-22222", State.FAILED, reason="WHY")
    write_run("lost-33333", State.LOST, reason="WHY NOT", steps=None)
    write_run("alive-44444", State.RUNNING)
    write_run("quick-55555", State.FINISHED, reason="finished", verdict="reached")
    write_run("quick-56666", State.STOPPED, verdict="collapsed")
    db = open_database(home / "studylab.db")
    questions.ask(db, "WHY?", week=1, item="paper-PAP", paper="PAP", place="3.1")
    questions.ask(db, "HOW?", week=1, run="quick-55555", step=3)
    questions.answer(db, 2, "SO", source="P9")
    db.close()


def write_run(
    id: str, state: State, *, reason: str = "", steps: int | None = 9, verdict: str = ""
) -> RunDirectory:
    """A run directory of another host: nobody looks for its processes here."""
    run = RunDirectory(locations.runs() / id)
    run.path.mkdir()
    at = BEGAN.timestamp()
    run.write_spec(
        RunSpec(
            id=id,
            lab="mine/QUICK",
            argv=("/bin/python", "QUICK"),
            cwd="/",
            settings={"STEPS": 3, "ORDER": True},
            seed=None,
            environment={},
            git_commit="",
            git_dirty=None,
            host="HOST",
            python="/bin/python",
            created_at=BEGAN.isoformat(),
        )
    )
    ended = at + 100_000 if state.ended else None
    run.write_state(RunState(state, reason, started_at=at, ended_at=ended))
    run.metrics.write_bytes(metric_line(at, 3, {"LOSS": 0.5}))
    events = [event_line(at, "plan", {"steps": steps})] if steps else []
    if verdict:
        result = {"metric": "LOSS", "split": "TEST", "data": "MADE UP", "value": 0.5}
        more = {"reference": 0.9, "source": "NOBODY", "baseline": 1.0, "verdict": verdict}
        events.append(event_line(at, "result", {**result, **more}))
    run.events.write_bytes(b"".join(events))
    run.output.write_bytes(b"OUTPUT\n")
    return run
