"""GPUs: what they report, what they refuse, and what is said when there are none."""

from __future__ import annotations

import sys

import fake_nvml
import pytest
from fake_nvml import Card, Failing, FakeNvml
from hypothesis import given
from hypothesis import strategies as st

from studylab.monitor.gpu import Gpus, GpuSample

GIB = 1 << 30


def test_all_figures_in_their_units() -> None:
    gpus = Gpus.open(FakeNvml(Card(compute={101: 5 * GIB}), Card(name="Tesla T4")))
    assert gpus.why == ""
    assert len(gpus) == 2
    first, second = gpus.sample()
    assert first == GpuSample(
        index=0,
        name="NVIDIA H100 80GB HBM3",
        utilisation=87.0,
        memory_used=20 * GIB,
        memory_total=80 * GIB,
        temperature=61.0,
        power=512.345,
        clock_sm=1980,
        clock_memory=2619,
        processes={101: 5 * GIB},
        is_mig=False,
        power_limit=700.0,
        clock_max=1980,
    )
    assert first.memory_free == 60 * GIB
    assert (second.index, second.name) == (1, "Tesla T4")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (fake_nvml.LIBRARY_NOT_FOUND, "libnvidia-ml.so.1 not found"),
        (fake_nvml.DRIVER_NOT_LOADED, "not loaded"),
        (fake_nvml.LIB_RM_VERSION_MISMATCH, "restart"),
        (fake_nvml.NO_PERMISSION, "may not ask"),
        (fake_nvml.UNKNOWN, "NVML: Unknown Error"),
    ],
)
def test_a_driver_that_does_not_open_is_explained(code: int, words: str) -> None:
    gpus = Gpus.open(FakeNvml(init_error=code))
    assert words in gpus.why
    assert len(gpus) == 0
    assert gpus.sample() == []
    gpus.close()


def test_a_driver_without_cards_is_explained_and_let_go() -> None:
    nvml = FakeNvml()
    gpus = Gpus.open(nvml)
    assert gpus.why == "the NVIDIA driver sees no GPU"
    assert not nvml.is_open


def test_apple_silicon_is_explained() -> None:
    gpus = Gpus.open(system="darwin", processor="arm64")
    assert "an Apple GPU shares it (mps in PyTorch)" in gpus.why
    assert gpus.sample() == []
    assert "macOS" in Gpus.open(system="darwin", processor="x86_64").why


def test_a_missing_package_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert Gpus.open(system="linux").why == "the package nvidia-ml-py is not installed"


def test_the_real_bindings_never_raise() -> None:
    gpus = Gpus.open()
    samples = gpus.sample()
    assert samples or gpus.why
    gpus.close()
    assert gpus.sample() == []


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("utilisation", {"utilisation"}),
        ("memory", {"memory_used", "memory_total"}),
        ("temperature", {"temperature"}),
        ("power", {"power"}),
        ("clock", {"clock_sm", "clock_memory"}),
        ("clock_max", {"clock_max"}),
    ],
)
def test_one_refused_figure_is_missing_and_the_rest_is_there(
    question: str, missing: set[str]
) -> None:
    gpus = Gpus.open(FakeNvml(Card(refuses={question: fake_nvml.NOT_SUPPORTED})))
    [sample] = gpus.sample()
    names = {name for name in GpuSample.__slots__ if getattr(sample, name) is None}
    assert names == missing
    assert gpus.why == ""


def test_a_divided_gpu_reports_no_utilisation_and_hides_its_processes() -> None:
    refuses = {
        "utilisation": fake_nvml.NOT_SUPPORTED,
        "compute": fake_nvml.NO_PERMISSION,
        "graphics": fake_nvml.NO_PERMISSION,
    }
    [sample] = Gpus.open(FakeNvml(Card(mig=1, refuses=refuses))).sample()
    assert sample.is_mig
    assert sample.utilisation is None
    assert sample.processes is None
    assert sample.memory_of([101]) is None
    assert sample.power == pytest.approx(512.345)


def test_a_power_limit_that_only_the_older_question_tells() -> None:
    card = Card(refuses={"power_limit": fake_nvml.NOT_SUPPORTED})
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.power_limit == 700.0
    card = Card(refuses=dict.fromkeys(("power_limit", "power_management"), fake_nvml.NOT_SUPPORTED))
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.power_limit is None


def test_the_parts_of_a_divided_gpu_have_memory_and_processes_of_their_own() -> None:
    refuses = dict.fromkeys(("utilisation", "compute", "graphics"), fake_nvml.NO_PERMISSION)
    parts = (
        Card(name="A100 MIG 1g.10gb", used=3 * GIB, total=10 * GIB, compute={7: 2 * GIB}),
        Card(name="A100 MIG 2g.20gb", used=0, total=20 * GIB, compute={7: GIB, 8: None}),
        Card(name="A100 MIG 3g.40gb", refuses_all=fake_nvml.NO_PERMISSION),
    )
    [sample] = Gpus.open(FakeNvml(Card(mig=1, refuses=refuses, parts=parts))).sample()
    assert [part.name for part in sample.parts][:2] == ["A100 MIG 1g.10gb", "A100 MIG 2g.20gb"]
    assert [part.memory_total for part in sample.parts] == [10 * GIB, 20 * GIB, None]
    assert sample.parts[0].processes == {7: 2 * GIB}
    assert sample.parts[2].processes is None
    # The card as a whole may not be asked, so what the parts say is put together.
    assert sample.processes == {7: 3 * GIB, 8: None}


FAILURES = st.one_of(
    st.sampled_from(sorted(fake_nvml.NVMLError.texts)).map(fake_nvml.NVMLError),
    st.sampled_from([AttributeError("no such function"), OSError("gone"), ValueError("?")]),
)


@given(
    failures=st.dictionaries(st.integers(1, 420), FAILURES, max_size=120), lost=st.integers(0, 9)
)
def test_whatever_fails_the_rest_is_there(failures: dict[int, Exception], lost: int) -> None:
    cards = [Card(compute={pid: GIB, 50: None}) for pid in range(7)]
    cards.append(Card(mig=1, parts=(Card(compute={9: GIB}), Card())))
    gpus = Gpus.open(Failing(*cards, failures=failures))
    assert len(gpus) or gpus.why
    for turn in range(3):
        if turn == 2 and lost < len(cards):
            cards[lost].refuses_all = fake_nvml.GPU_IS_LOST
        samples = gpus.sample()
        assert len(samples) == len(gpus)
        assert [each.index for each in samples] == sorted(each.index for each in samples)
        for sample in samples:
            figures = (sample.utilisation, sample.memory_used, sample.power, sample.processes)
            assert bool(sample.trouble) == (
                figures == (None,) * 4 and sample.temperature is None and sample.clock_sm is None
                and sample.clock_memory is None
            )  # fmt: skip
            assert not sample.trouble or f"GPU {sample.index}: {sample.trouble}" in gpus.why
            assert sample.memory_of([0, 50]) is None or sample.memory_of([0, 50]) >= 0
    gpus.close()
    assert gpus.sample() == []


def test_every_single_call_that_fails_leaves_all_other_figures() -> None:
    whole = Failing(Card(compute={1: GIB}), Card(), failures={})
    expected = Gpus.open(whole).sample()
    for number in range(1, whole.calls + 1):
        gpus = Gpus.open(Failing(Card(compute={1: GIB}), Card(), failures={number: OSError("no")}))
        samples = {sample.index: sample for sample in gpus.sample()}
        missing = [
            (index, name)
            for index, sample in enumerate(expected)
            for name in GpuSample.__slots__
            if index in samples and getattr(samples[index], name) != getattr(sample, name)
        ]
        # One question gives at most one GPU's name, one of its figures, or the pair of memory.
        assert len(missing) <= 2 and len({index for index, _name in missing}) <= 1, missing
        assert len(samples) == 2 or gpus.why


def test_a_card_that_is_lost_half_way_keeps_its_row_and_comes_back() -> None:
    lost, well = Card(), Card()
    gpus = Gpus.open(FakeNvml(lost, well))
    assert [sample.utilisation for sample in gpus.sample()] == [87.0, 87.0]
    lost.refuses_all = fake_nvml.GPU_IS_LOST
    first, second = gpus.sample()
    assert (first.index, first.name) == (0, "NVIDIA H100 80GB HBM3")
    assert first.utilisation is None
    assert first.memory_used is None
    assert first.processes is None
    assert second.utilisation == 87.0
    assert first.trouble == gpus.why.removeprefix("GPU 0: ")
    assert "fell off the bus" in first.trouble
    lost.refuses_all = None
    assert gpus.sample()[0].utilisation == 87.0
    assert gpus.why == ""


def test_a_driver_that_goes_away_half_way_does_not_raise() -> None:
    nvml = FakeNvml(Card())
    gpus = Gpus.open(nvml)
    nvml.nvmlShutdown()
    [sample] = gpus.sample()
    assert sample.utilisation is None
    assert "Uninitialized" in gpus.why
    gpus.close()
    gpus.close()


def test_a_card_that_cannot_be_opened_leaves_the_others() -> None:
    nvml = FakeNvml(Card(), Card())
    nvml.handle_errors[0] = fake_nvml.NO_PERMISSION
    gpus = Gpus.open(nvml)
    assert [sample.index for sample in gpus.sample()] == [1]
    assert gpus.left_out == ("GPU 0: this user may not ask the NVIDIA driver",)
    assert gpus.why == gpus.left_out[0], "told as long as it is so"


@pytest.mark.parametrize(
    ("name", "expected"),
    [(b"Tesla V100-SXM2-16GB", "Tesla V100-SXM2-16GB"), (b"bad \xff", "bad \ufffd")],
)
def test_names_may_be_bytes(name: bytes, expected: str) -> None:
    [sample] = Gpus.open(FakeNvml(Card(name=name))).sample()
    assert sample.name == expected


def test_a_card_without_a_name_has_a_general_one() -> None:
    card = Card(refuses={"name": fake_nvml.UNKNOWN})
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.name == "NVIDIA GPU"


def test_an_old_driver_counts_the_reserved_memory_as_used() -> None:
    card = Card(refuses={"memory_v2": fake_nvml.FUNCTION_NOT_FOUND})
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.memory_used == card.used + card.reserved


def test_memory_of_a_run_is_the_sum_of_its_processes() -> None:
    card = Card(
        compute={1: 2 * GIB, 2: 3 * GIB, 3: None, 4: 2**64 - 1}, graphics={2: GIB, 5: GIB, 3: None}
    )
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.processes == {1: 2 * GIB, 2: 3 * GIB, 3: None, 4: None, 5: GIB}
    assert sample.memory_of([1, 2, 2, 77]) == 5 * GIB
    assert sample.memory_of([1, 3]) == 2 * GIB
    assert sample.memory_of([3]) is None
    assert sample.memory_of([77]) == 0


def test_one_list_of_processes_is_enough() -> None:
    card = Card(compute={1: GIB}, refuses={"graphics": fake_nvml.NOT_SUPPORTED})
    [sample] = Gpus.open(FakeNvml(card)).sample()
    assert sample.processes == {1: GIB}
