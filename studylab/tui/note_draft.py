"""What was typed into a note and not saved, with what it was typed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studylab import locations
from studylab.study.notes import Note
from studylab.tui.dialogs.draft import Draft

_NONE = "-"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text, and the digest of the note that it is to replace; empty for a new one."""

    text: str
    digest: str


class NoteDraft:
    """The draft of one note."""

    def __init__(self, path: Path) -> None:
        self._draft = Draft(f"note-{path.stem}")
        self.path = locations.drafts() / f"note-{path.stem}.txt"

    def read(self) -> Unsaved | None:
        """What was kept; None if nothing was."""
        digest, line_end, text = self._draft.read().partition("\n")
        return Unsaved(text, "" if digest == _NONE else digest) if line_end else None

    def keep(self, text: str, base: Note) -> None:
        """Keep a text that is to replace `base`."""
        self._draft.keep(f"{base.digest or _NONE}\n{text}")

    def drop(self) -> None:
        """Keep nothing."""
        self._draft.drop()
