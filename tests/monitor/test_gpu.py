"""GPUs: what they report, what they refuse, and what is said when there are none."""

from __future__ import annotations

import sys

import fake_nvml
import pytest
from fake_nvml import Card, FakeNvml

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
    )
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
    assert "Apple GPU: PyTorch uses it as mps" in gpus.why
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
    assert gpus.why == "GPU 0: NVML: GPU is lost"
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
