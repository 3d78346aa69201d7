"""Lines of metrics and events: what goes in comes out."""

from __future__ import annotations

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.records import NotARecord, event_line, metric_line, read_event, read_metric

names = st.text(max_size=50)
scalars = st.dictionaries(names, st.floats(), max_size=5)


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


@given(
    time=st.floats(0, 4e9),
    step=st.integers(-(2**63) + 1, 2**63 - 1),
    scalars=scalars,
)
def test_a_metric_line_is_read_as_it_was_written(time, step, scalars):
    line = metric_line(time, step, scalars)
    record = read_metric(line)
    assert record.step == step
    assert record.time == pytest.approx(time, abs=1e-3)
    assert record.scalars.keys() == scalars.keys()
    assert all(same(record.scalars[name], value) for name, value in scalars.items())


@given(time=st.floats(0, 4e9), scalars=scalars)
def test_a_metric_line_is_strict_json_on_one_line(time, scalars):
    line = metric_line(time, 1, scalars)
    assert line.count(b"\n") == 1
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@given(st.binary(max_size=200))
def test_bytes_are_a_record_or_refused(data):
    for read in (read_metric, read_event):
        with contextlib.suppress(NotARecord):
            read(data)


@pytest.mark.parametrize(
    "line",
    [
        b'{"time":1,"step":1,"scalars":{"a":"0.3"}}',
        b'{"time":1,"step":1.5,"scalars":{}}',
        b'{"time":1,"step":true,"scalars":{}}',
        b'{"time":1,"step":99999999999999999999,"scalars":{}}',
        b'{"time":"NaN","step":1,"scalars":{}}',
        b'{"time":1,"step":1,"scalars":[]}',
        b'{"time":1,"step":1}',
        b"[]",
        b"[" * 100_000,
    ],
)
def test_a_line_of_the_wrong_shape_is_refused(line):
    with pytest.raises(NotARecord):
        read_metric(line)


def test_a_whole_number_too_large_for_a_float_is_infinite():
    line = b'{"time":1,"step":1,"scalars":{"a":1%s}}' % (b"0" * 400)
    assert read_metric(line).scalars == {"a": math.inf}


def test_an_event_keeps_text_lists_and_nonfinite_numbers():
    line = event_line(3.0, "table", {"rows": [[1, math.nan, "中文 [bold]"]], "name": 'a "quote"\n'})
    event = read_event(line)
    assert (event.time, event.kind) == (3.0, "table")
    assert event.fields == {"rows": [[1, "NaN", "中文 [bold]"]], "name": 'a "quote"\n'}


def test_an_event_of_something_else_is_refused():
    with pytest.raises(TypeError):
        event_line(3.0, "odd", {"thing": object()})
