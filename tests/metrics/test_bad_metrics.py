"""Metrics as students log them by mistake: odd names, odd steps, odd values, far too many."""

from __future__ import annotations

import json
import math
import warnings

import pytest

from studylab.metrics.columns import read_columns
from studylab.metrics.groups import group_metrics
from studylab.metrics.reader import events_reader, metrics_reader
from studylab.metrics.records import MetricRecord, metric_line, read_event, read_metric
from studylab.metrics.reporter import Reporter
from studylab.metrics.series import Series, downsample

LONG = "长" * 1000
NAMES = ["val loss, smoothed", "🎉/🇨🇳 👩‍🔬", LONG, "[bold]x[/]", "\x1b[31mred\x00", "", "/", "a/b/"]


def logged(tmp_path) -> list[MetricRecord]:
    source = metrics_reader(tmp_path / "metrics.jsonl")
    records = source.read()
    assert source.skipped == 0
    return records


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    def test_any_text_is_a_name_and_comes_back_as_it_is(self, tmp_path, name):
        with Reporter(tmp_path) as reporter:
            reporter.log({name: 0.5, "loss": 1.0}, step=1)
        assert logged(tmp_path)[0].scalars == {name: 0.5, "loss": 1.0}

    @pytest.mark.parametrize("name", NAMES)
    def test_any_text_gets_a_chart(self, name):
        charts = group_metrics([name, "train/loss"])
        assert {full for chart in charts for full in chart.lines.values()} == {name, "train/loss"}

    def test_five_thousand_names_are_five_thousand_metrics(self, tmp_path):
        scalars = {f"layer{n}/gradient norm": float(n) for n in range(5000)}
        with Reporter(tmp_path) as reporter:
            reporter.log(scalars, step=1)
            reporter.log(scalars, step=2)
        assert [record.scalars for record in logged(tmp_path)] == [scalars, scalars]

    @pytest.mark.parametrize("name", [1, None, ("train", "loss"), b"loss"])
    def test_what_is_no_text_is_no_name(self, tmp_path, name):
        reporter = Reporter(tmp_path)
        with pytest.raises(TypeError, match="the name of a metric is text, not"):
            reporter.log({name: 0.5}, step=1)
        assert logged(tmp_path) == []


class TestHalfCharacters:
    """Lone surrogates: what Python makes of the bytes of a file name, and JSON of anything. They
    can be neither printed nor stored."""

    @pytest.mark.parametrize("line", [b'"\\ud800"', b'"\\uDC80"', b'"\xed\xa0\x80"'])
    def test_in_names_they_are_replaced(self, line):
        line = b'{"time":1.0,"step":1,"scalars":{%s:0.5}}' % line
        (name,) = read_metric(line).scalars
        name.encode()
        (column,) = read_columns([line, line]).columns
        assert column == name

    def test_in_events_too(self, tmp_path):
        with Reporter(tmp_path) as reporter:
            reporter.text("sample", "half: \udc80", step=1)
        assert events_reader(tmp_path / "events.jsonl").read()[0].fields["text"] == "half: ?"
        event = read_event(b'{"time":1,"event":"x","rows":[["\\ud800"]]}')
        json.dumps(event.fields, ensure_ascii=False).encode()

    def test_whole_ones_beyond_the_first_plane_stay(self):
        assert list(read_metric(metric_line(1.0, 1, {"🎉 한국": 0.5})).scalars) == ["🎉 한국"]


class Float:
    """A number of another library, or none: what `float` of it gives or raises."""

    def __init__(self, gives: object) -> None:
        self.gives = gives

    def __float__(self) -> float:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


class TestValues:
    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            ("low", ValueError),
            ("", ValueError),
            (1j, TypeError),
            (None, TypeError),
            ([0.5], TypeError),
            ({"a": 1}, TypeError),
            (10**400, ValueError),
            # What torch raises for a complex tensor, and its versions for one of many elements.
            (Float(RuntimeError("cannot be converted to Scalar")), TypeError),
        ],
    )
    def test_what_is_no_number_is_refused_by_the_name_of_its_metric(self, tmp_path, value, kind):
        reporter = Reporter(tmp_path)
        with pytest.raises(kind, match=r"^'train/loss' takes a number, not this \w+: ") as refused:
            reporter.log({"val/loss": 0.25, "train/loss": value}, step=1)
        assert "\n" not in str(refused.value)
        reporter.log({"train/loss": 0.5}, step=2)
        assert [(r.step, r.scalars) for r in logged(tmp_path)] == [(2, {"train/loss": 0.5})]

    def test_a_long_name_is_cut_in_what_is_said_of_it(self, tmp_path):
        with pytest.raises(TypeError) as refused:
            Reporter(tmp_path).log({LONG: None}, step=1)
        assert len(str(refused.value)) < 250

    def test_tensors_of_one_number_are_numbers(self, tmp_path):
        torch = pytest.importorskip("torch")
        given = {
            "plain": torch.tensor(0.5),
            "half": torch.tensor([0.5], dtype=torch.bfloat16),
            "of a graph": torch.tensor(0.5, requires_grad=True),
        }
        with Reporter(tmp_path) as reporter, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reporter.log(given, step=1)
            for odd in (torch.ones(3), torch.tensor(1j)):
                with pytest.raises((TypeError, ValueError), match="'odd' takes a number"):
                    reporter.log({"odd": odd}, step=2)
        assert logged(tmp_path)[0].scalars == dict.fromkeys(given, 0.5)

    def test_text_that_is_a_number_is_that_number(self, tmp_path):
        with Reporter(tmp_path) as reporter:
            reporter.log({"a": "0.5", "b": "nan"}, step=1)
        scalars = logged(tmp_path)[0].scalars
        assert scalars["a"] == 0.5
        assert math.isnan(scalars["b"])


class TestSteps:
    def test_steps_that_go_backwards_and_far_ahead_are_all_kept(self, tmp_path):
        steps = [5, 3, 10**12, 4, -7, 0, 10**12 + 1]
        with Reporter(tmp_path) as reporter:
            for step in steps:
                reporter.log({"loss": 0.5}, step=step)
        assert [record.step for record in logged(tmp_path)] == steps
        series = Series()
        for step in steps:
            series.append(step, float(step), 0.0)
        assert list(series.steps) == sorted(steps)
        shown = [point.step for bucket in downsample(series, 80) for point in bucket.points]
        assert {-7, 5, 10**12, 10**12 + 1} <= set(shown)
        assert all(0 <= bucket.column < 80 for bucket in downsample(series, 80))

    @pytest.mark.parametrize("step", [2**63, -(2**63), 10**30])
    def test_a_step_beyond_64_bits_is_refused_when_it_is_logged(self, tmp_path, step):
        """What `log` returned from must be read again."""
        with pytest.raises(ValueError, match="64 bits"):
            Reporter(tmp_path).log({"loss": 0.5}, step=step)
        assert logged(tmp_path) == []

    @pytest.mark.parametrize("step", [None, math.nan, math.inf, "one", 1j])
    def test_what_is_no_step_is_refused(self, tmp_path, step):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            Reporter(tmp_path).log({"loss": 0.5}, step=step)
        assert logged(tmp_path) == []


def test_a_million_points_of_one_second_are_read_in_shares(tmp_path):
    path = tmp_path / "metrics.jsonl"
    lines = [metric_line(1.0, step, {f"m{n}": 0.5 for n in range(50)}) for step in range(20_000)]
    path.write_bytes(b"".join(lines))
    source = metrics_reader(path)
    shares = []
    while source.behind:
        shares.append(sum(len(record.scalars) for record in source.read(seconds=0.0)))
    assert sum(shares) == 1_000_000
    # A chunk at a time, so that no key waits for all of it.
    assert max(shares) < 200_000
