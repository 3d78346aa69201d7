"""Desktop notifications by the terminal: which escape sequence it takes, and through tmux.

Three are about: OSC 9 (iTerm2, and most others know it too), OSC 777 (urxvt, then foot, WezTerm,
Ghostty, VTE) and OSC 99 (kitty). A terminal that knows none of them shows nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from zlib import crc32

from studylab.plain import one_line

OSC9, OSC99, OSC777, NONE = "osc9", "osc99", "osc777", "none"
TITLE = "studylab"
LONGEST = 200
"""Characters of a notification; GNU Screen hands on no more than a few hundred bytes."""

_BELL, _END = "\x07", "\x1b\\"
_TAKES = {
    "kitty": OSC99,
    "foot": OSC777,
    "ghostty": OSC777,
    "wezterm": OSC777,
    "rxvt": OSC777,
    "vte": OSC777,
    "iterm": OSC9,
}
_NAMES = ("TERM_PROGRAM", "LC_TERMINAL", "TERM")
_SIGNS = {"KITTY_WINDOW_ID": "kitty", "VTE_VERSION": "vte", "WEZTERM_PANE": "wezterm"}
"""Variables that only one terminal sets."""


def protocol(setting: str, environment: Mapping[str, str] | None = None, outer: str = "") -> str:
    """How a terminal is asked: `osc9`, `osc99`, `osc777`, or `none`.

    `setting` is the student's `tell_terminal`; for `auto` the terminal's own name decides. `outer`
    is the name of the terminal that tmux runs in.
    """
    environment = os.environ if environment is None else environment
    if setting != "auto":
        return setting
    inside = is_in_tmux(environment)
    if not inside and environment.get("TERM", "") in ("", "dumb", "linux", "unknown"):
        return NONE
    names = [outer] if inside and outer else [environment.get(name, "") for name in _NAMES]
    names += [sign for name, sign in _SIGNS.items() if environment.get(name)]
    for name in names:
        for part, takes in _TAKES.items():
            if part in name.lower():
                return takes
    return OSC9


def sequence(kind: str, text: str, environment: Mapping[str, str] | None = None) -> str:
    """What a terminal is sent to show `text`; empty for `none`.

    Whatever the text holds, nothing in it can end the sequence or begin another.
    """
    environment = os.environ if environment is None else environment
    body = one_line(text, LONGEST)
    if kind == OSC99:
        # Title and body come in two parts that share a name; another one would replace them.
        name = f"{TITLE}{crc32(body.encode()):08x}"
        asked = f"\x1b]99;i={name}:d=0;{TITLE}{_END}\x1b]99;i={name}:p=body;{body}{_END}"
    elif kind == OSC777:
        asked = f"\x1b]777;notify;{TITLE};{body.replace(';', ',')}{_BELL}"
    elif kind == OSC9:
        # The title before it: a number and a semicolon would mean something else to ConEmu.
        asked = f"\x1b]9;{TITLE}: {body}{_BELL}"
    else:
        return ""
    if is_in_tmux(environment):
        doubled = asked.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}{_END}"
    if environment.get("STY"):
        # Screen ends what it hands on at the first such end.
        return f"\x1bP{asked.replace(_END, _BELL)}{_END}"
    return asked


def is_in_tmux(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the terminal is a pane of tmux."""
    environment = os.environ if environment is None else environment
    return bool(environment.get("TMUX"))


def outer_terminal() -> str:
    """What tmux says of the terminal that it runs in; empty if it can't be asked."""
    return _asked_tmux("display-message", "-p", "#{client_termtype} #{client_termname}")


def passthrough() -> str:
    """tmux's setting `allow-passthrough`: `off`, `on`, `all`; empty if it has none or can't be
    asked."""
    return _asked_tmux("show-options", "-gwv", "allow-passthrough")


def _asked_tmux(*words: str) -> str:
    try:
        done = subprocess.run(
            ["tmux", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
