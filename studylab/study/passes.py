"""The passes of a paper: how far it is, on and back, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from studylab.store import missed, progress, question_list
from studylab.store.missed import MissedPoint
from studylab.store.progress import PaperState, shown_state
from studylab.store.questions import Question
from studylab.study.days import local_date
from studylab.syllabus.guide import Guide, parse_guide, plain_point, without_answers
from studylab.syllabus.model import Item
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace

STATES = tuple(PaperState)


SHOWN = 500
"""Questions of one paper that are shown; more than these are only counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of reading a paper: its questions and missed points, and when it was where."""

    open: tuple[Question, ...]
    answered: tuple[Question, ...]
    count_open: int
    count_answered: int
    missed: tuple[MissedPoint, ...]
    reached: Mapping[PaperState, str]
    """When each state was reached last, ISO 8601; those that it never had are not there."""

    @property
    def asked(self) -> int:
        """All questions, open or answered."""
        return self.count_open + self.count_answered

    @property
    def days(self) -> int | None:
        """Days from the first pass to the end, both counted; None before that."""
        start, end = (
            local_date(self.reached.get(state, ""))
            for state in (PaperState.FIRST_PASS, PaperState.DONE)
        )
        return (end - start).days + 1 if start and end and end >= start else None


def items_of(workspace: Workspace, paper: Paper) -> list[Item]:
    """The items of the syllabus that stand for a paper; none for most of a student's own."""
    return [item for item in workspace.syllabus.papers if item.ref == paper.id]


def states(workspace: Workspace) -> dict[str, PaperState]:
    """How far every paper has been read."""
    recorded, done = progress.paper_states(workspace.db), workspace.done()
    return {id: _state(workspace, paper, recorded, done) for id, paper in workspace.papers.items()}


def state_of(workspace: Workspace, paper: Paper) -> PaperState:
    """How far a paper has been read."""
    return _state(workspace, paper, progress.paper_states(workspace.db), workspace.done())


def set_state(workspace: Workspace, paper: Paper, state: PaperState) -> None:
    """Say how far a paper has been read; its items are ticked when it is done.

    Raises:
        StoreError: nothing was changed.
    """
    items = [item.id for item in items_of(workspace, paper)]
    progress.set_paper_state(workspace.db, paper.id, state, items=items)


def moved(state: PaperState, by: int) -> PaperState | None:
    """The state so many steps on; None beyond either end."""
    wanted = STATES.index(state) + by
    return STATES[wanted] if 0 <= wanted < len(STATES) else None


def compared(state: PaperState) -> bool:
    """Whether answers and missed points may be seen."""
    return state in (PaperState.COMPARE, PaperState.DONE)


def guide_of(workspace: Workspace, paper: Paper) -> Guide:
    """A paper's guide, taken apart, in the student's language.

    What a first pass misses is counted alike in both, so a point has one rank; where a
    translation has other points than the original, those of the original are shown.
    """
    guide = parse_guide(workspace.guide(paper))
    if paper.body_zh and workspace.guide(paper) != paper.body:
        original = parse_guide(paper.body)
        if len(original.missed) != len(guide.missed):
            return replace(guide, missed=original.missed)
    return guide


def shown_guide(workspace: Workspace, paper: Paper, *, answers: bool) -> str:
    """A paper's guide as Markdown, its answers left out unless they may be seen."""
    body = workspace.guide(paper)
    return body if answers else without_answers(body)


def tally(workspace: Workspace, paper: Paper) -> Tally:
    """What came of reading a paper so far, the oldest question first."""
    db = workspace.db
    listed = partial(question_list.listing, db, paper=paper.id, sort="oldest", limit=SHOWN)
    counts = Counter[str]()
    for _week, of, status, count in question_list.tally(db):
        counts[status] += count if of == paper.id else 0
    return Tally(
        open=tuple(listed(status="open")),
        answered=tuple(listed(status="answered")),
        count_open=counts["open"],
        count_answered=counts["answered"],
        missed=tuple(sorted(missed.missed_points(db, paper=paper.id), key=_rank)),
        reached=reached(workspace, paper),
    )


def reached(workspace: Workspace, paper: Paper) -> dict[PaperState, str]:
    """When a paper reached each state last, ISO 8601; those that it never had are not there."""
    times = dict(progress.paper_history(workspace.db, paper.id))
    ticked = progress.done_items(workspace.db)
    for item in items_of(workspace, paper):
        # A tick that was set in another room has left no trace in the history.
        if item.id in ticked:
            times.setdefault(PaperState.DONE, ticked[item.id])
    return times


def tick_point(
    workspace: Workspace, paper: Paper, rank: int, text: str, *, remark: str = ""
) -> int:
    """Note a point of a paper's guide as missed. Returns the missed point's number.

    Raises:
        StoreError: nothing was changed.
    """
    return missed.note_missed(
        workspace.db,
        plain_point(text),
        paper=paper.id,
        week=paper.week,
        point=rank,
        remark=remark,
    )


def _state(
    workspace: Workspace,
    paper: Paper,
    recorded: Mapping[str, PaperState],
    done: Collection[str],
) -> PaperState:
    items = items_of(workspace, paper)
    if not items:
        return recorded.get(paper.id, PaperState.TO_READ)
    return shown_state(recorded.get(paper.id), ticked=any(item.id in done for item in items))


def _rank(point: MissedPoint) -> tuple[bool, int, int]:
    """The points of the guide in its order, then the student's own as they came."""
    return point.point is None, point.point or 0, point.id
