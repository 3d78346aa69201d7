"""Keeping the gap between what was expected of a run and what it did."""

from __future__ import annotations

from studylab.language import _
from studylab.problem import Problem
from studylab.store import missed, questions
from studylab.store.runs import RunRow
from studylab.study.expectation import Gap
from studylab.study.expectation_words import question, told_gap
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace


class NothingToKeep(Problem):
    """A run that did as expected, or a lab without a paper; the text says which."""


def keep_as_question(workspace: Workspace, run: RunRow, found: Gap, text: str = "") -> int:
    """Ask why the run did other than expected. Returns the question's number.

    Raises:
        NothingToKeep: it did as expected, and there is no text.
    """
    text = text or question(found)
    if not text:
        raise NothingToKeep(_("{run} did as you expected: there is no gap to ask of", run=run.id))
    return questions.ask(
        workspace.db,
        text,
        week=week_of(workspace, run.lab),
        item=item_of(workspace, run.lab),
        run=run.id,
        step=run.step,
    )


def keep_as_missed(workspace: Workspace, run: RunRow, found: Gap) -> int:
    """Note the gap as something that the lab's paper told and was missed. Returns its number.

    Raises:
        NothingToKeep: it did as expected, or the lab belongs to no paper.
    """
    if not found.differs:
        raise NothingToKeep(_("{run} did as you expected: there is no gap to note", run=run.id))
    paper = paper_of(workspace, run.lab)
    if paper is None:
        raise NothingToKeep(
            _("the lab of {run} belongs to no paper: ask a question instead", run=run.id)
        )
    text = "\n".join(told_gap(found))
    return missed.note_missed(
        workspace.db, _("{run}: {gap}", run=run.id, gap=text), paper=paper.id, week=paper.week
    )


def paper_of(workspace: Workspace, lab: str) -> Paper | None:
    """The first of a lab's papers that is there; None if it has none."""
    for entry in workspace.labs:
        if entry.id == lab:
            known = [workspace.papers[id] for id in entry.declared.papers if id in workspace.papers]
            return known[0] if known else None
    return None


def week_of(workspace: Workspace, lab: str) -> int:
    """The week of a lab; for a command the one that the student is in."""
    for entry in workspace.labs:
        if lab and entry.id == lab and entry.declared.week:
            return entry.declared.week
    return workspace.current_week().number


def item_of(workspace: Workspace, lab: str) -> str:
    """The syllabus item of a lab; empty if it has none."""
    items = (item for item in workspace.syllabus.items if lab and item.ref == lab)
    return next((item.id for item in items), "")
