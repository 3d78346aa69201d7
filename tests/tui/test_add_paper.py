"""Adding a paper in the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from studylab.study import arxiv_paper
from studylab.study.arxiv_paper import ArxivProblem
from studylab.study.new_paper import NewPaper
from studylab.syllabus.papers import load_paper
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.add_paper import AddPaperDialog
from studylab.workspace import Workspace
from tests.tui.study import screen_text

OpenApp = Callable[..., StudylabApp]


def told(app: StudylabApp) -> str:
    return str(app.screen.query_one("#told", Static).content)


def fill(app: StudylabApp, **values: str) -> None:
    for name, value in values.items():
        app.screen.query_one(f"#{name}", Input).value = value


def test_how_the_form_looks(snap_compare, open_app: OpenApp) -> None:
    assert snap_compare(open_app("papers"), terminal_size=(80, 24), press=["+"])


async def test_a_paper_by_what_is_typed(
    open_app: OpenApp, workspace: Workspace, home: Path
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("+")
        await pilot.pause()
        assert isinstance(app.screen, AddPaperDialog)
        await pilot.press("enter")
        assert told(app) == "the paper needs a title"
        fill(app, title="Mine", authors="A B; 李沐、张三 and C", year="20x6", week="4")
        await pilot.press("enter")
        assert told(app) == "Year takes a number, not '20x6'"
        fill(app, year="2016", url="https://example.org/x")
        await pilot.press("enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "PapersRoom"
        assert app.screen.paper.id == "mine"
        assert "Mine" in screen_text(app)
    paper = load_paper(home / "papers" / "mine.md")
    assert paper.authors == ("A B", "李沐", "张三", "C")
    assert (paper.year, paper.week) == (2016, 4)


async def test_a_paper_from_arxiv(open_app: OpenApp, workspace: Workspace, monkeypatch) -> None:
    def fetch(text: str) -> NewPaper:
        return NewPaper("From there", ("A",), f"https://arxiv.org/abs/{text}", year=2017)

    monkeypatch.setattr(arxiv_paper, "fetch", fetch)
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("+")
        await pilot.pause()
        fill(app, arxiv="2401.00001", week="9")
        await pilot.press("ctrl+s")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.paper.id == "from-there"
    assert workspace.papers["from-there"].week == 9


async def test_arxiv_out_of_reach_leaves_the_form(open_app: OpenApp, monkeypatch) -> None:
    def fetch(text: str) -> NewPaper:
        raise ArxivProblem("arXiv can't be reached")

    monkeypatch.setattr(arxiv_paper, "fetch", fetch)
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("+")
        await pilot.pause()
        fill(app, arxiv="2401.00001", title="Typed")
        await pilot.press("ctrl+s")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert told(app) == "arXiv can't be reached"
        # The rest is still there, to do without it.
        fill(app, arxiv="", authors="A")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.paper.id == "typed"


async def test_leaving_while_arxiv_takes_its_time(
    open_app: OpenApp, workspace: Workspace, monkeypatch
) -> None:
    import threading

    let_go = threading.Event()

    def fetch(text: str) -> NewPaper:
        let_go.wait(5)
        return NewPaper("Late", ("A",))

    monkeypatch.setattr(arxiv_paper, "fetch", fetch)
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("+")
        await pilot.pause()
        fill(app, arxiv="2401.00001")
        await pilot.press("ctrl+s")
        assert told(app) == "Asking arXiv…"
        await pilot.press("escape")
        await pilot.pause()
        let_go.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert "late" not in workspace.papers
    assert not workspace.own_papers.exists()


@pytest.mark.parametrize("key", ["+", "ctrl+p"])
async def test_it_is_in_the_palette(open_app: OpenApp, key: str) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        if key == "ctrl+p":
            await pilot.press("ctrl+p", *"add a paper")
            await pilot.pause(0.5)
            await pilot.press("enter")
        else:
            await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, AddPaperDialog)
