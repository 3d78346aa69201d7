"""The passes of a paper: states, history and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studylab.store import missed, progress, questions, undo
from studylab.store.progress import PaperState
from studylab.study import passes
from studylab.study.new_paper import NewPaper, add_paper
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    opened = Workspace.open()
    yield opened
    opened.close()


@pytest.fixture
def bert(workspace: Workspace) -> Paper:
    return workspace.papers["bert"]


@pytest.fixture
def own(workspace: Workspace) -> Paper:
    new = NewPaper("Mine", ("A",))
    paper = add_paper(new, workspace.own_papers, workspace.papers, week=2)
    workspace.papers[paper.id] = paper
    return paper


def test_on_and_back(workspace: Workspace, bert: Paper) -> None:
    assert passes.state_of(workspace, bert) is PaperState.TO_READ
    state: PaperState | None = PaperState.TO_READ
    seen = []
    while (state := passes.moved(state, 1)) is not None:
        passes.set_state(workspace, bert, state)
        seen.append(passes.state_of(workspace, bert))
    assert seen == list(PaperState)[1:]
    assert workspace.done() == {"paper-bert"}
    passes.set_state(workspace, bert, PaperState.COMPARE)
    assert workspace.done() == set()
    assert passes.moved(PaperState.TO_READ, -1) is None
    history = [state for state, _at in progress.paper_history(workspace.db, "bert")]
    assert history == [*seen, PaperState.COMPARE]


def test_one_undo_takes_state_and_tick_back(workspace: Workspace, bert: Paper) -> None:
    passes.set_state(workspace, bert, PaperState.COMPARE)
    passes.set_state(workspace, bert, PaperState.DONE)
    undo.undo(workspace.db)
    assert passes.state_of(workspace, bert) is PaperState.COMPARE
    assert workspace.done() == set()


def test_a_paper_of_ones_own_goes_the_same_way(workspace: Workspace, own: Paper) -> None:
    passes.set_state(workspace, own, PaperState.DONE)
    assert passes.states(workspace)["mine"] is PaperState.DONE
    assert workspace.done() == set()
    tally = passes.tally(workspace, own)
    assert (tally.asked, tally.missed) == (0, ())
    assert passes.guide_of(workspace, own).missed == ()


def test_a_tick_set_elsewhere_is_a_state_with_a_date(workspace: Workspace, bert: Paper) -> None:
    progress.mark_done(workspace.db, ["paper-bert"])
    assert passes.state_of(workspace, bert) is PaperState.DONE
    assert PaperState.DONE in passes.reached(workspace, bert)


def test_the_tally(workspace: Workspace, bert: Paper) -> None:
    db = workspace.db
    first = questions.ask(db, "one", paper="bert", week=7)
    questions.ask(db, "two", paper="bert", week=7)
    questions.ask(db, "of another", paper="gpt", week=7)
    questions.answer(db, first, "so")
    guide = passes.guide_of(workspace, bert)
    missed.note_missed(db, "own", paper="bert")
    for rank in (3, 0, 3):
        passes.tick_point(workspace, bert, rank, guide.missed[rank])
    tally = passes.tally(workspace, bert)
    assert [q.text for q in tally.open] == ["two"]
    assert [q.text for q in tally.answered] == ["one"]
    assert (tally.asked, tally.count_open, tally.count_answered) == (2, 1, 1)
    assert [point.point for point in tally.missed] == [0, 3, None]
    assert tally.missed[0].text.startswith("BERT differs from GPT in more than direction. It has")
    assert tally.missed[0].week == 7


def test_the_days_that_it_took(workspace: Workspace, bert: Paper, monkeypatch) -> None:
    for state, at in (
        (PaperState.FIRST_PASS, "2026-11-20T12:00:00+00:00"),
        (PaperState.COMPARE, "2026-11-21T12:00:00+00:00"),
    ):
        monkeypatch.setattr("studylab.store.progress.now", lambda at=at: at)
        passes.set_state(workspace, bert, state)
    assert passes.tally(workspace, bert).days is None
    monkeypatch.setattr("studylab.store.progress.now", lambda: "2026-11-22T12:00:00+00:00")
    passes.set_state(workspace, bert, PaperState.DONE)
    assert passes.tally(workspace, bert).days == 3


def test_points_have_one_rank_in_both_languages(workspace: Workspace, bert: Paper) -> None:
    object.__setattr__(workspace.settings, "language", "zh")
    assert passes.guide_of(workspace, bert).missed[1].startswith("**除 QNLI 外")
    # A translation that lags behind would tick other points.
    shorter = bert.body_zh.rsplit("\n- **", 1)[0]
    guide = passes.guide_of(workspace, replace(bert, body_zh=shorter))
    assert guide.missed[1].startswith("**NSP alone")
    assert guide.questions[0].question.startswith("为什么")


def test_answers_are_hidden_until_the_comparison(workspace: Workspace, bert: Paper) -> None:
    assert [passes.compared(state) for state in PaperState] == [False, False, False, True, True]
    assert "Where:" not in passes.shown_guide(workspace, bert, answers=False)
    assert "Where:" in passes.shown_guide(workspace, bert, answers=True)
