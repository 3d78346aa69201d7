"""`python -m studylab.runs.supervisor DIRECTORY`: start a run's child and see it through.

One small process a run, in a session of its own: no screen, terminal, connection or daemon is
needed for the run to go on. It writes `state.json` and `resources.jsonl`, and on request stops the
whole process tree: SIGINT so that the lab can save, then SIGTERM, then SIGKILL.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from studylab import language
from studylab.language import _
from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.runs import outcome, queue, tree
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunSpec, RunState, State
from studylab.runs.identity import ProcessIdentity
from studylab.runs.resources import ResourceLog

LOOK_SECONDS = 0.2
"""How often the supervisor looks for the child's end and for a request to stop."""

SAMPLE_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
ORPHAN_GRACE = 3.0
"""Seconds that processes which outlive the lab have after SIGTERM."""


class AlreadySupervised(Exception):
    """Another supervisor holds this directory."""


def supervise(run: RunDirectory) -> None:
    """Start the run's child and stay until its whole tree is gone.

    Raises:
        AlreadySupervised: another process does this.
        RunDirectoryError: `run.json` can't be read.
    """
    with _alone(run):
        spec = run.read_spec()
        _Watch(run, spec).start_and_see_through()


def adopt(run: RunDirectory) -> None:
    """Go on for a supervisor that is gone while its child lives.

    The exit code of a process that is not one's own child can't be learned: the lab's own events
    must tell how it ended.

    Raises:
        AlreadySupervised: another process does this.
        RunDirectoryError: the run's files can't be read.
    """
    with _alone(run):
        spec, state = run.read_spec(), run.read_state()
        if not state.state.ended and state.child is not None:
            _Watch(run, spec, state).see_through_adopted(state.child)


@contextlib.contextmanager
def _alone(run: RunDirectory) -> Iterator[None]:
    with open(run.supervisor_lock, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadySupervised(str(run.path)) from None
        yield


class _Watch:
    """The life of one child."""

    def __init__(self, run: RunDirectory, spec: RunSpec, state: RunState | None = None) -> None:
        self.run = run
        self.spec = spec
        self.state = (state or RunState(State.STARTING)).with_(
            supervisor=ProcessIdentity.of(os.getpid())
        )
        self.asked_by_signal = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def start_and_see_through(self) -> None:
        tree.become_subreaper()
        self._write(self.state.with_(state=State.STARTING, started_at=time.time()))
        try:
            child = self._start()
        except OSError as error:
            reason = _(
                "could not start {program}: {error}",
                program=self.spec.argv[0],
                error=error.strerror or error,
            )
            self._write(self.state.with_(state=State.FAILED, reason=reason, ended_at=time.time()))
            return
        self._write(self.state.with_(state=State.RUNNING, child=ProcessIdentity.of(child.pid)))
        log = ResourceLog(self.run.resources, child.pid)
        while child.poll() is None:
            log.sample_when_due(SAMPLE_SECONDS)
            self._beat()
            if self._stop_wanted():
                self._stop(child)
                break
            time.sleep(LOOK_SECONDS)
        left = self._sweep(child)
        self._end(outcome.of_exit(self.run, child.wait(), left))

    def see_through_adopted(self, child: ProcessIdentity) -> None:
        adopted = _("adopted: its supervisor is gone")
        self._write(self.state.with_(state=State.RUNNING, reason=adopted))
        log = ResourceLog(self.run.resources, child.pid)

        def living() -> list[ProcessIdentity]:
            below = tree.descendants(child.pid) if child.alive else []
            own = [child] if child.alive else []
            return list({*own, *below, *tree.of_run(str(self.run.path))})

        while child.alive:
            log.sample_when_due(SAMPLE_SECONDS)
            self._beat()
            if self._stop_wanted():
                self._write(self.state.with_(state=State.STOPPING))
                group = child.pid if child.alive else None
                self._signal_in_steps(living, group)
                break
            time.sleep(LOOK_SECONDS)
        if living():
            tree.end(living, None, signal.SIGTERM, ORPHAN_GRACE)
            tree.end(living, None, signal.SIGKILL, ORPHAN_GRACE)
        self._end(outcome.of_unseen_end(self.run, _("its supervisor was killed before it ended")))

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            **self.spec.environment,
            RUN_DIRECTORY: str(self.run.path),
            # A lab's print must reach the log when it is printed, not when a buffer is full.
            "PYTHONUNBUFFERED": "1",
        }
        with open(self.run.output, "ab") as output:
            return subprocess.Popen(
                self.spec.argv,
                cwd=self.spec.cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    def _stop(self, child: subprocess.Popen[bytes]) -> None:
        self._write(self.state.with_(state=State.STOPPING))

        def living() -> list[ProcessIdentity]:
            # A dead child is a zombie until it is polled, and counts as gone.
            child.poll()
            return tree.descendants(os.getpid())

        self._signal_in_steps(living, child.pid, reap=lambda: tree.reap_orphans(child.pid))

    def _signal_in_steps(
        self,
        living: Callable[[], list[ProcessIdentity]],
        group: int | None,
        reap: Callable[[], None] = lambda: None,
    ) -> None:
        steps = (
            (signal.SIGINT, self.spec.stop_grace),
            (signal.SIGTERM, self.spec.kill_grace),
            (signal.SIGKILL, self.spec.kill_grace),
        )
        for number, seconds in steps:
            if tree.end(living, group, number, seconds, reap):
                return

    def _sweep(self, child: subprocess.Popen[bytes]) -> int:
        """End what the lab left behind. Returns how many processes that were."""

        def living() -> list[ProcessIdentity]:
            return tree.descendants(os.getpid())

        left = len(living())
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not left or tree.end(
                living, None, number, ORPHAN_GRACE, lambda: tree.reap_orphans(child.pid)
            ):
                break
        return left

    def _end(self, how: outcome.Outcome) -> None:
        state = self.state.with_(
            state=how.state,
            reason=how.reason,
            exit_code=how.exit_code,
            signal=how.signal,
            ended_at=time.time(),
            heartbeat=time.time(),
        )
        # On a full disk the end is worth waiting for: somebody will make room.
        while not self._write(state):
            time.sleep(5)

    def _beat(self) -> None:
        if time.time() - (self.state.heartbeat or 0) >= HEARTBEAT_SECONDS:
            self._write(self.state)

    def _write(self, state: RunState) -> bool:
        self.state = state.with_(heartbeat=time.time())
        try:
            self.run.write_state(self.state)
        except FileNotFoundError:
            # The whole directory was removed: there is nobody left to tell.
            return True
        except OSError as error:
            print(f"{self.run.state_file}: {error}", file=sys.stderr, flush=True)
            return False
        return True

    def _stop_wanted(self) -> bool:
        if self.asked_by_signal and not self.run.stop_request.exists():
            with contextlib.suppress(OSError):
                self.run.stop_request.write_text(
                    json.dumps({"by": _("a signal to its supervisor")}), "utf-8"
                )
        return self.asked_by_signal or self.run.stop_request.exists()

    def _asked(self, *_: object) -> None:
        self.asked_by_signal = True


def main(arguments: list[str]) -> int:
    """Supervise or, with `--adopt`, adopt the run in the given directory."""
    language.use(os.environ.get("STUDYLAB_LANGUAGE", ""))
    run = RunDirectory(Path(arguments[0]))
    try:
        (adopt if "--adopt" in arguments[1:] else supervise)(run)
    except AlreadySupervised:
        return 0
    except RunDirectoryError as error:
        print(error, file=sys.stderr)
        return 1
    # A slot is free: whoever waits for it must not depend on a keeper that may have been killed.
    with contextlib.suppress(OSError):
        queue.ensure_keeper()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
