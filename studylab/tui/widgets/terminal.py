"""What the terminal can show."""

from __future__ import annotations

import os
import sys

_SAMPLE = "⣿━╸│┤└┬×…"


def is_ascii_only() -> bool:
    """Whether lines and bars have to be drawn in ASCII.

    So it is when the encoding that the app writes in lacks braille, in the locale C (which Python
    itself writes UTF-8 in, but tmux and others do not show), and on the Linux console, whose fonts
    lack it.
    """
    environment = os.environ
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG")
    if locale in ("C", "POSIX"):
        return True
    stream = sys.__stdout__ if sys.platform == "win32" else sys.__stderr__
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        _SAMPLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return True
    return os.environ.get("TERM") == "linux"
