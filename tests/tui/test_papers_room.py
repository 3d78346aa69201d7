"""The Papers room, and the way to the editor and back."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from studylab.store import missed, progress, questions
from studylab.store.progress import PaperState
from studylab.study.notes import NoteProblem
from studylab.tui.app import StudylabApp
from studylab.tui.editor import EditorProblem, edit_note
from studylab.workspace import Workspace
from tests.tui.study import fill, screen_text, toasts

BODY = """## What it is about

A model of attention *alone*: `softmax(QK^T)`. [bold] is no markup, **this** is. 中文也在。

### §3
- Why the square root? See [the page](https://arxiv.org/abs/1706.03762).
"""

OpenApp = Callable[..., StudylabApp]


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_list(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    fill(workspace)
    workspace.papers["transformer"] = replace(workspace.papers["transformer"], body=BODY)
    assert snap_compare(open_app("papers"), terminal_size=size)


async def test_the_stages_of_reading(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("bert")
        await pilot.press("space", "space", "space")
        assert progress.paper_states(workspace.db)["bert"] is PaperState.COMPARE
        assert not workspace.done()
        await pilot.press("space", "space")
        assert workspace.done() == {"paper-bert"}
        await pilot.press("backspace")
        assert not workspace.done()
        assert progress.paper_states(workspace.db)["bert"] is PaperState.COMPARE
        # A tick that was set elsewhere is the last word.
        progress.mark_done(workspace.db, ["paper-bert"])
        app.screen.show_data()
        await pilot.press("space")
        assert workspace.done() == {"paper-bert"}


async def test_questions_about_a_paper(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("t5")
        await pilot.press("a", *"why", "ctrl+s")
        await pilot.pause()
        assert "why" in text(app, "#detail-text")
        await pilot.press("i")
        await pilot.pause()
        assert app.screen.question.paper == "t5"


async def test_undo_takes_a_stage_back(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("bert")
        await pilot.press("space", "space", "u")
        assert progress.paper_states(workspace.db)["bert"] is PaperState.FIRST_PASS
        await pilot.press("u", "u")
        assert "bert" not in progress.paper_states(workspace.db)
        assert "nothing to undo" in toasts(app)


async def test_what_came_of_a_paper_is_in_its_row(open_app: OpenApp, workspace: Workspace) -> None:
    questions.ask(workspace.db, "one", paper="gpt3", week=10)
    missed.note_missed(workspace.db, "this", paper="gpt3")
    missed.note_missed(workspace.db, "that", paper="gpt3")
    workspace.note_file("gpt3").parent.mkdir(parents=True)
    workspace.note_file("gpt3").write_text("mine")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("gpt3")
        await pilot.pause()
        row = next(line for line in screen_text(app).splitlines() if " GPT-3 " in line)
        assert "1? 2! ✎" in row
        assert "2 points missed at first" in text(app, "#detail-text")
        assert "● to read › ○ first pass" in text(app, "#detail-text")


class Terminal:
    """Stands for an app that can give its terminal away."""

    given_away = 0
    taken_back = 0

    @contextmanager
    def suspend(self) -> Iterator[None]:
        self.given_away += 1
        yield
        self.taken_back += 1


def editor(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_a_note_begins_with_a_heading_and_is_never_overwritten(
    workspace: Workspace, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDITOR", editor("import sys; open(sys.argv[1], 'a').write('mine')"))
    note, terminal = tmp_path / "notes" / "bert.md", Terminal()
    for _ in range(2):
        edit_note(terminal, workspace.settings, note, "BERT: a title [bold]")
    assert note.read_text() == "# BERT: a title [bold]\n\nminemine"
    assert terminal.taken_back == 2


@pytest.mark.parametrize(
    ("command", "said", "given_away"),
    [
        (editor("raise SystemExit(3)"), "ended with code 3", 1),
        (editor("import os; os.kill(os.getpid(), 9)"), "ended with signal 9", 1),
        ("no-such-editor --wait", "no program 'no-such-editor'", 0),
        ("'unbalanced", "can't be read", 0),
        (" ", "is blank", 0),
    ],
)
def test_editors_that_fail(
    workspace: Workspace, monkeypatch, tmp_path: Path, command: str, said: str, given_away: int
) -> None:
    monkeypatch.setenv("EDITOR", command)
    terminal = Terminal()
    with pytest.raises(EditorProblem, match=said):
        edit_note(terminal, workspace.settings, tmp_path / "note.md", "A")
    assert (terminal.given_away, terminal.taken_back) == (given_away, given_away)


def test_a_note_to_which_nothing_was_added_goes_away(
    workspace: Workspace, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    note = tmp_path / "notes" / "bert.md"
    edit_note(Terminal(), workspace.settings, note, "BERT")
    assert not note.exists()
    note.write_text("# BERT\n\n")
    edit_note(Terminal(), workspace.settings, note, "BERT")
    assert note.exists()


def test_a_folder_that_can_not_be_made(workspace: Workspace, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDITOR", "true")
    (tmp_path / "notes").write_text("in the way")
    terminal = Terminal()
    with pytest.raises(NoteProblem, match="Not a directory"):
        edit_note(terminal, workspace.settings, tmp_path / "notes" / "a.md", "A")
    assert terminal.given_away == 0


async def test_a_paper_that_can_not_be_read_is_told(
    open_app: OpenApp, workspace: Workspace, tmp_path: Path
) -> None:
    from studylab.syllabus.papers import load_papers

    (tmp_path / "mine.md").write_text("no metadata")
    papers, errors = load_papers([tmp_path])
    workspace.papers, workspace.complaints = papers, tuple(errors)
    app = open_app("papers")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "mine.md" in toasts(app)
        assert "has no metadata" in toasts(app)
        assert "No paper" in screen_text(app)
        await pilot.press("n", "space", "o", "a", "enter")


def test_the_guide_is_in_the_students_language(workspace: Workspace) -> None:
    paper = workspace.papers["bert"]
    assert workspace.guide(paper).startswith("## What it is about")
    object.__setattr__(workspace.settings, "language", "zh")
    assert workspace.guide(paper).startswith("## 这篇论文讲什么")
    assert workspace.guide(replace(paper, body_zh="")) == paper.body
