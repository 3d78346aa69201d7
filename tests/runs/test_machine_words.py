"""What a look at the machine is told as: free or not, whose, for how long, what would fit."""

from __future__ import annotations

import pytest

from studylab.monitor.gpu import GpuSample
from studylab.runs.directory import State
from studylab.runs.machine_use import GpuUse, Holder, RunUse, Standing, View
from studylab.runs.machine_words import fit, headline, seconds_left, standing, waits_for
from studylab.runs.queue import Entry
from studylab.store.peaks import Peak
from studylab.store.runs import RunRow
from tests.runs.machine_views import GB, NOW, gpu, holder, process, shared_box, view

TRAIN = process(4101, "bo", "python train.py")
OLDER = process(4102, "bo", "python old.py", started=NOW - 90000)
MINE = process(4103, "ana", "python notebook")


def taken(*holders: Holder, **more) -> GpuUse:
    return GpuUse(gpu(0, **more), Standing.TAKEN, holders)


class TestHeadline:
    def test_one_free_gpu_with_its_room(self) -> None:
        shown = view((taken(holder(TRAIN, GB)), GpuUse(gpu(1), Standing.FREE)))
        assert headline(shown, {}) == "GPU 1 is free: 86 GB"

    def test_several_with_the_roomiest(self) -> None:
        uses = [GpuUse(gpu(i, memory_used=i * GB), Standing.FREE) for i in (5, 2, 3)]
        told = headline(view(tuple(uses)), {})
        assert told == "GPUs 5, 2, 3 are free, most memory on 2: 84 GB"

    def test_memory_that_is_not_told(self) -> None:
        told = headline(view((GpuUse(GpuSample(0, "GPU"), Standing.FREE),)), {})
        assert told == "GPU 0 is free"

    def test_none_free_and_when_one_will_be(self) -> None:
        first = GpuUse(gpu(0), Standing.OURS, given=("cnn-a",))
        second = GpuUse(gpu(1), Standing.OURS, given=("gpt-b", "gpt-c"))
        shown = view((first, second, taken(holder(TRAIN, GB))))
        assert headline(shown, {}) == "No GPU is free"
        left = {"cnn-a": 900.0, "gpt-b": 60.0, "gpt-c": 1800.0}
        assert headline(shown, left) == (
            "No GPU is free; GPU 0 will be in about 15 min, after cnn-a"
        )
        assert headline(shown, {**left, "cnn-a": 7200.0}) == (
            "No GPU is free; GPU 1 will be in about 30 min, after gpt-b, gpt-c"
        )
        assert headline(shown, {"gpt-b": 60.0}) == "No GPU is free", "gpt-c may take for ever"

    def test_none_that_answers(self) -> None:
        silent = GpuUse(GpuSample(0, "GPU", trouble="gone"), Standing.SILENT)
        assert headline(view((silent,)), {}) == "No GPU answers: gone"

    def test_no_gpu_at_all(self) -> None:
        told = headline(view(), {})
        assert told.startswith("52 GB of memory are free; no NVIDIA driver on this machine")

    def test_what_waits_and_what_could_not_be_opened(self) -> None:
        shown = view(
            (GpuUse(gpu(1), Standing.FREE),), why="GPU 0: broken",
            waiting=(Entry("a", "h", 1.0), Entry("b", "h", 2.0)),
        )  # fmt: skip
        assert headline(shown, {}) == "GPU 1 is free: 86 GB · GPU 0: broken · 2 runs wait"


class TestStanding:
    def told(self, use: GpuUse, shown: View | None = None) -> str:
        return standing(use, shown or view((use,)))

    def test_free(self) -> None:
        assert self.told(GpuUse(gpu(0), Standing.FREE)) == "free"

    def test_somebody_since_the_oldest_of_their_processes(self) -> None:
        use = taken(holder(TRAIN, GB), holder(OLDER, GB))
        assert self.told(use) == "bo 1 d 01 h"

    def test_several_people_and_oneself(self) -> None:
        use = taken(holder(TRAIN, GB), holder(MINE, GB))
        assert self.told(use) == "bo 1:01:01 · you (no run) 1:01:01"

    def test_what_is_out_of_sight(self) -> None:
        assert self.told(taken(Holder(77, GB, None))) == "out of sight: pid 77"
        hidden = GpuUse(gpu(0), Standing.TAKEN, hidden=40 * GB)
        assert self.told(hidden) == "out of sight: 40 GB"

    def test_a_small_one_beside_is_not_told(self) -> None:
        desktop = process(9, "root", "Xorg")
        use = taken(holder(TRAIN, GB), holder(desktop, 1000))
        assert self.told(use) == "bo 1:01:01"

    def test_a_run_of_ones_own(self) -> None:
        use = GpuUse(gpu(0), Standing.OURS, (holder(MINE, GB, "cnn-a"),), given=("cnn-a",))
        shown = view((use,), runs=(RunUse("cnn-a", State.RUNNING, "", NOW - 60),))
        assert self.told(use, shown) == "your cnn-a 1:00"
        assert self.told(GpuUse(gpu(0), Standing.FREE, given=("cnn-a",)), shown) == (
            "your cnn-a 1:00 · room for one more"
        )

    def test_a_name_that_is_an_escape_is_only_text(self) -> None:
        bad = process(9, "\x1b]0;x\x07eve", "x")
        assert "\x1b" not in self.told(taken(holder(bad, GB)))

    def test_silent(self) -> None:
        assert self.told(GpuUse(GpuSample(0, "GPU", trouble="gone"), Standing.SILENT)) == "gone"


def row(**more) -> RunRow:
    fields = {
        "id": "cnn-a", "lab": "vision/cnn", "command": (), "settings": {}, "seed": None,
        "state": "running", "reason": "", "exit_code": None, "signal": None, "host": "h",
        "directory": "/", "created_at": "2026-11-24T08:00:00+00:00",
        "started_at": "2026-11-24T08:50:00+00:00", "ended_at": None, "step": 100, "steps": 400,
    }  # fmt: skip
    return RunRow(**{**fields, **more})


def test_a_run_goes_on_as_it_has_so_far() -> None:
    assert seconds_left(row(), NOW) == pytest.approx(1800)
    assert seconds_left(row(step=500), NOW) == 0


@pytest.mark.parametrize(
    "more", [{"step": None}, {"step": 0}, {"steps": None}, {"started_at": None},
             {"started_at": "yesterday"}, {"step": -5}]
)  # fmt: skip
def test_without_a_plan_or_a_step_nobody_knows(more: dict[str, object]) -> None:
    assert seconds_left(row(**more), NOW) is None


def test_what_a_run_waits_for() -> None:
    assert waits_for(("a", "b"), 3) == "after a, b"
    assert waits_for((), 1) == "the next one"
    assert waits_for((), 3) == "number 3"


class TestFit:
    peaks = [Peak("vision/cnn", "a", GB, 2 * GB), Peak("lm/gpt", "b", 9 * GB, 60 * GB),
             Peak("dsp/fft", "c", 100 * GB, None)]  # fmt: skip

    def test_by_the_memory_of_the_roomiest_gpu(self) -> None:
        uses = (taken(memory_used=30 * GB), GpuUse(gpu(1, memory_used=50 * GB), Standing.FREE))
        told = fit(self.peaks, view(uses))
        assert told == "By their last runs these fit: cnn 2.0 GB; these do not: gpt 60 GB"
        assert fit(self.peaks[:1], view(uses)) == "By their last runs these fit: cnn 2.0 GB"
        assert fit(self.peaks[1:2], view(uses)) == "By their last runs these do not fit: gpt 60 GB"

    def test_without_a_gpu_by_the_memory_of_the_machine(self) -> None:
        told = fit(self.peaks, view())
        assert (
            told == "By their last runs these fit: cnn 1.0 GB, gpt 9.0 GB; these do not: fft 100 GB"
        )

    def test_nothing_is_said_where_nothing_is_known(self) -> None:
        assert fit([], view()) == ""
        assert fit(self.peaks[2:], view((GpuUse(gpu(1), Standing.FREE),))) == ""
        silent = GpuUse(GpuSample(0, "GPU", trouble="x"), Standing.SILENT)
        assert fit(self.peaks, view((silent,))) == ""


def test_the_box_of_the_pictures_has_every_kind() -> None:
    assert {use.standing for use in shared_box().gpus} == set(Standing)
