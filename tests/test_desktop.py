"""Desktop notifications by the terminal: which sequence, and that no text can get out of it."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import desktop
from studylab.desktop import LONGEST, passthrough, protocol, sequence
from studylab.settings import TELL_TERMINAL

XTERM = {"TERM": "xterm-256color"}
TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}


@pytest.mark.parametrize(
    ("environment", "takes"),
    [
        ({"TERM": "xterm-kitty"}, "osc99"),
        ({**XTERM, "KITTY_WINDOW_ID": "1"}, "osc99"),
        ({**XTERM, "TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({**XTERM, "LC_TERMINAL": "iTerm2"}, "osc9"),
        ({**XTERM, "TERM_PROGRAM": "WezTerm"}, "osc777"),
        ({**XTERM, "TERM_PROGRAM": "ghostty"}, "osc777"),
        ({"TERM": "xterm-ghostty"}, "osc777"),
        ({"TERM": "foot"}, "osc777"),
        ({"TERM": "rxvt-unicode-256color"}, "osc777"),
        ({**XTERM, "VTE_VERSION": "7600"}, "osc777"),
        (XTERM, "osc9"),
        ({"TERM": "dumb"}, "none"),
        ({"TERM": "linux"}, "none"),
        ({}, "none"),
        (TMUX, "osc9"),
        ({**TMUX, "KITTY_WINDOW_ID": "1"}, "osc99"),
    ],
)
def test_the_terminal_is_known_by_its_name(environment: dict[str, str], takes: str) -> None:
    assert protocol("auto", environment) == takes


def test_in_tmux_the_terminal_around_it_counts() -> None:
    assert protocol("auto", TMUX, outer="xterm-kitty") == "osc99"
    assert protocol("auto", {**TMUX, "TERM_PROGRAM": "tmux"}, outer="foot(1.16.2) foot") == "osc777"
    # What tmux was started in long ago says less than what it is attached to now.
    assert protocol("auto", {**TMUX, "LC_TERMINAL": "iTerm2"}, outer="xterm-ghostty") == "osc777"


@pytest.mark.parametrize("given", [each for each in TELL_TERMINAL if each != "auto"])
def test_a_setting_wins(given: str) -> None:
    assert protocol(given, {"TERM": "xterm-kitty"}) == given


def test_the_sequences() -> None:
    text = "cnn-a finished; 97 %"
    assert sequence("osc9", text, XTERM) == "\x1b]9;studylab: cnn-a finished; 97 %\x07"
    assert sequence("osc777", text, XTERM) == "\x1b]777;notify;studylab;cnn-a finished, 97 %\x07"
    assert sequence("none", text, XTERM) == ""
    one, other = (sequence("osc99", each, XTERM) for each in ("first", "second"))
    found = re.fullmatch(
        r"\x1b\]99;i=(\w+):d=0;studylab\x1b\\\x1b\]99;i=(\w+):p=body;first\x1b\\", one
    )
    assert found is not None and found[1] == found[2]
    assert found[1] not in other, "one would take the place of the other"


def test_through_tmux_and_screen() -> None:
    assert sequence("osc9", "x", TMUX) == "\x1bPtmux;\x1b\x1b]9;studylab: x\x07\x1b\\"
    inner = sequence("osc99", "x", TMUX).removeprefix("\x1bPtmux;").removesuffix("\x1b\\")
    assert inner.replace("\x1b\x1b", "\x1b") == sequence("osc99", "x", XTERM)
    screen = sequence("osc99", "x", {"TERM": "screen", "STY": "1.pts"})
    assert screen.startswith("\x1bP") and screen.count("\x1b\\") == 1 and screen.endswith("\x1b\\")


HOSTILE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["\x1b", "\x07", "\x1b\\", "\x9c", "]0;title", "\x1b]52;c;ZXZpbA==\x07",
                         "\n", "\x1bPtmux;", "\x90", "\x9d", "批", "\u202e", "x", ";", "\ud800"]),
        max_size=30,
    ).map("".join),
)  # fmt: skip


@given(text=HOSTILE, kind=st.sampled_from(["osc9", "osc99", "osc777"]),
       environment=st.sampled_from([XTERM, TMUX, {"TERM": "screen", "STY": "1"}]))  # fmt: skip
def test_no_text_ends_its_sequence_or_begins_another(
    text: str, kind: str, environment: dict[str, str]
) -> None:
    sent = sequence(kind, text, environment)
    harmless = sequence(kind, "", environment)
    controls = re.compile(r"[\x00-\x1f\x7f-\x9f]")
    assert controls.findall(sent) == controls.findall(harmless)
    sent.encode("utf-8")
    assert len(sent) < LONGEST + 120


def test_a_tmux_that_is_not_there_or_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", gone)
    assert (desktop.outer_terminal(), passthrough()) == ("", "")

    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tmux", 2)

    monkeypatch.setattr(subprocess, "run", slow)
    assert (desktop.outer_terminal(), passthrough()) == ("", "")
