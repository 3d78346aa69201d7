"""`studylab tell`, and the bell beside a run that is followed."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from studylab.cli import ring, tell
from studylab.cli.ring import Ears
from studylab.cli.settings import HELP
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.notices import Kind, Notice, of_end, write_notice
from studylab.settings import TELL_BY, TELL_ON, TELL_TERMINAL, SettingsError, load
from tests.cli.conftest import Cli, Outcome

OSC = "\x1b]9;studylab: "


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "TERM_PROGRAM", "LC_TERMINAL", "VTE_VERSION", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def on_a_terminal(*words: str, seconds: float = 40) -> tuple[int, str]:
    """Run the real program on a terminal of its own; its exit code and all that it wrote there."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "studylab", *words], stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    written, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            data = os.read(master, 4096)
        except OSError:
            break
        if not data:
            break
        written += data
    os.close(master)
    return child.wait(10), written.decode()


class TestRules:
    def test_what_is_told_and_how(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STUDYLAB_TELL_ON", "failed, stalled")
        monkeypatch.setenv("STUDYLAB_TELL_BY", "bell command")
        lines = [line.split() for line in cli("tell").out.splitlines()]
        told = {words[0]: words[1] for words in lines if words[0] in (*TELL_ON, *TELL_BY)}
        assert told == {
            "ended": "no", "failed": "yes", "stalled": "yes", "diverged": "no", "reached": "no",
            "bell": "yes", "desktop": "no", "command": "no",
        }  # fmt: skip
        monkeypatch.setenv("STUDYLAB_TELL_COMMAND", "notify-send {text}")
        assert "yes  notify-send {text}" in cli("tell").out

    def test_json(self, cli: Cli) -> None:
        found = json.loads(cli("tell", "--json").out)
        assert tuple(found) == tell.KEYS
        assert found["tell_on"] == list(TELL_ON)
        assert found["terminal"] == "osc9"

    def test_each_setting_of_it_is_described(self) -> None:
        for name in ("tell_on", "tell_by", "tell_command", "tell_terminal", "stall_factor"):
            assert HELP[name]

    def test_the_settings_are_kept_with_one_space_between(self, cli: Cli) -> None:
        assert cli("settings", "tell_on", "failed,  stalled").code == 0
        assert load().tell_on == "failed stalled"
        assert cli("settings", "tell_on", "").code == 0
        assert load().tell_on == ""

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("tell_on", "failed crashed", f"takes {', '.join(TELL_ON)}; not 'crashed'"),
            ("tell_by", "mail", f"takes {', '.join(TELL_BY)}; not 'mail'"),
            ("tell_terminal", "", f"takes {', '.join(TELL_TERMINAL)}; not ''"),
            ("tell_terminal", "osc9 osc99", "not 'osc9 osc99'"),
            ("tell_command", "say 'x", "can't be split into words (No closing quotation)"),
            ("stall_factor", "1", "takes 2 or more; not '1'"),
            ("stall_factor", "ten", "takes a whole number, such as 10; not 'ten'"),
        ],
    )
    def test_what_is_refused(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
    ) -> None:
        done = cli("settings", name, value)
        assert done.code == 4
        assert said in done.err
        monkeypatch.setenv(f"STUDYLAB_{name.upper()}", value)
        with pytest.raises(SettingsError):
            load()


class TestTrying:
    def test_without_a_terminal_nothing_is_sent(self, cli: Cli) -> None:
        done = cli("tell", "--test")
        assert done.code == 0
        assert done.out.count("there is no terminal") == 2
        assert "\x1b" not in done.out + done.err and "\a" not in done.out + done.err

    def test_on_a_terminal_each_way_once(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("STUDYLAB_TELL_COMMAND", f"touch '{tmp_path}/{{run}}-{{event}}'")
        code, written = on_a_terminal("tell", "--test")
        assert code == 0
        assert written.count(OSC) == 1
        assert written.replace(OSC, "").count("\a") == 2, "the bell, and the end of the sequence"
        assert (tmp_path / "test-ended").exists()

    def test_a_command_that_fails_is_told(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STUDYLAB_TELL_COMMAND", "no-such-program")
        done = cli("tell", "--test")
        assert done.code == 1
        assert "could not start no-such-program" in done.err
        assert "command  failed" in done.out

    def test_in_tmux_that_keeps_it_it_says_what_to_set(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TMUX", "/tmp/x,1,0")
        monkeypatch.setattr("studylab.desktop.outer_terminal", lambda: "xterm-kitty")
        monkeypatch.setattr("studylab.desktop.passthrough", lambda: "off")
        out = cli("tell").out
        assert "OSC 99 is sent to the terminal, but tmux keeps it" in out
        assert "set -g allow-passthrough on" in out
        monkeypatch.setattr("studylab.desktop.passthrough", lambda: "on")
        assert "allow-passthrough" not in cli("tell").out

    def test_json_and_test_exclude_each_other(self, cli: Cli) -> None:
        assert cli("tell", "--json", "--test").code == 2


class TestFollowing:
    def test_a_run_that_is_followed_on_a_terminal_rings(self, labs: Path) -> None:
        code, written = on_a_terminal("run", "quick")
        assert code == 0
        # The lab logs a NaN, reaches its reference, and ends.
        assert "diverges: loss is nan at step 1" in written
        assert "reached its reference" in written
        assert " finished after" in written.split(OSC)[-1]
        assert written.count(OSC) == 3
        assert written.replace("\a", "", 3).count("\a") >= 1

    def test_elsewhere_nothing_is_sent(self, cli: Cli, labs: Path) -> None:
        done = cli("run", "quick")
        assert done.code == 0
        assert "\x1b" not in done.out + done.err and "\a" not in done.out + done.err


class Terminal:
    """Somebody sits before stderr."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


class TestEars:
    @pytest.fixture
    def screen(self, monkeypatch: pytest.MonkeyPatch) -> Terminal:
        screen = Terminal()
        monkeypatch.setattr(ring, "sys", SimpleNamespace(stderr=screen))
        return screen

    @pytest.fixture
    def run(self, tmp_path: Path) -> RunDirectory:
        (tmp_path / "cnn-a").mkdir()
        return RunDirectory(tmp_path / "cnn-a")

    over = RunState(State.FINISHED, "finished", started_at=1.0, ended_at=61.0)

    def test_what_came_before_is_no_news(self, run: RunDirectory, screen: Terminal) -> None:
        write_notice(run, Notice(Kind.STALLED, 1.0, {"silence": 99.0, "step": 1}))
        ears = Ears(run)
        ears.listen()
        assert screen.written == ""
        write_notice(run, Notice(Kind.DIVERGED, 2.0, {"metric": "loss", "step": 1}))
        ears.listen()
        ears.listen()
        assert screen.written.count("\a") == 2
        assert OSC + "cnn-a diverges" in screen.written

    def test_a_run_that_was_over_from_the_start_rings_no_bell(
        self, run: RunDirectory, screen: Terminal
    ) -> None:
        Ears(run).hear_end(self.over)
        assert screen.written == ""

    def test_the_end_without_a_word_of_the_supervisor(
        self, run: RunDirectory, screen: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ring, "END_SECONDS", 0.05)
        ears = Ears(run)
        ears.listen()
        ears.hear_end(self.over)
        assert "cnn-a finished after 1:00" in screen.written

    def test_the_end_with_one(self, run: RunDirectory, screen: Terminal) -> None:
        ears = Ears(run)
        ears.listen()
        write_notice(run, of_end(self.over))
        ears.hear_end(self.over)
        assert screen.written.count("finished") == 1

    def test_a_stop_that_was_asked_for_rings_no_bell(
        self, run: RunDirectory, screen: Terminal
    ) -> None:
        ears = Ears(run)
        ears.listen()
        stopped = RunState(State.STOPPED, "stopped by ana", ended_at=1.0)
        write_notice(run, of_end(stopped))
        ears.hear_end(stopped)
        assert screen.written == ""

    @pytest.mark.parametrize("value", ["", "nonsense"])
    def test_rules_that_want_nothing_or_are_broken(
        self, run: RunDirectory, screen: Terminal, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.setenv("STUDYLAB_TELL_ON", value)
        ears = Ears(run)
        ears.listen()
        write_notice(run, of_end(self.over))
        ears.hear_end(self.over)
        assert screen.written == ""


def test_the_program_itself(program) -> None:
    done: Outcome = program("tell")
    assert done.code == 0 and "You are told when" in done.out
