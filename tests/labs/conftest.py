"""Labs as a student runs them: a process in a folder of its own, away from the checkout."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lab_process import CNN, HUB, Ended, environment

from labs.kit.run import Run
from studylab.labspec import Lab
from studylab.metrics.reporter import Reporter

# As in `lab_process.environment`; torch looks at it when it is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")


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
