"""What goes wrong is found, with its step and the figures that show it."""

from __future__ import annotations

import math

import pytest

from studylab.metrics.series import Series
from studylab.study.diagnosis.model import Change, Kind
from studylab.study.diagnosis.watch import Watch
from tests.study.sick_runs import curve, ended, falling, findings, series, spec


def kinds(found) -> list[Kind]:
    return [finding.kind for finding in found]


@pytest.mark.parametrize("seed", range(10))
def test_a_loss_at_ln_of_the_classes(seed: int) -> None:
    stuck = {"train/loss": curve(lambda _s: math.log(10), 1000, noise=0.02, seed=seed, until=0.4)}
    (finding,) = findings(stuck, steps=1000, classes=10)
    assert finding.kind is Kind.AT_CHANCE
    assert finding.step == 1
    assert finding.evidence["chance"] == pytest.approx(2.3026, abs=1e-4)
    assert finding.setting == Change("learning_rate", 0.1, 0.01)
    assert "ln 10 = 2.303" in finding.words


def test_a_loss_that_fell_to_guessing_is_found_from_there_on() -> None:
    shape = lambda s: 8.0 if s < 0.1 else math.log(10)  # noqa: E731
    (finding,) = findings({"loss": curve(shape, 1000, noise=0.01)}, steps=1000, classes=10)
    assert finding.kind is Kind.AT_CHANCE
    assert finding.step == pytest.approx(100, abs=10)


def test_it_is_told_no_more_once_the_loss_falls() -> None:
    shape = lambda s: math.log(10) if s < 0.4 else math.log(10) * math.exp(-6 * (s - 0.4))  # noqa: E731
    whole = curve(shape, 1000, noise=0.02)
    watch, part = Watch(), Series()
    watch.known.steps, watch.known.classes = 1000, 10
    part.extend(whole.steps[:350], whole.values[:350], whole.times[:350])
    assert kinds(watch.findings({"loss": part})) == [Kind.AT_CHANCE]
    part.extend(whole.steps[350:], whole.values[350:], whole.times[350:])
    assert watch.findings({"loss": part}) == []


def test_without_a_number_of_classes_such_a_loss_is_only_flat() -> None:
    stuck = {"train/loss": curve(lambda _s: math.log(10), 1000, noise=0.02)}
    (finding,) = findings(stuck, steps=1000)
    assert finding.kind is Kind.FLAT
    assert finding.step == 1


def test_it_takes_a_tenth_of_the_plan_to_say_so() -> None:
    early = {"loss": curve(lambda _s: math.log(10), 1000, noise=0.02, until=0.09)}
    assert findings(early, steps=1000, classes=10) == []


def test_the_first_nan_with_the_gradient_norm_before_it() -> None:
    curves = {
        "train/loss": series(
            (s, math.nan if s >= 120 else 2 - s / 100) for s in range(1, 151)
        ),
        "grad_norm": series((s, 812.0 if s == 119 else math.nan if s >= 120 else 2.0)
                            for s in range(1, 151)),
    }  # fmt: skip
    (finding,) = findings(curves, steps=1000)
    assert finding.kind is Kind.NOT_A_NUMBER
    assert finding.step == 120
    assert finding.evidence["norm"] == 812.0
    assert finding.evidence["usual_norm"] == 2.0
    assert 60 in finding.episodes
    assert "NaN at step 120" in finding.words
    assert "812" in finding.words


def test_an_infinity_counts_and_is_remembered() -> None:
    points = [(s, math.inf if s == 7 else 1.0 / s) for s in range(1, 2001)]
    (finding,) = findings({"loss": series(points)}, steps=2000)
    assert (finding.kind, finding.step) == (Kind.NOT_A_NUMBER, 7)
    assert "infinite" in finding.words


@pytest.mark.parametrize("seed", range(10))
def test_a_diverging_loss_since_its_step(seed: int) -> None:
    shape = lambda s: 2.3 - s if s < 0.5 else 2.3 + 40 * (s - 0.5)  # noqa: E731
    (finding,) = findings({"train/loss": curve(shape, 1000, noise=0.03, seed=seed)}, steps=1000)
    assert finding.kind is Kind.DIVERGING
    assert 510 <= finding.step <= 560
    assert finding.evidence["start"] == pytest.approx(2.3, rel=0.1)


@pytest.mark.parametrize("seed", range(10))
def test_training_falls_while_validation_rises(seed: int) -> None:
    rising = lambda s: 0.5 + 2 * (s - 0.3) ** 2 if s > 0.3 else 0.5 + 10 * (0.3 - s) ** 2  # noqa: E731
    curves = {
        "train/loss": curve(falling(2.3, 0.01, 8), 3000, noise=0.1, seed=seed),
        "val/loss": curve(rising, 3000, noise=0.02, every=150, seed=seed),
    }
    (finding,) = findings(curves, steps=3000, of=spec(dropout=0.0))
    assert finding.kind is Kind.OVERFITTING
    assert finding.metric == "val/loss"
    assert finding.step == pytest.approx(900, abs=320)
    assert finding.setting == Change("dropout", 0.0, 0.3)


def test_validation_that_rises_with_training_is_another_matter() -> None:
    rising = lambda s: 0.5 + s  # noqa: E731
    curves = {"train/loss": curve(rising, 3000), "val/loss": curve(rising, 3000, every=150)}
    assert Kind.OVERFITTING not in kinds(findings(curves, steps=3000))


class TestOneClass:
    def test_an_accuracy_that_is_the_share_of_a_class(self) -> None:
        curves = {"eval_accuracy": series((s, 0.6838) for s in range(100, 601, 100))}
        (finding,) = findings(curves)
        assert (finding.kind, finding.step) == (Kind.ONE_CLASS, 100)
        assert "68.38 %" in finding.words

    def test_one_that_fell_to_the_known_share(self) -> None:
        values = [0.7, 0.8, 0.75, *[0.6838] * 6]
        curves = {"val/accuracy": series((10 * i, v) for i, v in enumerate(values, 1))}
        assert findings(curves) == []
        (finding,) = findings(curves, majority=0.6840)
        assert (finding.kind, finding.step) == (Kind.ONE_CLASS, 40)

    def test_it_is_told_no_more_once_the_accuracy_moves(self) -> None:
        values = [0.1] * 8 + [0.3]
        curves = {"val/accuracy": series((10 * i, v) for i, v in enumerate(values, 1))}
        assert findings(curves, classes=10) == []

    def test_a_confusion_table_of_one_column(self) -> None:
        rows = [["cat", 0, 12, 0], ["dog", 0, 30, 0], ["cow", 0, 9, 0]]
        fields = {"name": "confusion", "columns": ["", "cat", "dog", "cow"], "rows": rows}
        (finding,) = findings({}, events=[("table", {**fields, "step": 40})])
        assert (finding.kind, finding.step) == (Kind.ONE_CLASS, 40)
        rows[0][1] = 1
        assert findings({}, events=[("table", fields)]) == []

    @pytest.mark.parametrize("rows", [None, [], [1], [["a", "x"]], [["a", 1, 2], ["b"]], [[], []]])
    def test_what_is_no_table_says_nothing(self, rows) -> None:
        assert findings({}, events=[("table", {"name": "confusion", "rows": rows})]) == []


class TestWarmUp:
    def test_settings_that_warm_up_longer_than_the_run(self) -> None:
        (finding,) = findings({}, steps=468, of=spec(warmup_steps=500))
        assert finding.kind is Kind.WARM_UP
        assert finding.step is None
        assert finding.setting == Change("warmup_steps", 500, 47)
        assert "500" in finding.words and "468" in finding.words

    def test_of_a_command(self) -> None:
        of = spec(lab="", argv=("python", "x.py", "--warmup-steps=500", "--lr", "3e-4"))
        assert kinds(findings({}, steps=468, of=of)) == [Kind.WARM_UP]

    def test_a_rate_that_rises_to_the_end(self) -> None:
        rate = {"lr": curve(lambda share: 1e-4 * share, 1000, until=0.8)}
        (finding,) = findings(rate, steps=1000)
        assert (finding.kind, finding.step) == (Kind.WARM_UP, 1)
        assert "at step 800 of 1,000" in finding.words

    def test_a_lab_that_cuts_it_is_left_alone(self) -> None:
        rate = {"lr": curve(lambda share: min(share, 1 - share), 468)}
        assert findings(rate, steps=468, of=spec(warm_up_steps=500)) == []


class TestEnds:
    @pytest.mark.parametrize(
        "line",
        [
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
            "MemoryError",
            "RuntimeError: [enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't "
            "allocate memory: you tried to allocate 40000000000 bytes",
            "cnn: out of memory; a smaller --batch-size needs less",
            "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.28 TiB for an array",
        ],
    )
    def test_memory_ran_out_and_what_to_halve(self, line: str) -> None:
        of = spec(hidden=512, batch_size=64, learning_rate=0.1, seq_len=128)
        (finding,) = ended(["Traceback", line], of, {"loss": series([(7, 1.0)])}, exit_code=1)
        assert (finding.kind, finding.step) == (Kind.OUT_OF_MEMORY, 7)
        assert finding.setting == Change("batch_size", 64, 32)
        assert finding.mend == "lower --batch-size from 64 to 32; then --seq-len, --hidden"

    def test_of_a_command_of_transformers(self) -> None:
        argv = ("python", "t.py", "--per_device_train_batch_size", "1", "--max_seq_length", "512")
        (finding,) = ended(["MemoryError"], spec(lab="", argv=argv))
        assert finding.setting == Change("max_seq_length", 512, 256)

    def test_killed_by_nobody(self) -> None:
        (finding,) = ended(["epoch 1"], spec(batch_size=8), signal=9)
        assert finding.kind is Kind.OUT_OF_MEMORY
        assert "probably" in finding.words

    @pytest.mark.parametrize("line", ["ValueError: bad shape", "0 out of 10 done", ""])
    def test_another_error_is_not_one_of_memory(self, line: str) -> None:
        assert ended([line], spec(batch_size=8), exit_code=1) == []

    def test_a_run_that_went_on_says_nothing(self) -> None:
        watch = Watch()
        watch.known.lines = ["CUDA out of memory"]
        assert watch.findings({}) == []

    def test_a_hub_out_of_reach(self) -> None:
        line = "cnn: ylecun/mnist can't be had from https://huggingface.co: no answer"
        (finding,) = ended([line], spec(data="mnist"), exit_code=3)
        assert finding.kind is Kind.DATA_MISSING
        assert "--data auto" in finding.mend
        assert line[:80] in finding.words

    def test_a_file_that_is_not_there(self) -> None:
        line = "FileNotFoundError: [Errno 2] No such file or directory: 'train.csv'"
        (finding,) = ended([line], spec(lab="", argv=("python", "x.py")), exit_code=1)
        assert finding.kind is Kind.DATA_MISSING
        assert finding.setting is None
        assert "the path" in finding.mend

    def test_a_file_missing_after_training_is_not_the_data(self) -> None:
        line = "FileNotFoundError: [Errno 2] No such file or directory: 'out/plot.png'"
        curves = {"loss": series([(1, 1.0)])}
        assert ended([line], spec(lab=""), curves, exit_code=1) == []


def test_what_began_last_is_told_first() -> None:
    curves = {
        "train/loss": series((s, math.nan if s == 900 else 1 / s) for s in range(1, 1000)),
        "val/accuracy": series((s, 0.25) for s in range(100, 1000, 100)),
    }
    found = findings(curves, steps=468, classes=4, of=spec(warmup_steps=500))
    assert kinds(found) == [Kind.NOT_A_NUMBER, Kind.ONE_CLASS, Kind.WARM_UP]
