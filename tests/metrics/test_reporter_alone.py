"""The reporter as one file in a project that knows nothing of studylab."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import studylab.metrics.reporter

SOURCE = Path(studylab.metrics.reporter.__file__)

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
from studylab_reporter import Reporter
with Reporter.open("mine") as reporter:
    reporter.plan(steps=2)
    reporter.log({{"loss": float("nan"), "acc": 0.5}}, step=1)
    reporter.result("accuracy", 0.5, split="test", data="made up")
    print(reporter.directory)
print([name for name in sys.modules if name.startswith("studylab.") or name == "numpy"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the file in it, under the name that the help tells."""
    (tmp_path / "studylab_reporter.py").write_text(SOURCE.read_text("utf-8"), "utf-8")
    return tmp_path


def run(project: Path, **environment: str) -> list[str]:
    """What a program of the project prints, in an interpreter with nothing but Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM.format(folder=str(project))],
        capture_output=True,
        text=True,
        check=True,
        cwd=project,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    return done.stdout.splitlines()


def test_it_needs_nothing_but_python_and_writes_below_runs(project):
    directory, loaded = run(project)
    assert directory.startswith("runs/mine-")
    assert loaded == "[]"
    lines = (project / directory / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["scalars"] for line in lines] == [{"loss": "NaN", "acc": 0.5}]
    events = (project / directory / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in events] == ["plan", "result", "end"]


def test_under_a_supervisor_it_writes_where_it_is_told(project, tmp_path):
    given = tmp_path / "given"
    assert run(project, STUDYLAB_RUN_DIR=str(given))[0] == str(given)
    assert (given / "metrics.jsonl").exists()


def test_it_can_be_read_by_an_older_python_and_says_its_licence():
    text = SOURCE.read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [getattr(node, "module", None) or node.names[0].name]
    }
    assert not any(name.startswith("studylab") for name in imported)
    assert "# MIT License" in text and "WITHOUT WARRANTY" in text
