"""The translator beside a supervisor: whatever goes wrong in it, the run goes on."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable

from studylab.runs.directory import RunDirectory, RunSpec, RunState
from studylab.runs.scalars import Wanted, read_sources, read_wanted, write_sources
from studylab.runs.translate import Translator, translator_of

LOOK_SECONDS = 0.4
"""How often it is looked for new scalars."""

SHARE = 0.02
"""Seconds that one look may take: the run's end must not wait for it."""

RETRY_SECONDS = 5.0


class Companion:
    """Takes the scalars of one run while it is supervised, and what is left when it has ended."""

    def __init__(
        self,
        run: RunDirectory,
        spec: RunSpec,
        since: float,
        child: int | None,
        clock: Callable[[int], float] | None = None,
    ) -> None:
        """`since` is the run's start, `child` its command; `clock` as the translator's."""
        self._run = run
        self._clock = clock
        self._spec = spec
        self._since = since
        self._child = child
        self._wanted: Wanted | None = None
        self._translator: Translator | None = None
        self._given_up = False
        self._next = 0.0
        self._said: set[str] = set()

    def look(self) -> None:
        """Take what is new, if it is time to look."""
        if self._given_up or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        try:
            translator = self._ready()
            if translator is not None and translator.look(SHARE):
                # There is more than a share: the next one follows at once.
                self._next = 0.0
        except OSError as error:
            self._complain(str(error))
            self._next = time.monotonic() + RETRY_SECONDS
            self._start_anew()
        except Exception:
            self._give_up()

    def finish(self, beat: Callable[[], None]) -> None:
        """Take all that is left; on a full disk, wait until there is room."""
        while not self._given_up:
            try:
                translator = self._ready()
                if translator is not None:
                    translator.finish(beat)
                    translator.close()
                return
            except FileNotFoundError:
                # The whole directory was removed.
                return
            except OSError as error:
                self._complain(str(error))
                beat()
                time.sleep(RETRY_SECONDS)
                self._start_anew()
            except Exception:
                self._give_up()

    def _ready(self) -> Translator | None:
        """The translator, for what is wanted now: the student may take the lines meanwhile."""
        wanted = read_wanted(self._run)
        if wanted != self._wanted and wanted is not None:
            if self._translator is None or self._wanted is None:
                self._translator = translator_of(
                    self._run,
                    wanted,
                    cwd=self._spec.cwd,
                    since=self._since,
                    child=self._child,
                    clock=self._clock,
                )
            elif wanted.lines:
                self._translator.take_lines()
            self._wanted = wanted
        return self._translator

    def _start_anew(self) -> None:
        """Forget what is in memory: what is in the files counts."""
        if self._translator is not None:
            self._translator.close()
        self._translator = self._wanted = None

    def _complain(self, what: str) -> None:
        if what not in self._said:
            print(what, file=sys.stderr, flush=True)
        self._said.add(what)

    def _give_up(self) -> None:
        """A mistake of ours: it is told in the supervisor's log, and nobody waits for the rest."""
        traceback.print_exc()
        self._given_up = True
        sources = read_sources(self._run)
        sources.whole = True
        try:
            write_sources(self._run, sources)
        except OSError as error:
            self._complain(str(error))


def catch_up(run: RunDirectory) -> None:
    """Take what is left of a run whose supervisor and command are gone.

    Raises:
        RunDirectoryError: the run's files can't be read.
    """
    state, spec = run.read_state(), run.read_spec()
    if not state.state.ended:
        child = state.child.pid if state.child else None
        clock = clock_of(run, state)
        Companion(run, spec, state.started_at or 0.0, child, clock).finish(lambda: None)


def clock_of(run: RunDirectory, state: RunState) -> Callable[[int], float]:
    """About when each byte of the output was written, of a run that is over: as if it had always
    written as much. The log itself does not tell."""
    try:
        found = run.output.stat()
        size, last = found.st_size, state.ended_at or found.st_mtime
    except OSError:
        size, last = 0, state.ended_at or time.time()
    first = min(state.started_at or last, last)
    return lambda byte: first + (last - first) * min(1.0, byte / max(1, size))
