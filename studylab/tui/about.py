"""What a question is about, in words."""

from __future__ import annotations

from studylab.language import _
from studylab.plain import one_line
from studylab.store.questions import Question
from studylab.syllabus.model import Item
from studylab.workspace import Workspace


def item_name(workspace: Workspace, item: Item) -> str:
    """An item's number and title."""
    number = f"P{item.episode} " if item.episode is not None else ""
    return number + one_line(workspace.title(item))


def about(
    workspace: Workspace,
    *,
    week: int | None = None,
    item: str = "",
    paper: str = "",
    place: str = "",
    run: str = "",
    step: int | None = None,
) -> str:
    """`Week 6 · Attention Is All You Need · section 3.2`; what is not given is left out."""
    parts = [_("Week {number}", number=week)] if week is not None else []
    if item:
        try:
            named = workspace.syllabus.item(item)
        except KeyError:
            # Another syllabus may have been in use when it was asked.
            parts.append(item)
        else:
            parts.append(item_name(workspace, named))
            paper = "" if named.ref == paper else paper
    if paper:
        known = workspace.papers.get(paper)
        parts.append(workspace.title(known) if known else paper)
    if place:
        parts.append(place)
    if run:
        parts.append(_("run {id}", id=run))
    if step is not None:
        parts.append(_("step {number}", number=step))
    return one_line(" · ".join(parts)) or _("the syllabus")


def about_question(workspace: Workspace, question: Question) -> str:
    """What a recorded question is about."""
    return about(
        workspace,
        week=question.week,
        item=question.item,
        paper=question.paper,
        place=question.place,
        run=question.run,
        step=question.step,
    )
