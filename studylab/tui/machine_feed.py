"""Looks at the machine once a second, in a thread of its own, while the room is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from studylab.runs.directory import RunDirectory
from studylab.runs.machine_use import Lookout, View

LOOK_SECONDS = 1.0
FIRST_SECONDS = 0.3
"""How long the first look measures, so that there is something to see soon."""


class MachineFeed:
    """Gives views of the machine to `tell`, and what it could not look at to `fail`.

    Both are called from the thread. The thread is a daemon: a driver that never answers keeps
    nobody from quitting.
    """

    def __init__(
        self,
        make: Callable[[], Lookout],
        tell: Callable[[View], object],
        fail: Callable[[BaseException], object],
    ) -> None:
        self._make = make
        self._tell = tell
        self._fail = fail
        self._shown = threading.Event()
        self._ended = threading.Event()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self.runs: Sequence[RunDirectory] = ()
        """The runs that are going on, as far as the database knows."""

    def begin(self) -> None:
        """Look from now on."""
        self._shown.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="machine", daemon=True)
            self._thread.start()

    def rest(self) -> None:
        """Look no more until `begin`."""
        self._shown.clear()
        self._woken.set()

    def end(self) -> None:
        """Let the thread go."""
        self._ended.set()
        self._shown.set()
        self._woken.set()

    def _run(self) -> None:
        try:
            while self._shown.wait() and not self._ended.is_set():
                self._watch()
        except BaseException as error:
            self._fail(error)

    def _watch(self) -> None:
        lookout = self._make()
        try:
            seconds = FIRST_SECONDS
            while self._shown.is_set() and not self._ended.is_set():
                self._woken.wait(seconds)
                self._woken.clear()
                if not self._shown.is_set() or self._ended.is_set():
                    break
                self._tell(lookout.look(self.runs))
                seconds = LOOK_SECONDS
        finally:
            lookout.close()
