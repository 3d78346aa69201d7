"""What a question leads to: its run, and the sources of its answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import runs
from studylab.store.questions import Answer, Question
from studylab.study.sources import address, source_words

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def open_run(app: StudylabApp, run: str, step: int | None = None) -> None:
    """Open the live view of a run, at a step."""
    from studylab.runs.directory import RunDirectory
    from studylab.tui.live import LiveView

    try:
        found = RunDirectory(Path(runs.get(app.workspace.db, run).directory))
    except Problem as problem:
        app.problem(problem)
    else:
        app.push_screen(LiveView(found, at_step=step))


def open_source(app: StudylabApp, question: Question) -> None:
    """Open the link or the video of an answer; of several, ask which."""
    from studylab.tui.links import open_link

    syllabus, papers = app.workspace.syllabus, app.workspace.papers
    pages = {each.id: address(syllabus, papers, question, each) for each in question.answers}
    answers = [each for each in question.answers if pages[each.id]]
    one_of(app, _("Which source?"), answers, lambda answer: open_link(app, pages[answer.id]))


def one_of(
    app: StudylabApp, title: str, answers: Sequence[Answer], then: Callable[[Answer], None]
) -> None:
    """Go on with the one answer that there is, or with the one that the student chooses."""
    if not answers:
        app.notify(_("there is nothing to open here"), severity="warning", markup=False)
    elif len(answers) == 1:
        then(answers[0])
    else:
        from studylab.tui.dialogs.pick import PickDialog

        by_id = {str(each.id): each for each in answers}

        def chosen(id: str | None) -> None:
            if id is not None:
                then(by_id[id])

        options = [(id, one_line(each.text, 200), source_words(each)) for id, each in by_id.items()]
        app.push_screen(PickDialog(title, options), chosen)
