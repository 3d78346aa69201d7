"""A note while it is open: what the student has of it, and what becomes of its file meanwhile."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from pathlib import Path

from studylab.study import notes
from studylab.study.notes import Note, Saved


class Outside(Enum):
    """What another program has done to the file since it was looked at last."""

    NOTHING = auto()
    DELETED = auto()
    CHANGED = auto()
    """It has another text, which is to be shown: nothing was typed here."""
    BOTH = auto()
    """It has another text, and so has the student: both are to be kept."""


class OpenNote:
    """`note` is what the student's text is based on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note: Note = notes.read(path)
        self._seen = self.note.stamp

    @property
    def new(self) -> bool:
        """Whether there was no file yet, and one can be made."""
        return self.note.stamp is None and self.note.editable

    @property
    def gone(self) -> bool:
        """Whether the file was deleted since it was read."""
        return self.note.stamp is not None and self._seen is None

    def based_on(self, digest: str) -> None:
        """The student's text was typed over another version of the note, which had this digest."""
        self.note = replace(self.note, digest=digest)

    def look(self, *, changed: bool) -> Outside:
        """See what another program did; costs one `stat` while it did nothing.

        `changed` says that the student has typed something that is not saved. Only after
        `CHANGED` is the note another one.
        """
        stamp = notes.look(self.path)
        if stamp == self._seen:
            return Outside.NOTHING
        was_gone, self._seen = self.gone, stamp
        there = notes.read(self.path)
        if there.stamp is None and not there.trouble:
            return Outside.DELETED
        if there.digest and there.digest == self.note.digest:
            self.note = replace(self.note, stamp=there.stamp)
            return Outside.CHANGED if was_gone and not changed else Outside.NOTHING
        if changed:
            return Outside.BOTH
        self.note = there
        return Outside.CHANGED

    def save(self, text: str) -> Saved:
        """Write the text into the file, or beside it where the file has become another one; in
        either case the note is then what the file has.

        Raises:
            NoteProblem: nothing was written.
        """
        saved = notes.save(self.note, notes.cleaned(text))
        self.note = saved.note
        self._seen = saved.note.stamp
        return saved
