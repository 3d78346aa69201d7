"""`studylab artifacts`: what a run has logged, listed, shown and saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from studylab.runs.directory import RunDirectory
from tests.cli.conftest import Cli
from tests.tui.run_files import write_event, write_full_run


@pytest.fixture
def run(home: Path) -> RunDirectory:
    run = write_full_run()
    write_event(run, "text", name="sample", text="从前\n\x1b[31mred\x1b[0m [bold]", step=10)
    write_event(run, "text", name="sample", text="later", step=20)
    write_event(
        run, "table", name="classes", columns=["class", "loss"], rows=[["猫, x", 0.123456]], step=20
    )
    (run.path / "artifacts").mkdir()
    Image.new("RGB", (3, 3), "red").save(run.path / "artifacts" / "scene.png")
    write_event(run, "image", name="scene", path="artifacts/scene.png", step=30)
    return run


@pytest.mark.usefixtures("run")
def test_they_are_listed_the_newest_first(cli: Cli) -> None:
    shown = cli("artifacts", "last")
    assert shown.code == 0
    names = [line.split("  ")[0] for line in shown.out.splitlines()]
    assert names[:5] == ["Name", "scene", "classes", "sample", "sample"]
    assert "[/]" in shown.out


@pytest.mark.usefixtures("run")
def test_one_is_shown(cli: Cli) -> None:
    assert cli("artifacts", "last", "sample").out == "later\n"
    assert cli("artifacts", "last", "sample", "--step", "10").out == "从前\nred [bold]\n"
    assert "猫, x  0.1235" in cli("artifacts", "last", "classes").out


def test_of_a_picture_its_file(cli: Cli, run: RunDirectory) -> None:
    path = cli("artifacts", "last", "scene").out.rstrip("\n")
    assert Path(path) == (run.path / "artifacts" / "scene.png").resolve()


@pytest.mark.usefixtures("run")
def test_as_json(cli: Cli) -> None:
    every = json.loads(cli("artifacts", "last", "--json").out)
    assert [each["kind"] for each in every] == [
        *("image", "table", "text", "text", "warning", "table"),
    ]
    one = json.loads(cli("artifacts", "last", "classes", "--json").out)
    assert one["columns"] == ["class", "loss"]
    assert one["rows"] == [["猫, x", 0.123456]]
    assert one["path"] is None


def test_saved(cli: Cli, run: RunDirectory, tmp_path: Path) -> None:
    for name in ("scene", "classes", "sample"):
        assert cli("artifacts", "last", name, "--save", str(tmp_path / name)).code == 0
    assert (tmp_path / "scene").read_bytes() == (run.path / "artifacts" / "scene.png").read_bytes()
    assert (tmp_path / "classes").read_text("utf-8") == 'class,loss\n"猫, x",0.123456\n'
    assert (tmp_path / "sample").read_text("utf-8") == "later"
    again = cli("artifacts", "last", "sample", "--save", str(tmp_path / "scene"))
    assert again.code != 0
    assert "is there already" in again.err
    assert (tmp_path / "scene").read_bytes().startswith(b"\x89PNG")
    nowhere = cli("artifacts", "last", "sample", "--save", str(tmp_path / "no" / "x"))
    assert "can't be written" in nowhere.err


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("other",), "nothing called 'other' was logged"),
        (("sample", "--step", "12"), "the nearest is step 10"),
        (("--step", "12"), "say which one"),
        (("sample", "--step", "x"), "--step"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(cli: Cli, words: tuple[str, ...], told: str) -> None:
    shown = cli("artifacts", "last", *words)
    assert shown.code != 0
    assert told in shown.err
    assert "Traceback" not in shown.err


def test_a_picture_that_is_gone(cli: Cli, run: RunDirectory) -> None:
    (run.path / "artifacts" / "scene.png").unlink()
    assert "is not there" in cli("artifacts", "last", "scene").err


def test_a_run_that_logged_none(cli: Cli, home: Path) -> None:
    write_full_run().events.unlink()
    shown = cli("artifacts", "last")
    assert shown.code == 0
    assert "has logged no text, table or picture" in shown.err
