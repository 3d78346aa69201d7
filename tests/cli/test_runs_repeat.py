"""Repeating a run from the shell, and what `runs show` says of it."""

from __future__ import annotations

import json
import sys

import pytest

SEEDED = """
from dataclasses import dataclass
import sys
from studylab.labspec import Lab, setting
from studylab.metrics.reporter import Reporter

LAB = Lab(name="seeded", title="A lab with a seed", teaches="Nothing.", week=1, minutes=0.1)


@dataclass
class Config:
    seed: int = setting(0, "of all", low=0, high=9)
    rate: float = setting(0.5, "how fast", low=0.0, high=1.0)


with Reporter.open("seeded") as reporter:
    reporter.log({"loss": 0.5}, step=1)
    print(*sys.argv[1:])
"""


@pytest.fixture
def seeded(labs):
    path = labs / "seeded.py"
    path.write_text(SEEDED, "utf-8")
    return path


def shown(cli, id="last"):
    return json.loads(cli("runs", "show", id, "--json").out)


def test_a_run_is_repeated_with_its_settings(cli, seeded):
    cli("run", "seeded", "--rate", "0.25", "--now")
    first = shown(cli)
    ran = cli("runs", "repeat", first["id"][:9], "--now")

    assert ran.code == 0, ran.err
    assert f"nothing that was taken down of {first['id']} differs now" in ran.err
    again = shown(cli)
    assert again["id"] != first["id"]
    assert again["evidence"]["repeats"] == first["id"]
    assert again["settings"] == first["settings"] == {"seed": 0, "rate": 0.25}
    assert again["evidence"]["code_hash"] == first["evidence"]["code_hash"] != ""


def test_another_seed_and_changed_code_are_told(cli, seeded):
    cli("run", "seeded", "--now")
    seeded.write_text(SEEDED + "# changed\n", "utf-8")
    ran = cli("runs", "repeat", "last", "--seed", "4", "--now")

    assert "the code has changed" in ran.err
    assert (shown(cli)["seed"], shown(cli)["settings"]["seed"]) == (4, 4)


def test_it_waits_for_its_turn_and_prints_its_id(cli, seeded):
    cli("run", "seeded", "--now")
    ran = cli("runs", "repeat", "last", "--detach")
    assert ran.code == 0 and ran.out.strip().startswith("seeded-")


def test_a_setting_that_is_gone_is_told_and_a_refused_seed_too(cli, seeded):
    cli("run", "seeded", "--now")
    assert cli("runs", "repeat", "last", "--seed", "77", "--now").code == 2
    seeded.write_text(SEEDED.replace("rate: float", "speed: float"), "utf-8")
    ran = cli("runs", "repeat", "last", "--now")
    assert "no setting rate any more" in ran.err and "new setting speed" in ran.err
    seeded.unlink()
    ran = cli("runs", "repeat", "last", "--now")
    assert ran.code == 2 and "not there any more" in ran.err


def test_a_command_is_repeated_in_its_folder(cli, tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text("import os, sys; print(os.getcwd(), *sys.argv[1:])")
    monkeypatch.chdir(tmp_path)
    cli("run", "--now", "--", sys.executable, "train.py", "--seed", "1", "--lr=0.1")
    first = shown(cli)
    monkeypatch.chdir("/")
    ran = cli("runs", "repeat", "last", "--seed", "2", "--now")

    assert ran.code == 0, ran.err
    assert ran.out.split() == [str(tmp_path), "--seed", "2", "--lr=0.1"]
    again = shown(cli)
    assert (again["seed"], again["evidence"]["repeats"]) == (2, first["id"])
    assert again["id"].startswith("train-")


def test_a_secret_is_not_kept_and_so_not_repeated(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli("run", "--now", "--", sys.executable, "-c", "pass", "--api-key", "abcdef")
    ran = cli("runs", "repeat", "last", "--now")
    assert ran.code == 2 and "a secret, which is not kept" in ran.err


def test_show_prints_what_is_needed_to_repeat_it(cli, seeded):
    cli("run", "seeded", "--seed", "3", "--now")
    run = shown(cli)
    out = cli("runs", "show", "last").out
    assert f"studylab runs repeat {run['id']}" in out
    assert run["evidence"]["command_line"] in out and "--seed=3" in out
    assert run["evidence"]["code_hash"][:12] in out
    assert f"interpreter  {run['evidence']['python_version']}" in out
    assert set(run["evidence"]["versions"]) >= {"studylab"}
