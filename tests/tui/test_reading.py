"""A screen that goes on reading: one timer at a time, and none where it is not in front."""

from __future__ import annotations

from typing import Any

import pytest
from textual.screen import Screen

from studylab.tui.app import StudylabApp
from studylab.tui.reading import ReadsInFront


class Ticking:
    """A timer that never ticks by itself."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Reader(ReadsInFront, Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.made: list[Ticking] = []
        self.wanted: float | None = 5.0

    def read_slice(self) -> float | None:
        self.reads += 1
        return self.wanted

    def set_interval(self, interval: float, callback: Any = None, **named: Any) -> Any:
        if callback != self.read_on:
            return super().set_interval(interval, callback, **named)
        self.made.append(Ticking(interval))
        return self.made[-1]

    @property
    def going(self) -> list[float]:
        """The intervals of the timers that go on."""
        return [timer.seconds for timer in self.made if not timer.stopped]


@pytest.fixture
def reader() -> Reader:
    return Reader()


async def test_each_slice_ends_the_timer_of_the_one_before(
    runs_app: StudylabApp, reader: Reader
) -> None:
    async with runs_app.run_test() as pilot:
        await runs_app.push_screen(reader)
        await pilot.pause()
        for seconds in (1.0, 2.0, 3.0):
            reader.wanted = seconds
            reader.read_on()
            assert reader.going == [seconds]


async def test_what_is_read_whole_has_no_timer(runs_app: StudylabApp, reader: Reader) -> None:
    reader.wanted = None
    async with runs_app.run_test() as pilot:
        await runs_app.push_screen(reader)
        await pilot.pause()
        assert reader.reads >= 1
        assert reader.going == []


async def test_behind_another_screen_it_rests_and_then_goes_on(
    runs_app: StudylabApp, reader: Reader
) -> None:
    async with runs_app.run_test() as pilot:
        await runs_app.push_screen(reader)
        await pilot.pause()
        assert reader.going == [5.0]
        await runs_app.push_screen(Screen())
        await pilot.pause()
        assert reader.going == []
        reads = reader.reads
        runs_app.pop_screen()
        await pilot.pause()
        assert reader.going == [5.0]
        assert reader.reads > reads
    assert reader.going == []
