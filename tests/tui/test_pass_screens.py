"""The screens of the passes: reading alone, with the companion, comparing, done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Input, OptionList, Static, TextArea

from studylab import language
from studylab.store import missed, progress, question_list, questions
from studylab.store.progress import PaperState
from studylab.study import passes
from studylab.study.new_paper import NewPaper, add_paper
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.answer import AnswerDialog
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.note import NoteScreen
from studylab.tui.passes.check import check_questions
from studylab.tui.passes.companion import CompanionScreen
from studylab.tui.passes.compare import CompareScreen
from studylab.tui.passes.done import DoneScreen
from studylab.tui.passes.first import FirstPassScreen, _is_at
from studylab.tui.passes.guide_text import GuideText
from studylab.tui.passes.opening import pass_screen
from studylab.workspace import Workspace
from tests.tui.study import HOSTILE, screen_text, toasts

OpenApp = Callable[..., StudylabApp]

SIZES = [(80, 24), (120, 36)]
STATES = list(PaperState)[1:]


@pytest.fixture
def read(workspace: Workspace, monkeypatch) -> Workspace:
    """A student who asked three questions about BERT, answered one, and wrote a note."""
    monkeypatch.setattr("studylab.store.missed.now", lambda: "2026-11-24T09:00:00+00:00")
    db = workspace.db
    progress.set_paper_state(db, "bert", PaperState.FIRST_PASS)
    questions.ask(db, "Why not always [MASK]?", week=7, paper="bert", place="§3.1")
    questions.ask(db, "两句话怎样区分？", week=7, paper="bert", place="§3.2, 图 1", tags=["输入"])
    done = questions.ask(db, "What is C?", week=7, paper="bert")
    questions.answer(db, done, "The last vector of [CLS].", source="P90 12:40", source_kind="video")
    note = workspace.note_file("bert")
    note.parent.mkdir(parents=True)
    note.write_text("# BERT\n\nMask *some*, predict them. 双向。\n", "utf-8")
    return workspace


def asked(workspace: Workspace, **more: str) -> list[str]:
    return [q.text for q in question_list.listing(workspace.db, sort="oldest", **more)]


def joined(app: StudylabApp) -> str:
    """The screen's words, however its lines are wrapped."""
    return " ".join(screen_text(app).replace("▌", "").replace("│", "").split())


def plain_text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_how_a_pass_looks(snap_compare, open_app: OpenApp, read: Workspace, state, size) -> None:
    progress.set_paper_state(read.db, "bert", state)
    if state in (PaperState.COMPARE, PaperState.DONE):
        guide = passes.guide_of(read, read.papers["bert"])
        passes.tick_point(read, read.papers["bert"], 1, guide.missed[1], remark="only skimmed")
        missed.note_missed(read.db, "The learning rate. 学习率", paper="bert", week=7)

    async def enter(pilot) -> None:
        pilot.app.push_screen(pass_screen(state, "bert"))
        await pilot.pause()
        await pilot.press("right", "right", "right", "right", "right")
        await pilot.pause()

    assert snap_compare(open_app("papers"), terminal_size=size, run_before=enter)


def test_how_comparing_looks_in_chinese(
    snap_compare, open_app: OpenApp, read: Workspace, monkeypatch
) -> None:
    object.__setattr__(read.settings, "language", "zh")
    # The catalogue has tests of its own; here it is the guide that is in Chinese.
    monkeypatch.setattr(language, "_spoken", "zh")

    async def enter(pilot) -> None:
        pilot.app.push_screen(CompareScreen("bert"))
        await pilot.pause()
        await pilot.press("space")
        await pilot.pause()

    assert snap_compare(open_app("papers"), terminal_size=(120, 36), run_before=enter)


async def test_enter_opens_the_pass_and_space_goes_on(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("bert")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, FirstPassScreen)
        assert "Not begun" in screen_text(app)
        seen = [type(app.screen)]
        for _ in range(3):
            await pilot.press("space")
            await pilot.pause()
            seen.append(type(app.screen))
        assert seen == [FirstPassScreen, FirstPassScreen, CompanionScreen, CompareScreen]
        await pilot.press(">")
        await pilot.pause()
        assert isinstance(app.screen, DoneScreen)
        assert workspace.done() == {"paper-bert"}
        await pilot.press("space")
        assert isinstance(app.screen, DoneScreen)
        await pilot.press("backspace")
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        assert workspace.done() == set()
        await pilot.press("u")
        await pilot.pause()
        assert isinstance(app.screen, DoneScreen)
        assert workspace.done() == {"paper-bert"}
        assert [state for state, _at in progress.paper_history(workspace.db, "bert")] == STATES
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.NAME == "papers" and type(app.screen).__name__ == "PapersRoom"
        assert "done" in screen_text(app)


async def test_one_key_asks_about_the_section_at_hand(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(FirstPassScreen("bert"))
        await pilot.pause()
        assert app.screen.place == ""
        await pilot.press("right", "right", "l", "]")
        assert app.screen.place == "§3.1"
        await pilot.press("left")
        assert app.screen.place == "§3"
        await pilot.press("right", "a")
        await pilot.pause()
        assert isinstance(app.screen, AskDialog)
        assert app.screen.query_one("#place", Input).value == "§3.1"
        app.screen.query_one("#place", Input).value = "§3.1, table 1"
        await pilot.press(*"why", "ctrl+s")
        await pilot.pause()
        found = question_list.listing(workspace.db)[0]
        assert (found.text, found.place, found.paper, found.week) == (
            "why",
            "§3.1, table 1",
            "bert",
            7,
        )
        assert "§3.1, table 1  why" in plain_text(app, "#side > Static")
        outline = screen_text(app)
        assert "§3.1 Pre-training BERT     1?" in outline


@pytest.mark.parametrize(
    ("place", "of", "there"),
    [
        ("§3.2", "§3.2", True),
        ("§3.2, eq. 1", "§3.2", True),
        ("§3.2. Figure 1", "§3.2", True),
        ("§3.2.1", "§3.2", False),
        ("§3", "§3.2", False),
        ("§31", "§3", False),
        ("", "", False),
        ("page 3", "", False),
    ],
)
def test_which_section_a_place_is_in(place: str, of: str, there: bool) -> None:
    assert _is_at(place, of) is there


async def test_nothing_is_given_away_in_the_first_pass(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 200)) as pilot:
        app.push_screen(FirstPassScreen("bert"))
        await pilot.pause()
        shown = joined(app)
        guide = passes.guide_of(workspace, workspace.papers["bert"])
        assert "Why can't a deep bidirectional model" in shown
        assert "could indirectly see itself" not in shown
        assert "The NSP task is nearly solved" not in shown
        assert len(guide.missed) == 8


async def test_where_the_student_is_follows_outline_clicks_and_scrolling(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    app.animation_level = "none"
    async with app.run_test(size=(120, 30)) as pilot:
        app.push_screen(FirstPassScreen("bert"))
        await pilot.pause()
        screen = app.screen
        outline = screen.query_one("#outline")
        outline.focus()
        await pilot.press("down", "down", "down", "down", "down")
        await pilot.pause()
        assert screen.place == "§3.2"
        await pilot.press("enter")
        assert screen.query_one("#main").has_focus
        await pilot.press("end")
        await pilot.pause()
        await pilot.pause()
        assert screen.place not in ("§3.2", "§3.1")
        assert f"▎ {screen._steps[screen._at].title}" in screen_text(app)
        await pilot.press("home")
        await pilot.pause()
        await pilot.pause()
        assert screen._at in (0, 1)
        tops = screen.query_one(GuideText).tops
        await pilot.click("#guide", offset=(4, tops[2] + 1))
        assert screen._at == 2
        assert "▎ §1 Introduction" in screen_text(app)


async def test_tab_changes_panes_where_there_is_room_for_one(
    open_app: OpenApp, read: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(FirstPassScreen("bert"))
        await pilot.pause()
        assert "What it is about" in screen_text(app)
        assert "两句话" not in screen_text(app)
        await pilot.press("tab")
        assert "What it is about" not in screen_text(app)
        assert "§3.2, 图 1  两句话怎样区分？" in screen_text(app)
        await pilot.press("shift+tab")
        assert "What it is about" in screen_text(app)


async def test_the_companion_walks_the_open_questions(open_app: OpenApp, read: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(CompanionScreen("bert"))
        await pilot.pause()
        shown = screen_text(app)
        assert "BERT, paragraph by paragraph  46 min" in shown
        assert "1 of 2" in shown and "Why not always [MASK]?" in shown
        await pilot.press("s")
        assert "2 of 2" in screen_text(app)
        await pilot.press("b", "enter")
        await pilot.pause()
        assert isinstance(app.screen, AnswerDialog)
        await pilot.press(*"so", "ctrl+s")
        await pilot.pause()
        assert asked(read, status="answered") == ["Why not always [MASK]?", "What is C?"]
        # The next one is there, and the one that was answered stays part of the walk.
        assert "2 of 2" in screen_text(app) and "1 answered" in screen_text(app)
        await pilot.press("left")
        assert "→ so" in screen_text(app)
        await pilot.press("right", "right", "right")
        assert "That was all: 1 answered, 1 still open." in screen_text(app)
        await pilot.press("b")
        assert "2 of 2" in screen_text(app)
        progress.set_paper_state(read.db, "bert", PaperState.COMPANION)
        await pilot.press("s", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        assert passes.state_of(read, read.papers["bert"]) is PaperState.COMPARE


async def test_a_question_that_is_left_or_asked_meanwhile(
    open_app: OpenApp, read: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(CompanionScreen("bert"))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert "1 of 2" in screen_text(app)
        await pilot.press("a")
        await pilot.pause()
        await pilot.press(*"new", "ctrl+s")
        await pilot.pause()
        assert "1 of 3" in screen_text(app)
        questions.delete(read.db, app.screen.question.id)
        app.screen.show_data()
        await pilot.pause()
        assert "1 of 2" in screen_text(app) and "两句话" in screen_text(app)
        await pilot.press("e")
        await pilot.pause()
        app.screen.query_one(TextArea).text = "换了"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "换了" in screen_text(app)


async def test_a_companion_without_questions_or_video(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(CompanionScreen("t5"))
        await pilot.pause()
        assert "No companion video" in screen_text(app)
        assert "Nothing is open here" in screen_text(app)
        await pilot.press("v", "s", "b", "e")
        assert "no companion video" in toasts(app)


async def test_ticks_become_missed_points(open_app: OpenApp, read: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(CompareScreen("bert"))
        await pilot.pause()
        shown = screen_text(app)
        assert "[ ] BERT differs from GPT" in shown
        assert "Mask some, predict them. 双向。" in shown
        assert "→ The last vector of [CLS].  (video P90 12:40)" in shown
        await pilot.press("space", "j", "enter", "down", "space", "space")
        await pilot.pause()
        points = missed.missed_points(read.db, paper="bert")
        assert sorted(point.point for point in points) == [0, 1]
        assert app.screen.query_one(OptionList).highlighted == 2
        assert "[✓] BERT differs from GPT" in screen_text(app)
        await pilot.press("u")
        await pilot.pause()
        assert len(missed.missed_points(read.db, paper="bert")) == 3


async def test_points_of_ones_own_and_remarks(open_app: OpenApp, read: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 60)) as pilot:
        app.push_screen(CompareScreen("bert"))
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        app.screen.query_one(TextArea).text = HOSTILE
        await pilot.press("ctrl+s")
        await pilot.pause()
        own = missed.missed_points(read.db, paper="bert")[0]
        assert (own.text, own.point, own.week) == (HOSTILE, None, 7)
        assert "\x1b" not in screen_text(app) and "(your own)" in screen_text(app)
        # A remark on a point that is not ticked ticks it.
        await pilot.press("down", "e")
        await pilot.pause()
        await pilot.press(*"hm", "ctrl+s")
        await pilot.pause()
        found = {p.point: p.remark for p in missed.missed_points(read.db, paper="bert")}
        assert found == {None: "", 1: "hm"}
        await pilot.press("e")
        await pilot.pause()
        assert app.screen.query_one(TextArea).text == "hm"
        await pilot.press(*"!", "ctrl+s", "end", "e")
        await pilot.pause()
        await pilot.press(*"own", "ctrl+s")
        await pilot.pause()
        found = {p.point: p.remark for p in missed.missed_points(read.db, paper="bert")}
        assert found == {None: "own", 1: "hm!"}
        await pilot.press("end", "space")
        await pilot.pause()
        assert [p.point for p in missed.missed_points(read.db, paper="bert")] == [1]
        await pilot.press("u")
        await pilot.pause()
        assert len(missed.missed_points(read.db, paper="bert")) == 2


@pytest.mark.parametrize("size", SIZES)
async def test_check_questions_with_answers_are_a_key_away(
    open_app: OpenApp, read: Workspace, size
) -> None:
    app = open_app("papers")
    async with app.run_test(size=size) as pilot:
        app.push_screen(CompareScreen("bert"))
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        assert "could indirectly see itself" in joined(app)
        await pilot.press("c")
        await pilot.pause()
        assert "[ ] BERT differs" in screen_text(app)


async def test_done_shows_what_came_of_it(open_app: OpenApp, read: Workspace) -> None:
    progress.set_paper_state(read.db, "bert", PaperState.DONE)
    missed.note_missed(read.db, "the warm-up", paper="bert", remark="too fast")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(DoneScreen("bert"))
        await pilot.pause()
        shown = plain_text(app, "#main > Static")
        for line in (
            "3 questions asked",
            "1 answered",
            "2 still open",
            "1 point missed at first",
            "1 day from the first pass to the end",
            "两句话怎样区分？",
            "· the warm-up",
            "✎ too fast",
            "2026-11-24 09:00  first pass",
            "2026-11-24 09:00  done",
        ):
            assert line in shown
        await pilot.press("i")
        await pilot.pause()
        assert type(app.screen).__name__ == "QuestionsRoom"


async def test_a_paper_of_ones_own_with_an_empty_guide(
    open_app: OpenApp, workspace: Workspace
) -> None:
    new = NewPaper("Mine [bold]", ("A",))
    paper = add_paper(new, workspace.own_papers, workspace.papers, week=2)
    workspace.papers[paper.id] = paper
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to(paper.id)
        await pilot.press("enter")
        await pilot.pause()
        assert "is still empty" in joined(app)
        await pilot.press("right", "left", "space", "a")
        await pilot.pause()
        await pilot.press(*"why", "ctrl+s")
        await pilot.pause()
        assert question_list.listing(workspace.db)[0].week == 2
        await pilot.press("space", "space")
        await pilot.pause()
        assert isinstance(app.screen, CompanionScreen | CompareScreen)
        await pilot.press(">")
        await pilot.pause()
        app.switch_screen(CompareScreen(paper.id))
        await pilot.pause()
        hint = app.screen.query_one(OptionList).get_option_at_index(0)
        assert "m notes what you missed" in str(hint.prompt)
        await pilot.press("space", "e", "c", "c", "m")
        await pilot.pause()
        await pilot.press(*"it", "ctrl+s")
        await pilot.pause()
        assert "[✓] it  (your own)" in screen_text(app)


@pytest.mark.parametrize(
    "body", ["", "## Check questions\n\nSECRET\n\n## Mine\n\nText.", "x" * 9000]
)
async def test_whatever_a_guide_is_its_passes_open(
    open_app: OpenApp, workspace: Workspace, body: str
) -> None:
    workspace.papers["bert"] = replace(workspace.papers["bert"], body=body, body_zh="")
    app = open_app("papers")
    async with app.run_test(size=(80, 24)) as pilot:
        for state in STATES:
            app.push_screen(pass_screen(state, "bert"))
            await pilot.pause()
            await pilot.press("right", "left", "down", "tab", "tab")
            assert state is not PaperState.FIRST_PASS or "SECRET" not in screen_text(app)
            await pilot.press("escape")
            await pilot.pause()


def test_every_answer_belongs_to_its_question(workspace: Workspace) -> None:
    from markdown_it import MarkdownIt

    guide = passes.guide_of(workspace, workspace.papers["bert"])
    tokens = MarkdownIt().parse(check_questions(guide))
    quotes = [token.level for token in tokens if token.type == "blockquote_open"]
    assert quotes == [2] * 10


async def test_the_note_and_the_paper_are_a_key_away(open_app: OpenApp, read: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(FirstPassScreen("bert"))
        await pilot.pause()
        await pilot.press("o")
        assert "1810.04805" in toasts(app)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, NoteScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, FirstPassScreen)


async def test_a_database_that_can_not_be_written_is_told(
    open_app: OpenApp, read: Workspace
) -> None:
    import sqlite3

    from studylab import locations

    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(CompareScreen("bert"))
        await pilot.pause()
        other = sqlite3.connect(locations.database())
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("space", ">")
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        assert "busy" in toasts(app) or "lock" in toasts(app) or "another" in toasts(app)
        other.rollback()
        other.close()
        await pilot.press("space")
        await pilot.pause()
        assert "[✓] BERT differs" in screen_text(app)
