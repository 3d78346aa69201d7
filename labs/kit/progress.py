"""How far a run is: a bar on a terminal, and elsewhere plain lines that a log can hold."""

from __future__ import annotations

import sys
import time
from typing import Any

QUIET_SECONDS = 30.0
"""Without a terminal, a long epoch says something this often."""


class Progress:
    """Shows `steps` steps, the first `done` of which a former process has taken."""

    def __init__(self, steps: int, done: int = 0) -> None:
        self.steps = steps
        self.done = done
        self._taken = 0
        self._start = self._spoke = time.monotonic()
        self._bar: Any = None
        if sys.stdout.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=steps, initial=done, unit="step", dynamic_ncols=True, leave=False,
                file=sys.stdout,
            )  # fmt: skip

    def advance(self, label: str, loss: float | None) -> None:
        """One more step; `label` says where, such as `epoch 3/30`."""
        self.done += 1
        self._taken += 1
        if self._bar is not None:
            self._bar.update()
            if loss is not None:
                self._bar.set_description_str(label, refresh=False)
                self._bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
        elif loss is not None and time.monotonic() - self._spoke > QUIET_SECONDS:
            self.line(f"{label}  step {self.done:,}/{self.steps:,}  loss {loss:.4g}  {self.left()}")

    def line(self, text: str) -> None:
        """Print a line, above the bar where there is one."""
        self._spoke = time.monotonic()
        if self._bar is not None:
            self._bar.write(text, file=sys.stdout)
        else:
            print(text, flush=True)

    def left(self) -> str:
        """The time left at the pace so far, evaluation included."""
        if not self._taken or self.done >= self.steps:
            return ""
        pace = (time.monotonic() - self._start) / self._taken
        return f"{duration(pace * (self.steps - self.done))} left"

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def duration(seconds: float) -> str:
    """`8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
