"""The bell and the terminal's notifications beside a run that is followed in the terminal."""

from __future__ import annotations

import sys
import time
from contextlib import suppress

from studylab import desktop
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.notices import Kind, Notice, notices_reader, of_end, words
from studylab.settings import Settings, load

END_SECONDS = 1.0
"""How long is waited for the supervisor's own word of the end."""


def protocol(rules: Settings) -> str:
    """How the terminal here is asked for a notification."""
    ask = rules.tell_terminal == "auto" and desktop.is_in_tmux()
    return desktop.protocol(rules.tell_terminal, outer=desktop.outer_terminal() if ask else "")


def send(sequence: str) -> None:
    """Send the terminal something that is not shown."""
    with suppress(OSError, ValueError):
        encoding = sys.stderr.encoding or "utf-8"
        sys.stderr.write(sequence.encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()


class Ears:
    """Hears what is told of one run from now on, and rings if somebody sits before the terminal."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._reader = notices_reader(run)
        self._protocol = ""
        self._saw_it_alive = False
        try:
            self._rules = load()
        except Problem:
            self._rules = Settings(tell_on="")
        self._read()

    def listen(self) -> None:
        """Ring for what is new; the run is going on."""
        self._saw_it_alive = True
        self._ring(self._read())

    def hear_end(self, state: RunState) -> None:
        """Ring for the end, unless it is no news or was asked for."""
        if not self._saw_it_alive or not sys.stderr.isatty():
            return
        until = time.monotonic() + END_SECONDS
        new = self._read()
        while not any(notice.kind in (Kind.ENDED, Kind.FAILED) for notice in new):
            if time.monotonic() > until:
                new.append(of_end(state))
            else:
                time.sleep(0.02)
                new += self._read()
        asked_for = state.state is State.STOPPED
        self._ring([each for each in new if not (asked_for and each.kind is Kind.ENDED)])

    def _ring(self, notices: list[Notice]) -> None:
        new = [each for each in notices if each.kind.value in self._rules.tell_on.split()]
        if not new or not sys.stderr.isatty():
            return
        ways = self._rules.tell_by.split()
        sent = "\a" if "bell" in ways else ""
        if "desktop" in ways:
            self._protocol = self._protocol or protocol(self._rules)
            for notice in new:
                sent += desktop.sequence(self._protocol, words(self._run.id, notice))
        send(sent)

    def _read(self) -> list[Notice]:
        try:
            return self._reader.read()
        except OSError:
            return []
