"""`studylab settings`."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from studylab.cli.settings import HELP
from studylab.settings import Settings
from tests.cli.conftest import Cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_every_setting_is_explained() -> None:
    assert list(HELP) == [field.name for field in fields(Settings)]


def test_all_are_listed_with_where_they_come_from(cli: Cli, file: Path, monkeypatch) -> None:
    file.write_text('editor = "nano"\n')
    monkeypatch.setenv("STUDYLAB_POMODORO", "25")
    found = {each["name"]: each for each in json.loads(cli("settings", "--json").out)}
    assert found.keys() == HELP.keys()
    assert (found["editor"]["value"], found["editor"]["from"]) == ("nano", "file")
    assert (found["pomodoro"]["value"], found["pomodoro"]["from"]) == (25, "environment")
    assert found["theme"]["from"] == "default"
    shown = cli("settings").out
    assert "editor = nano" in shown
    assert str(file) in shown


def test_one_is_changed_and_the_rest_of_the_file_stays(cli: Cli, file: Path) -> None:
    file.write_text('# mine\neditor = "nano"  # the small one\n')
    assert "theme = nord" in cli("settings", "theme", "nord").out
    assert file.read_text() == '# mine\neditor = "nano"  # the small one\ntheme = "nord"\n'
    cli("settings", "reviews-a-day", "7")
    assert "reviews_a_day = 7\n" in file.read_text()
    assert "default" in cli("settings", "editor", "--unset").out
    assert "editor" not in file.read_text()


def test_a_variable_that_wins_is_told(cli: Cli, monkeypatch) -> None:
    monkeypatch.setenv("STUDYLAB_THEME", "dracula")
    done = cli("settings", "theme", "nord")
    assert "STUDYLAB_THEME" in done.err
    assert "dracula" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("thme",), 4, "did you mean theme?"),
        (("pomodoro", "soon"), 4, "whole number"),
        (("language", "fr"), 4, "en or zh"),
        (("--unset",), 2, "needs the name"),
        (("theme", "nord", "--unset"), 2, "no value"),
    ],
)
def test_what_is_no_setting_is_one_line(
    cli: Cli, file: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = cli("settings", *words)
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert said in done.err
    assert not file.exists()
