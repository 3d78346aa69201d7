"""The processes of a run: found even when a child left its group, and ended in steps."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import psutil

from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.runs.identity import ProcessIdentity

_PR_SET_CHILD_SUBREAPER = 36


def become_subreaper() -> bool:
    """Let orphans among our descendants become our children instead of init's (Linux).

    A daemon that a lab forks twice then stays findable. Returns whether it worked.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        done = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return False
    return bool(done == 0)


def descendants(pid: int) -> list[ProcessIdentity]:
    """The live processes below `pid`, without it."""
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return _identities(process.pid for process in below)


def of_run(directory: str) -> list[ProcessIdentity]:
    """This user's live processes that carry a run's directory in their environment.

    Finds what is left of a run whose supervisor is gone, wherever it was re-parented to.
    """
    return _identities(pid for pid, carried in directories() if carried == directory)


def directories() -> Iterator[tuple[int, str]]:
    """This user's processes that carry the directory of a run, by their pids, and which one."""
    own = os.getuid()
    for process in psutil.process_iter():
        # Other users' environments are closed to us, and some of our own are gone by now.
        with contextlib.suppress(psutil.Error, OSError):
            if process.uids().real != own or process.pid == os.getpid():
                continue
            carried = process.environ().get(RUN_DIRECTORY)
            if carried:
                yield process.pid, carried


def end(
    find: Callable[[], Iterable[ProcessIdentity]],
    group: int | None,
    number: signal.Signals,
    seconds: float,
    reap: Callable[[], None] = lambda: None,
) -> bool:
    """Send a signal to a process group and to all that `find` returns, and wait for them to go.

    Args:
        find: the processes that still live; asked again while waiting, since they may fork.
        group: the process group to signal as well; None for none.
        number: the signal, sent once to each process.
        seconds: how long to wait.
        reap: called while waiting, for a parent to collect its dead children.

    Returns:
        Whether none is left.
    """
    told: set[ProcessIdentity] = set()
    if group is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            told.update(p for p in find() if _in_group(p, group))
            os.killpg(group, number)
    deadline = time.monotonic() + seconds
    while True:
        left = list(find())
        if not left:
            return True
        for process in left:
            if process not in told:
                told.add(process)
                with contextlib.suppress(PermissionError):
                    process.send(number)
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
        reap()


def reap_orphans(keep: int | None = None) -> None:
    """Collect dead children that were re-parented to this process, except `keep`.

    The kept one's exit code belongs to whoever waits for it.
    """
    for process in psutil.Process().children():
        if process.pid != keep:
            with contextlib.suppress(psutil.Error, ChildProcessError):
                if process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, os.WNOHANG)


def _in_group(process: ProcessIdentity, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group
    except ProcessLookupError:
        return False


def _identities(pids: Iterable[int]) -> list[ProcessIdentity]:
    found = (ProcessIdentity.of(pid) for pid in pids)
    return [identity for identity in found if identity is not None]
