"""What a process without a screen complains of: into its log, unless the disk is full."""

from __future__ import annotations

import contextlib
import io
import os
import sys

STDERR = 2


class Complaints(io.TextIOBase):
    """A standard error that never fails: what it can't write is lost, and its process goes on."""

    def write(self, text: str) -> int:
        data = text.encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):
            os.write(STDERR, data)
        return len(text)


def never_fail() -> None:
    """Let this process outlive a full disk that its log is on too."""
    sys.stderr = Complaints()
