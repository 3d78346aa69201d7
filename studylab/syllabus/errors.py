"""What a person is told about a hand-written file that can't be used."""

from __future__ import annotations

from pathlib import Path

from studylab.language import _
from studylab.problem import Unusable


class FileError(Unusable):
    """One mistake in one file, told in one line: where, what is wrong, how to mend it."""

    def __init__(self, path: Path, line: int, wrong: str, mend: str) -> None:
        super().__init__(path, line, wrong, mend)
        self.path = path
        self.line = line
        self.wrong = wrong
        self.mend = mend

    def __str__(self) -> str:
        told = _(
            "{path}:{line}: {wrong}; {mend}",
            path=self.path,
            line=self.line,
            wrong=self.wrong,
            mend=self.mend,
        )
        # A name or a value quoted from the file may hold a line break.
        return " ".join(told.splitlines())


class SyllabusError(FileError):
    """A syllabus file that can't be used."""


class PaperError(FileError):
    """A paper's file that can't be used."""

    @property
    def id(self) -> str:
        """The paper that is missing because of this, after the file's name."""
        return self.path.stem
