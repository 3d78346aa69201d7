"""Offline runs of W&B: what it writes itself, blocks, broken and newer files."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.adapters.wandb import History, read_run
from studylab.metrics.adapters.wandb_log import NotAWandbRun
from tests.metrics.foreign.writing import field, history, run_record, wandb_log

RECORDED = Path(__file__).parent / "foreign" / "wandb" / "run-abcd1234.wandb"


def test_what_wandb_writes_is_read():
    run = read_run(RECORDED)
    assert (run.project, run.name, run.notes, run.tags) == (
        "digits", "wide net", "a note", ["first"],
    )  # fmt: skip
    assert (run.host, run.exit_code, run.points) == ("lab", 0, 11)
    assert run.config == {
        "lr": 3e-4,
        "optimizer": {"name": "adam", "betas": [0.9, 0.99]},
        "seed": 7,
    }
    assert run.summary["best"] == 0.93
    assert math.isnan(run.summary["val/loss"])
    assert 0 < run.started < run.ended < run.started + 60
    points = list(History(RECORDED).read())
    assert [p.step for p in points] == [*range(10), 60]
    assert points[4].scalars == {"train/loss": 0.2, "nested/a": 4.0}
    assert points[-1].scalars["big"] == math.inf
    assert run.started < points[0].time < run.ended


@given(st.lists(st.integers(0, 40_000), max_size=8))
def test_records_of_any_length_cross_blocks(tmp_path, sizes):
    path = tmp_path / "run.wandb"
    records = [run_record()]
    for step, size in enumerate(sizes):
        records += [field(4, b"x" * size), history(step, {"a": step / 2})]
    path.write_bytes(wandb_log(records))
    source = History(path)
    found = list(source.read())
    assert [(p.step, p.scalars) for p in found] == [(n, {"a": n / 2}) for n in range(len(sizes))]
    for number, point in enumerate(found):
        assert [p.step for p in History(path, point.end).read()] == list(
            range(number + 1, len(sizes))
        )


def test_a_log_that_is_cut_off_gives_what_is_whole(tmp_path):
    path = tmp_path / "run.wandb"
    whole = RECORDED.read_bytes()
    counts = []
    for size in range(8, len(whole), 97):
        path.write_bytes(whole[:size])
        counts.append(len(list(History(path).read())))
    assert counts == sorted(counts) and counts[-1] >= 10
    path.write_bytes(whole[:-60])
    assert read_run(path).exit_code is None


def test_a_broken_record_takes_its_block_and_no_more(tmp_path):
    path = tmp_path / "run.wandb"
    records = [run_record(), *(history(step, {"a": float(step)}) for step in range(2000))]
    broken = bytearray(wandb_log(records))
    broken[40_000] ^= 0xFF
    path.write_bytes(broken)
    steps = [p.step for p in History(path).read()]
    assert steps == sorted(set(steps))
    assert steps[0] == 0 and steps[-1] == 1999
    assert 1000 < len(steps) < 2000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"nothing of the kind", "no log of W&B"),
        (b":W&B\xe1\xbe\x07", "version 7"),
        (b":W&B\xe1\xbe\x00", "no run"),
    ],
)
def test_what_is_no_run_says_why(tmp_path, content, words):
    path = tmp_path / "run.wandb"
    path.write_bytes(content)
    with pytest.raises(NotAWandbRun, match=words):
        read_run(path)
    source = History(path)
    assert list(source.read()) == []


def test_the_values_of_other_versions_are_read_too(tmp_path):
    def item(name: str, value: bytes) -> bytes:
        return field(1, field(1, name) + value)

    record = field(2, item("a", field(6, 0.5)) + item("b", field(5, 9)) + item("c", field(7, "x")))
    path = tmp_path / "run.wandb"
    path.write_bytes(wandb_log([run_record(), record]))
    # A whole number is written zigzag: 9 is -5.
    assert [p.scalars for p in History(path).read()] == [{"a": 0.5, "b": -5.0}]


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_no_record_raises(tmp_path, records):
    path = tmp_path / "run.wandb"
    path.write_bytes(wandb_log([run_record(), *records, *(field(2, r) for r in records)]))
    read_run(path)
    list(History(path).read())
