"""`python -m studylab.runs.supervisor DIRECTORY`: start a run's child and see it through.

One small process a run, in a session of its own: no screen, terminal, connection or daemon is
needed for the run to go on. It writes `state.json` and `resources.jsonl`, and on request stops the
whole process tree: SIGINT so that the lab can save, then SIGTERM, then SIGKILL.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from studylab import language
from studylab.language import _
from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.runs import memory_kills, outcome, queue, tree
from studylab.runs.complaints import never_fail
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunSpec, RunState, State
from studylab.runs.evidence_probe import take_down
from studylab.runs.identity import ProcessIdentity
from studylab.runs.lock import held
from studylab.runs.private import forget, read_private
from studylab.runs.resources import ResourceLog
from studylab.runs.scalars import WANTED
from studylab.runs.teller import Teller

if TYPE_CHECKING:
    from studylab.runs.companion import Companion

GPU_CHOICE = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER")

LOOK_SECONDS = 0.2
"""How often the supervisor looks for the child's end and for a request to stop."""

SAMPLE_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 1.0
"""How often the end is tried to be written down on a full disk."""

ORPHAN_GRACE = 3.0
"""Seconds that processes which outlive the lab have after SIGTERM."""


class AlreadySupervised(Exception):
    """Another supervisor holds this directory."""


def supervise(run: RunDirectory) -> Teller | None:
    """Start the run's child and stay until its whole tree is gone. Gives what told of it.

    Raises:
        AlreadySupervised: another process does this.
        RunDirectoryError: `run.json` can't be read.
    """
    with alone(run):
        watch = _Watch(run, run.read_spec())
        watch.start_and_see_through()
        return watch.teller


def adopt(run: RunDirectory) -> Teller | None:
    """Go on for a supervisor that is gone while its child lives.

    The exit code of a process that is not one's own child can't be learned: the lab's own events
    must tell how it ended.

    Raises:
        AlreadySupervised: another process does this.
        RunDirectoryError: the run's files can't be read.
    """
    with alone(run):
        spec, state = run.read_spec(), run.read_state()
        if state.state.ended or state.child is None:
            return None
        watch = _Watch(run, spec, state)
        watch.see_through_adopted(state.child)
        return watch.teller


def catch_up(run: RunDirectory) -> Teller | None:
    """Read what a run has left that nobody supervises any more.

    Raises:
        AlreadySupervised: another process does this.
        RunDirectoryError: the run's files can't be read.
    """
    from studylab.runs import companion

    with alone(run):
        companion.catch_up(run)
    return None


@contextlib.contextmanager
def alone(run: RunDirectory) -> Iterator[None]:
    """Be the only one who supervises a run, or reads what it wrote.

    Raises:
        AlreadySupervised: another process is.
    """
    with held(run.supervisor_lock) as nobody_else:
        if not nobody_else:
            raise AlreadySupervised(str(run.path))
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
        self.companion: Companion | None = None
        self.log: ResourceLog | None = None
        self.complained_of: int | None = None
        self.probe: subprocess.Popen[bytes] | None = None
        self.teller = Teller(run)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def start_and_see_through(self) -> None:
        tree.become_subreaper()
        kills_before = memory_kills.count()
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
            self.teller.end(self.state)
            return
        self._write(self.state.with_(state=State.RUNNING, child=ProcessIdentity.of(child.pid)))
        self.probe = take_down(self.run, self.spec)
        while child.poll() is None:
            self._sample(child.pid)
            self._take_scalars()
            self.teller.look()
            self._beat()
            if self._stop_wanted():
                self._stop(child)
                break
            time.sleep(LOOK_SECONDS)
        left = self._sweep(child)
        self._take_last_scalars()
        ran_out = memory_kills.count() > kills_before
        self._end(outcome.of_exit(self.run, child.wait(), left, memory_ran_out=ran_out))

    def see_through_adopted(self, child: ProcessIdentity) -> None:
        adopted = _("adopted: its supervisor is gone")
        self._write(self.state.with_(state=State.RUNNING, reason=adopted))

        def living() -> list[ProcessIdentity]:
            below = tree.descendants(child.pid) if child.alive else []
            own = [child] if child.alive else []
            return list({*own, *below, *tree.of_run(str(self.run.path))})

        while child.alive:
            self._sample(child.pid)
            self._take_scalars()
            self.teller.look()
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
        self._take_last_scalars()
        self._end(outcome.of_unseen_end(self.run, _("its supervisor was killed before it ended")))

    def _start(self) -> subprocess.Popen[bytes]:
        private = read_private(self.run)
        given = {
            **(private.environment if private else os.environ),
            # The keeper has chosen a GPU after the launch.
            **{name: os.environ[name] for name in GPU_CHOICE if name in os.environ},
        }
        environment = {
            **given,
            **self.spec.environment,
            RUN_DIRECTORY: str(self.run.path),
            # A lab's print must reach the log when it is printed, not when a buffer is full.
            "PYTHONUNBUFFERED": "1",
        }
        try:
            with open(self.run.output, "ab") as output:
                return subprocess.Popen(
                    private.argv if private else self.spec.argv,
                    cwd=self.spec.cwd,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    process_group=0,
                )
        finally:
            forget(self.run)

    def _stop(self, child: subprocess.Popen[bytes]) -> None:
        self._write(self.state.with_(state=State.STOPPING))

        def living() -> list[ProcessIdentity]:
            # A dead child is a zombie until it is polled, and counts as gone.
            child.poll()
            return self._below()

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

        left = len(self._below())
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not left or tree.end(
                self._below, None, number, ORPHAN_GRACE, lambda: tree.reap_orphans(child.pid)
            ):
                break
        return left

    def _below(self) -> list[ProcessIdentity]:
        """The run's processes: all below this one, but for the student's command that tells, and
        what takes down the versions."""
        own = self.probe.pid if self.probe is not None and self.probe.poll() is None else None
        below = [each for each in tree.descendants(os.getpid()) if each.pid != own]
        return [process for process in below if not self.teller.owns(process.pid)]

    def _sample(self, child: int) -> None:
        if self.log is None:
            self.log = ResourceLog(self.run.resources, child)
        self.log.sample_when_due(SAMPLE_SECONDS)

    def _take_scalars(self) -> None:
        """Take what a command says in another way than a lab: event files, lines of output."""
        if self.companion is None:
            # A lab reports by itself: its supervisor is not to carry all that.
            if not (self.run.path / WANTED).exists():
                return
            from studylab.runs.companion import Companion

            child = self.state.child.pid if self.state.child else None
            since = self.state.started_at or time.time()
            self.companion = Companion(self.run, self.spec, since, child)
        self.companion.look()

    def _take_last_scalars(self) -> None:
        self._take_scalars()
        if self.companion is not None:
            self.companion.finish(self._beat)

    def _end(self, how: outcome.Outcome) -> None:
        state = self.state.with_(
            state=how.state,
            reason=how.reason,
            exit_code=how.exit_code,
            signal=how.signal,
            ended_at=time.time(),
            heartbeat=time.time(),
        )
        self.teller.read_rest()
        # On a full disk the end is worth waiting for: somebody will make room.
        while not self._write(state):
            time.sleep(RETRY_SECONDS)
        self.teller.end(self.state)

    def _beat(self) -> None:
        # The clock may have been set back meanwhile, and the directory moved.
        due = abs(time.time() - (self.state.heartbeat or 0)) >= HEARTBEAT_SECONDS
        if due or not self.run.state_file.exists():
            self._write(self.state)

    def _write(self, state: RunState) -> bool:
        self.state = state.with_(heartbeat=time.time())
        try:
            try:
                self.run.write_state(self.state)
            except FileNotFoundError:
                if not self._follow():
                    # The whole directory was removed: there is nobody left to tell.
                    return True
                self.run.write_state(self.state)
        except OSError as error:
            if error.errno != self.complained_of:
                print(f"{self.run.state_file}: {error}", file=sys.stderr, flush=True)
            self.complained_of = error.errno
            return False
        self.complained_of = None
        return True

    def _follow(self) -> bool:
        """Go on where the run's directory is now, if it was moved: a process's own folder, which
        for a supervisor is that, moves with it."""
        try:
            here = RunDirectory(Path.cwd())
        except OSError:
            return False
        if here.path == self.run.path or not here.state_file.exists():
            return False
        self.run = here
        self.teller.follow(here)
        self.companion = self.log = None
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
    """Supervise the run in the given directory; with `--adopt` adopt it, with `--catch-up` read
    what it has left."""
    never_fail()
    language.use(os.environ.get("STUDYLAB_LANGUAGE", ""))
    run = RunDirectory(Path(arguments[0]))
    wanted = {"--adopt": adopt, "--catch-up": catch_up}.get("".join(arguments[1:2]), supervise)
    try:
        teller = wanted(run)
    except AlreadySupervised:
        return 0
    except RunDirectoryError as error:
        print(error, file=sys.stderr)
        return 1
    # A slot is free: whoever waits for it must not depend on a keeper that may have been killed.
    with contextlib.suppress(OSError):
        queue.ensure_keeper()
    if teller is not None:
        teller.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
