"""Taking down which versions a run has, in the interpreter that it runs in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.runs import versions
from studylab.runs.directory import RunDirectory, RunSpec

FILE = "evidence.json"
PROBE_SECONDS = 20.0

_PYTHON = re.compile(r"python(?:\d+(?:\.\d+)*)?(?:t)?")


def take_down(run: RunDirectory, spec: RunSpec) -> subprocess.Popen[bytes] | None:
    """Write `evidence.json`, at best; gives the process that does it where it is another Python's.

    Whatever goes wrong, the run goes on without.
    """
    file = run.path / FILE
    python = python_in(spec.argv)
    if not python or file.exists():
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if python == sys.executable:
            versions.write(str(file))
        else:
            return subprocess.Popen(
                _words(python, str(file)),
                cwd=run.path,
                env=_environment(spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
    return None


def read(run: RunDirectory) -> dict[str, Any]:
    """What was taken down; nothing where nothing was."""
    try:
        found = json.loads((run.path / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def present(argv: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """The same of the Python that a command would have now; nothing where it has none."""
    python = python_in(argv)
    if not python:
        return {}
    if python == sys.executable:
        return versions.record()
    try:
        done = subprocess.run(
            _words(python),
            env=_environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=True,
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def python_in(argv: Sequence[str]) -> str:
    """The Python that a command runs in: its program, or what the program's first line names."""
    if not argv:
        return ""
    if _PYTHON.fullmatch(Path(argv[0]).name):
        return argv[0]
    try:
        with open(argv[0], "rb") as file:
            first = file.readline(400)
    except (OSError, ValueError):
        return ""
    words = first[2:].decode("utf-8", "replace").split() if first.startswith(b"#!") else []
    return words[0] if words and _PYTHON.fullmatch(Path(words[0]).name) else ""


def _words(python: str, *arguments: str) -> list[str]:
    return [python, "-c", Path(versions.__file__).read_text("utf-8"), *arguments]


def _environment(chosen: Mapping[str, str]) -> dict[str, str]:
    """What the run has, but for what would make it one of its processes."""
    return {n: v for n, v in {**os.environ, **chosen}.items() if n != RUN_DIRECTORY}
