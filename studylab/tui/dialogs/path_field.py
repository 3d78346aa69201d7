"""A field for a path that completes it, as a shell does."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from textual.suggester import Suggester


class PathSuggester(Suggester):
    """Completes the last part with the first file or folder that begins like it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole value with its last part completed."""
        # A folder of another machine may take its time.
        return await asyncio.to_thread(completed, value)


def completed(value: str) -> str | None:
    """The value completed, with a slash behind a folder; None if nothing begins like it."""
    folder, begun = os.path.split(value)
    if not value.strip() or begun in (".", ".."):
        return None
    with suppress(OSError, ValueError, RuntimeError):
        where = Path(folder or ".").expanduser()
        names = sorted(
            f"{entry.name}/" if entry.is_dir() else entry.name
            for entry in os.scandir(where)
            if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
        )
        # What is there by that very name comes before what only begins like it.
        names.sort(key=lambda name: name.rstrip("/") != begun)
        if names and names[0] != begun and names[0].isprintable():
            return value + names[0][len(begun) :]
    return None
