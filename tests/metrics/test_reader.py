"""Reading growing files: nothing twice, nothing lost, half a line is put back."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics import reader
from studylab.metrics.reader import metrics_reader
from studylab.metrics.records import metric_line


def steps(records):
    return [record.step for record in records]


@given(cuts=st.lists(st.integers(0, 2000), max_size=20), count=st.integers(0, 30))
def test_any_split_of_the_writes_gives_each_record_once_in_order(tmp_path_factory, cuts, count):
    path = tmp_path_factory.mktemp("split") / "metrics.jsonl"
    data = b"".join(metric_line(1.0, step, {"loss": step / 3}) for step in range(count))
    edges = sorted({0, *(min(cut, len(data)) for cut in cuts), len(data)})
    source = metrics_reader(path)
    found = []
    for start, end in itertools.pairwise(edges):
        with path.open("ab") as file:
            file.write(data[start:end])
        found += steps(source.read())
    assert found == list(range(count))
    assert source.skipped == 0


def test_a_missing_file_holds_no_records(tmp_path):
    assert metrics_reader(tmp_path / "nothing.jsonl").read() == []


def test_a_half_line_waits_until_it_is_whole(tmp_path):
    path = tmp_path / "metrics.jsonl"
    line = metric_line(1.0, 7, {"loss": 0.5})
    path.write_bytes(line[:20])
    source = metrics_reader(path)
    assert source.read() == []
    assert source.offset == 0
    path.write_bytes(line)
    assert steps(source.read()) == [7]


def test_garbage_between_records_is_skipped_and_counted(tmp_path):
    path = tmp_path / "metrics.jsonl"
    good = metric_line(1.0, 1, {"a": 1.0})
    path.write_bytes(good + b'{"time":1.0,"st\n' + b"\xff\xfe\x00\n" + b"\n" + good)
    source = metrics_reader(path)
    assert steps(source.read()) == [1, 1]
    assert source.skipped == 2


def test_a_line_longer_than_any_record_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "CHUNK", 256)
    monkeypatch.setattr(reader, "LONGEST_LINE", 1024)
    path = tmp_path / "metrics.jsonl"
    good = metric_line(1.0, 1, {"a": 1.0})
    path.write_bytes(good + b"x" * 5000 + b"\n" + good)
    source = metrics_reader(path)
    assert steps(source.read()) == [1, 1]
    assert source.skipped == 1


def test_a_line_longer_than_a_chunk_is_still_a_record(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "CHUNK", 64)
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(metric_line(1.0, 1, {f"metric/{n}": 1.0 for n in range(50)}))
    assert steps(metrics_reader(path).read()) == [1]


def test_a_replaced_file_is_read_from_its_start(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"".join(metric_line(1.0, step, {}) for step in range(5)))
    source = metrics_reader(path)
    source.read()
    path.write_bytes(metric_line(1.0, 40, {}))
    assert steps(source.read()) == [40]


def test_a_budget_stops_early_and_goes_on_later(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"".join(metric_line(1.0, step, {}) for step in range(10)))
    source = metrics_reader(path)
    assert steps(source.read(limit=4)) == [0, 1, 2, 3]
    assert source.behind == path.stat().st_size - source.offset
    assert steps(source.read()) == [4, 5, 6, 7, 8, 9]
    assert source.behind == 0
