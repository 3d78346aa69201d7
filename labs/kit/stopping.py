"""Ctrl-C and SIGTERM while a lab trains: the first finishes the step, the second ends at once."""

from __future__ import annotations

import os
import signal
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """While it is entered, `asked` holds the first signal that came, and None before."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            try:
                self._before[number] = signal.signal(number, self._handle)
            except ValueError:
                break  # not the main thread, which alone gets signals
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        # os.write, because a signal may come in the middle of a print.
        if self.asked is not None:
            os.write(2, b"\nstopped at once; the last saved checkpoint stands\n")
            os._exit(128 + number)
        self.asked = number
        again = b" (Ctrl-C again: at once)" if number == signal.SIGINT else b""
        os.write(2, b"\nstopping after this step" + again + b"\n")
