"""Labs as a student runs them: a process in a folder of its own, away from the checkout."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labs.kit.run import Run
from studylab.labspec import Lab
from studylab.metrics.reporter import Reporter

REPOSITORY = Path(__file__).parents[2]
HUB = REPOSITORY.parent / "shared" / "hub" / "serve.py"

CNN = "labs.vision.cnn"
SMALL = ("--channels", "2", "--hidden", "8", "--epochs", "1", "--augment", "0")
"""A network of a second, for what is not about its figures."""


@dataclass(frozen=True)
class Ended:
    """What a process left behind."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def refusal(self) -> str:
        """The one line on stderr."""
        assert "Traceback" not in self.err
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]

    @property
    def run(self) -> Path:
        """The run directory."""
        (found,) = (self.folder / "runs").iterdir()
        return found


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "error::SyntaxWarning", **more}


@pytest.fixture
def lab(tmp_path: Path) -> Callable[..., Ended]:
    """Runs a lab to its end: `lab("--epochs", "3")`."""
    folder = tmp_path / "student"
    folder.mkdir(exist_ok=True)

    def run(*arguments: object, module: str = CNN, **variables: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=folder,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr, folder)

    return run


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., Ended]:
    """Runs a piece of Python in a process of its own."""

    def run(code: str, **variables: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            cwd=tmp_path,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr, tmp_path)

    return run


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Runs in this process: `make_run("a")` reports into the folder `a`."""
    reporters: list[Reporter] = []

    def make(name: str = "run", lab: Lab | None = None, **more: Any) -> Run:
        reporter = Reporter(tmp_path / name)
        reporters.append(reporter)
        lab = lab or Lab(name="toy", title="", teaches="", week=1, minutes=0)
        return Run(lab, reporter, more.pop("settings", {}), **more)

    yield make
    for reporter in reporters:
        reporter.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Callable[..., dict[str, str]]]:
    """Starts the stand-in for the hub, with faults; gives the variables that point to it."""
    if not HUB.exists():
        pytest.skip(f"no stand-in for the hub: {HUB} is not there")
    servers: list[subprocess.Popen[str]] = []

    def serve(*faults: str) -> dict[str, str]:
        server = subprocess.Popen(
            [sys.executable, str(HUB), "--port", "0", *faults],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        servers.append(server)
        assert server.stdout
        address = server.stdout.readline().split()[-1]
        return {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf")}

    yield serve
    for server in servers:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()


@pytest.fixture
def closed_port() -> Mapping[str, str]:
    """An endpoint that refuses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {"HF_ENDPOINT": f"http://127.0.0.1:{port}"}


def events(run: Path, kind: str = "") -> list[dict[str, Any]]:
    """The events of a run directory, of one kind or all."""
    found = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return [e for e in found if kind in ("", e["event"])]


def metrics(run: Path) -> list[tuple[int, dict[str, float]]]:
    """Steps and scalars of a run directory, without what depends on the clock."""
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for record in found:
        record["scalars"].pop("samples_per_second", None)
    return [(record["step"], record["scalars"]) for record in found]
