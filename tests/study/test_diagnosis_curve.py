"""A curve holds few bins however many points it took, and the same ones however they came."""

from __future__ import annotations

import math
import time

from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.series import Series
from studylab.study.diagnosis.curve import MOST_BINS, Curve
from studylab.study.diagnosis.names import Named, What, read_name
from studylab.study.diagnosis.watch import Watch
from tests.study.sick_runs import series

VALUES = st.lists(st.floats(width=32), max_size=700)


@given(VALUES, st.lists(st.integers(1, 200), max_size=20))
def test_the_pieces_in_which_it_came_make_no_difference(values, pieces) -> None:
    at_once, bit_by_bit = Curve(), Curve()
    at_once.take(series(enumerate(values)))
    growing, at = Series(), 0
    for piece in [*pieces, len(values)]:
        part = values[at : at + piece]
        growing.extend(range(at, at + len(part)), part, [0.0] * len(part))
        at += len(part)
        bit_by_bit.take(growing)
    assert repr(bit_by_bit.bins) == repr(at_once.bins)
    assert repr(bit_by_bit.bad) == repr(at_once.bad)
    assert bit_by_bit.first == at_once.first
    assert list(bit_by_bit.recent) == list(at_once.recent)


@given(VALUES)
def test_bins_keep_the_extremes_and_the_mean(values) -> None:
    curve = Curve()
    curve.take(series(enumerate(values)))
    assert len(curve.bins) < MOST_BINS
    finite = [v for v in values if math.isfinite(v)]
    bad = next(((i, v) for i, v in enumerate(values) if not math.isfinite(v)), None)
    assert (curve.bad and repr(tuple(curve.bad))) == (bad and repr(bad))
    if len(finite) == len(values) < MOST_BINS:
        assert [each.mean for each in curve.bins] == finite
    for each in curve.bins:
        assert each.low <= each.mean + 1e-6 * abs(each.mean)
        assert each.mean <= each.high + 1e-6 * abs(each.high)


def test_a_run_that_goes_on_from_an_earlier_step_starts_a_new_curve() -> None:
    growing, curve = series((s, 1.0) for s in range(100)), Curve()
    curve.take(growing)
    growing.append(50, 9.0, 0.0)
    curve.take(growing)
    assert curve.count <= 1
    growing.extend(range(100, 200), [2.0] * 100, [0.0] * 100)
    curve.take(growing)
    assert curve.mean(0.5, 1) == 2.0


def test_a_million_points_and_a_thousand_looks_cost_little() -> None:
    whole = series((s, 2.3) for s in range(200_000))
    growing, watch = Series(), Watch()
    watch.known.steps = 200_000
    began = time.process_time()
    for at in range(0, 200_000, 200):
        growing.extend(whole.steps[at : at + 200], whole.values[at : at + 200],
                       whole.times[at : at + 200])  # fmt: skip
        watch.findings({"train/loss": growing})
    # 0.3 s where it was written; a look that read the curve anew would take minutes.
    assert time.process_time() - began < 5


def test_names_say_what_is_measured() -> None:
    assert read_name("train/loss") == Named(What.LOSS, held_out=False)
    assert read_name("eval_loss") == Named(What.LOSS, held_out=True)
    assert read_name("Loss/validation") == Named(What.LOSS, held_out=True)
    assert read_name("loss_D") == Named(What.PART_OF_LOSS, held_out=False)
    assert read_name("val/acc") == Named(What.ACCURACY, held_out=True)
    assert read_name("lr-AdamW") == Named(What.RATE, held_out=False)
    assert read_name("train/grad_norm") == Named(What.NORM, held_out=False)
    assert read_name("samples_per_second") is None
    assert read_name("批归一化 🎉") is None
