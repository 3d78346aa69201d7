"""Who uses what: GPUs that are free, ours, taken or silent; the runs and their processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import locations
from studylab.monitor.gpu import Gpus
from studylab.monitor.processes import Processes, ProcessInfo, owner_name
from studylab.runs import machine_use, queue
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import ProcessIdentity, host_name
from studylab.runs.machine_use import Lookout, Standing, View
from studylab.runs.machine_words import headline, standing
from studylab.runs.queue import Turn
from tests.monitor import fake_nvml
from tests.monitor.fake_nvml import Card, Failing, FakeNvml, NVMLError
from tests.runs.conftest import Launch, running, wait_for

GIB = 1 << 30
ME = owner_name(os.geteuid())


class Given(Processes):
    """Processes that a test describes."""

    def __init__(self, *infos: ProcessInfo) -> None:
        self.infos = {info.pid: info for info in infos}
        self.wanted: set[int] = set()

    def sample(self, wanted=()) -> dict[int, ProcessInfo]:
        self.wanted = set(wanted)
        return self.infos


def process(pid: int, parent: int = 1, owner: str = "ana", **more) -> ProcessInfo:
    fields = {"command": f"python {pid}.py", "started": 1000.0, "cpu_percent": 50.0, "rss": 100}
    return ProcessInfo(pid, parent, owner, **{**fields, **more})


def run(id: str, state: State = State.RUNNING, *, host: str = "", **fields) -> RunDirectory:
    """A run directory without a process."""
    found = RunDirectory(locations.runs() / id)
    found.path.mkdir(parents=True)
    found.write_spec(
        RunSpec(id, "vision/cnn", ("python",), "/", {}, None, {}, "", None,
                host or host_name(), "python", "2026-11-24T09:00:00+00:00")
    )  # fmt: skip
    found.write_state(RunState(state, **fields))
    return found


@pytest.fixture
def look() -> Callable[..., View]:
    """Looks at a machine with these cards, processes and runs."""

    def looked(*cards: Card, infos=(), runs=(), each_gpu: int = 1) -> View:
        nvml = FakeNvml(*cards)
        lookout = Lookout(each_gpu=each_gpu, gpus=Gpus.open(nvml), processes=Given(*infos))
        try:
            return lookout.look(runs)
        finally:
            lookout.close()
            assert not nvml.is_open

    return looked


def standings(view: View) -> list[Standing]:
    return [use.standing for use in view.gpus]


class TestGpus:
    def test_free_taken_and_silent(self, look: Callable[..., View]) -> None:
        view = look(
            Card(used=300 << 20),
            Card(used=20 * GIB, compute={71: 20 * GIB}),
            Card(refuses_all=fake_nvml.GPU_IS_LOST),
            infos=[process(71)],
        )
        assert standings(view) == [Standing.FREE, Standing.TAKEN, Standing.SILENT]
        [holder] = view.gpus[1].holders
        assert (holder.pid, holder.memory, holder.run) == (71, 20 * GIB, "")
        assert holder.process is not None and holder.process.owner == "ana"
        assert "fell off the bus" in view.gpus[2].sample.trouble

    def test_a_desktop_takes_no_gpu(self, look: Callable[..., View]) -> None:
        card = Card(used=200 << 20, graphics={5: 120 << 20})
        assert standings(look(card, infos=[process(5, owner="root")])) == [Standing.FREE]

    def test_a_process_out_of_sight_takes_it(self, look: Callable[..., View]) -> None:
        view = look(Card(used=9 * GIB, compute={4242: 9 * GIB}))
        assert standings(view) == [Standing.TAKEN]
        assert view.gpus[0].holders[0].process is None

    def test_memory_that_is_not_told_takes_it(self, look: Callable[..., View]) -> None:
        assert standings(look(Card(used=0, compute={4: None}))) == [Standing.TAKEN]

    def test_memory_that_nobody_in_sight_holds_takes_it(self, look: Callable[..., View]) -> None:
        """As in a container, where the driver lists nobody."""
        view = look(Card(used=60 * GIB), Card(used=GIB // 2))
        assert standings(view) == [Standing.TAKEN, Standing.FREE]
        assert [use.hidden for use in view.gpus] == [60 * GIB, 0]

    def test_a_gpu_whose_list_is_refused_is_judged_by_its_memory(
        self, look: Callable[..., View]
    ) -> None:
        refuses = dict.fromkeys(("compute", "graphics"), fake_nvml.NO_PERMISSION)
        view = look(Card(used=60 * GIB, refuses=refuses), Card(used=0, refuses=refuses))
        assert standings(view) == [Standing.TAKEN, Standing.FREE]

    def test_those_that_hold_most_come_first(self, look: Callable[..., View]) -> None:
        view = look(Card(used=9 * GIB, compute={1: GIB, 2: 5 * GIB, 3: None, 4: 3 * GIB}))
        assert [holder.pid for holder in view.gpus[0].holders] == [2, 4, 1, 3]

    def test_a_card_that_could_not_be_opened_is_told(self) -> None:
        nvml = FakeNvml(Card(), Card())
        nvml.handle_errors[1] = fake_nvml.NO_PERMISSION
        view = Lookout(gpus=Gpus.open(nvml), processes=Given()).look(())
        assert view.why.startswith("GPU 1: ")
        assert len(view.gpus) == 1

    def test_without_any_the_reason_is_told(self) -> None:
        gpus = Gpus.open(FakeNvml(init_error=fake_nvml.DRIVER_NOT_LOADED))
        view = Lookout(gpus=gpus, processes=Given()).look(())
        assert (view.gpus, view.why) == ((), "the NVIDIA driver is not loaded")

    def test_every_pid_on_a_gpu_is_looked_for(self, look: Callable[..., View]) -> None:
        given = Given()
        lookout = Lookout(gpus=Gpus.open(FakeNvml(Card(compute={8: 1, 9: 2}))), processes=given)
        lookout.look(())
        assert given.wanted == {8, 9}

    def test_a_driver_that_comes_back_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dead, alive = FakeNvml(Card(refuses_all=fake_nvml.GPU_IS_LOST)), FakeNvml(Card())
        drivers = iter([Gpus.open(dead), Gpus.open(alive)])
        monkeypatch.setattr(machine_use.Gpus, "open", lambda: next(drivers))
        lookout = Lookout(processes=Given())
        assert standings(lookout.look(())) == [Standing.SILENT]
        assert standings(lookout.look(())) == [Standing.SILENT], "not asked again at once"
        monkeypatch.setattr(machine_use, "REOPEN_SECONDS", -1.0)
        assert standings(lookout.look(())) == [Standing.TAKEN]
        assert not dead.is_open


ERRORS = st.one_of(
    st.sampled_from(sorted(NVMLError.texts)).map(NVMLError), st.just(OSError("gone"))
)


@given(failures=st.dictionaries(st.integers(1, 260), ERRORS, max_size=150))
def test_whatever_fails_of_eight_gpus_there_is_a_view_that_can_be_told(
    failures: dict[int, Exception],
) -> None:
    cards = [Card(used=index * 4 * GIB, compute={70 + index: GIB, 90: None}) for index in range(7)]
    cards.append(Card(mig=1, parts=(Card(compute={71: GIB}), Card())))
    gpus = Gpus.open(Failing(*cards, failures=failures))
    lookout = Lookout(gpus=gpus, processes=Given(process(71), process(90)))
    for _ in range(2):
        view = lookout.look(())
        assert len(view.gpus) + len(gpus.left_out) in (0, 8)
        assert headline(view, {})
        for use in view.gpus:
            assert standing(use, view)
            assert (use.standing is Standing.SILENT) == bool(use.sample.trouble)
    lookout.close()


class TestRunsOnGpus:
    def test_a_gpu_with_a_run_is_ours_and_its_processes_are_the_runs(
        self, look: Callable[..., View]
    ) -> None:
        me = ProcessIdentity.of(os.getpid())
        mine = run("cnn-7k2mq", child=me, started_at=time.time() - 60)
        infos = [process(os.getpid(), owner=ME), process(71, os.getpid()), process(72, 71),
                 process(99)]  # fmt: skip
        card = Card(used=6 * GIB, compute={72: 5 * GIB, 71: GIB // 2})
        view = look(card, infos=infos, runs=[mine])
        assert standings(view) == [Standing.OURS]
        assert {holder.run for holder in view.gpus[0].holders} == {"cnn-7k2mq"}
        [use] = view.runs
        assert use.pids == {os.getpid(), 71, 72}
        assert (use.cpu_percent, use.rss) == (150.0, 300)
        assert use.gpus == ((0, 5 * GIB + GIB // 2),)
        assert view.run_of[72] == "cnn-7k2mq" and 99 not in view.run_of

    def test_with_two_slots_there_is_room_for_one_more(self, look: Callable[..., View]) -> None:
        me = ProcessIdentity.of(os.getpid())
        mine = run("cnn-7k2mq", child=me)
        card = Card(used=6 * GIB, compute={os.getpid(): 6 * GIB})
        infos = [process(os.getpid())]
        assert standings(look(card, infos=infos, runs=[mine], each_gpu=2)) == [Standing.FREE]
        assert standings(look(card, infos=infos, runs=[mine], each_gpu=1)) == [Standing.OURS]

    def test_a_run_that_was_just_given_a_gpu_holds_it_before_it_uses_it(
        self, look: Callable[..., View]
    ) -> None:
        mine = run("cnn-7k2mq", State.STARTING)
        queue.enter(mine, Turn())
        queue.mark_started(queue.entries()[0], "1")
        view = look(Card(used=0), Card(used=0))
        assert standings(view) == [Standing.FREE, Standing.OURS]
        assert view.gpus[1].given == ("cnn-7k2mq",)

    def test_a_stranger_beside_our_run_takes_it(self, look: Callable[..., View]) -> None:
        mine = run("cnn-7k2mq", child=ProcessIdentity.of(os.getpid()))
        card = Card(used=9 * GIB, compute={os.getpid(): GIB, 71: 8 * GIB})
        view = look(card, infos=[process(os.getpid()), process(71)], runs=[mine], each_gpu=4)
        assert standings(view) == [Standing.TAKEN]


class TestRuns:
    def test_what_waits_is_in_its_order_and_uses_nothing(self, look: Callable[..., View]) -> None:
        for id, priority in (("a-22222", 0), ("b-33333", 5)):
            queue.enter(run(id, State.QUEUED), Turn(priority=priority))
        view = look()
        assert [entry.run for entry in view.waiting] == ["b-33333", "a-22222"]
        assert [(use.run, use.rss, use.cpu_percent) for use in view.runs] == [
            ("b-33333", None, None), ("a-22222", None, None)
        ]  # fmt: skip

    def test_a_run_that_is_over_is_left_out(self, look: Callable[..., View]) -> None:
        over = run("cnn-7k2mq", State.FINISHED)
        queue.enter(over, None)
        view = look(runs=[over])
        assert (view.runs, view.waiting) == ((), ())

    def test_a_run_of_another_machine_is_told_without_its_processes(
        self, look: Callable[..., View]
    ) -> None:
        other = run("cnn-7k2mq", host="gpu-box", child=ProcessIdentity.of(os.getpid()))
        view = look(runs=[other], infos=[process(os.getpid())])
        [use] = view.runs
        assert (use.host, use.pids, use.rss) == ("gpu-box", frozenset(), None)
        assert not view.run_of

    def test_a_pid_that_was_used_again_is_no_run(self, look: Callable[..., View]) -> None:
        me = ProcessIdentity.of(os.getpid())
        assert me is not None
        reused = ProcessIdentity(me.pid, me.started - 1, me.boot)
        stale = run("cnn-7k2mq", child=reused, supervisor=reused)
        view = look(runs=[stale], infos=[process(os.getpid())])
        assert view.runs[0].pids == frozenset()

    @pytest.mark.parametrize("broken", ["state.json", "run.json"])
    def test_a_run_that_cannot_be_read_is_left_out(
        self, look: Callable[..., View], broken: str
    ) -> None:
        there = run("cnn-7k2mq")
        (there.path / broken).write_text("{")
        assert look(runs=[there, RunDirectory(Path("/nowhere/x"))]).runs == ()

    def test_a_state_that_changes_is_read_again(self) -> None:
        there = run("cnn-7k2mq")
        lookout = Lookout(gpus=Gpus.open(FakeNvml()), processes=Given())
        assert lookout.look([there]).runs[0].state is State.RUNNING
        assert lookout.look([there]).runs[0].state is State.RUNNING
        os.utime(there.state_file, ns=(0, 0))
        there.write_state(RunState(State.STOPPING))
        assert lookout.look([there]).runs[0].state is State.STOPPING
        there.write_state(RunState(State.STOPPED))
        assert lookout.look([there]).runs == ()

    def test_a_real_run_with_its_children(self, start: Launch) -> None:
        program = f"""
            import subprocess
            child = subprocess.Popen([{sys.executable!r}, "-c", "while True: pass"])
            child.wait()
        """
        mine = start(program)
        running(mine)
        lookout = Lookout(gpus=Gpus.open(FakeNvml()))

        def both() -> View | None:
            view = lookout.look([mine])
            use = view.runs[0]
            return view if len(use.pids) == 2 and (use.cpu_percent or 0) > 5 else None

        view = wait_for(both)
        [use] = view.runs  # type: ignore[attr-defined]
        state = mine.read_state()
        assert state.child is not None and state.supervisor is not None
        assert state.child.pid in use.pids
        assert state.supervisor.pid not in use.pids
        assert use.rss > 1 << 20


def test_the_rest_of_the_machine_is_there(look: Callable[..., View]) -> None:
    view = look()
    assert view.machine.memory_total > 0
    assert view.disk is not None and view.disk.total > 0
    assert (view.user, view.host) == (ME, host_name())
    assert view.cores == os.cpu_count()
