"""When a run stalls, diverges or reaches its reference; and that a steady one is left in peace."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.records import MetricRecord
from studylab.runs.notices import Kind, Notice
from studylab.runs.watchfulness import ASLEEP, SHORTEST_STALL, WINDOW, Watchfulness
from studylab.settings import TELL_ON


class Run:
    """A run that is looked at once a second, in a clock of its own."""

    def __init__(self, factor: float = 10, told: Sequence[Kind] = ()) -> None:
        self.watch = Watchfulness(factor, told)
        self.now = 1_000_000.0
        self.step = 0
        self.notices: list[Notice] = []

    def log(self, name: str = "train/loss", value: float = 1.0, *, gap: float = 1.0) -> None:
        """Let `gap` seconds pass, then a record come in."""
        self.pass_(gap)
        self.step += 1
        record = MetricRecord(self.now, self.step, {name: value})
        self.notices += self.watch.heard([record], self.now)

    def pass_(self, seconds: float) -> None:
        while seconds > 0:
            self.now += min(1.0, seconds)
            seconds -= 1.0
            self.notices += self.watch.tick(self.now)

    @property
    def told(self) -> list[Kind]:
        return [notice.kind for notice in self.notices]


def started(gap: float = 1.0, records: int = 20, **more) -> Run:
    run = Run(**more)
    for _ in range(records):
        run.log(gap=gap)
    return run


def test_the_kinds_are_those_of_the_setting() -> None:
    assert tuple(kind.value for kind in Kind) == TELL_ON


class TestStall:
    def test_nothing_for_ten_times_the_usual_gap(self) -> None:
        run = started(gap=8)
        run.pass_(80)
        assert run.told == []
        run.pass_(2)
        [notice] = run.notices
        assert notice.kind is Kind.STALLED
        assert notice.fields["step"] == 20
        assert notice.fields["usual"] == pytest.approx(8)
        assert notice.fields["silence"] > 80

    def test_never_before_a_minute(self) -> None:
        """A run that logs ten times a second saves a checkpoint, and validates."""
        run = started(gap=0.1)
        run.pass_(SHORTEST_STALL)
        assert run.told == []
        run.pass_(2)
        assert run.told == [Kind.STALLED]

    def test_the_factor_decides(self) -> None:
        for factor, silence in ((2, 100), (30, 1200)):
            run = started(gap=40, factor=factor)
            run.pass_(min(factor * 40, silence) - 1)
            assert run.told == []
            run.pass_(factor * 40 + 2)
            assert run.told == [Kind.STALLED]

    def test_gaps_of_checkpoints_are_not_the_usual_ones(self) -> None:
        run = started()
        for _ in range(20):
            run.log(gap=50)
            for _ in range(10):
                run.log(gap=1)
        run.pass_(SHORTEST_STALL + 2)
        assert run.told == [Kind.STALLED]

    def test_before_anything_is_usual_nothing_is_a_stall(self) -> None:
        run = started(records=5)
        run.pass_(10_000)
        assert run.told == []
        assert (Run().pass_(10_000), Run().told) == (None, [])

    def test_after_the_last_step_silence_is_no_stall(self) -> None:
        """The test set is still to come."""
        for steps in (20, 21):
            run = started(records=20)
            run.watch.plan(steps)
            run.pass_(10_000)
            assert run.told == []
        run = started(records=20)
        run.watch.plan(22)
        run.pass_(100)
        assert run.told == [Kind.STALLED]

    @pytest.mark.parametrize("plan", [None, "many", 2.5])
    def test_a_plan_that_is_none_changes_nothing(self, plan: object) -> None:
        run = started()
        run.watch.plan(plan)
        run.pass_(100)
        assert run.told == [Kind.STALLED]

    def test_a_laptop_that_slept_and_a_clock_that_was_set_do_not_count(self) -> None:
        run = started()
        for jump in (8 * 3600.0, -8 * 3600.0, ASLEEP + 1):
            run.now += jump
            run.pass_(15)
        assert run.told == []
        run.pass_(20)
        assert run.told == [Kind.STALLED]

    def test_records_that_were_left_out_leave_no_gap(self) -> None:
        run = started()
        later = MetricRecord(run.now + 5000, 99, {"train/loss": 1.0})
        run.watch.heard([later], run.now, skipped=True)
        assert max(run.watch._gaps) <= 1.0

    def test_a_record_ends_the_silence(self) -> None:
        run = started()
        for _ in range(5):
            run.pass_(50)
            run.log()
        assert run.told == []

    def test_a_clock_of_the_lab_that_steps_back_is_no_gap(self) -> None:
        run = started()
        back = MetricRecord(run.now - 10**6, 99, {"a": 1.0})
        run.watch.heard([back], run.now)
        assert min(run.watch._gaps) == 0.0


class TestDivergence:
    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("name", ["train/loss", "loss", "eval_loss", "val/kl_loss", "G-Loss"])
    def test_the_first_loss_that_is_no_number(self, name: str, value: float) -> None:
        run = started()
        run.log(name, value)
        run.log(name, value)
        [notice] = run.notices
        assert notice.kind is Kind.DIVERGED
        assert (notice.fields["metric"], notice.fields["step"]) == (name, 21)
        assert notice.fields["value"] is value

    @pytest.mark.parametrize("name", ["val/f1", "grad_norm", "lossless", "train/glossary"])
    def test_another_metric_that_is_no_number(self, name: str) -> None:
        run = started()
        run.log(name, math.nan)
        assert run.told == []

    @pytest.mark.parametrize("name", ["train/loss", "val/loss", "loss", "train_loss", "Loss/train",
                                      "train/loss_epoch"])  # fmt: skip
    def test_a_loss_well_above_its_start(self, name: str) -> None:
        run = Run()
        for value in [2.3] * WINDOW + [2.0] * 50:
            run.log(name, value)
        assert run.told == []
        for value in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0):
            run.log(name, value)
        [notice] = run.notices
        assert notice.kind is Kind.DIVERGED
        assert notice.fields["start"] == 2.3
        assert notice.fields["value"] > 2.3

    @pytest.mark.parametrize("name", ["train/g_loss", "policy_loss", "val/accuracy"])
    def test_what_may_rise_by_right(self, name: str) -> None:
        run = Run()
        for value in [0.7] * 30 + [9.0] * 30:
            run.log(name, value)
        assert run.told == []

    def test_a_spike_is_no_divergence(self) -> None:
        run = Run()
        for value in [2.3] * 30 + [50.0] * 4 + [2.0] * 30 + [50.0] * 4 + [2.0]:
            run.log(value=value)
        assert run.told == []

    def test_a_loss_that_jumps_about_from_the_start_is_not_steady(self) -> None:
        run = Run()
        for _ in range(30):
            for value in (0.1, 0.9, 0.2, 0.7):
                run.log(value=value)
        assert run.told == []

    def test_a_loss_below_zero(self) -> None:
        run = Run()
        for value in [-3.0] * 30 + [-4.0] * 30 + [-1.6] * 5:
            run.log(value=value)
        assert run.told == []
        for _ in range(10):
            run.log(value=-1.0)
        assert run.told == [Kind.DIVERGED]

    def test_each_split_has_a_start_of_its_own(self) -> None:
        run = Run()
        for _ in range(40):
            run.log("train/loss", 0.1)
            run.log("val/loss", 5.0)
        assert run.told == []


class TestReference:
    def result(self, run: Run, **fields) -> None:
        run.notices += run.watch.result(fields, run.now)

    def test_a_result_that_reaches_it(self) -> None:
        run = Run()
        self.result(run, metric="accuracy", value=0.978, split="test", data="digits",
                    reference=0.97, verdict="reached")  # fmt: skip
        [notice] = run.notices
        assert notice.kind is Kind.REACHED
        assert notice.fields == {"metric": "accuracy", "value": 0.978, "split": "test",
                                 "data": "digits", "reference": 0.97}  # fmt: skip

    @pytest.mark.parametrize(
        ("fields", "reached"),
        [
            ({"value": 0.98, "reference": 0.97}, True),
            ({"value": 0.96, "reference": 0.97}, False),
            ({"value": 3.0, "reference": 3.1, "higher_is_better": False}, True),
            ({"value": 3.2, "reference": 3.1, "higher_is_better": False}, False),
            ({"value": 0.98, "reference": 0.97, "verdict": "no reference"}, False),
            ({"value": 0.969, "reference": 0.97, "verdict": "within noise"}, False),
            ({"value": 0.5, "verdict": "collapsed"}, False),
            ({"value": 0.98}, False),
            ({"value": "NaN", "reference": 0.97}, False),
            ({"value": "high", "reference": [1]}, False),
            ({}, False),
        ],
    )
    def test_what_counts(self, fields: dict[str, object], reached: bool) -> None:
        run = Run()
        self.result(run, metric="m", **fields)
        assert run.told == ([Kind.REACHED] if reached else [])


def test_what_was_told_before_comes_no_more() -> None:
    run = started(told=[Kind.STALLED, Kind.DIVERGED, Kind.REACHED])
    run.pass_(1000)
    run.log(value=math.nan)
    run.notices += run.watch.result({"value": 1, "reference": 0}, run.now)
    assert run.told == []


GAPS = st.floats(0.001, 400)
STEADY = st.lists(st.tuples(st.floats(0.5, 2.0), st.floats(0.87, 1.13)), min_size=1, max_size=120)


@given(gap=GAPS, start=st.floats(1e-3, 1e4), fall=st.floats(0.9, 1.0), steps=STEADY)
def test_a_steady_run_never_stalls_or_diverges(
    gap: float, start: float, fall: float, steps: list[tuple[float, float]]
) -> None:
    """Gaps that differ fourfold, a loss that falls or stays, with noise of an eighth."""
    watch, now, notices = Watchfulness(10), 0.0, []
    for number, (pace, noise) in enumerate(steps):
        passed = gap * pace
        looks = math.ceil(passed / 9)
        for look in range(1, looks):
            notices += watch.tick(now + passed * look / looks)
        now += passed
        record = MetricRecord(now, number, {"train/loss": start * fall**number * noise})
        notices += watch.heard([record], now)
    assert notices == []


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.sampled_from(["train/loss", "val/loss", "x"]),
                  st.floats(allow_nan=True, allow_infinity=True)),
        st.tuples(st.just("wait"), st.floats(0, 9), st.just(0)),
        st.tuples(st.just("sleep"), st.floats(-1e6, 1e6), st.just(0)),
        st.tuples(st.just("result"), st.floats(), st.floats()),
        st.tuples(st.just("plan"), st.integers(-5, 50), st.just(0)),
    ),
    max_size=200,
)  # fmt: skip


@given(actions=ACTIONS, factor=st.integers(2, 100))
def test_each_kind_at_most_once_whatever_happens(
    actions: list[tuple[str, float, float]], factor: int
) -> None:
    watch, now, notices = Watchfulness(factor), 0.0, []
    for number, (what, one, other) in enumerate(actions):
        if what == "log":
            notices += watch.heard([MetricRecord(now, number, {str(one): other})], now)
        elif what == "wait":
            for _ in range(20):
                now += one
                notices += watch.tick(now)
        elif what == "sleep":
            now += one
            notices += watch.tick(now)
        elif what == "plan":
            watch.plan(one)
        else:
            notices += watch.result({"value": one, "reference": other}, now)
    kinds = [notice.kind for notice in notices]
    assert len(kinds) == len(set(kinds))
