"""The student's command: its words, its environment, and everything that goes wrong with it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.runs import tell_command
from studylab.runs.directory import RunDirectory
from studylab.runs.tell_command import TOLD_BY, Commands, argv_of, environment_of
from tests.runs.conftest import wait_for

PYTHON = f"'{sys.executable}'"


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    (tmp_path / "cnn-a").mkdir()
    return RunDirectory(tmp_path / "cnn-a")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def commands(run: RunDirectory, told: list[str]) -> Commands:
    return Commands(run, told.append)


def test_words_are_split_as_a_shell_would_and_filled_in() -> None:
    command = "notify-send -u low 'studylab: {event}' {run}/{text}"
    assert argv_of(command, "a", "ended", "it 'is'") == [
        "notify-send", "-u", "low", "studylab: ended", "a/it 'is'"
    ]  # fmt: skip


def test_no_shell_sees_them() -> None:
    assert argv_of("echo {text}", "a", "b", "$(rm -rf /); `x` && y | z > w") == [
        "echo", "$(rm -rf /); `x` && y | z > w"
    ]  # fmt: skip


def test_other_braces_stay_and_what_was_filled_in_is_not_filled_in_again() -> None:
    command = """curl -d '{"text": "{text}"}' {} {unknown} {event}"""
    assert argv_of(command, "r", "{text}", "{event}") == [
        "curl", "-d", '{"text": "{event}"}', "{}", "{unknown}", "{text}"
    ]  # fmt: skip


def test_a_quote_without_an_end() -> None:
    with pytest.raises(ValueError, match="quotation"):
        argv_of("echo 'x", "a", "b", "c")


@given(run=st.text(), event=st.text(), text=st.text())
def test_one_word_stays_one_word(run: str, event: str, text: str) -> None:
    assert argv_of("p {run} {event} {text}", run, event, text) == ["p", run, event, text]


def test_the_environment(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYLAB_RUN_DIR", "/another")
    environment = environment_of(run, "failed", "cnn-a failed")
    assert environment["STUDYLAB_RUN"] == "cnn-a"
    assert environment["STUDYLAB_EVENT"] == "failed"
    assert environment["STUDYLAB_TEXT"] == "cnn-a failed"
    assert environment[TOLD_BY] == str(run.path)
    assert environment["PATH"] == os.environ["PATH"]
    # It is no part of the run, and would be ended with it.
    assert "STUDYLAB_RUN_DIR" not in environment


def test_a_command_runs_in_the_runs_folder_with_all_it_is_given(
    commands: Commands, run: RunDirectory, told: list[str]
) -> None:
    code = (
        "import os, sys; open('told', 'w').write(repr((sys.argv[1:], os.environ['STUDYLAB_TEXT'])))"
    )
    commands.start(f'{PYTHON} -c "{code}" {{run}} {{text}}', "ended", "cnn-a finished: 训练")
    commands.finish()
    assert (run.path / "told").read_text() == repr((["cnn-a", "cnn-a finished: 训练"],
                                                    "cnn-a finished: 训练"))  # fmt: skip
    assert told == []


def test_an_empty_command_is_none(commands: Commands, told: list[str]) -> None:
    commands.start("  ", "ended", "x")
    commands.finish()
    assert told == []


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("no-such-program-anywhere", "could not start no-such-program-anywhere: No such file"),
        ("'unfinished", "No closing quotation"),
        (f"{PYTHON} -c 'import sys; sys.exit(3)'", "ended with 3"),
        (f"{PYTHON} -c 'raise ValueError(42)'", "ended with 1: ValueError: 42"),
        ("/", "could not start /: Permission denied"),
    ],
)
def test_what_fails_is_told_in_a_line(
    commands: Commands, told: list[str], command: str, complaint: str
) -> None:
    commands.start(command, "ended", "x")
    commands.finish()
    [line] = told
    assert line.startswith("tell_command: ")
    assert complaint in line
    assert "\n" not in line


def test_one_that_takes_too_long_is_killed_with_its_children(
    commands: Commands, told: list[str], run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_command, "SECONDS", 0.7)
    code = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(60)']); open('child', 'w').write(str(child.pid)); child.wait()"
    )
    commands.start(f'{PYTHON} -c "{code}"', "ended", "x")
    started = time.monotonic()
    commands.finish()
    assert time.monotonic() - started < 10
    [line] = told
    assert "took more than 1 s and was killed" in line
    child = int((run.path / "child").read_text())
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_starting_and_looking_wait_for_nothing(commands: Commands) -> None:
    started = time.monotonic()
    commands.start(f"{PYTHON} -c 'import time; time.sleep(1)'", "ended", "x")
    commands.look()
    assert time.monotonic() - started < 0.9
    commands.finish()


def test_a_flood_of_output_fills_no_pipe(commands: Commands, told: list[str]) -> None:
    code = "import sys; [s.write('x' * 10**6) for s in (sys.stdout, sys.stderr)]; sys.exit(1)"
    commands.start(f'{PYTHON} -c "{code}"', "ended", "x")
    commands.finish()
    assert len(told) == 1 and len(told[0]) < 400


def test_processes_of_a_command_are_known(commands: Commands, run: RunDirectory) -> None:
    assert not commands.owns(os.getpid())
    commands.start(f"{PYTHON} -c 'import time; time.sleep(2)'", "ended", "x")
    pid = commands._started[0].process.pid
    assert commands.owns(pid)
    assert not commands.owns(os.getpid())
    assert not commands.owns(2**22 + 5)
    assert not Commands(RunDirectory(run.path.parent / "other"), print).owns(pid)
    # As one that has left the command's session looks.
    [started] = commands._started
    commands._started.clear()
    wait_for(lambda: commands.owns(pid))
    commands._started.append(started)
    commands._started[0].process.kill()
    commands.finish()
