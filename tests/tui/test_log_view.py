"""The log of a run, full screen: its end, its start, and what is found in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studylab.runs import log_window
from studylab.tui.app import StudylabApp
from studylab.tui.log_view import LogView
from tests.tui.run_files import write_full_run


def seen(app: StudylabApp) -> str:
    """The text on the screen."""
    return "\n".join(
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips()
    )


async def open_log(pilot: Pilot[None], text: str | bytes) -> tuple[LogView, Path]:
    run = write_full_run()
    run.output.write_bytes(text.encode() if isinstance(text, str) else text)
    view = LogView(run)
    pilot.app.push_screen(view)
    await pilot.pause(0.1)
    return view, run.output


async def find(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash", *text, "enter")
    view = pilot.app.screen
    assert isinstance(view, LogView)
    for _ in range(100):
        await pilot.pause(0.02)
        if view.search is None or (view.search.done and view._wanted is None):
            break
    view._tell_found()
    await pilot.pause()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a log of a thousand lines only a part is held."""
    monkeypatch.setattr(log_window, "WINDOW", 2000)


LINES = "".join(f"line {n:03}\n" for n in range(1000))


@pytest.mark.usefixtures("small")
class TestLongLog:
    async def test_it_is_walked_through_from_end_to_start(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await open_log(pilot, LINES)
            assert "line 999" in seen(runs_app)
            assert "following" in seen(runs_app)
            for _ in range(60):
                await pilot.press("pageup")
            await pilot.pause()
            assert "line 000" in seen(runs_app)
            shown = set(re.findall("line [0-9]{3}", seen(runs_app)))
            for _ in range(60):
                await pilot.press("pagedown")
                shown |= set(re.findall("line [0-9]{3}", seen(runs_app)))
            assert len(shown) == 1000, "none was passed over"
            assert "following" in seen(runs_app)

    async def test_top_and_end(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(80, 24)) as pilot:
            view, _path = await open_log(pilot, LINES)
            await pilot.press("g")
            await pilot.pause()
            assert "line 000" in seen(runs_app)
            assert "at 0 %" in seen(runs_app)
            assert not view.follows
            await pilot.press("G")
            await pilot.pause()
            assert "line 999" in seen(runs_app)

    async def test_what_is_found_is_gone_to_wherever_it_is(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await open_log(pilot, LINES)
            await find(pilot, "line 5")
            assert "line 599" in seen(runs_app)
            assert "line 100 of 100" in seen(runs_app)
            await pilot.press("N")
            await pilot.pause()
            assert "line 99 of 100" in seen(runs_app)
            await pilot.press("n", "n")
            await pilot.pause()
            assert "line 1 of 100" in seen(runs_app), "after the last comes the first"
            assert "line 500" in seen(runs_app)
            await pilot.press("escape")
            await pilot.pause()
            assert "of 100" not in seen(runs_app)
            assert isinstance(runs_app.screen, LogView)


async def test_what_is_found_is_marked(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await open_log(pilot, "loss 1\nother [red]\nLoss 2\n")
        await find(pilot, "loss")
        marked = [
            segment.text
            for strip in runs_app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.reverse and "oss" in segment.text
        ]
        assert marked == ["loss", "Loss"]
        await find(pilot, "nowhere")
        assert "nowhere: in no line" in seen(runs_app)


async def test_what_is_found_far_to_the_right_is_brought_into_view(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await open_log(pilot, "short\n" + "x" * 1000 + "needle\n")
        await find(pilot, "needle")
        assert "needle" in seen(runs_app).splitlines()[2]


async def test_lines_that_come_are_found_too(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view, path = await open_log(pilot, "loss 1\n")
        await find(pilot, "loss")
        append(path, "loss 2\n")
        view._read()
        await pilot.pause()
        assert "line 1 of 2" in seen(runs_app)


async def test_held_still_new_lines_move_nothing(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view, path = await open_log(pilot, LINES)
        await pilot.press("f")
        append(path, "more\n" * 50)
        view._read()
        await pilot.pause()
        assert "line 999" in seen(runs_app)
        await pilot.press("f")
        await pilot.pause()
        assert "line 999" not in seen(runs_app)
        append(path, "newest\n")
        view._read()
        await pilot.pause()
        assert "newest" in seen(runs_app)


async def test_bars_in_bars_are_shown_in_their_last_state(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view, path = await open_log(pilot, "start\n\router  0%\n\rinner  1%\x1b[A")
        append(path, "\n\rinner 99%\x1b[A\router 50%")
        view._read()
        await pilot.pause()
        shown = seen(runs_app)
        assert "outer 50%" in shown
        assert "inner 99%" in shown
        assert shown.count("outer") == shown.count("inner") == 1


@pytest.mark.parametrize("how", ["cut", "gone"])
async def test_a_log_that_changes_under_ones_eyes(runs_app: StudylabApp, how: str) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view, path = await open_log(pilot, "before\n" * 30)
        await find(pilot, "before")
        if how == "cut":
            path.write_text("after\n")
        else:
            path.unlink()
        view._read()
        await pilot.pause()
        shown = seen(runs_app)
        if how == "cut":
            assert "after" in shown
            assert "before" not in shown
        else:
            assert "before" in shown
            assert "it is gone" in shown
        await pilot.press("n", "g", "G", "f", "slash", "x", "enter")
        await pilot.pause(0.2)


async def test_the_field_is_left_without_searching(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        view, _path = await open_log(pilot, LINES)
        await pilot.press("slash", "f", "g", "escape")
        await pilot.pause()
        assert runs_app.screen is view
        assert view.search is None
        await pilot.press("slash", "enter")
        assert view.search is None
        await pilot.press("slash", "a", "slash", "b")
        await pilot.pause()
        assert view.query_one(Input).value == "a/b"
        await pilot.press("escape")
        await pilot.press("escape")
        await pilot.pause()
        assert runs_app.screen is not view


async def test_escapes_do_not_reach_the_terminal(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await open_log(pilot, b"\x1b]52;c;aGk=\x07\x1b]0;title\x07\x9b31mred\x1b[5;5Hdone\xff\n")
        shown = seen(runs_app)
        assert "reddone" in shown.replace("\ufffd", "")
        assert "\x1b" not in shown
        assert "title" not in shown


def test_snapshot(runs_app: StudylabApp, snap_compare: Callable[..., bool]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await open_log(pilot, "".join(f"epoch {n:02} 损失 {1 / (n + 1):.4f}\n" for n in range(60)))
        await find(pilot, "5 损失")

    assert snap_compare(runs_app, terminal_size=(80, 24), run_before=look)
