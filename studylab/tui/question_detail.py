"""One question in full: where it stands, its answers and where they come from."""

from __future__ import annotations

from textual.content import Content

from studylab.language import _
from studylab.plain import one_line, plain
from studylab.store import run_marks
from studylab.store.questions import Answer, Question
from studylab.store.search import Excerpt
from studylab.store.segment import places
from studylab.study.sources import address, source_words
from studylab.tui.about import about_question
from studylab.tui.ages import moment
from studylab.tui.question_rows import QUIET, highlighted
from studylab.workspace import Workspace


def question_detail(workspace: Workspace, question: Question, query: str = "") -> Content:
    """All that is known of a question, with what `query` matches marked."""
    state = (_("open"), "$text-warning") if question.open else (_("answered"), "$text-success")
    head = _("Question {number}", number=question.id)
    parts = [
        Content.assemble((head, "bold"), "  ", state),
        _marked(about_question(workspace, question), query, QUIET),
    ]
    if question.tags:
        parts.append(_marked(" ".join(f"#{tag}" for tag in question.tags), query, "$text-accent"))
    asked = _("asked {time}", time=moment(question.asked_at))
    parts.append(Content.styled(asked, QUIET))
    parts.append(Content.assemble("\n", _marked(plain(question.text), query)))
    for answer in question.answers:
        parts += _answer(answer, query)
    parts.append(Content.styled(f"\n{_hint(workspace, question)}", QUIET))
    return Content("\n").join(parts)


def _answer(answer: Answer, query: str) -> list[Content]:
    source = one_line(source_words(answer)) or _("no source given")
    head = Content.assemble(
        (f"\n{_('Answer')}", "bold"),
        (f"  {moment(answer.answered_at)} · ", QUIET),
        _marked(source, query, QUIET),
    )
    return [head, _marked(plain(answer.text), query)]


def _hint(workspace: Workspace, question: Question) -> str:
    if question.open:
        hints = [_("enter answers it"), _("e changes its words, place and tags")]
    else:
        hints = [_("r opens it again"), _("enter adds an answer")]
    if question.answers:
        hints.append(_("E changes an answer"))
    if any(
        address(workspace.syllabus, workspace.papers, question, each) for each in question.answers
    ):
        hints.append(_("v opens the source"))
    if question.run:
        gone = run_marks.is_deleted(workspace.db, question.run)
        hints.append(_("its run was deleted") if gone else _("l opens the run"))
    return " · ".join(hints)


def _marked(text: str, query: str, style: str = "") -> Content:
    found = tuple(places(text, query)) if query else ()
    return highlighted(Excerpt(text, found), style)
