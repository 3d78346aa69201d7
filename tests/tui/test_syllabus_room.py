"""The Syllabus room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from studylab.tui.app import StudylabApp
from studylab.tui.syllabus_tree import SyllabusTree
from studylab.workspace import Workspace
from tests.tui.study import fill, toasts

OpenApp = Callable[..., StudylabApp]


def tree(app: StudylabApp) -> SyllabusTree:
    return app.screen.query_one(SyllabusTree)


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_tree(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    fill(workspace)
    assert snap_compare(open_app("syllabus"), terminal_size=size)


def test_in_chinese(snap_compare, monkeypatch, open_app: OpenApp, workspace: Workspace) -> None:
    object.__setattr__(workspace.settings, "language", "zh")
    fill(workspace)
    assert snap_compare(open_app("syllabus"), terminal_size=(100, 24), press=["G"])


async def test_a_section_is_ticked_after_asking(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert tree(app).part is workspace.next_item()
        await pilot.press("left", "space")
        assert "Tick P9-P13: 5 things" in text(app, "#text")
        await pilot.press("n")
        assert not workspace.done()
        await pilot.press("space", "y")
        await pilot.pause()
        assert len(workspace.done()) == 5
        await pilot.press("left", "left", "space")
        # The four labs that are still to come are not ticked off.
        assert "2 labs" in text(app, "#text")
        await pilot.press("y")
        await pilot.pause()
        assert len(workspace.done()) == 49
        await pilot.press("u")
        assert len(workspace.done()) == 5


async def test_watched_ranges(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", *"P20-P9", "enter")
        assert "runs backwards; write P9-P20" in text(app, "#told")
        assert app.screen.query_one(Input).value == "P20-P9"
        app.screen.query_one(Input).value = "Ｐ9–P20，P23"
        await pilot.press("enter")
        await pilot.pause()
        assert len(workspace.done()) == 13
        assert "Ticked P9-P20, P23" in text(app, "#said")
        await pilot.press("w", *"P500", "enter")
        assert "P500 not in this syllabus" in text(app, "#told")
        await pilot.press("escape")


async def test_finding_and_staying_there(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"p114", "enter")
        await pilot.pause()
        assert tree(app).part is workspace.syllabus.episodes("P114")[0]
        await pilot.press("space", "1", "2")
        await pilot.pause()
        assert tree(app).part is workspace.syllabus.episodes("P114")[0]
        await pilot.press("slash", *"池化", "enter")
        await pilot.pause()
        assert "池化" in tree(app).part.title_zh
        first = tree(app).part
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("N")
        await pilot.pause()
        assert tree(app).part is first
        await pilot.press("slash", *"adam", "escape")
        await pilot.pause()
        assert tree(app).part is first


async def test_links_and_labs(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.press("y")
        assert app.clipboard.endswith("p=9")
        app.screen.go_to("lab-vision/resnet")
        await pilot.pause()
        await pilot.press("enter")
        assert "still to come" in toasts(app)
        app.screen.go_to("paper-bert")
        await pilot.pause()
        await pilot.press("o")
        assert app.clipboard == workspace.papers["bert"].paper
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.NAME == "papers"
        assert app.screen.paper.id == "bert"


async def test_everything_of_an_item_is_shown(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        app.screen.go_to("hw-logistic-regression")
        await pilot.pause()
        shown = text(app, "#detail-text")
        item = workspace.syllabus.item("hw-logistic-regression")
        for part in (item.title, item.title_zh, item.url, item.data, item.reported_result):
            assert part in shown
        assert item.solution in shown
        app.workspace.settings = replace(app.workspace.settings, language="zh")
        app.screen.show_data()
        await pilot.pause()
        assert item.data_zh in text(app, "#detail-text")
        assert item.reported_result_zh in text(app, "#detail-text")
