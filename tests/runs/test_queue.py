"""Runs wait for their turn, in order, without an app; the machine's slots are never exceeded."""

from __future__ import annotations

import signal
import sys
import textwrap
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import locations
from studylab.monitor.gpu import GpuSample
from studylab.runs import queue
from studylab.runs.directory import RunDirectory, State
from studylab.runs.keeper import Keeper, kick
from studylab.runs.launch import launch
from studylab.runs.private import Private, read_private
from studylab.runs.queue import Entry, NotWaiting, Turn
from studylab.runs.slots import FOREIGN_BYTES, HIDDEN_BYTES, Slots, free_gpu, occupancy
from studylab.runs.stop import ask_to_stop
from studylab.runs.truth import settle
from studylab.settings import Settings
from tests.runs.conftest import ended, keepers, running, wait_for

SLEEPS = "import time; time.sleep(60)"
ENDS = "pass"
FAILS = "raise SystemExit(3)"


@pytest.fixture
def settings() -> Settings:
    """One run at once."""
    return Settings(stop_grace=3.0, kill_grace=1.0, slots=1)


@pytest.fixture
def line_up(start, settings, monkeypatch):
    """Queues a program; keepers that are started read the same settings."""
    monkeypatch.setenv("STUDYLAB_SLOTS", "1")

    def line_up(program: str, **turn):
        argv = [sys.executable, "-c", textwrap.dedent(program)]
        run = launch("test", argv, settings, turn=Turn(**turn))
        kick(settings)
        return run

    yield line_up
    for process in keepers():
        process.kill()


def names(entries) -> list[str]:
    return [entry.run for entry in entries]


def test_a_run_starts_at_once_where_nothing_else_runs(line_up) -> None:
    run = line_up(ENDS)
    assert ended(run).state is State.FINISHED


def test_the_next_one_starts_when_the_first_has_ended_with_nobody_looking(line_up) -> None:
    first, second, third = line_up("import time; time.sleep(1)"), line_up(ENDS), line_up(ENDS)
    assert settle(second).state is State.QUEUED
    assert names(queue.waiting()) == [second.id, third.id]
    # Reading the files alone: no settle, which would start a keeper.
    wait_for(lambda: third.read_state().state is State.FINISHED)
    times = [run.read_state() for run in (first, second, third)]
    assert times[0].ended_at <= times[1].started_at
    assert times[1].ended_at <= times[2].started_at
    wait_for(lambda: not queue.waiting())


def test_a_killed_keeper_is_replaced_at_the_end_of_a_run(line_up) -> None:
    line_up(SLEEPS)
    second = line_up(ENDS)
    (keeper,) = wait_for(keepers)
    keeper.send_signal(signal.SIGKILL)
    keeper.wait()
    assert not keepers()
    for run in (entry.run for entry in queue.entries() if entry.started):
        ask_to_stop(RunDirectory(locations.runs() / run))
    # Reading the file alone: settling would start a keeper.
    wait_for(lambda: second.read_state().state is State.FINISHED)


def test_a_killed_keeper_is_replaced_by_whoever_looks(line_up) -> None:
    line_up(SLEEPS)
    second = line_up(ENDS)
    for keeper in wait_for(keepers):
        keeper.kill()
        keeper.wait()
    settle(second)
    assert wait_for(keepers)


def test_a_waiting_run_can_be_stopped(line_up) -> None:
    first, second = line_up(SLEEPS), line_up(ENDS)
    running(first)
    ask_to_stop(second)
    state = ended(second)
    assert state.state is State.STOPPED
    assert "while it waited" in state.reason
    assert state.child is None
    wait_for(lambda: not queue.is_waiting(second.id))
    ask_to_stop(first)


def test_a_run_that_is_never_started_leaves_no_secrets(settings, line_up) -> None:
    first = line_up(SLEEPS)
    private = Private((sys.executable, "-c", ENDS), {"TOKEN": "t0p"})
    second = launch("test", ["python"], settings, turn=Turn(), private=private)
    kick(settings)
    assert read_private(second) == private, "it may be started yet"
    ask_to_stop(second)
    assert ended(second).state is State.STOPPED
    wait_for(lambda: not queue.is_waiting(second.id))
    assert read_private(second) is None
    assert not (second.path / "private.json").exists()
    ask_to_stop(first)


def test_a_chain_waits_for_its_link_and_is_not_started_if_that_fails(line_up) -> None:
    good, bad = line_up(ENDS), line_up(FAILS)
    after_good, after_bad = line_up(ENDS, after=(good.id,)), line_up(ENDS, after=(bad.id,))
    after_both = line_up(ENDS, after=(after_good.id, after_bad.id))
    assert ended(after_good).state is State.FINISHED
    for run, link in ((after_bad, bad), (after_both, after_bad)):
        state = ended(run)
        assert state.state is State.STOPPED
        assert f"not started: {link.id}" in state.reason
    assert good.read_state().ended_at <= after_good.read_state().started_at


def test_a_run_that_was_removed_leaves_the_queue(line_up) -> None:
    line_up(SLEEPS)
    second = line_up(ENDS)
    for file in sorted(second.path.iterdir()):
        file.unlink()
    second.path.rmdir()
    wait_for(lambda: not queue.waiting())


def test_direct_launches_take_up_slots_too(start, line_up) -> None:
    running(start(SLEEPS))
    second = line_up(ENDS)
    time.sleep(1.5)
    assert settle(second).state is State.QUEUED


def entry(name: str, position: float, priority: int = 0) -> Entry:
    made = Entry(name, "", position, priority)
    return replace(made, host=queue.host_name())


@pytest.fixture
def five(home):
    """Five that wait, without directories."""
    for number, name in enumerate("abcde"):
        queue.put(entry(name, float(number)))


def test_the_order_can_be_changed(five) -> None:
    queue.move("d", -2)
    assert names(queue.waiting()) == list("adbce")
    queue.move("a", 99)
    assert names(queue.waiting()) == list("dbcea")
    queue.move("e", -99)
    assert names(queue.waiting()) == list("edbca")
    queue.set_priority("a", 5)
    assert names(queue.waiting()) == list("aedbc")
    queue.move("c", -99)
    assert names(queue.waiting()) == list("caedb"), "moving beyond a higher priority takes it over"
    with pytest.raises(NotWaiting, match="studylab queue"):
        queue.move("x", 1)


@given(
    st.lists(st.integers(-2, 2), min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 6), st.integers(-8, 8)), max_size=12),
)
def test_moving_is_what_moving_in_a_list_is(priorities, moves) -> None:
    for old in locations.queue().glob("*.json") if locations.queue().is_dir() else ():
        old.unlink()
    for number, priority in enumerate(priorities):
        queue.put(entry(f"r{number}", float(number), priority))
    expected = names(queue.waiting())
    for which, by in moves:
        name = expected[which % len(expected)]
        here = expected.index(name)
        expected.remove(name)
        expected.insert(max(0, min(len(expected), here + by)), name)
        queue.move(name, by)
        assert names(queue.waiting()) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": 1}', '{"host":"x","position":"y"}'])
def test_what_is_no_entry_is_left_out(five, text: str) -> None:
    (locations.queue() / "z.json").write_text(text)
    assert len(queue.waiting()) == 5


def test_entries_of_another_machine_are_its_own(five) -> None:
    queue.put(replace(entry("z", 0.5), host="another"))
    assert "z" not in names(queue.entries())


def gpu(index: int, used: float, processes: dict[int, int | None] | None = None) -> GpuSample:
    size = 24 << 30
    return GpuSample(index, "GPU", 0.0, int(size * used), size, processes=processes or {})


def test_the_gpu_with_most_free_memory_that_nobody_has() -> None:
    samples = [gpu(0, 0.03), gpu(1, 0.0, {99: 8 << 30}), gpu(2, 0.02), gpu(3, 0.04)]
    assert free_gpu(samples, {}, {}, 1) == 2
    assert free_gpu(samples, {"2": ["a"]}, {}, 1) == 0
    everywhere = {"2": ["a"], "0": ["b"], "3": ["c"]}
    assert free_gpu(samples, everywhere, {}, 1) is None, "another person has GPU 1"
    assert free_gpu(samples, {}, {99: "a"}, 2) == 1, "the process is one of our runs"
    assert free_gpu(samples, {}, {99: "a"}, 1) == 2, "a run that nobody put there counts too"
    assert free_gpu(samples, {"1": ["a"]}, {99: "a"}, 2) == 1, "one run is not two"
    assert free_gpu(samples, {"2": ["a"]}, {}, 2) == 2, "two runs share a GPU where that is set"
    assert free_gpu([gpu(1, 0.0), gpu(0, 0.0)][::-1], {}, {}, 1) == 0, "the first of equal ones"
    assert free_gpu([GpuSample(0, "GPU")], {}, {}, 1) == 0, "memory that is not told"
    lost = GpuSample(0, "GPU", trouble="GPU is lost")
    assert free_gpu([lost], {}, {}, 1) is None, "a GPU that answers nothing"


def test_what_takes_a_gpu() -> None:
    desktop = gpu(0, 0.02, {7: FOREIGN_BYTES})
    assert not occupancy(desktop, (), {}).by_others, "a desktop is no training"
    assert occupancy(gpu(0, 0.02, {7: FOREIGN_BYTES + 1}), (), {}).by_others
    assert occupancy(gpu(0, 0.02, {7: None}), (), {}).by_others
    assert not occupancy(gpu(0, 0.02, {7: None}), (), {7: "a"}).by_others


def test_memory_that_nobody_in_sight_holds_takes_a_gpu() -> None:
    away = gpu(0, 0.5)
    assert free_gpu([away], {}, {}, 2) is None
    assert free_gpu([away], {"0": ["a"]}, {}, 2) == 0, "a run's own process may be out of sight"
    assert free_gpu([gpu(0, 0.5, {7: 12 << 30})], {}, {7: "a"}, 2) == 0, "all of it is the run's"
    assert free_gpu([gpu(0, 0.5, {7: None})], {}, {7: "a"}, 2) == 0, "it may hold all of it"
    driver = GpuSample(0, "GPU", memory_used=HIDDEN_BYTES, memory_total=24 << 30)
    assert free_gpu([driver], {}, {}, 1) == 0, "the driver's own is nobody's"


class FakeGpus:
    """Two GPUs, of which somebody else has one."""

    def __len__(self) -> int:
        return 2

    def sample(self) -> list[GpuSample]:
        return [gpu(0, 0.9, {1: 20 << 30}), gpu(1, 0.0)]


def test_a_run_sees_only_its_gpu(settings, tmp_path) -> None:
    seen = str(tmp_path / "seen")
    program = f"import os; open({seen!r}, 'w').write(os.environ['CUDA_VISIBLE_DEVICES'])"
    runs = [
        launch("test", [sys.executable, "-c", code], settings, turn=Turn())
        for code in (program + "; import time; time.sleep(3)", ENDS)
    ]
    keeper = Keeper(Slots(), FakeGpus())
    assert keeper.turn(), "the second one finds no GPU"
    wait_for(lambda: (tmp_path / "seen").exists() and (tmp_path / "seen").read_text())
    assert (tmp_path / "seen").read_text() == "1"
    assert queue.entry_of(runs[0].id).gpu == "1"
    assert queue.is_waiting(runs[1].id)
    assert ended(runs[0]).state is State.FINISHED
    assert not keeper.turn()
    assert ended(runs[1]).state is State.FINISHED


def test_slots_of_a_machine() -> None:
    assert Slots().of_machine(0) == 1
    assert Slots().of_machine(4) == 4
    assert Slots(each_gpu=2).of_machine(4) == 8
    assert Slots(machine=3).of_machine(0) == 3


def test_a_killed_launcher_leaves_nothing_that_waits_for_ever(line_up) -> None:
    """Killed after the entry was written and before the state was."""
    line_up(SLEEPS)
    queue.put(entry("never-made", 1.0))
    wait_for(lambda: not queue.is_waiting("never-made") or (queue.ensure_keeper(), False)[1])
    assert not (locations.queue() / "never-made.json").exists()
