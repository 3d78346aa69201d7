"""Whatever the command line refuses or can't do is told in words of the catalogue.

As in `test_cli_every_word_is_translatable`, in brackets.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from brackets import untranslated
from capitals import LAB, PAPER, SYLLABUS, write_run

from studylab.runs.directory import State

pytestmark = pytest.mark.usefixtures("filled")

REFUSED = """
wek
nothing-of-that-name
--frob
week x
week 99
week 1 2
done
done NOTHING
done P1-P3 PAPP
done P3-P1
done P0
done P1-P5000
done P77
watched X
watched 1,,2
syllabus --week 9
papers set NOTHING done
papers set PAP finish
papers set PAP nowhere-at-all
note NOTHING
note PAP --show --append X
missed add LATE --paper NOTHING
missed points NOTHING
missed tick PAP 9
missed forget 9
papers add
plan start X
plan start 1000-01-01
plan stretch X
plan pause 2026-11-22 2026-11-20
plan resume 9
session pause
session add X
session add 0m
session add 45m --on 2999-01-01
session edit 9
session edit 9 --time 1h
session delete 9
ask
ask -
ask X --step 3
ask X --run nothing
ask X --item NOTHING
ask X --item P1-P2
answer 99 X
reopen 99
questions --paper NOTHING
labs show NOTHING
labs show QUICKK
run
run --STEPS 3
run NOTHING
run QUICK STEPS
run QUICK --STEPS
run QUICK --STEPS x
run QUICK --STEPS 0
run QUICK --RATE -1
run QUICK --NOISE 2
run QUICK --DATA DIGITSS
run QUICK --ORDER=perhaps
run QUICK --STEP 3
run QUICK --NOTHING 3
run QUICK --resume nothing
runs --limit 0
runs --state nowhere
runs show nothing
runs show quick
runs delete nothing
runs delete alive
runs restore nothing
runs restore quick-55
runs tag quick-55
runs tag nothing --add X
runs clean --older-than X
results --lab NOTHING
log nothing
stop nothing
app week
completion tcsh
report --week 9
report -o WEEK.PDF
"""


@pytest.mark.parametrize("words", REFUSED.strip().splitlines())
def test_a_refusal_says_nothing_of_its_own(cli, words):
    shown = cli(*words.split())

    assert shown.code != 0
    assert shown.err.startswith("studylab: ")
    assert untranslated(shown.err) == []


@pytest.mark.usefixtures("on_terminal")
def test_a_room_that_is_not_there(cli):
    assert untranslated(cli("app", "nowhere").err) == []


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize("editor", ["'", " ", "/NO/EDITOR", "/bin/false", "/bin/true"])
def test_an_editor_that_fails(cli, monkeypatch, editor):
    monkeypatch.setenv("STUDYLAB_EDITOR", editor)
    for words in (["ask"], ["note", "PAP"]):
        assert untranslated(cli(*words).err) == []
    assert cli("ask").code != 0


def bad_database(home: Path) -> None:
    (home / "studylab.db").write_bytes(b"NO DATABASE" * 500)


def newer_database(home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home / "studylab.db")) as db:
        db.execute("PRAGMA user_version = 999")


def home_is_a_file(home: Path) -> None:
    (home.parent / "FILE").write_text("IN THE WAY")
    os.environ["STUDYLAB_HOME"] = str(home.parent / "FILE" / "HOME")


def in_file(name: str, text: str) -> Callable[[Path], object]:
    """Puts a text into a file beside the home."""
    return lambda home: (home.parent / name).write_text(text, "utf-8")


def syllabus(old: str, new: str) -> Callable[[Path], object]:
    """Puts a mistake into the syllabus."""
    assert old in SYLLABUS
    return in_file("plan/plan.toml", SYLLABUS.replace(old, new, 1))


def paper(old: str, new: str) -> Callable[[Path], object]:
    """Puts a mistake into the paper."""
    assert old in PAPER
    return in_file("papers/PAP.md", PAPER.replace(old, new, 1))


def lab(old: str, new: str) -> Callable[[Path], object]:
    """Puts a mistake into the lab."""
    assert old in LAB
    return in_file("labs/QUICK.py", LAB.replace(old, new, 1))


def broken_run(name: str, text: str) -> Callable[[Path], object]:
    """A run one of whose files is broken."""

    def write(home: Path) -> None:
        run = write_run("lost-77777", State.RUNNING)
        (run.path / name).write_text(text)

    return write


TROUBLES = {
    "no TOML in the settings": ("week", in_file("settings.toml", "theme = ")),
    "an unknown setting": ("week", in_file("settings.toml", "thema = 'X'")),
    "a setting like no other": ("week", in_file("settings.toml", "qqqqqqqqq = 'X'")),
    "a setting of another type": ("week", in_file("settings.toml", "theme = 3")),
    "a setting that is no time": ("week", in_file("settings.toml", "stop_grace = 'X'")),
    "no language": ("week", in_file("settings.toml", "language = 'X'")),
    "no database": ("week", bad_database),
    "a newer database": ("week", newer_database),
    "no home": ("week", home_is_a_file),
    "no TOML in the syllabus": ("week", syllabus("title =", "title")),
    "no table": ("week", syllabus("notes = [{ note", "notes = [3, { note")),
    "an unknown key": ("week", syllabus("series", "seires")),
    "an empty text": ("week", syllabus('"ONE"', '" "')),
    "two lines": ("week", syllabus('"ONE"', '"O\\nNE"')),
    "no text": ("week", syllabus('"ONE"', "[]")),
    "a huge number": ("week", syllabus("number = 1", "number = 1000000000")),
    "no number": ("week", syllabus("number = 1\n", "")),
    "a week twice": ("week", syllabus("number = 2", "number = 1")),
    "weeks backwards": ("week", syllabus("number = 1", "number = 3")),
    "no address": ("week", syllabus("https:", "nowhere:")),
    "an episode twice": ("week", syllabus("[2,", "[1,")),
    "episodes backwards": ("week", syllabus("[1,", "[7,")),
    "no episode": ("week", syllabus('[2, "E2", "E2"]', "[2]")),
    "episode 0": ("week", syllabus("[1,", "[0,")),
    "an unknown paper": ("week", syllabus('["PAP"]', '["PAPP"]')),
    "an unknown lab": ("week", syllabus("mine/QUICK", "mine/QUICC")),
    "an id with a space": ("week", syllabus("mine/QUICK", "mine/ QUICK")),
    "a topic of nothing": (
        "week",
        syllabus("notes =", 'topics = [{ name = "N", name_zh = "N", episodes = "P5-" }]\nnotes ='),
    ),
    "a topic of a missing episode": (
        "week",
        syllabus("notes =", 'topics = [{ name = "N", name_zh = "N", episodes = "P9" }]\nnotes ='),
    ),
    "no metadata of a paper": ("papers", paper("+++", "")),
    "no end of the metadata": ("papers", paper("+++\nGUIDE", "GUIDE")),
    "another id of a paper": ("papers", paper('id = "PAP"', 'id = "PAQ"')),
    "a paper without authors": ("papers", paper('["NN"]', "[]")),
    "no Python": ("labs", lab("import sys", "import")),
    "no lab": ("labs", lab("LAB = Lab(", "LAB = dict(")),
    "no settings": ("labs", lab("class Config", "class Other")),
    "a setting that is computed": ("labs", lab("setting(3,", "setting(1 + int(),")),
    "a default that is refused": ("labs", lab("setting(3,", "setting(0,")),
    "a setting of an unknown type": ("labs", lab("STEPS: int", "STEPS: list")),
    "a lab that is broken": ("run QUICK", lab("class Config", "class Other")),
    "a lab that fails": ("run QUICK", lab("import sys", "raise SystemExit(3)")),
    "a state that is cut": ("runs", broken_run("state.json", "{")),
    "a state that is missing": ("runs show lost-7", broken_run("state.json", "{}")),
    "a list as a state": ("runs show lost-7", broken_run("state.json", "[]")),
    "a newer run": ("runs", broken_run("run.json", '{"contract": 99}')),
    "a run without its files": ("runs", broken_run("run.json", '{"contract": 1}')),
}


@pytest.mark.parametrize(("words", "trouble"), TROUBLES.values(), ids=TROUBLES)
def test_trouble_is_told_in_the_language(cli, filled, monkeypatch, words, trouble):
    monkeypatch.setenv("STUDYLAB_HOME", str(filled))
    monkeypatch.delenv("STUDYLAB_LANGUAGE")
    trouble(filled)

    for told in (cli(*words.split()), cli("doctor")):
        assert "⟦" in told.err + told.out
        assert untranslated(told.err) == []
        assert untranslated(told.out) == []


def test_a_database_that_is_held(cli, filled, monkeypatch):
    monkeypatch.setattr("studylab.store.database.BUSY_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(filled / "studylab.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        told = cli("done", "p1")

    assert told.code == 4
    assert untranslated(told.err) == []
