"""What the app and the command line both need at hand: settings, database, syllabus, papers."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from studylab import locations, settings
from studylab.labspec import Lab
from studylab.language import _
from studylab.runs.catalogue import CatalogueEntry, catalogue, find_lab, lab_ids
from studylab.settings import Settings
from studylab.store import progress
from studylab.store.database import open_database
from studylab.syllabus.errors import PaperError
from studylab.syllabus.load import load
from studylab.syllabus.model import Item, Syllabus, Week, next_item
from studylab.syllabus.papers import Paper, builtin_papers_folder, load_papers


@dataclass
class Workspace:
    """A student's studylab, opened."""

    settings: Settings
    db: sqlite3.Connection
    syllabus: Syllabus
    papers: dict[str, Paper]
    complaints: tuple[PaperError, ...]
    """Papers whose files can't be read; the rest works."""

    @classmethod
    def open(cls, chosen: Settings | None = None) -> Workspace:
        """Open everything that the first screen needs.

        Raises:
            Problem: in one of its kinds; one line that says what to mend.
        """
        chosen = settings.load() if chosen is None else chosen
        papers, complaints = load_papers(papers_folders(chosen))
        syllabus = load(
            Path(chosen.syllabus).expanduser() if chosen.syllabus else None,
            labs=lab_ids(chosen),
            papers=papers,
            broken=[complaint.id for complaint in complaints],
        )
        db = open_database(locations.database())
        return cls(chosen, db, syllabus, papers, tuple(complaints))

    @cached_property
    def labs(self) -> list[CatalogueEntry]:
        """The catalogue, read when it is first wanted."""
        return catalogue(self.settings)

    def lab(self, name: str) -> CatalogueEntry:
        """One lab, by its id or the last part of it.

        Raises:
            NoSuchLab: none or several.
        """
        return find_lab(self.labs, name)

    def done(self) -> set[str]:
        """The ids of the items that are done."""
        return set(progress.done_items(self.db))

    def next_item(self) -> Item | None:
        """What to do next; None when all is done."""
        return next_item(self.syllabus, self.done())

    def current_week(self) -> Week:
        """The week that the next item belongs to; the last one when all is done."""
        item = self.next_item()
        return self.syllabus.week(item.week) if item else self.syllabus.weeks[-1]

    def title(self, thing: object) -> str:
        """A title in the student's language: of an item, a section, a week, a paper or a lab."""
        chinese = str(getattr(thing, "title_zh", "") or "")
        if self.settings.chinese and chinese:
            return chinese
        title = str(getattr(thing, "title", ""))
        # The catalogue has the words of the labs; a syllabus and a paper bring both languages.
        return _(title) if isinstance(thing, Lab) and title else title

    def guide(self, paper: Paper) -> str:
        """A paper's guide, Markdown, in the student's language where it is translated."""
        return paper.body_zh if self.settings.chinese and paper.body_zh else paper.body

    @property
    def own_papers(self) -> Path:
        """The folder of the papers that the student adds."""
        return _own_papers(self.settings)

    def note_file(self, name: str) -> Path:
        """The student's Markdown note about a paper or a week."""
        safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).lstrip(".") or "note"
        return locations.notes() / f"{safe}.md"

    def close(self) -> None:
        """Close the database."""
        self.db.close()


def _own_papers(chosen: Settings) -> Path:
    return Path(chosen.papers).expanduser() if chosen.papers else locations.papers()


def papers_folders(chosen: Settings) -> list[Path]:
    """The folders that papers are read from, a student's own last."""
    own = _own_papers(chosen)
    # One that the settings name has to be there; the other comes with the first paper.
    return [builtin_papers_folder(), *([own] if chosen.papers or own.is_dir() else [])]
