"""A log as a source: carriage returns, half lines, steps that go on, the same at every reading."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.adapters.output_log import LONGEST, OutputLog, look, pieces
from studylab.metrics.adapters.steps import Steps


def points(path, **how):
    return [(p.step, p.scalars) for p in OutputLog(path).read(**how)]


@pytest.fixture
def log(tmp_path):
    """Writes a log, and gives its path."""

    def write(text: str | bytes):
        path = tmp_path / "output.log"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def said(point) -> str:
    """What a point says; of several ends of a line in a row any may be its end."""
    return repr(point._replace(end=0))


def steps_of(path, name="loss"):
    return [step for step, scalars in points(path) if name in scalars]


def test_a_bar_is_a_point_for_each_of_its_states(log):
    bar = "".join(f"\r{n * 10}%|##| {n}/10 [00:01<00:02, loss={n / 10}]" for n in range(1, 11))
    path = log(f"starting\n{bar}\n")
    assert points(path) == [(n, {"loss": n / 10}) for n in range(1, 11)]


def test_a_state_that_is_drawn_again_is_no_second_point(log):
    assert points(log("\r1/9 [ loss: 0.5\r1/9 [ loss: 0.5\r2/9 [ loss: 0.5\n")) == [
        (1, {"loss": 0.5}),
        (2, {"loss": 0.5}),
    ]


def test_keras_goes_back_by_backspaces(log):
    assert steps_of(log("1/3 [ - loss: 0.5" + "\b" * 17 + "2/3 [ - loss: 0.4\n")) == [1, 2]


def test_escapes_are_no_part_of_a_line(log):
    assert points(log("\x1b[32mloss\x1b[0m: \x1b[1m0.5\x1b[0m\n")) == [(1, {"loss": 0.5})]


def test_half_a_line_waits_for_its_end(log):
    path = log("loss: 0.5\nloss: 0.")
    source = OutputLog(path)
    assert [p.scalars["loss"] for p in source.read()] == [0.5]
    path.write_bytes(path.read_bytes() + b"25\nloss: 0.125")
    assert [p.scalars["loss"] for p in source.read()] == [0.25]
    assert [p.scalars["loss"] for p in source.read(at_end=True)] == [0.125]
    assert list(source.read(at_end=True)) == []


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        ("loss: 1\nloss: 2\nloss: 3", [1, 2, 3]),
        ("step 0 loss: 1\nstep 10 loss: 2", [0, 10]),
        # An epoch's own count goes on behind that of the epoch before.
        (
            "Epoch [1/2], Step [1/2], Loss: 1\nEpoch [1/2], Step [2/2], Loss: 1.1\n"
            "Epoch [2/2], Step [1/2], Loss: 1.2\nEpoch [2/2], Step [2/2], Loss: 1.3",
            [1, 2, 3, 4],
        ),
        # So does a bar that is begun again, and a count without an end.
        ("\r1/2 [ loss: 1\r2/2 [ loss: 2\n\r1/2 [ loss: 3\r2/2 [ loss: 4\n", [1, 2, 3, 4]),
        ("[1, 100] loss: 1\n[1, 200] loss: 2\n[2, 100] loss: 3", [100, 200, 300]),
        # Only one line an epoch: the same count again is the next epoch's.
        ("Epoch 1\n9/9 [ loss: 1\nEpoch 2\n9/9 [ loss: 2", [9, 18]),
        # An epoch alone is the step, also where a line before told it.
        ("epoch 1 loss: 3\nepoch 2 loss: 2", [1, 2]),
        ("Epoch 1/2\nloss: 3\nEpoch 2/2\nloss: 2", [1, 2]),
        # A line without any count belongs to the step before it.
        ("step 100 acc: 1\nloss: 3\nstep 200 acc: 1\nloss: 2", [100, 200]),
        (
            "epoch 1 step 50 acc: 1\nepoch 1 loss: 2\nepoch 2 step 99 acc: 1\nepoch 2 loss: 1",
            [50, 99],
        ),
    ],
)  # fmt: skip
def test_steps(log, lines, steps):
    path = log(lines.replace("Loss", "loss") + "\n")
    assert steps_of(path) == steps


LINES = st.lists(
    st.sampled_from(
        ["epoch 1", "epoch 2\n", "\r", "\n", "loss: 0.5", " acc=1e-3", "step 3 ", "step 9 ",
         "2/5 [ ", "4/5 [ ", "nan", " loss: nan",
         "100%|#| 3/4 [0:1<0:2, a=2]", "é", "\b\b", "x" * 50]
    ),
    max_size=40,
)  # fmt: skip


@given(LINES, st.data())
def test_a_log_says_the_same_however_it_is_read(tmp_path, parts, data):
    """Cut anywhere, with the state put aside as text: what a killed reader's successor does."""
    path = tmp_path / "output.log"
    whole = "".join(parts).encode()
    path.write_bytes(whole)
    expected = [said(p) for p in OutputLog(path).read()]
    found: list[str] = []
    offset, steps = 0, Steps()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    for cut in [*cuts, len(whole)]:
        path.write_bytes(whole[:cut])
        source = OutputLog(path, offset, steps)
        # Anywhere within what is there, the reader may end.
        most = data.draw(st.integers(0, 5))
        found += [said(point) for point in islice(source.read(), most)]
        offset, steps = source.offset, Steps.read(json.loads(json.dumps(source.steps.record())))
    path.write_bytes(whole)
    found += [said(p) for p in OutputLog(path, offset, steps).read()]
    assert found == expected


@given(st.integers(0, 3), st.binary(max_size=3), st.integers(0, 40))
def test_a_line_without_an_end_is_cut_at_the_same_places(tmp_path, times, rest, chunk):
    path = tmp_path / "output.log"
    path.write_bytes(b"a" * (LONGEST * times + 7) + rest + b"\nloss: 1\n")
    whole = [piece.end for piece in pieces(path)]
    for end in whole:
        assert [p.end for p in pieces(path, end)] == [each for each in whole if each > end]


def test_ten_megabytes_in_one_line_do_no_harm(log):
    path = log(b"loss: 0.5 " * 1_000_000 + b"\nloss: 0.25\n")
    assert points(path)[-1][1] == {"loss": 0.25}


def test_names_without_end_are_bounded(log):
    path = log("".join(f"metric_{number}: 1.5\n" for number in range(2000)))
    assert len({name for _, scalars in points(path) for name in scalars}) == 500


def test_a_look_shows_names_counts_last_values_and_an_example(log):
    path = log("step 1 loss: 0.5\nstep 2 loss: 0.25 acc=0.5\n")
    acc, loss = look(path)
    assert (loss.name, loss.count, loss.last, loss.step) == ("loss", 2, 0.25, 2)
    assert (acc.count, acc.example) == (1, "step 2 loss: 0.25 acc=0.5")
    assert [seen.count for seen in look(path, most=20)] == [1]


def test_a_missing_log_holds_nothing(tmp_path):
    assert look(tmp_path / "none") == []
    assert points(tmp_path / "none") == []


def test_bytes_that_are_no_text_do_no_harm(log):
    assert points(log(bytes(range(256)) + b"\nloss: 1\n"))[-1] == (1, {"loss": 1.0})
