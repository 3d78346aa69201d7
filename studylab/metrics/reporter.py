"""What a lab uses to report: scalars, samples, checkpoints and results into its run directory.

    reporter = Reporter.open("cnn")
    reporter.plan(steps=1200, steps_per_epoch=100)
    reporter.log({"train/loss": 0.31}, step=10)
    reporter.result("accuracy", 0.981, split="test", data="digits")
    reporter.close()

What `log` has returned from is with the kernel: kill -9 of the lab loses none of it.

This file needs nothing but Python 3.8 or newer. `studylab reporter > studylab_reporter.py` copies
it into any project; `from studylab_reporter import Reporter` then works with and without studylab.
"""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self, SupportsFloat

RUN_DIRECTORY = "STUDYLAB_RUN_DIR"
"""The environment variable by which a supervisor names the run directory to its lab."""

METRICS_FILE = "metrics.jsonl"
EVENTS_FILE = "events.jsonl"
CHECKPOINTS = "checkpoints"
ARTIFACTS = "artifacts"

_encode_text = json.encoder.encode_basestring_ascii
_INFINITY = math.inf
_STEPS = 2**63


class Reporter:
    """Writes the lab's half of a run directory. One reporter a process; not for several threads
    that share a step, though each line stays whole."""

    def __init__(self, directory: Path) -> None:
        """Open `directory` for appending, so that a resumed run goes on in the same files.

        Raises:
            OSError: the directory cannot be made or written.
        """
        self.directory = directory
        (directory / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
        (directory / ARTIFACTS).mkdir(exist_ok=True)
        self._metrics = _Lines(directory / METRICS_FILE)
        self._events = _Lines(directory / EVENTS_FILE)

    @classmethod
    def open(cls, name: str) -> Reporter:
        """The reporter of the run that this process belongs to.

        Without a supervisor (`python -m labs.vision.cnn` in a shell) a new directory
        `runs/<name>-<time>` is made in the current one.
        """
        given = os.environ.get(RUN_DIRECTORY)
        if given:
            return cls(Path(given))
        stamp = time.strftime("%Y%m%d-%H%M%S")
        return cls(Path("runs") / f"{name}-{stamp}-{os.getpid()}")

    @property
    def checkpoints(self) -> Path:
        """Where checkpoints are saved."""
        return self.directory / CHECKPOINTS

    @property
    def artifacts(self) -> Path:
        """Where pictures and other outputs are saved."""
        return self.directory / ARTIFACTS

    def log(self, scalars: Mapping[str, SupportsFloat], *, step: int) -> None:
        """Record scalars of one step: losses, rates, anything that `float` takes.

        Raises:
            TypeError, ValueError: a value is no number, or the step no whole number of 64 bits.
            OSError: the disk is full or gone.
        """
        step = int(step)
        if not -_STEPS < step < _STEPS:
            raise ValueError(f"a step has 64 bits, {step} needs more")
        self._metrics.append(metric_line(time.time(), step, scalars))

    def plan(self, steps: int, steps_per_epoch: float | None = None) -> None:
        """Say how many steps the whole run will take, so that a viewer can tell the time left."""
        self.event("plan", steps=steps, steps_per_epoch=steps_per_epoch)

    def checkpoint(self, path: Path, *, step: int) -> None:
        """Say that a checkpoint was saved."""
        self.event("checkpoint", path=self._relative(path), step=step)

    def result(self, metric: str, value: float, *, split: str, data: str, **more: Any) -> None:
        """A final figure on a named split of a named data set.

        `more` may hold `baseline`, `reference`, `source`, `higher_is_better` and `tier`.
        """
        self.event("result", metric=metric, value=float(value), split=split, data=data, **more)

    def text(self, name: str, text: str, *, step: int) -> None:
        """A sample of text."""
        self.event("text", name=name, text=text, step=step)

    def table(self, name: str, columns: list[str], rows: list[list[Any]], *, step: int) -> None:
        """A small table."""
        self.event("table", name=name, columns=columns, rows=rows, step=step)

    def image(self, name: str, path: Path, *, step: int) -> None:
        """A picture that the lab has saved in `artifacts`."""
        self.event("image", name=name, path=self._relative(path), step=step)

    def warning(self, text: str) -> None:
        """Something that the student should know while it happens."""
        self.event("warning", text=text)

    def event(self, kind: str, **fields: Any) -> None:
        """Any other event.

        Raises:
            TypeError: a field is not text, a number, a list or a mapping of these.
            OSError: the disk is full or gone.
        """
        self._events.append(event_line(time.time(), kind, fields))

    def close(self, outcome: str = "finished") -> None:
        """Say how the lab ended (`finished` or `stopped`) and close the files."""
        if self._metrics.closed:
            return
        self.event("end", outcome=outcome)
        self._metrics.close()
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        elif isinstance(error, KeyboardInterrupt):
            self.close("stopped")

    def _relative(self, path: Path) -> str:
        try:
            return path.resolve().relative_to(self.directory.resolve()).as_posix()
        except ValueError:
            return str(path)


class _Lines:
    """A file that only grows, by whole lines, each with one write to the kernel."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(path, flags, 0o644)
        size = os.fstat(self._descriptor).st_size
        # A killed lab can leave half a line; the next record must not be glued to it.
        self._torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def append(self, line: bytes) -> None:
        if self._torn:
            line = b"\n" + line
        written = os.write(self._descriptor, line)
        self._torn = written < len(line)
        if self._torn:
            # The disk filled up within the line: the second write tells why.
            written += os.write(self._descriptor, line[written:])
            self._torn = written < len(line)

    @property
    def closed(self) -> bool:
        return self._descriptor < 0

    def close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1


def scalar_text(value: float) -> str:
    """A scalar as JSON, the non-finite ones as strings."""
    if -_INFINITY < value < _INFINITY:
        return repr(value)
    if math.isnan(value):
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'


def metric_line(time: float, step: int, scalars: Mapping[str, SupportsFloat]) -> bytes:
    """A line of `metrics.jsonl`.

    Formatted by hand and in one piece: `json.dumps` costs several times the write itself, each
    call of a function a tenth of it, and a lab logs in its innermost loop.

    Raises:
        TypeError, ValueError: a value is no number.
    """
    pairs = []
    for name, value in scalars.items():
        try:
            number = float(value)
            text = repr(number) if -_INFINITY < number < _INFINITY else scalar_text(number)
            pairs.append(f"{_encode_text(name)}:{text}")
        except Exception as error:
            # Of tensors and arrays each library raises what it likes.
            raise _refusal(name, value, error) from error
    inner = ",".join(pairs)
    return f'{{"time":{time:.3f},"step":{step},"scalars":{{{inner}}}}}\n'.encode("ascii")


def _refusal(name: object, value: object, error: Exception) -> TypeError | ValueError:
    """What is wrong with a scalar, in one line that names it."""
    if not isinstance(name, str):
        return TypeError(f"the name of a metric is text, not {type(name).__name__}: {name!r:.80}")
    kind = ValueError if isinstance(error, (ValueError, OverflowError)) else TypeError
    return kind(f"{name!r:.80} takes a number, not this {type(value).__name__}: {error}")


def event_line(time: float, kind: str, fields: Mapping[str, Any]) -> bytes:
    """A line of `events.jsonl`; numbers that JSON lacks become strings, as in scalars, and half
    characters (lone surrogates) question marks.

    Raises:
        TypeError: a field is not text, a number, a list or a mapping of these.
    """
    record = {"time": round(time, 3), "event": kind, **_strict(dict(fields))}
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace") + b"\n"


def _strict(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return scalar_text(value).strip('"')
    if isinstance(value, dict):
        return {str(k): _strict(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(v) for v in value]
    return value


# MIT License
#
# Copyright (c) 2026 the studylab authors
#
# Permission is hereby granted, free of charge, to any person obtaining a copy
# of this software and associated documentation files (the "Software"), to deal
# in the Software without restriction, including without limitation the rights
# to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
# copies of the Software, and to permit persons to whom the Software is
# furnished to do so, subject to the following conditions:
#
# The above copyright notice and this permission notice shall be included in all
# copies or substantial portions of the Software.
#
# THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
# IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
# FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
# AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
# LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
# OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
# SOFTWARE.
