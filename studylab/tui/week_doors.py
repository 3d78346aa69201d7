"""Where the Week screen leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studylab.language import _
from studylab.problem import Problem
from studylab.syllabus.model import Topic, Week

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def open_syllabus(app: StudylabApp, item: str) -> None:
    """Go to an item in the Syllabus screen."""
    from studylab.tui.syllabus import SyllabusRoom

    app.action_show_room("syllabus")
    app.get_screen("syllabus", SyllabusRoom).go_to(item)


def open_topic(app: StudylabApp, topic: Topic) -> None:
    """Go to the first thing that teaches a topic."""
    items = app.workspace.syllabus.items
    wanted = [i for i in items if i.episode is not None and i.episode in topic.episodes]
    wanted += [i for i in items if i.ref and i.ref in topic.labs]
    if wanted:
        open_syllabus(app, wanted[0].id)


def open_question(app: StudylabApp, question: int) -> None:
    """Go to a question in the Questions screen."""
    from studylab.tui.questions import QuestionsRoom

    app.action_show_room("questions")
    app.get_screen("questions", QuestionsRoom).go_to(question)


def open_run(app: StudylabApp, run: str) -> None:
    """Watch a run."""
    from studylab.runs.directory import RunDirectory
    from studylab.store.runs import get as get_run
    from studylab.tui.live import LiveView

    try:
        row = get_run(app.workspace.db, run)
    except Problem as problem:
        app.problem(problem)
        return
    app.push_screen(LiveView(RunDirectory(Path(row.directory))))


def open_review(app: StudylabApp) -> None:
    """Review what is due today."""
    from studylab.tui.review import ReviewScreen

    app.push_screen(ReviewScreen())


def open_plan(app: StudylabApp, chosen: Callable[[int | None], None]) -> None:
    """The dates, the pace and the hours; `chosen` takes the week that is to be looked at."""
    from studylab.tui.plan import PlanScreen

    app.push_screen(PlanScreen(), chosen)


def open_note(app: StudylabApp, week: Week) -> None:
    """The student's note about a week."""
    from studylab.tui.note import NoteScreen

    title = app.workspace.title(week)
    heading = _("Week {number}: {title}", number=week.number, title=title)
    app.push_screen(NoteScreen(app.workspace.note_file(f"week-{week.number}"), heading))


def open_report(app: StudylabApp, week: Week) -> None:
    """The report on a week."""
    from studylab.tui.report import ReportScreen

    app.push_screen(ReportScreen(week.number))
