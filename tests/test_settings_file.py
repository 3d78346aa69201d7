"""Changing a setting in the student's file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab import locations, settings
from studylab.settings import SettingsError
from studylab.settings_file import write_setting

WRITTEN = """\
# My settings.
theme = "nord"  # dark, for the evening

# Where papers are:
papers = "~/papers"

stop_grace = 30
# The end.
"""


@pytest.fixture
def path() -> Path:
    """The settings file of this test."""
    return locations.settings_file()


def read(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8"))


def test_a_value_is_changed_and_all_else_stays(path: Path) -> None:
    path.write_text(WRITTEN)

    write_setting("theme", "gruvbox")

    assert path.read_text() == WRITTEN.replace('"nord"', '"gruvbox"')


def test_a_new_setting_comes_after_what_there_is(path: Path) -> None:
    path.write_text(WRITTEN)

    write_setting("language", "zh")

    assert path.read_text() == WRITTEN + 'language = "zh"\n'


def test_a_last_line_without_an_end_is_not_run_into(path: Path) -> None:
    path.write_text("pomodoro = 25")

    write_setting("theme", "nord")

    assert read(path) == {"pomodoro": 25, "theme": "nord"}


def test_the_line_ends_of_windows_stay(path: Path) -> None:
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())

    write_setting("papers", "/p")

    assert path.read_bytes() == WRITTEN.replace("~/papers", "/p").replace("\n", "\r\n").encode()


def test_folder_and_file_are_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = path.parent / "a" / "b" / "settings.toml"
    monkeypatch.setenv("STUDYLAB_CONFIG", str(there))

    write_setting("language", "en")

    assert there.read_text() == 'language = "en"\n'


def test_a_link_to_the_file_stays_one(path: Path) -> None:
    real = path.with_name("real.toml")
    real.write_text(WRITTEN)
    path.symlink_to(real)

    write_setting("theme", "dracula")

    assert path.is_symlink()
    assert read(real)["theme"] == "dracula"


def test_who_may_read_it_stays(path: Path) -> None:
    path.write_text(WRITTEN)
    path.chmod(0o640)

    write_setting("theme", "dracula")

    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("thema", "x", "did you mean theme?"),
        ("language", "de", "takes auto, en or zh"),
        ("theme", 3.0, "takes text in quotes"),
        ("stop_grace", -1.0, "takes seconds"),
        ("pomodoro", "often", "takes a whole number"),
        ("theme", "\ud800", "takes text in quotes"),
    ],
)
def test_what_the_settings_refuse_is_not_written(
    path: Path, name: str, value: str | float, told: str
) -> None:
    path.write_text(WRITTEN)

    with pytest.raises(SettingsError, match=told) as caught:
        write_setting(name, value)

    assert "\n" not in str(caught.value)
    assert path.read_text() == WRITTEN
    assert list(path.parent.glob("*settings*")) == [path]


@pytest.mark.parametrize("text", [b"theme = ", b"\xff", b"theme = 'a'\ntheme = 'b'\n"])
def test_a_file_that_cant_be_read_is_left_as_it_is(path: Path, text: bytes) -> None:
    path.write_bytes(text)

    with pytest.raises(SettingsError, match=str(path)):
        write_setting("theme", "nord")

    assert path.read_bytes() == text


def test_a_folder_that_cant_be_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "file").write_text("in the way")
    monkeypatch.setenv("STUDYLAB_CONFIG", str(path.parent / "file" / "settings.toml"))

    with pytest.raises(SettingsError, match=r"settings\.toml"):
        write_setting("theme", "nord")


def test_a_file_that_may_not_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(WRITTEN)
    # Whoever runs this as root may write everything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(SettingsError, match=r"can't be written .* change theme there"):
        write_setting("theme", "gruvbox")

    assert path.read_text() == WRITTEN


def test_a_disk_that_is_full_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(WRITTEN)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(SettingsError, match="No space left on device"):
        write_setting("theme", "gruvbox")

    assert path.read_text() == WRITTEN
    assert list(path.parent.iterdir()) == [path]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS.map(lambda text: "".join(text.split("\n"))))
def test_what_is_written_is_what_is_read(value: str, comment: str) -> None:
    comment = "".join(c for c in comment if c == "\t" or c.isprintable())
    path = locations.settings_file()
    path.write_text(f"# {comment}\nstop_grace = 7.5 # {comment}\n", "utf-8")

    write_setting("editor", value)
    write_setting("stop_grace", 3)
    write_setting("pomodoro", 50)

    found = settings.load({})
    assert (found.editor, found.stop_grace, found.pomodoro) == (value, 3.0, 50)
    assert path.read_text("utf-8").count(f"# {comment}") >= 2
