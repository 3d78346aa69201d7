"""The real program in a real terminal, driven by its keys."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Callable

PATIENCE = 60.0
NOT_A_STUDENTS = ("COLUMNS", "LINES", "COV_CORE_SOURCE", "COV_CORE_CONFIG", "COV_CORE_DATAFILE")
"""Variables of the test process: readline exports the size of a terminal that is not ours."""


class Terminal:
    """A tmux session with studylab in it."""

    def __init__(self, environment: dict[str, str], size: tuple[int, int] = (120, 36)) -> None:
        self._server = f"studylab-test-{uuid.uuid4().hex[:8]}"
        self._environment = environment
        self._size = size

    def start(self, *arguments: str) -> None:
        """Start studylab; the session ends when the program does."""
        variables = [f"{name}={value}" for name, value in self._environment.items()]
        unset = [word for name in NOT_A_STUDENTS for word in ("-u", name)]
        program = [sys.executable, "-m", "studylab", *arguments]
        line = shlex.join(["exec", "env", *unset, *variables, *program])
        width, height = map(str, self._size)
        self._tmux("new-session", "-d", "-s", "s", "-x", width, "-y", height, line)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, such as `Enter`, `C-s`, `Escape`."""
        self._tmux("send-keys", "-t", "s", *keys)
        time.sleep(0.1)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-t", "s", "-l", text)
        time.sleep(0.1)

    def screen(self) -> str:
        """What is shown."""
        return self._tmux("capture-pane", "-p", "-t", "s")

    def see(self, *words: str) -> str:
        """Wait until all the words are shown. Returns the screen."""
        return self._wait(lambda shown: all(w in shown for w in words), f"no {words}")

    def see_no(self, word: str) -> str:
        """Wait until the word is not shown."""
        return self._wait(lambda shown: word not in shown, f"still {word!r}")

    def quit(self) -> None:
        """Press q and wait for the program to be gone."""
        self.press("q")
        deadline = time.monotonic() + PATIENCE
        while self._tmux("list-sessions"):
            assert time.monotonic() < deadline, f"it does not quit:\n{self.screen()}"
            time.sleep(0.1)

    def close(self) -> None:
        """Kill the terminal and what runs in it."""
        self._tmux("kill-server")

    def _wait(self, condition: Callable[[str], bool], otherwise: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while True:
            shown = self.screen()
            if condition(shown):
                return shown
            assert time.monotonic() < deadline, f"{otherwise} on the screen:\n{shown}"
            time.sleep(0.1)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, "-f", os.devnull, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout
