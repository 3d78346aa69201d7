"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def replace(
    path: Path,
    data: bytes,
    *,
    durable: bool = True,
    only_if: Callable[[], bool] = lambda: True,
) -> bool:
    """Put a file with `data` in the place of the one at `path`, whose permissions it gets.

    A link to a file elsewhere stays a link. `durable` outlives a power cut, and waits for the disk.
    `only_if` is asked last, when only a rename is left to do. Returns what it said.

    Raises:
        OSError: what was there is as it was.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    create(beside, data, durable=durable)
    try:
        with suppress(FileNotFoundError):
            shutil.copymode(target, beside)
        wanted = only_if()
        if wanted:
            os.replace(beside, target)
    except BaseException:
        _drop(beside)
        raise
    if not wanted:
        _drop(beside)
    return wanted


def create(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Make a file with `data`, where there is none.

    Raises:
        FileExistsError: there is one; it stays.
        OSError: nothing is left of it.
    """
    with path.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        except BaseException:
            _drop(path)
            raise


def _drop(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
