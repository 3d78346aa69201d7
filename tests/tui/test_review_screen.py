"""Review: the front, the answer, a rating, and back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from textual.widgets import Button, Static

from studylab.store import missed, question_list, questions, undo
from studylab.study import review
from studylab.tui import ages
from studylab.tui.app import StudylabApp
from studylab.tui.review import ReviewScreen
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]
NOW = "2026-11-24T09:00:00+00:00"


@pytest.fixture
def known(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two answered questions and a missed point."""
    monkeypatch.setattr("studylab.store.missed.now", lambda: NOW)
    db = workspace.db
    first = questions.ask(
        db,
        "Why divide by the root of d_k?",
        week=6,
        paper="transformer",
        place="section 3.2.1, equation 1",
    )
    questions.answer(db, first, "The softmax saturates.", source="P32 12:40", source_kind="video")
    second = questions.ask(db, "为什么批归一化在小批量时不稳定？", week=2)
    questions.answer(db, second, "批量统计的方差很大。")
    missed.note_missed(
        db, "**Only training is parallel.** The decoder is not.", paper="transformer", week=6
    )
    return workspace


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets time pass."""

    def pass_by(**by: float) -> None:
        at = ages.present() + timedelta(**by)
        monkeypatch.setattr(ages, "present", lambda: at)

    return pass_by


async def opened(pilot) -> ReviewScreen:
    pilot.app.action_review()
    await pilot.pause()
    return pilot.app.screen


def shown(app: StudylabApp, part: str = "front") -> str:
    return str(app.screen.query_one(f"#{part}", Static).content)


def cards(workspace: Workspace) -> list[tuple[str, str]]:
    rows = workspace.db.execute("SELECT kind, due_at FROM cards ORDER BY id")
    return [tuple(row) for row in rows]


async def test_the_answer_is_shown_on_a_key_only(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert shown(app) == "Why divide by the root of d_k?"
        assert "Attention Is All You Need · section 3.2.1, equation 1" in shown(app, "about")
        assert shown(app, "left") == "3 to review, 3 new"
        assert "saturates" not in screen_text(app)
        await pilot.press("1", "4")
        assert cards(known) == []
        await pilot.press("space")
        assert "The softmax saturates." in screen_text(app)
        assert "video P32 12:40" in screen_text(app)


async def test_what_is_shown_for_a_rating_is_what_happens(
    open_app: OpenApp, known: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("space")
        told = [str(button.label) for button in screen.query(Button)]
        assert told == ["1 again 10 min", "2 hard 15 min", "3 good 2 d", "4 easy 8 d"]
        await pilot.press("4")
        [(kind, due)] = cards(known)
        assert kind == "question"
        assert datetime.fromisoformat(due) - datetime.fromisoformat(NOW) == timedelta(days=8)


async def test_one_after_the_other_until_done(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        fronts = []
        for key in "343":
            fronts.append(shown(app))
            await pilot.press("space", key)
        assert fronts[2] == "Only training is parallel."
        assert shown(app) == "Done for today"
        assert shown(app, "answers").startswith("3 reviews: 2 good, 1 easy")
        assert "The next comes back in 2 d." in shown(app, "answers")
        await pilot.press("space", "1", "r", "o")
        assert len(cards(known)) == 3
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.NAME == "week"


async def test_what_was_not_known_comes_again_at_the_end(
    open_app: OpenApp, known: Workspace, later: Callable[..., None]
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("space", "1", "space", "4", "space", "4")
        assert shown(app) == "Why divide by the root of d_k?"
        assert shown(app, "left") == "1 to review"
        await pilot.press("space", "3")
        assert shown(app) == "Done for today"
        later(days=3)
        assert review.due_count(known, ages.present()) == 1


async def test_undo_shows_the_same_again(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("u")
        assert question_list.get(known.db, 1).answers, "what was made before is not taken back"
        await pilot.press("space", "3", "space", "1", "u")
        assert shown(app).startswith("为什么")
        assert len(cards(known)) == 1
        assert not app.screen.revealed
        await pilot.press("u")
        assert shown(app) == "Why divide by the root of d_k?"
        assert cards(known) == []


async def test_what_was_before_this_sitting_is_not_taken_back(
    open_app: OpenApp, known: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("space", "3")
        undo.undo(known.db)
        await pilot.press("u")
        await pilot.pause()
        assert "there is nothing to undo" in toasts(app)
        assert len(missed.missed_points(known.db)) == 1


async def test_reopening_takes_it_out_and_undo_back(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("r")
        await pilot.pause()
        assert question_list.get(known.db, 1).open
        assert "Question 1 is open again" in toasts(app)
        assert shown(app).startswith("为什么")
        await pilot.press("u")
        assert not question_list.get(known.db, 1).open
        assert shown(app) == "Why divide by the root of d_k?"


async def test_a_missed_point_can_not_be_reopened(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("space", "4", "space", "4")
        assert shown(app) == "Only training is parallel."
        await pilot.press("r", "space")
        assert "The decoder is not." in screen_text(app)


async def test_o_goes_to_the_question_or_the_paper(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("o")
        await pilot.pause()
        assert app.screen.NAME == "questions"
        assert app.screen.question.id == 1
        await opened(pilot)
        await pilot.press("space", "4", "space", "4", "o")
        await pilot.pause()
        assert app.screen.NAME == "papers"
        assert app.screen.paper.id == "transformer"


async def test_another_window_reviewed_it_meanwhile(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("space")
        [first, *_rest] = review.waiting(known, ages.present())
        outcome = review.outcomes(None, ages.present())[review.Rating.EASY]
        review.rate(known, first, review.Rating.EASY, outcome)
        await pilot.press("1")
        await pilot.pause()
        assert "reviewed in another window" in toasts(app)
        assert shown(app).startswith("为什么")
        assert cards(known)[0][1].startswith("2026-12-02")


async def test_a_rating_that_can_not_be_written_is_told(
    open_app: OpenApp, known: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        known.db.execute("PRAGMA query_only = ON")
        await pilot.press("space", "3")
        await pilot.pause()
        known.db.execute("PRAGMA query_only = OFF")
        assert "can't be written" in toasts(app)
        assert shown(app) == "Why divide by the root of d_k?"


async def test_nothing_to_review_says_what_comes_here(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("R")
        await pilot.pause()
        assert shown(app) == "Nothing to review now"
        assert "5 new ones a day" in shown(app, "answers")
        await pilot.press("space", "3", "u", "r", "o", "escape")
        await pilot.pause()
        assert app.screen.NAME == "questions"


async def test_a_click_rates(open_app: OpenApp, known: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("space")
        await pilot.pause()
        await pilot.click("#rate-4")
        assert cards(known)[0][1].startswith("2026-12-02")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("keys", [[], ["space"], ["space", "3", "space"]])
def test_looks(snap_compare, open_app: OpenApp, known: Workspace, size, keys) -> None:
    async def look(pilot) -> None:
        await opened(pilot)
        await pilot.press(*keys)

    assert snap_compare(open_app(), terminal_size=size, run_before=look)
