"""Giving the terminal away, to an editor or back to the shell, and taking it again."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from textual.app import App, SuspendNotSupported

from studylab.language import _
from studylab.problem import Problem


class NoTerminal(Problem):
    """The app has no terminal that it could give away; the text says so."""


@contextmanager
def terminal_given_away(app: App[Any]) -> Iterator[None]:
    """Leave the terminal to other programs for the length of a `with` block.

    `App.suspend` alone (Textual 8.2.8) falls short in four ways, each seen in tmux:

    - If its body raises, it never takes the terminal back and the app hangs
      (Textualize/textual#6692). Here the exception goes on its way only afterwards.
    - What was typed while the other program ran, and that it did not read, arrives as key
      presses: a `q` would quit the app. Here it is thrown away.
    - The terminal sends ctrl-C to the whole foreground group, and asyncio then cancels the app.
      Here the app ignores it for so long, as shells do; the other program, which starts with
      the default, does not.
    - Its handler answers ctrl-Z in the other program by stopping only this process. With the
      default action the kernel stops the whole job, and leaves jobs alone that no shell
      could continue.

    Raises:
        NoTerminal: the app does not run in a terminal.
    """
    raised: BaseException | None = None
    try:
        with app.suspend(), _signals_for_others():
            try:
                yield
            except BaseException as error:
                raised = error
            _forget_typed()
    except SuspendNotSupported:
        raise NoTerminal(_("this works only where studylab runs in a terminal")) from None
    if raised is not None:
        raise raised


def stop_job(app: App[Any]) -> None:
    """Ctrl-Z: back to the shell until `fg`.

    Textual's own action stops this one process, so a shell whose job is `make run` or another
    wrapper waits for the wrapper and never comes back (Textualize/textual#6298), and after `fg`
    only what changes is painted. The whole group is stopped here, as the terminal itself does
    it, and the screen is painted anew.
    """
    with terminal_given_away(app):
        os.killpg(os.getpgrp(), signal.SIGTSTP)


@contextmanager
def _signals_for_others() -> Iterator[None]:
    # A handler, unlike SIG_IGN, is not handed down to the program that is started.
    before = {
        number: signal.signal(number, action)
        for number, action in (
            (signal.SIGINT, _not_for_us),
            (signal.SIGQUIT, _not_for_us),
            (signal.SIGTSTP, signal.SIG_DFL),
        )
    }
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _not_for_us(number: int, frame: FrameType | None) -> None:
    """Ignore a signal that is meant for the program in front."""


def _forget_typed() -> None:
    if sys.__stdin__ is None:
        return
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(sys.__stdin__.fileno(), termios.TCIFLUSH)
