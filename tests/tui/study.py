"""What the tests of the study rooms fill in and look at."""

from __future__ import annotations

from studylab.store import progress, questions
from studylab.tui.app import StudylabApp
from studylab.workspace import Workspace

HOSTILE = (
    "Why [bold]x[/] and [/] \"quotes\" 'too'; DROP TABLE questions; -- 批归一化 🎉\nline 2\x1b[31m"
)
"""Markup, quotes, SQL, Chinese, emoji, a newline and a terminal escape."""


def fill(workspace: Workspace) -> None:
    """A student in the middle of week 1, who read ahead and has three questions."""
    db = workspace.db
    progress.mark_done(db, [item.id for item in workspace.syllabus.episodes("P9-P25")])
    progress.set_paper_state(db, "transformer", progress.PaperState.FIRST_PASS)
    convex = "Why is the logistic loss convex, and the squared error not?\n\nI got lost."
    questions.ask(db, convex, week=1, item=workspace.syllabus.episodes("P16")[0].id)
    questions.ask(db, "向量化为什么快这么多？", week=1)
    answered = questions.ask(db, "What do residual connections do?", week=6, paper="transformer")
    questions.answer(db, answered, "The gradient passes unchanged.", source="He et al. 2015")


def run_row(workspace: Workspace, name: str, state: str, step: int | None, steps: int) -> None:
    """A run as the sync would have stored it."""
    workspace.db.execute(
        "INSERT INTO runs (id, lab, command, settings, state, reason, host, directory, created_at,"
        " step, steps) VALUES (?, 'vision/cnn', '[]', '{}', ?, '', 'here', ?, ?, ?, ?)",
        (name, state, f"/nowhere/{name}", "2026-11-24T08:00:00+00:00", step, steps),
    )


def toasts(app: StudylabApp) -> str:
    """What the app has said."""
    return "\n".join(note.message for note in app._notifications)


def screen_text(app: StudylabApp) -> str:
    """What is on the screen, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
