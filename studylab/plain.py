"""Text from users, logs and files, made safe to show: no control characters, no escapes."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movements
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS and the like: titles, clipboard, links
    r"|\x1b[ -/]*[0-~]"  # two-character escapes
    r"|\x9b[0-?]*[ -/]*[@-~]",
    re.DOTALL,
)
# Direction overrides can make a line read as something else; zero-width joiners stay (emoji).
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """`text` without terminal escapes and control characters; newlines stay, tabs are spaces.

    Lone surrogates, which a terminal can't encode, become U+FFFD.
    """
    text = text.replace("\r\n", "\n")
    text = _CONTROLS.sub("", _ESCAPES.sub("", text)).replace("\t", "    ")
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def one_line(text: str, width: int | None = None) -> str:
    """`text` as one line; longer than `width` characters, it ends in an ellipsis."""
    line = " ".join(plain(text).split())
    if width is not None and len(line) > width:
        return line[: max(0, width - 1)] + "…"
    return line
