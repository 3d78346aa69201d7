"""`studylab machine`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from studylab.cli import machine, machine_page
from studylab.monitor.gpu import Gpus
from studylab.runs.directory import RunDirectory
from studylab.runs.machine_use import View
from tests.cli.conftest import Cli
from tests.monitor import fake_nvml
from tests.monitor.fake_nvml import Card, FakeNvml
from tests.runs.machine_views import shared_box, view


class Box:
    """Looks at a machine that a test describes."""

    def __init__(self) -> None:
        self.seen = shared_box()
        self.looks = 0
        self.is_open = False

    def made(self, *, each_gpu: int) -> Box:
        self.is_open = True
        return self

    def look(self, runs: Iterable[RunDirectory]) -> View:
        self.looks += 1
        return self.seen

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    made = Box()
    monkeypatch.setattr(machine, "Lookout", made.made)
    monkeypatch.setattr(machine, "FIRST_SECONDS", 0.0)
    return made


def test_the_page_of_a_shared_box(cli: Cli, box: Box) -> None:
    done = cli("machine")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "GPUs 1, 7 are free, most memory on 1: 86 GB · 2 runs wait"
    for number, parts in {
        "GPU 0": ("H100 80GB HBM3", "99 %", "71 GB of 86 GB", "74 °C", "688/700 W", "bo 1:01:01"),
        "GPU 1": ("free",),
        "GPU 2": ("your gpt-7k2mq 12:05",),
        "GPU 3": ("fell off the bus",),
        "GPU 4": ("out of sight: 40 GB",),
    }.items():
        [line] = [line for line in lines if line.startswith(number)]
        for part in parts:
            assert part in line, (number, part)
    assert any("MIG 3g.40gb" in line and "30 GB of 42 GB" in line for line in lines)
    [running] = [line for line in lines if "▸ running" in line]
    assert "131 %" in running and "19 GB" in running
    assert any("gpt-8m3np" in line and "after gpt-7k2mq" in line for line in lines)
    assert any("bert-2a3bc" in line and "on other-box" in line for line in lines)
    assert any(line.startswith("4101") and "python train.py" in line for line in lines)
    assert not box.is_open


def test_without_a_gpu_it_says_why_and_speaks_of_none(cli: Cli, box: Box) -> None:
    box.seen = view(processes=shared_box().processes)
    out = cli("machine").out
    assert "52 GB of memory are free; no NVIDIA driver" in out
    assert "on GPU" not in out
    assert "42 % of 8 cores" in out


def test_a_system_that_hides_the_processes_of_others_is_told_of(cli: Cli, box: Box) -> None:
    said = "this user may see no processes but their own"
    assert said not in cli("machine").out
    own = {pid: info for pid, info in box.seen.processes.items() if info.owner == "ana"}
    box.seen = replace(box.seen, processes=own)
    assert said in cli("machine").out


def test_processes_can_be_sorted_filtered_and_counted(cli: Cli, box: Box) -> None:
    def pids(*words: str) -> list[int]:
        return [
            each["pid"] for each in json.loads(cli("machine", "--json", *words).out)["processes"]
        ]

    assert pids() == [4101, 5001, 6001, 5002, 1]
    assert pids("--sort", "age")[0] == 1
    assert pids("--only", "mine", "--sort", "memory") == [5001, 6001, 5002]
    assert pids("--only", "gpu", "--limit", "2") == [4101, 5001]
    assert pids("--limit", "0") == []
    assert cli("machine", "--sort", "colour").code == 2
    assert "4101" not in cli("machine", "--limit", "0").out


def test_json_has_everything_with_the_keys_that_the_help_names(cli: Cli, box: Box) -> None:
    found = json.loads(cli("machine", "--json").out)
    assert tuple(found) == machine_page.KEYS
    gpus = found["gpus"]
    assert [gpu["standing"] for gpu in gpus] == [
        "taken", "free", "ours", "silent", "taken", "taken", "taken", "free"
    ]  # fmt: skip
    assert gpus[0]["processes"] == [{"pid": 4101, "memory": 70 * 10**9, "owner": "bo", "run": ""}]
    assert gpus[3]["trouble"].startswith("lost")
    assert gpus[4]["hidden"] == 40 * 10**9
    assert gpus[6]["parts"][0]["processes"] == [4101]
    runs = {run["id"]: run for run in found["runs"]}
    assert runs["gpt-7k2mq"]["pids"] == [5001, 5002]
    assert runs["gpt-7k2mq"]["gpus"] == [{"index": 2, "memory": 19 * 10**9}]
    assert (runs["cnn-9q4rs"]["place"], runs["bert-2a3bc"]["host"]) == (2, "other-box")


def test_watching_looks_again_until_it_is_interrupted(
    cli: Cli, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        if box.looks == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    done = cli("machine", "--watch")
    assert done.code == 0
    assert done.out.count("GPUs 1, 7 are free") == 3
    assert "\x1b" not in done.out, "it is no terminal"
    assert not box.is_open
    box.looks = 2
    assert len(json.JSONDecoder().raw_decode(cli("machine", "--watch", "--json").out)[0]) == 21


def test_ctrl_c_before_the_first_look_is_an_interrupt(
    cli: Cli, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert cli("machine").code == 130
    assert not box.is_open


def test_the_real_machine_is_told_without_a_gpu_too(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus = Gpus.open(FakeNvml(init_error=fake_nvml.LIBRARY_NOT_FOUND))
    monkeypatch.setattr("studylab.runs.machine_use.Gpus.open", lambda: gpus)
    monkeypatch.setattr(machine, "FIRST_SECONDS", 0.05)
    found = json.loads(cli("machine", "--json").out)
    assert found["memory_total"] > 0 and found["processes"]
    assert "libnvidia-ml.so.1 not found" in found["why"]


def test_the_real_look_at_eight_cards(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [Card(used=300 << 20) for _ in range(8)]
    cards[2].refuses_all = fake_nvml.GPU_IS_LOST
    gpus = Gpus.open(FakeNvml(*cards))
    monkeypatch.setattr("studylab.runs.machine_use.Gpus.open", lambda: gpus)
    monkeypatch.setattr(machine, "FIRST_SECONDS", 0.0)
    out = cli("machine").out
    assert "GPUs 0, 1, 3, 4, 5, 6, 7 are free" in out
