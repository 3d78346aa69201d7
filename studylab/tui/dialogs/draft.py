"""What is being typed, kept on disk until it is saved: a lost connection must not lose it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from studylab import atomic, locations


class Draft:
    """One text that is not saved yet. Where the disk refuses, there is just no draft."""

    def __init__(self, name: str) -> None:
        self._path: Path = locations.drafts() / f"{name}.txt"

    def read(self) -> str:
        """What was kept; empty if nothing was."""
        try:
            return self._path.read_text("utf-8", "replace")
        except OSError:
            return ""

    def keep(self, text: str) -> None:
        """Keep `text` in place of what was kept before."""
        if not text.strip():
            self.drop()
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            atomic.replace(self._path, text.encode("utf-8", "replace"), durable=False)

    def drop(self) -> None:
        """Keep nothing: the text was saved, or thrown away on purpose."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
