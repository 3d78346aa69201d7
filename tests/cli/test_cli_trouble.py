"""What goes wrong outside: one line, an exit code that says what, and never a traceback."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from studylab.cli import exit_codes
from studylab.cli.main import run
from studylab.store import questions
from studylab.store.database import SCHEMA_VERSION, open_database


def assert_one_line(shown, code: int, *said: str) -> None:
    assert shown.code == code, shown
    assert shown.err.startswith("studylab: ") and shown.err.count("\n") == 1, shown.err
    assert shown.out == ""
    for words in said:
        assert words in shown.err


COMMANDS = [["week"], ["done", "p9"], ["questions", "--json"], ["runs"], ["ask", "why?"]]


@pytest.mark.parametrize("words", [[], *COMMANDS])
def test_a_newer_database(program, home, words):
    with contextlib.closing(sqlite3.connect(home / "studylab.db")) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 7}")

    assert_one_line(program(*words), 4, "newer studylab", "upgrade")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_file_that_is_no_database(cli, home, words):
    (home / "studylab.db").write_bytes(b"this is no database at all, but long enough" * 50)

    assert_one_line(cli(*words), 4, "damaged", "backups")


def test_a_database_that_is_damaged_inside(cli, home):
    with contextlib.closing(open_database(home / "studylab.db")) as db:
        for number in range(200):
            questions.ask(db, f"question {number} {'x' * 300}")
    data = bytearray((home / "studylab.db").read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    (home / "studylab.db").write_bytes(data)

    assert_one_line(cli("questions"), 4, "damaged")


@pytest.mark.parametrize("words", [["done", "p9"], ["ask", "why?"]])
def test_a_locked_database(cli, home, monkeypatch, words):
    monkeypatch.setattr("studylab.store.database.BUSY_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(home / "studylab.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        shown = cli(*words)

    assert shown.code == 4
    assert "held by another program" in shown.err and "Traceback" not in shown.err


def test_reading_goes_on_while_another_program_writes(cli, home, monkeypatch):
    monkeypatch.setattr("studylab.store.database.BUSY_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(home / "studylab.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")

        assert cli("week").code == 0


@contextlib.contextmanager
def tiny_disk(folder: Path) -> Iterator[None]:
    """A file system of 400 kB, where this user may mount one."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_disk(program, made_database, tmp_path, monkeypatch):
    folder = tmp_path / "disk"
    with tiny_disk(folder):
        shutil.copy(made_database, folder / "studylab.db")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        monkeypatch.setenv("STUDYLAB_HOME", str(folder))

        assert_one_line(program("done", "p9"), 4, "STUDYLAB_HOME")
        assert_one_line(program("run", "cnn"), 4)


def test_a_full_disk(program, made_database, tmp_path, monkeypatch):
    folder = tmp_path / "disk"
    with tiny_disk(folder):
        shutil.copy(made_database, folder / "studylab.db")
        with contextlib.suppress(OSError), (folder / "filler").open("wb") as filler:
            while True:
                filler.write(b"x" * 4096)
                filler.flush()
        monkeypatch.setenv("STUDYLAB_HOME", str(folder))

        assert_one_line(program("done", "p9"), 4, "free some space")
        assert_one_line(program(), 4, "free some space")
        assert program("doctor", "--json").code == 1


def test_no_space_for_what_is_written(program, home):
    """As a full disk, for those who can't mount one: no file may grow any more."""

    def no_growth() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    assert_one_line(program("done", "p9", preexec_fn=no_growth), 4, "free some space")
    assert "0 of 49" in program("week").out


def test_a_home_that_can_not_be_made(program, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STUDYLAB_HOME", str(tmp_path / "file" / "home"))

    assert_one_line(program("week"), 4, "STUDYLAB_HOME")


def test_runs_that_can_not_be_written(cli, home):
    (home / "runs").write_text("in the way")

    shown = cli("run", "cnn", "--detach")
    assert shown.code == 4 and shown.err.count("\n") == 1 and "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("text", "said"),
    [("theme = ", "not valid TOML"), ("thema = 'x'", "did you mean theme?"), ("theme = 3", "text")],
)
def test_settings_with_a_mistake(cli, tmp_path, text, said):
    (tmp_path / "settings.toml").write_text(text)

    assert_one_line(cli("week"), 4, "settings.toml", said)


def test_a_syllabus_with_a_mistake(cli, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text('title = "x"\n')
    monkeypatch.setenv("STUDYLAB_SYLLABUS", str(tmp_path / "mine.toml"))

    assert_one_line(cli("week"), 4, "mine.toml:1:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wek"], "no command is called 'wek'; did you mean week?"),
        (["qqqq"], "`studylab --help` lists them"),
        (["--frob"], "no such option '--frob'"),
        (["week", "x"], "not a valid integer; see `studylab week --help`"),
        (["week", "1", "2"], "unexpected extra argument"),
        (["done"], "missing argument 'ITEM...'"),
        (["runs", "--limit", "0"], "--limit"),
        (["runs", "--state", "runing"], "--state"),
        (["log", "last", "-n", "-3"], "-n"),
        (["completion", "tcsh"], "'bash', 'zsh', 'fish'"),
        (["app", "week"], "the app needs a terminal"),
        (["\x1b[31m\n"], "no command is called"),
    ],
)
def test_a_command_line_that_is_not_understood(cli, words, said):
    assert_one_line(cli(*words), 2, said)


def test_output_to_a_full_disk_is_told(program):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "studylab", "syllabus"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    assert done.returncode == 4
    assert done.stderr == "studylab: the output can't be written: No space left on device\n"


@pytest.mark.parametrize("words", ["syllabus", "syllabus --json", "doctor", "--help"])
def test_a_reader_that_goes_away_is_no_error(words):
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "studylab", *words.split()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as shown:  # fmt: skip
        assert shown.stdout is not None and shown.stderr is not None
        shown.stdout.close()
        assert shown.stderr.read() == ""
        assert shown.wait(30) == exit_codes.BROKEN_PIPE


def test_ctrl_c_is_quiet(home):
    with contextlib.closing(open_database(home / "studylab.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(
            [sys.executable, "-m", "studylab", "done", "p9"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as waiting:  # fmt: skip
            database = str(home / "studylab.db")
            while database not in {f.path for f in psutil.Process(waiting.pid).open_files()}:
                time.sleep(0.05)
            waiting.send_signal(signal.SIGINT)
            holder.rollback()
            out, err = waiting.communicate(timeout=10)

    # It may have got its turn just before the key arrived.
    assert waiting.returncode in (0, 130) and "Traceback" not in err, (out, err)


def test_an_ascii_terminal_gets_what_it_can_show(program):
    shown = program("week", env={**os.environ, "PYTHONIOENCODING": "ascii",
                                 "STUDYLAB_LANGUAGE": "zh"})  # fmt: skip

    assert (shown.code, shown.err) == (0, "") and "p9" in shown.out
    json = program("week", "--json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.code == 0 and json.out.isascii() and "\\u795e\\u7ecf" in json.out


def test_a_bug_is_not_hidden(monkeypatch):
    monkeypatch.setattr("studylab.cli.week.status", lambda *given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(["week"])
