"""Opening what a search or a review is about, in the room where it belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from studylab import locations
from studylab.language import _

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp
    from studylab.workspace import Workspace

_WEEK_NOTE = re.compile(r"week-(\d+)")


def open_question(app: StudylabApp, question: int) -> None:
    """Go to a question."""
    from studylab.tui.questions import QuestionsRoom

    app.action_show_room("questions")
    app.get_screen("questions", QuestionsRoom).go_to(question)


def open_paper(app: StudylabApp, paper: str) -> bool:
    """Go to a paper; False if there is none of this name, as of another syllabus."""
    from studylab.tui.papers import PapersRoom

    if paper not in app.workspace.papers:
        return False
    app.action_show_room("papers")
    app.get_screen("papers", PapersRoom).go_to(paper)
    return True


def open_note(app: StudylabApp, name: str) -> None:
    """Open a note above what is in front."""
    from studylab.tui.note import NoteScreen

    path = locations.notes() / f"{name}.md"
    app.push_screen(NoteScreen(path, note_heading(app.workspace, name)))


def note_heading(workspace: Workspace, name: str) -> str:
    """What a note of this name is about."""
    if name in workspace.papers:
        return workspace.title(workspace.papers[name])
    found = _WEEK_NOTE.fullmatch(name)
    week = next((w for w in workspace.syllabus.weeks if found and w.number == int(found[1])), None)
    if week is None:
        return name
    return _("Week {number}: {title}", number=week.number, title=workspace.title(week))
