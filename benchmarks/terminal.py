"""Programs in a real terminal: a tmux session of 120x36 on a server of its own."""

from __future__ import annotations

import atexit
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

SERVER = f"studylab-bench-{os.getpid()}"


def tmux(*arguments: str) -> str:
    """What tmux answers."""
    done = subprocess.run(
        ["tmux", "-L", SERVER, "-f", "/dev/null", *arguments], capture_output=True, text=True
    )
    return done.stdout


@contextmanager
def session(
    command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (120, 36)
) -> Iterator[int]:
    """Run a program in a new session; gives its pid and ends it afterwards."""
    variables = [f"{name}={value}" for name, value in environment.items()]
    line = shlex.join(["exec", "env", *variables, *command])
    # A session that stays keeps the server up: a start must not pay for tmux's own.
    tmux("new-session", "-d", "-s", "keep", "sleep 100000")
    tmux("new-session", "-d", "-s", "bench", "-x", str(size[0]), "-y", str(size[1]), line)
    try:
        yield int(tmux("display-message", "-p", "-t", "bench", "#{pane_pid}") or 0)
    finally:
        tmux("kill-session", "-t", "bench")


def screen() -> str:
    """What the terminal shows."""
    return tmux("capture-pane", "-p", "-t", "bench")


def seconds_until(shown: Callable[[str], bool], patience: float = 20.0) -> float:
    """Seconds from now until the screen satisfies `shown`."""
    start = time.perf_counter()
    while time.perf_counter() - start < patience:
        if shown(screen()):
            return time.perf_counter() - start
        time.sleep(0.005)
    raise TimeoutError(f"nothing was painted in {patience} s; the screen shows:\n{screen()}")


@atexit.register
def _kill_server() -> None:
    tmux("kill-server")
