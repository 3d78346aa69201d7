"""What identifies the code of a run, in a checkout or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from studylab import locations

LARGEST = 4 << 20
"""A program larger than this is none that somebody wrote."""


def of_lab(file: Path) -> str:
    """The hash of a lab's file, and of the kit where it uses that; empty if it can't be read."""
    try:
        text = file.read_bytes()
        kit = locations.shipped("labs") / "kit"
        return _hash([file, *(sorted(kit.glob("*.py")) if b"labs.kit" in text else ())])
    except OSError:
        return ""


def of_command(words: Sequence[str], folder: Path) -> str:
    """The hash of the program's own file, `train.py` of `python train.py`; empty without one."""
    for word in words:
        if word.endswith((".py", ".sh")):
            try:
                return _hash([folder / word])
            except OSError:
                return ""
    return ""


def _hash(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            data = opened.read(LARGEST)
        found.update(f"{file.name}\0{len(data)}\0".encode())
        found.update(data)
    return found.hexdigest()
