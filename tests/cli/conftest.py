"""The command line in this process and as a program, and labs that take a second."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from studylab.cli.main import run
from studylab.runs.truth import all_runs
from studylab.store.database import open_database

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command line did."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]

QUICK = '''
"""Counts."""
from dataclasses import dataclass
import sys
from studylab.labspec import Lab, Reference, setting
from studylab.metrics.reporter import Reporter

LAB = Lab(
    name="quick",
    title="A quick lab",
    title_zh="很快的实验",
    teaches="Nothing at all.",
    week=1,
    minutes=0.1,
    references=(Reference("accuracy", 0.9, "test", "made up", "nobody"),),
)


@dataclass
class Config:
    steps: int = setting(3, "how many steps", low=1, high=1000)
    rate: float = setting(0.5, "how fast", low=0.0, high=1.0)
    shuffle: bool = setting(True, "in another order")
    data: str = setting("auto", "what from", choices=("auto", "digits", "mnist"))


steps = next((int(a[8:]) for a in sys.argv if a.startswith("--steps=")), 3)
with Reporter.open("quick") as reporter:
    reporter.plan(steps)
    for step in range(1, steps + 1):
        print(f"step {step}", flush=True)
        reporter.log({"loss": float("nan") if step == 1 else 1 / step}, step=step)
    print("\\x1b[31m[bold]red[/] \\x1b]0;title\\x07end without newline", end="", flush=True)
    reporter.result("accuracy", 0.95, split="test", data="made up", reference=0.9, source="nobody")
'''

SLOW = """
from dataclasses import dataclass
import time
from studylab.labspec import Lab, setting
from studylab.metrics.reporter import Reporter

LAB = Lab(name="slow", title="A slow lab", teaches="Waiting.", week=1, minutes=1)


@dataclass
class Config:
    seed: int = setting(0, "of nothing", low=0, high=9)


with Reporter.open("slow") as reporter:
    print("ready", flush=True)
    for step in range(10_000):
        reporter.log({"loss": 1.0}, step=step)
        time.sleep(0.05)
"""

FAILING = """
from dataclasses import dataclass
from studylab.labspec import Lab, setting

LAB = Lab(name="failing", title="A lab that fails", teaches="Failing.", week=1, minutes=1)


@dataclass
class Config:
    seed: int = setting(0, "of nothing", low=0, high=9)


raise ValueError("shapes (3, 4) and (5,) do not fit")
"""

BROKEN = "from studylab.labspec import Lab\nLAB = Lab(name='broken'\n"


@pytest.fixture(scope="session")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, made once: migrating takes a second."""
    path = tmp_path_factory.mktemp("made") / "studylab.db"
    open_database(path).close()
    return path


@pytest.fixture(autouse=True)
def quiet_home(
    home: Path, made_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A home with an empty database, in an environment that a terminal does not colour."""
    home.mkdir()
    shutil.copy(made_database, home / "studylab.db")
    for name in ("COLUMNS", "LINES", "STUDYLAB_LABS", "STUDYLAB_SYLLABUS", "_STUDYLAB_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # What is kept of a text that could not be recorded goes away with the test.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # Enough that no test waits for another's run.
    monkeypatch.setenv("STUDYLAB_SLOTS", "50")
    monkeypatch.setenv("STUDYLAB_STOP_GRACE", "3")
    monkeypatch.setenv("STUDYLAB_KILL_GRACE", "1")
    return home


@pytest.fixture
def cli() -> Cli:
    """Runs a command line in this process."""

    def invoke(*words: str, given: str | bytes = "") -> Outcome:
        with CliRunner().isolation(input=given) as (out, err, _):
            code = run(words)
            return Outcome(code, out.getvalue().decode(), err.getvalue().decode())

    return invoke


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Outcome]:
    """Runs the real program, without a terminal."""

    def start(*words: str, given: str = "", timeout: float = 30, **more: Any) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "studylab", *words],
            input=given,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=tmp_path,
            check=False,
            **more,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return start


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with labs of one's own; what is left of their runs at the end is killed."""
    folder = tmp_path / "labs"
    folder.mkdir()
    for name, text in (("quick", QUICK), ("slow", SLOW), ("failing", FAILING), ("broken", BROKEN)):
        (folder / f"{name}.py").write_text(textwrap.dedent(text), "utf-8")
    monkeypatch.setenv("STUDYLAB_LABS", str(folder))
    yield folder
    for left in all_runs():
        with suppress(ValueError, OSError):
            state = left.read_state()
            for process in filter(None, (state.supervisor, state.child)):
                if process.alive:
                    psutil.Process(process.pid).kill()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets an editor that puts a text before what the file holds."""

    def set_editor(text: str, *, code: int = 0) -> None:
        script = tmp_path / "editor.py"
        script.write_text(
            f"import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
            f"path.write_text({text!r} + path.read_text('utf-8'), 'utf-8')\nsys.exit({code})\n",
            "utf-8",
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    return set_editor


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the commands believe that someone sits before them."""
    monkeypatch.setattr("studylab.cli.output.on_terminal", lambda: True)


@pytest.fixture
def filled(quiet_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with something of everything, all in capitals, and the language of brackets."""
    # The code is read for its messages: only where that is wanted.
    from brackets import Brackets
    from capitals import LAB, fill

    from tools import extract

    fill(quiet_home, monkeypatch)
    of_lab, _mistakes = extract.in_source(LAB, "QUICK.py")
    brackets = Brackets(*(message.text for message in of_lab))
    monkeypatch.setattr("studylab.language._catalogue", brackets)
    return quiet_home
