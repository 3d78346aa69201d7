"""Reading many lines at once gives what reading them one by one does."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.columns import read_columns
from studylab.metrics.records import NotARecord, metric_line, read_metric

LINES = st.lists(
    st.one_of(
        st.builds(
            metric_line,
            st.floats(0, 2e9),
            st.integers(-(2**63) + 1, 2**63 - 1),
            st.dictionaries(st.sampled_from(["loss", "val/loss", "[b]"]), st.floats(), max_size=3),
        ).map(bytes.strip),
        st.sampled_from(
            [
                b"{",
                b'"x',
                b'y"',
                b"1,2",
                b'{"time":1,"step":2,"scalars":{"loss":3}}',
                b'{"time":1.0,"step":2,"scalars":{"loss":"NaN"}}',
                b'{"time":1.0,"step":99999999999999999999999,"scalars":{"loss":1.0}}',
                b'{"time":1.0,"step":true,"scalars":{"loss":1.0}}',
                b'{"time":1.0,"step":1,"scalars":[]}',
                b'{"time":1.0,"step":1,"scalars":{"a":1.0}},{"time":1.0,"step":1,"scalars":{}}',
                b"[[[[",
                b"\xff\xfe",
            ]
        ),
    ),
    max_size=12,
)


@given(LINES)
def test_columns_hold_what_the_records_do(lines: list[bytes]) -> None:
    expected: dict[str, list[tuple[int, float]]] = {}
    skipped = 0
    for line in lines:
        try:
            record = read_metric(line)
        except NotARecord:
            skipped += 1
            continue
        for name, value in record.scalars.items():
            expected.setdefault(name, []).append((record.step, value))
    found = read_columns(lines)
    assert found.skipped == skipped
    points = {n: list(zip(c.steps, c.values, strict=True)) for n, c in found.columns.items()}
    assert repr(points) == repr(expected)


def test_the_first_and_last_record_tell_the_pace() -> None:
    found = read_columns([metric_line(t, s, {"a": 1.0}) for t, s in ((1.5, 10), (2.5, 20))])
    assert (found.first, found.last) == ((1.5, 10), (2.5, 20))
    assert read_columns([b"nonsense"]).last is None


def test_values_that_json_lacks_are_kept() -> None:
    found = read_columns([metric_line(1.0, 1, {"a": math.nan, "b": -math.inf})])
    assert math.isnan(found.columns["a"].values[0])
    assert found.columns["b"].values[0] == -math.inf
