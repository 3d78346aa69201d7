"""`studylab queue`, and how `studylab run` waits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.runs.conftest import keepers, wait_for


@pytest.fixture(autouse=True)
def one_slot(monkeypatch: pytest.MonkeyPatch, cli: Cli) -> Iterator[None]:
    monkeypatch.setenv("STUDYLAB_SLOTS", "1")
    yield
    left = [str(entry["run"]) for entry in queued(cli)]
    cli("stop", *left, "--no-wait") if left else None
    for process in keepers():
        process.kill()


def waiting(cli: Cli) -> list[str]:
    return [entry["run"] for entry in queued(cli) if entry["place"]]


def queued(cli: Cli) -> list[dict[str, object]]:
    return json.loads(cli("queue", "--json").out)


def detached(cli: Cli, *words: str) -> str:
    return cli("run", *words, "--detach").out.strip()


def test_runs_wait_in_order_and_the_order_can_be_changed(cli: Cli, labs: Path, home: Path) -> None:
    slow = detached(cli, "slow")
    first, second, third = (detached(cli, "quick", "--steps", "1") for _ in range(3))
    assert [(entry["run"], entry["place"]) for entry in queued(cli)] == [
        (slow, 0), (first, 1), (second, 2), (third, 3),
    ]  # fmt: skip
    assert "number 1 of those that wait" in cli("queue", "up", third, "2").out
    cli("queue", "down", first)
    cli("queue", "priority", second, "3")
    assert waiting(cli) == [second, third, first]
    shown = cli("queue").out.splitlines()[1:]
    assert [line.split()[-1] for line in shown[:1]] == ["mine/slow"]
    assert ["waiting" in line for line in shown] == [False, True, True, True]
    cli("stop", slow)
    states = {run: home / "runs" / run / "state.json" for run in (first, second, third)}
    wait_for(lambda: all("finished" in file.read_text() for file in states.values()), 30)
    began = {run: json.loads(file.read_text())["started_at"] for run, file in states.items()}
    assert sorted(began, key=lambda run: began[run]) == [second, third, first]


def test_a_run_after_another(cli: Cli, labs: Path) -> None:
    slow = detached(cli, "slow")
    chained = detached(cli, "quick", "--steps", "1", "--after", slow)
    assert f"after {slow}" in cli("queue").out
    cli("stop", slow)
    wait_for(lambda: not waiting(cli), 30)
    shown = cli("runs", "show", chained).out
    assert "not started" in shown
    assert slow in shown


def test_now_does_not_wait(cli: Cli, labs: Path) -> None:
    detached(cli, "slow")
    done = cli("run", "quick", "--steps", "1", "--now")
    assert done.code == 0
    assert "finished" in done.err


def test_a_run_that_waits_can_be_taken_out(cli: Cli, labs: Path) -> None:
    slow = detached(cli, "slow")
    quick = detached(cli, "quick")
    assert "while it waited" in cli("stop", quick).out
    wait_for(lambda: [entry["run"] for entry in queued(cli)] == [slow])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("queue", "up", "nothing"), 3, "no run"),
        (("run", "quick", "--after", "nothing"), 3, "no run"),
        (("run", "quick", "--now", "--after", "last"), 2, "exclude each other"),
        (("queue", "priority", "last", "high"), 2, "high"),
    ],
)
def test_what_can_not_be_meant_is_one_line(
    cli: Cli, labs: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    if "last" in words:
        cli("run", "quick", "--steps", "1")
    done = cli(*words)
    assert (done.code, len(done.err.splitlines())) == (code, 1), done.err
    assert said in done.err


def test_a_run_that_has_started_can_not_be_moved(cli: Cli, labs: Path) -> None:
    slow = detached(cli, "slow")
    done = cli("queue", "up", slow)
    assert "does not wait" in done.err
    assert done.code == 1


def test_an_empty_queue_says_so(cli: Cli) -> None:
    assert "nothing waits" in cli("queue").err
    assert json.loads(cli("queue", "--json").out) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_queue_that_can_not_be_written_is_told(cli: Cli, labs: Path, home: Path) -> None:
    (home / "queue").mkdir()
    (home / "queue").chmod(0o500)
    done = cli("run", "quick")
    assert done.code == 4
    assert len(done.err.splitlines()) == 1
