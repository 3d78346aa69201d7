"""`python -m studylab.runs.keeper`: start the runs that wait, each when its turn has come.

It lives as long as anything waits. Killed, it loses nothing: what waits is in files.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict

from studylab import language, locations
from studylab.language import _
from studylab.monitor.gpu import Gpus
from studylab.problem import Problem
from studylab.runs import outcome, queue, tree
from studylab.runs.complaints import never_fail
from studylab.runs.directory import RunDirectory, RunDirectoryError, State
from studylab.runs.launch import start_supervisor
from studylab.runs.private import forget
from studylab.runs.queue import Entry
from studylab.runs.slots import Slots, free_gpu
from studylab.runs.truth import settle
from studylab.settings import Settings, load

LOOK_SECONDS = 0.5


class Keeper:
    """Starts what waits. `gpus` is asked anew at each turn, since others come and go."""

    def __init__(self, slots: Slots, gpus: Gpus) -> None:
        self._slots = slots
        self._gpus = gpus

    def turn(self) -> bool:
        """Start whatever can be started. Returns whether anything is left that waits."""
        found = queue.entries()
        going_on = [entry for entry in found if entry.started and self._goes_on(entry)]
        left = False
        for entry in found:
            if entry.started or self._given_up(entry):
                continue
            if self._waits_for_others(entry) or not self._start(entry, going_on):
                left = True
        return left

    def _start(self, entry: Entry, going_on: list[Entry]) -> bool:
        """Start a run if there is a slot for it, which it then takes."""
        if len(going_on) >= self._slots.of_machine(len(self._gpus)):
            return False
        environment = {}
        if len(self._gpus) and entry.wants_gpu:
            gpu = self._free_gpu(going_on)
            if gpu is None:
                return False
            # NVML counts by the bus, CUDA by speed unless it is told.
            environment = {"CUDA_VISIBLE_DEVICES": str(gpu), "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
        # In this order: killed in between, the next keeper starts it once more, and the second
        # supervisor finds the first one there and leaves.
        start_supervisor(_directory(entry), environment=environment)
        going_on.append(queue.mark_started(entry, environment.get("CUDA_VISIBLE_DEVICES", "")))
        return True

    def _free_gpu(self, going_on: list[Entry]) -> int | None:
        given: dict[str, list[str]] = defaultdict(list)
        for entry in going_on:
            given[entry.gpu].append(entry.run)
        runs = {str(_directory(entry).path): entry.run for entry in going_on}
        run_of = {pid: runs[where] for pid, where in tree.directories() if where in runs}
        return free_gpu(self._gpus.sample(), given, run_of, self._slots.each_gpu)

    def _goes_on(self, entry: Entry) -> bool:
        """Whether a started run still takes up its slot; one that is over leaves the queue."""
        state = _state_of(entry.run)
        if state is not None and not state.ended:
            return True
        queue.leave(entry.run)
        return False

    def _given_up(self, entry: Entry) -> bool:
        """Whether a run has not to wait any more: somebody stopped it, what it was to follow did
        not finish, or it has got going already."""
        run = _directory(entry)
        try:
            state = run.read_state()
        except (RunDirectoryError, OSError):
            # Removed, or never written whole: nothing can be started there.
            queue.leave(entry.run)
            return True
        if not state.state.ended and state.state is not State.QUEUED:
            queue.mark_started(entry, "")
            return True
        reason = self._why_not(entry)
        if reason and not state.state.ended:
            now = time.time()
            run.write_state(state.with_(state=State.STOPPED, reason=reason, ended_at=now))
        if reason or state.state.ended:
            forget(run)
            queue.leave(entry.run)
            return True
        return False

    def _why_not(self, entry: Entry) -> str:
        """Why a run is not to be started; empty if it is."""
        asker = outcome.stop_request(_directory(entry))
        if asker is not None:
            return _("stopped by {who} while it waited", who=asker)
        for other in entry.after:
            state = _state_of(other)
            if state is None or (state.ended and state is not State.FINISHED):
                how = _(state.value) if state else _("gone")
                return _(
                    "not started: {other}, which it was to follow, is {how}", other=other, how=how
                )
        return ""

    def _waits_for_others(self, entry: Entry) -> bool:
        return any(_state_of(other) is not State.FINISHED for other in entry.after)


def _directory(entry: Entry) -> RunDirectory:
    return RunDirectory(locations.runs() / entry.run)


def _state_of(run: str) -> State | None:
    """The state of a run; None if it is gone."""
    try:
        return settle(RunDirectory(locations.runs() / run)).state
    except (RunDirectoryError, OSError):
        return None


def kick(settings: Settings) -> None:
    """Start now what can be started, and leave the rest to the keeper.

    Raises:
        OSError: a process can't be started, or a file can't be written.
    """
    with queue.kept_alone() as alone:
        if alone:
            gpus = Gpus.open()
            try:
                Keeper(_slots(settings), gpus).turn()
            finally:
                gpus.close()
    queue.ensure_keeper()


def main() -> int:
    """Keep the queue until it is empty; leave at once if another process does."""
    never_fail()
    language.use(os.environ.get("STUDYLAB_LANGUAGE", ""))
    with queue.kept_alone() as alone:
        if not alone:
            return 0
        gpus = Gpus.open()
        try:
            while _turn(gpus):
                time.sleep(LOOK_SECONDS)
        finally:
            gpus.close()
    # Something may have been put into the queue between the last look and the end of the lock.
    queue.ensure_keeper()
    return 0


def _turn(gpus: Gpus) -> bool:
    """One look, with the settings of now."""
    try:
        return Keeper(_slots(load()), gpus).turn()
    except (Problem, OSError) as error:
        # A full disk or a broken settings file: somebody will mend it, and nothing is lost.
        print(error, file=sys.stderr, flush=True)
        return locations.queue().is_dir()


def _slots(settings: Settings) -> Slots:
    return Slots(settings.slots, max(1, settings.gpu_slots))


if __name__ == "__main__":
    sys.exit(main())
