"""Notices: a line of a file and back, and in words that no terminal obeys."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import language
from studylab.metrics.records import NotARecord
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.notices import (
    LONGEST,
    SHOWN,
    Kind,
    Notice,
    notices_file,
    notices_reader,
    of_end,
    read_notice,
    words,
    write_notice,
)

DIVERGED = Notice(Kind.DIVERGED, 9.0, {"metric": "train/loss", "step": 7, "value": math.nan})


@pytest.fixture
def run(tmp_path) -> RunDirectory:
    return RunDirectory(tmp_path)


def test_what_is_written_is_read(run: RunDirectory) -> None:
    write_notice(run, DIVERGED)
    write_notice(run, Notice(Kind.ENDED, 10.5, {"state": "finished", "reason": "批归一化"}))
    first, second = notices_reader(run).read()
    assert (first.kind, first.time, first.fields["value"]) == (Kind.DIVERGED, 9.0, "NaN")
    assert second.fields == {"state": "finished", "reason": "批归一化"}


def test_a_half_line_of_one_that_was_killed_is_skipped(run: RunDirectory) -> None:
    notices_file(run).write_bytes(b'{"time":1,"event":"stal')
    assert notices_reader(run).read() == []
    write_notice(run, DIVERGED)
    assert [notice.kind for notice in notices_reader(run).read()] == [Kind.DIVERGED]


@pytest.mark.parametrize("line", [b"{}", b'{"time":1,"event":"celebrated"}', b"[1]", b'{"time":1}'])
def test_what_is_no_notice(line: bytes) -> None:
    with pytest.raises(NotARecord):
        read_notice(line)


def end(state: State, reason: str = "", **more) -> Notice:
    return of_end(RunState(state, reason or state.value, started_at=100.0, ended_at=823.0), **more)


RESULT = {"metric": "accuracy", "value": 0.978, "split": "test", "reference": 0.97, "data": "x"}


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (end(State.FINISHED), "cnn-a finished after 12:03"),
        (
            end(State.FINISHED, result=RESULT),
            "cnn-a finished after 12:03; test accuracy 97.8 % (reference: 97 %)",
        ),
        (
            end(State.FINISHED, result={"metric": "loss", "value": 0.31, "split": "val"}),
            "cnn-a finished after 12:03; val loss 0.31",
        ),
        (
            end(State.FAILED, "exit code 1: ValueError: shapes"),
            "cnn-a failed after 12:03: exit code 1: ValueError: shapes",
        ),
        (end(State.STOPPED, "stopped by ana"), "cnn-a stopped after 12:03: stopped by ana"),
        (of_end(RunState(State.LOST, "gone")), "cnn-a lost: gone"),
        (DIVERGED, "cnn-a diverges: train/loss is nan at step 7"),
        (
            Notice(Kind.DIVERGED, 1.0, {"metric": "loss", "step": 90, "value": 7.2, "start": 2.3}),
            "cnn-a diverges: loss is 7.2, above its start 2.3, at step 90",
        ),
        (
            Notice(Kind.STALLED, 1.0, {"silence": 725.0, "usual": 2.0, "step": 400}),
            "cnn-a stalls: nothing logged for 12:05 since step 400",
        ),
        (
            Notice(Kind.REACHED, 1.0, RESULT),
            "cnn-a reached its reference: test accuracy 97.8 % (reference: 97 %)",
        ),
    ],
)  # fmt: skip
def test_in_words(notice: Notice, told: str) -> None:
    assert words("cnn-a", notice) == told


def test_the_kinds_of_ends() -> None:
    kinds = {state: end(state).kind for state in State if state.ended}
    assert kinds == {
        State.FINISHED: Kind.ENDED,
        State.STOPPED: Kind.ENDED,
        State.FAILED: Kind.FAILED,
        State.LOST: Kind.FAILED,
    }
    assert [kind.is_bad for kind in Kind] == [False, True, True, True, False]
    assert set(SHOWN) == set(Kind)


def test_words_are_in_the_language_of_then() -> None:
    language.use("zh")
    try:
        told = words("cnn-a", end(State.FINISHED))
    finally:
        language.use("en")
    assert told != words("cnn-a", end(State.FINISHED))
    assert "cnn-a" in told and "12:03" in told


VALUES = st.one_of(
    st.none(),
    st.text(),
    st.floats(),
    st.integers(),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.sampled_from(list(RESULT)), st.text()),
)


@given(
    run=st.text(),
    kind=st.sampled_from(list(Kind)),
    fields=st.dictionaries(
        st.sampled_from(["state", "reason", "seconds", "result", "silence", "step", "metric",
                         "value", "start", "split", "reference"]),
        VALUES,
    ),
)  # fmt: skip
def test_whatever_is_in_a_file_becomes_one_clean_line(
    run: str, kind: Kind, fields: dict[str, object]
) -> None:
    told = words(run, Notice(kind, 0.0, fields))
    assert len(told) <= LONGEST
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in told)
    told.encode("utf-8")
