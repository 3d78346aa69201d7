"""Each check of doctor by what it is given, and the command as a whole."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from studylab.cli import doctor
from studylab.cli.checks import (
    NAMES,
    Level,
    files,
    fine,
    from_problem,
    hub,
    in_background,
    machine,
    packages,
    warning,
)
from studylab.monitor.gpu import Gpus
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.identity import ProcessIdentity
from studylab.settings import Settings
from studylab.store.database import SCHEMA_VERSION
from studylab.syllabus.errors import PaperError

XTERM = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("environment", "size", "encoding", "level", "said"),
    [
        (XTERM, (120, 36), "utf-8", Level.OK, "120x36, xterm-256color, utf-8, true colour"),
        (XTERM, None, "utf-8", Level.OK, "none"),
        ({}, (80, 24), "utf-8", Level.WARNING, "TERM not set"),
        ({"TERM": "dumb"}, (80, 24), "utf-8", Level.WARNING, "set TERM"),
        (XTERM, (80, 24), "ANSI_X3.4-1968", Level.WARNING, "LANG=C.UTF-8"),
        (XTERM, (60, 24), "UTF-8", Level.WARNING, "80x24"),
        (XTERM, (30, 24), "UTF-8", Level.WARNING, "40x10"),
        ({**XTERM, "TMUX": "x"}, (80, 24), "utf-8", Level.WARNING, "tmux-256color"),
        ({"TERM": "tmux-256color", "TMUX": "x"}, (80, 24), "utf-8", Level.OK, "256 colours, tmux"),
        ({**XTERM, "NO_COLOR": "1"}, (80, 24), "utf-8", Level.OK, "no colours (NO_COLOR)"),
    ],
)
def test_the_terminal(environment, size, encoding, level, said):
    check = machine.terminal(environment, size, encoding)

    assert check.level is level
    assert said in f"{check.found}; {check.mend}"


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "newest", "level"),
    [
        (NOW, None, Level.OK),
        (NOW, (NOW - timedelta(days=9)).isoformat(), Level.OK),
        (NOW, (NOW + timedelta(days=1)).isoformat(), Level.WARNING),
        (NOW, "yesterday", Level.OK),
        (NOW, "2026-11-25T00:00:00", Level.OK),
        (datetime(1970, 1, 1, tzinfo=UTC), None, Level.FAILURE),
    ],
)
def test_the_clock(now, newest, level):
    assert machine.clock(now, newest).level is level


def test_python_of_the_labs():
    assert machine.python("3.11.7", sys.executable, "Linux x86_64").level is Level.OK
    assert machine.python("3.11.7", "/no/python", "Linux x86_64").level is Level.FAILURE


def test_git():
    assert machine.git("/usr/bin/git").level is Level.OK
    assert machine.git(None).level is Level.WARNING


def gpus(samples, why=""):
    return SimpleNamespace(sample=lambda: samples, why=why)


def test_gpus():
    card = SimpleNamespace(name="NVIDIA L4", memory_total=24 * 10**9)
    assert machine.gpu(gpus([card, card])).found == "NVIDIA L4 24 GB, NVIDIA L4 24 GB"
    assert machine.gpu(gpus([card], "GPU 0: no power figure")).level is Level.WARNING
    none = machine.gpu(Gpus(None, [], "the NVIDIA driver is not loaded"))
    assert none.level is Level.OK and "the NVIDIA driver is not loaded" in none.found


def test_home_and_disk(tmp_path):
    assert files.home(tmp_path / "new" / "home").level is Level.OK
    (tmp_path / "file").write_text("in the way")
    assert files.home(tmp_path / "file" / "home").level is Level.FAILURE
    assert files.disk(10**12, tmp_path).level is Level.OK
    assert files.disk(10**9, tmp_path).level is Level.WARNING
    assert files.disk(10**6, tmp_path).level is Level.FAILURE


def test_settings(tmp_path):
    assert "defaults" in files.settings(tmp_path / "none.toml", None).found
    check = files.settings(tmp_path / "s.toml", Problem("s.toml: not TOML; mend that line"))
    assert (check.level, check.mend) == (Level.FAILURE, "mend that line")


def test_the_database(home, tmp_path):
    check = files.database(home / "studylab.db")
    assert check.level is Level.OK and f"schema {SCHEMA_VERSION}" in check.found
    (tmp_path / "bad.db").write_bytes(b"no database" * 500)
    check = files.database(tmp_path / "bad.db")
    assert check.level is Level.FAILURE and "move it away" in check.mend


def test_papers_and_labs():
    error = PaperError(Path("x.md"), 3, "has no metadata", "start it with +++")
    check = files.papers(11, [error, error])
    assert check.level is Level.WARNING and check.mend == "start it with +++"
    assert "x.md:3: has no metadata and 1 more" in check.found
    assert files.papers(12, []).found == "12 papers"
    broken = SimpleNamespace(id="mine/x", error="x.py:1: invalid syntax; mend that line")
    assert files.labs([broken]).mend == "mend that line"


def test_supervisors(tmp_path):
    alive, dead, ended, garbage = (RunDirectory(tmp_path / name) for name in "abcd")
    for run in (alive, dead, ended, garbage):
        run.path.mkdir()
    alive.write_state(RunState(State.RUNNING, supervisor=ProcessIdentity.of(os.getpid())))
    dead.write_state(RunState(State.RUNNING))
    ended.write_state(RunState(State.FINISHED))
    garbage.state_file.write_text("{")

    check = files.supervisors([alive, dead, ended, garbage])
    assert check.level is Level.WARNING
    assert check.found == "4 on disk, 1 going on, 1 unreadable, 1 without a supervisor here"
    assert files.supervisors([alive, ended]).level is Level.OK


INSTALLED = {"torch": "2.13.0", "sklearn": "1", "datasets": "1", "transformers": "1", "threads": 2}


@pytest.mark.parametrize(
    ("found", "cards", "level", "said"),
    [
        (INSTALLED, 0, Level.OK, "2.13.0 on CPU, 2 threads"),
        ({**INSTALLED, "cuda": "12.6"}, 1, Level.OK, "CUDA 12.6"),
        ({**INSTALLED, "mps": True}, 0, Level.OK, "mps"),
        (INSTALLED, 1, Level.WARNING, "though there is a GPU"),
        ({}, 0, Level.WARNING, "not installed: torch, sklearn, datasets, transformers"),
        ({**INSTALLED, "datasets": None}, 0, Level.WARNING, "not installed: datasets"),
    ],
)
def test_packages(found, cards, level, said):
    check = packages.packages("python", cards, lambda interpreter: found)

    assert check.level is level and said in check.found


@pytest.mark.parametrize("interpreter", ["/no/python", "false", "true"])
def test_a_python_that_gives_no_answer(interpreter):
    check = packages.packages(interpreter, 0)

    assert check.level is Level.WARNING and "can't be imported" in check.found


def test_a_torch_that_takes_for_ever(tmp_path):
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)

    with pytest.raises(packages.LookFailed, match="more than 0 s"):
        packages.look(str(slow), seconds=0.2)


@pytest.mark.parametrize(
    ("settings", "environment", "address", "why"),
    [
        (Settings(), {}, hub.HUB, "the hub itself"),
        (Settings(), {"HF_ENDPOINT": "https://mirror.example"}, "https://mirror.example", "HF_"),
        (
            Settings(hub_endpoint="https://mine.example"),
            {"HF_ENDPOINT": "https://mirror.example"},
            "https://mine.example",
            "hub_endpoint",
        ),
    ],
)
def test_which_hub(settings, environment, address, why):
    for trouble, level in (("", Level.OK), ("no route", Level.WARNING)):
        check = hub.hub(settings, environment, lambda asked, trouble=trouble: trouble)
        assert check.level is level
        assert address in check.found and why in check.found


def test_a_hub_that_is_not_asked():
    def never(address: str) -> str:
        raise AssertionError(address)

    assert "HF_HUB_OFFLINE" in hub.hub(Settings(), {"HF_HUB_OFFLINE": "1"}, never).found
    odd = Settings(hub_endpoint="file:///etc/passwd")
    assert "no web address" in hub.hub(odd, {}, never).found


class Server(BaseHTTPRequestHandler):
    """Answers with the code that the path names."""

    def do_HEAD(self) -> None:
        self.send_response(int(self.path.strip("/") or 200))
        self.end_headers()

    def log_message(self, *given: object) -> None:
        """Quietly."""


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    serving = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


def test_a_server_that_answers(server):
    assert hub.answers(server) == ""
    assert hub.answers(f"{server}/404") == ""
    assert "503" in hub.answers(f"{server}/503")


def test_a_server_that_does_not(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    assert "refused" in hub.answers("http://127.0.0.1:9")
    assert hub.answers("http://[bad") != ""


def test_a_check_that_hangs_is_left_behind():
    never = threading.Event()
    otherwise = warning("hub", "too slow", "wait")
    hanging = in_background(lambda: fine("x", str(never.wait())), 0.05, otherwise)
    quick = in_background(lambda: fine("x", "there"), 5, otherwise)

    assert hanging() is otherwise
    assert quick().found == "there"
    never.set()


@pytest.fixture
def quick_looks(monkeypatch):
    """No torch and no network."""
    monkeypatch.setattr(packages, "look", lambda interpreter: INSTALLED)
    monkeypatch.setattr(packages.packages, "__defaults__", (lambda interpreter: INSTALLED,))
    monkeypatch.setattr(hub.hub, "__defaults__", (lambda address: "",))


@pytest.mark.usefixtures("quick_looks")
def test_all_is_well(cli):
    shown = cli("doctor")

    assert shown.code == 0, shown.out
    assert "✗" not in shown.out
    names = [line.split()[1] for line in shown.out.splitlines() if line[0] in "✓!✗"]
    assert names == [check["name"] for check in json.loads(cli("doctor", "--json").out)]
    assert tuple(names) == NAMES


@pytest.mark.usefixtures("quick_looks")
def test_what_is_amiss_has_a_mend(cli, home, tmp_path):
    (home / "studylab.db").write_bytes(b"no database at all" * 100)
    (tmp_path / "settings.toml").write_text("thema = 'x'\n")
    shown = cli("doctor")

    assert shown.code == 1 and shown.err == ""
    checks = {check["name"]: check for check in json.loads(cli("doctor", "--json").out)}
    for name in ("database", "settings"):
        assert checks[name]["level"] == "failure" and checks[name]["mend"]
    assert tuple(checks["database"]) == doctor.KEYS


@pytest.mark.usefixtures("quick_looks")
def test_a_syllabus_of_ones_own_with_a_mistake(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("STUDYLAB_SYLLABUS", str(tmp_path / "none.toml"))
    shown = cli("doctor")

    assert shown.code == 1 and "✗  syllabus" in shown.out and "none.toml" in shown.out


@pytest.mark.usefixtures("quick_looks")
def test_the_column_is_as_wide_as_chinese_names(cli, monkeypatch):
    chinese = {"disk": "磁盘", "home": "学生的数据目录"}
    monkeypatch.setattr(doctor, "_", lambda text: chinese.get(text, text))
    lines = cli("doctor").out.splitlines()

    begins = {
        cell_len(line.split("  ", 1)[0]) + cell_len(name) + len(gap)
        for line in lines
        for _mark, name, gap in re.findall(r"^([✓!✗])  (\S+)(\s+)", line)
    }
    assert begins == {1 + cell_len("学生的数据目录") + 2}


@pytest.mark.usefixtures("quick_looks")
def test_json_has_names_that_no_language_changes(cli, monkeypatch):
    monkeypatch.setattr(doctor, "_", lambda text: f"<{text}>")

    assert tuple(check["name"] for check in json.loads(cli("doctor", "--json").out)) == NAMES


@pytest.mark.parametrize("mark", ["; ", "；"])
def test_a_problem_is_parted_at_the_semicolon_of_either_language(mark):
    check = from_problem("hub", Problem(f"it is gone{mark}bring it back; or not"))

    assert (check.found, check.mend) == ("it is gone", "bring it back; or not")
