"""What came, checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studylab.store.transfer_format import Records
from studylab.study.note_files import NoteFile


@dataclass(frozen=True, slots=True)
class Parcel:
    """Rows and notes of another machine, ready to be taken in. `complaints` tell in words what
    could not be read there."""

    records: Records
    notes: Sequence[NoteFile] = ()
    complaints: Sequence[str] = ()
