"""The student's own command, run when something of a run is to be told."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from studylab.language import _
from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory

SECONDS = 30.0
"""How long a command may take until it is killed."""
TOLD_BY = "STUDYLAB_TOLD_BY"
"""In the environment of a command, and of what it starts: the directory of the run that it is
about. By it a supervisor knows them from the run's own processes."""
LAST_WORDS = 200
_FIELD = re.compile(r"\{(run|event|text)\}")


@dataclass(slots=True)
class _Started:
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    until: float
    name: str


def argv_of(command: str, run: str, event: str, text: str) -> list[str]:
    """The words of a command; `{run}`, `{event}` and `{text}` in them are filled in, each within
    its word. No shell sees them.

    Raises:
        ValueError: a quote in it has no end.
    """
    given = {"run": run, "event": event, "text": text}
    # In one go: what was filled in is not looked through again.
    return [_FIELD.sub(lambda found: given[found[1]], word) for word in shlex.split(command)]


def environment_of(run: RunDirectory, event: str, text: str) -> dict[str, str]:
    """What a command finds in its environment."""
    environment = {name: value for name, value in os.environ.items() if name != RUN_DIRECTORY}
    return {
        **environment,
        "STUDYLAB_RUN": run.id,
        "STUDYLAB_EVENT": event,
        "STUDYLAB_TEXT": text,
        TOLD_BY: str(run.path),
    }


class Commands:
    """The commands that were started about one run. Nothing here raises or waits, but `finish`."""

    def __init__(self, run: RunDirectory, complain: Callable[[str], object]) -> None:
        """`complain` is given a line for each that failed."""
        self._run = run
        self._complain = complain
        self._started: list[_Started] = []
        self._any = False

    def start(self, command: str, event: str, text: str) -> None:
        """Start a command."""
        try:
            argv = argv_of(command, self._run.id, event, text)
        except ValueError as error:
            self._complain(_("tell_command: {error}", error=error))
            return
        if not argv:
            return
        self._any = True
        try:
            errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the command has ended
            try:
                process = subprocess.Popen(
                    argv,
                    cwd=self._run.path,
                    env=environment_of(self._run, event, text),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    start_new_session=True,
                )
            except BaseException:
                errors.close()
                raise
        except (OSError, ValueError) as error:
            self._complain(
                _(
                    "tell_command: could not start {program}: {error}",
                    program=one_line(argv[0], LAST_WORDS),
                    error=getattr(error, "strerror", None) or error,
                )
            )
            return
        until = time.monotonic() + SECONDS
        self._started.append(_Started(process, errors, until, one_line(argv[0], LAST_WORDS)))

    def follow(self, run: RunDirectory) -> None:
        """Go on in the place to which the run's directory was moved."""
        self._run = run

    def look(self) -> None:
        """Tell of those that have failed, and end those that take too long."""
        for each in list(self._started):
            if each.process.poll() is None and time.monotonic() < each.until:
                continue
            self._started.remove(each)
            self._ended(each)

    def finish(self) -> None:
        """Wait until all have ended, as long as they may take."""
        while self._started:
            self.look()
            if self._started:
                time.sleep(0.05)

    def owns(self, pid: int) -> bool:
        """Whether a process is a command, or was started by one."""
        if not self._any:
            return False
        with suppress(OSError):
            # While a program is being started, its environment is empty for a moment.
            if os.getsid(pid) in {each.process.pid for each in self._started}:
                return True
        try:
            found: Mapping[str, str] = psutil.Process(pid).environ()
        except (psutil.Error, OSError):
            return False
        return found.get(TOLD_BY) == str(self._run.path)

    def _ended(self, each: _Started) -> None:
        code = each.process.poll()
        if code is None:
            with suppress(OSError):
                os.killpg(each.process.pid, signal.SIGKILL)
            each.process.wait()
            told = _("tell_command: {program} took more than {seconds:.0f} s and was killed",
                     program=each.name, seconds=SECONDS)  # fmt: skip
        elif code:
            told = _("tell_command: {program} ended with {code}", program=each.name, code=code)
        else:
            told = ""
        with each.errors as errors, suppress(OSError, ValueError):
            errors.seek(0)
            lines = errors.read(1 << 16).decode("utf-8", "replace").strip().splitlines()
            if told and lines:
                words = one_line(lines[-1], LAST_WORDS)
                told = _("{reason}: {words}", reason=told, words=words)
        if told:
            self._complain(told)


def try_command(command: str, text: str) -> list[str]:
    """Run a command as for a run called `test` that has ended, and wait for it. Returns what went
    wrong."""
    troubles: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder) / "test")
        run.path.mkdir()
        commands = Commands(run, troubles.append)
        commands.start(command, "ended", text)
        commands.finish()
    return troubles
