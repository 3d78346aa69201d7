"""Event files, as the real writers leave them and half-written."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.adapters.crc32c import crc32c
from studylab.metrics.adapters.tensorboard import EventFile, scalar_event
from tests.metrics.foreign.writing import VERSION, event, field, record, single

RECORDED = Path(__file__).parent / "foreign"


def recorded(folder: str) -> Path:
    (file,) = (RECORDED / folder).rglob("*tfevents*")
    return file


def read(path: Path) -> list[tuple[int, dict[str, float]]]:
    return [(point.step, point.scalars) for point in EventFile(path).read()]


def test_what_torch_writes_is_read():
    points = list(EventFile(recorded("torch")).read(at_end=True))
    found = {name: (p.step, value) for p in points for name, value in p.scalars.items()}
    assert found.pop("loss") == (4, pytest.approx(0.2))
    assert math.isnan(found.pop("nan")[1])
    assert found == {
        "损失/训练 🔥": (5, 0.5),
        "x" * 300: (6, 0.25),
        "inf": (8, -math.inf),
        "far": (10**12, 1.0),
        "back": (-3, 2.0),
        "none": (0, 0.0),
        "new": (9, 0.75),
        "double": (10, 0.1),
    }
    assert [p.time for p in points[:2]] == [1_700_000_000.25, 1_700_000_001.25]
    assert points[-1].end <= recorded("torch").stat().st_size


def test_what_tensorboard_writes_itself_is_read():
    assert read(recorded("tensorboard")) == [
        (0, {"accuracy": 0.0}),
        (1, {"accuracy": 0.25}),
        (2, {"accuracy": 0.5}),
    ]


def test_of_hyper_parameters_only_the_metrics_are_taken():
    assert read(recorded("hparams")) == [(0, {"hparam/accuracy": pytest.approx(0.9)})]


def test_the_checksum_is_that_of_the_standard():
    assert crc32c(b"123456789") == 0xE3069283


@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.dictionaries(st.text(max_size=200), st.floats(width=32), min_size=1, max_size=3),
        ),
        max_size=8,
    ),
    st.data(),
)
def test_a_file_that_grows_byte_by_byte_gives_each_event_once(tmp_path, events, data):
    path = tmp_path / "events.out.tfevents.1"
    whole = VERSION + b"".join(event(step, scalars) for step, scalars in events)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    file, found = EventFile(path), []
    for cut in [*cuts, len(whole)]:
        path.write_bytes(whole[:cut])
        found += [(p.step, p.scalars) for p in file.read()]
        assert not file.trouble
    names = [{k.encode("utf-8", "replace").decode(): v for k, v in s.items()} for _, s in events]
    assert repr(found) == repr(
        [(step, scalars) for (step, _), scalars in zip(events, names, strict=True)]
    )


def test_reading_goes_on_behind_any_point(tmp_path):
    path = tmp_path / "tfevents"
    path.write_bytes(VERSION + b"".join(event(step, {"a": step}) for step in range(50)))
    ends = [point.end for point in EventFile(path).read()]
    for number, end in enumerate(ends):
        assert [p.step for p in EventFile(path, end).read()] == list(range(number + 1, 50))


def test_a_file_longer_than_a_chunk_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("studylab.metrics.adapters.tensorboard.CHUNK", 200)
    path = tmp_path / "tfevents"
    path.write_bytes(VERSION + b"".join(event(step, {"a": step}) for step in range(100)))
    assert [step for step, _ in read(path)] == list(range(100))


def test_an_event_of_megabytes_is_passed_over_once_it_is_whole(tmp_path):
    path = tmp_path / "tfevents"
    picture = record(field(1, 1e9) + field(5, field(1, field(4, b"x" * (3 << 20)))))
    path.write_bytes(VERSION + event(1, {"a": 1}) + picture[:-10])
    file = EventFile(path)
    assert [p.step for p in file.read()] == [1]
    assert list(file.read()) == []
    path.write_bytes(VERSION + event(1, {"a": 1}) + picture + event(2, {"a": 2}))
    assert [p.step for p in file.read()] == [2]


def test_what_is_no_chain_of_records_is_trouble_and_kept_in_mind(tmp_path):
    path = tmp_path / "tfevents"
    path.write_bytes(VERSION + event(1, {"a": 1}) + b"\0" * 100)
    file = EventFile(path)
    assert [p.step for p in file.read()] == [1]
    assert "does not begin a record" in file.trouble
    # The zeros of a network file system become the record that was meant.
    path.write_bytes(VERSION + event(1, {"a": 1}) + event(2, {"a": 2}))
    assert [p.step for p in file.read()] == [2]
    assert not file.trouble


def test_a_flipped_bit_loses_its_event_and_no_other(tmp_path):
    path = tmp_path / "tfevents"
    damaged = bytearray(event(2, {"a": 2.0}))
    damaged[-8] ^= 1
    path.write_bytes(VERSION + event(1, {"a": 1}) + damaged + event(3, {"a": 3}))
    file = EventFile(path)
    assert [p.step for p in file.read()] == [1, 3]
    assert file.damaged == 1


def test_half_a_record_at_the_end_is_told_only_when_no_more_comes(tmp_path):
    path = tmp_path / "tfevents"
    path.write_bytes(event(1, {"a": 1}) + event(2, {"a": 2})[:20])
    file = EventFile(path)
    assert len(list(file.read())) == 1 and not file.trouble
    assert list(file.read(at_end=True)) == []
    assert "cut off" in file.trouble


def test_a_missing_file_holds_nothing(tmp_path):
    assert list(EventFile(tmp_path / "tfevents").read()) == []


@given(st.binary(max_size=300))
def test_no_message_raises(message):
    scalar_event(message)


def tensor(dtype: int, *rest: bytes) -> bytes:
    value = field(1, "a") + field(8, field(1, dtype) + b"".join(rest))
    return field(1, 1.0) + field(2, 3) + field(5, field(1, value))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (tensor(1, field(4, struct.pack("<f", 0.5))), 0.5),
        (tensor(1, field(5, struct.pack("<f", 0.5))), 0.5),
        (tensor(1, single(5, 0.5)), 0.5),
        (tensor(2, field(4, struct.pack("<d", 0.1))), 0.1),
        (tensor(2, field(6, struct.pack("<d", 0.1))), 0.1),
        (tensor(3, field(7, b"\x07")), 7.0),
        (tensor(9, field(10, 7)), 7.0),
        (tensor(9, field(4, struct.pack("<q", -7))), -7.0),
        (tensor(19, field(4, struct.pack("<e", 1.5))), 1.5),
        (tensor(1, field(2, b""), field(5, struct.pack("<f", 0.5))), 0.5),
        # A list of numbers, a text, and two numbers without a shape are no scalar.
        (tensor(1, field(2, field(2, field(1, 1))), field(5, struct.pack("<f", 0.5))), None),
        (tensor(7, field(8, b"text")), None),
        (tensor(1, field(4, struct.pack("<ff", 0.5, 1))), None),
    ],
)
def test_tensors_without_dimensions_are_scalars(message, expected):
    found = scalar_event(message)
    assert (found.scalars if found else None) == (None if expected is None else {"a": expected})
