"""How long a run will take, by earlier ones."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.runs.forecast import Forecast, estimate, told, work
from studylab.runs.identity import host_name
from studylab.store.database import transaction
from studylab.store.timings import Timing, timings

DEFAULTS = {"epochs": 2, "rate": 0.1, "data": "digits", "batch": 64, "seed": 0}


def run(
    *, pace: float = 0.1, beside: float = 5.0, steps: int = 100, whole: bool = True, **settings
) -> Timing:
    """A run that took `beside` seconds before its first step, and `pace` for each after it."""
    began = 1_000_000.0
    first, last = (1, began + beside), (steps, began + beside + pace * (steps - 1))
    return Timing(
        "r", {**DEFAULTS, **settings}, steps, began, last[1] if whole else None, first, last
    )


costs = st.builds(
    run,
    pace=st.floats(1e-3, 1e3),
    beside=st.floats(0, 1e3),
    steps=st.integers(3, 10_000),
    whole=st.booleans(),
    epochs=st.integers(1, 100),
    batch=st.sampled_from([32, 64]),
)


def test_the_same_again_takes_as_long():
    assert estimate([run()], DEFAULTS, DEFAULTS).seconds == pytest.approx(5 + 99 * 0.1, rel=0.02)


def test_more_epochs_cost_their_steps_and_no_second_start():
    """The start, which is not training, is not multiplied."""
    found = estimate([run()], {**DEFAULTS, "epochs": 20}, DEFAULTS)
    assert found.seconds == pytest.approx(5 + 1000 * 0.1, rel=0.02)
    assert (found.runs, found.unlike) == (1, ())


def test_the_median_is_not_moved_by_a_run_that_slept():
    asleep = run(pace=500.0)
    found = estimate([run(), asleep, run(pace=0.11)], DEFAULTS, DEFAULTS)
    assert found.seconds == pytest.approx(5 + 100 * 0.11, rel=0.02)
    assert found.runs == 3


def test_other_data_tell_nothing():
    found = estimate([run(data="mnist")], DEFAULTS, DEFAULTS)
    assert found == Forecast(None)
    assert estimate([run()], {**DEFAULTS, "data": "mnist"}, DEFAULTS, 12.0) == Forecast(None)


def test_a_run_with_the_same_settings_counts_before_others():
    found = estimate([run(pace=9, batch=1), run()], DEFAULTS, DEFAULTS)
    assert found.seconds < 20
    assert found.unlike == ()
    assert estimate([run(batch=1)], DEFAULTS, DEFAULTS).unlike == ("batch",)


def test_a_rate_and_a_seed_change_no_time():
    assert estimate([run(rate=0.5, seed=7)], DEFAULTS, DEFAULTS).unlike == ()


def test_steps_of_a_run_that_goes_on_tell_when_nothing_has_finished():
    """A few timed steps, with the plan, are enough; a finished run tells more."""
    timing = run(whole=False)
    some = Timing("r", timing.settings, 1000, timing.began, None, timing.first, timing.last)
    found = estimate([some], DEFAULTS, DEFAULTS)
    assert found.seconds == pytest.approx(5 + 1000 * 0.1, rel=0.02)
    assert not found.whole
    assert estimate([some, run()], DEFAULTS, DEFAULTS).whole


@pytest.mark.parametrize(
    "timing",
    [
        Timing("r", DEFAULTS, None, 0.0, None, (1, 1.0), (50, 2.0)),
        Timing("r", DEFAULTS, 100, 0.0, None, (1, 1.0), (1, 1.0)),
        Timing("r", DEFAULTS, 100, 0.0, None, (1, 5.0), (50, 2.0)),
        Timing("r", DEFAULTS, 100, 9.0, 3.0),
        Timing("r", DEFAULTS, 100, 0.0, None),
    ],
)
def test_a_run_that_tells_no_time_is_passed_over(timing):
    """Without a plan, with one step, after the clock was set back."""
    assert estimate([timing], DEFAULTS, DEFAULTS) == Forecast(None)
    assert "not known" in told(estimate([timing], DEFAULTS, DEFAULTS))


def test_a_run_that_only_ended_what_another_began_tells_nothing():
    """It took a second, for a plan of many; by its pace it tells as much as others."""
    ended = Timing("r", DEFAULTS, 100, 0.0, 1.0, resumed=True)
    assert estimate([ended], DEFAULTS, DEFAULTS) == Forecast(None)
    went_on = replace(run(), first=(90, 1_000_005.0), last=(100, 1_000_006.0), resumed=True)
    went_on = replace(went_on, ended=1_000_006.0)
    found = estimate([went_on], DEFAULTS, DEFAULTS)
    assert found.seconds == pytest.approx(5 + 100 * 0.1, rel=0.02)


def test_a_run_without_curves_tells_by_its_length():
    timing = Timing("r", DEFAULTS, None, 0.0, 30.0)
    assert estimate([timing], {**DEFAULTS, "epochs": 4}, DEFAULTS).seconds == pytest.approx(60)


def test_without_runs_the_lab_s_own_word_is_scaled():
    assert estimate([], {**DEFAULTS, "epochs": 6}, DEFAULTS, 12.0).seconds == pytest.approx(36)
    assert "as the lab says" in told(estimate([], DEFAULTS, DEFAULTS, 12.0))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Forecast(24.0, 3), "about 24 s here, by 3 earlier runs"),
        (Forecast(240.0, 1), "about 4 min here, by 1 earlier run"),
        (
            Forecast(60.0, 2, unlike=("batch",)),
            "roughly 1 min here, by 2 earlier runs with another",
        ),
        (Forecast(60.0, 1, whole=False), "by the steps of 1 run that did not finish"),
    ],
)
def test_it_says_what_it_rests_on(found, words):
    assert words in told(found)


@given(st.lists(costs, min_size=1, max_size=6), st.integers(1, 1000), st.integers(1, 1000))
def test_more_work_never_takes_less_time(history, one, other):
    low, high = sorted((one, other))
    shorter = estimate(history, {**DEFAULTS, "epochs": low}, DEFAULTS).seconds
    longer = estimate(history, {**DEFAULTS, "epochs": high}, DEFAULTS).seconds
    assert 0 <= shorter <= longer


@given(st.lists(costs, min_size=1, max_size=6), st.floats(0.1, 10))
def test_a_machine_that_is_slower_by_a_factor_takes_that_much_longer(history, factor):
    def slower(timing: Timing) -> Timing:
        def later(at):
            return None if at is None else timing.began + factor * (at - timing.began)

        return Timing(
            "r", timing.settings, timing.steps, timing.began, later(timing.ended),
            (timing.first[0], later(timing.first[1])), (timing.last[0], later(timing.last[1])),
        )  # fmt: skip

    before = estimate(history, DEFAULTS, DEFAULTS)
    after = estimate([slower(timing) for timing in history], DEFAULTS, DEFAULTS)
    assert after.seconds == pytest.approx(before.seconds * factor, rel=1e-3, abs=1e-3)
    assert after.runs == before.runs


@given(st.dictionaries(st.sampled_from(["epochs", "steps", "rate", "x"]), st.none() | st.text()
                       | st.integers() | st.floats(), max_size=4))  # fmt: skip
def test_work_is_always_a_positive_number(settings):
    assert work(settings) > 0


def test_the_database_gives_plan_and_ends_of_a_curve(db):
    """Only of this lab on this machine, the newest first; of a run that failed no end."""
    with transaction(db):
        for id, lab, host, state, minute in (
            ("old", "cnn", host_name(), "finished", 1),
            ("new", "cnn", host_name(), "failed", 2),
            ("far", "cnn", "elsewhere", "finished", 3),
            ("gpt", "gpt", host_name(), "finished", 4),
            ("not", "cnn", host_name(), "queued", 5),
        ):
            at = f"2026-11-24T09:{minute:02}:00+00:00"
            db.execute(
                "INSERT INTO runs (id, lab, host, state, settings, steps, directory, created_at,"
                " started_at, ended_at) VALUES (?, ?, ?, ?, ?, 10, '', ?, ?, ?)",
                (id, lab, host, state, json.dumps(DEFAULTS), at,
                 at if state != "queued" else None, "2026-11-24T10:00:00+00:00"),
            )  # fmt: skip
        for name in ("a", "b"):
            for step in range(1, 11):
                db.execute(
                    "INSERT INTO metrics VALUES ('old', ?, ?, ?, 1.0, 'finite')",
                    (name, step, 100.0 + step),
                )
    new, old = timings(db, "cnn", host_name())
    assert (new.run, new.ended, new.first) == ("new", None, None)
    assert (old.run, old.first, old.last, old.steps) == ("old", (1, 101.0), (10, 110.0), 10)
    assert old.ended - old.began == 59 * 60
