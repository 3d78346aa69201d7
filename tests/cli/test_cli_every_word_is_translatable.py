"""Whatever the command line says comes out of the catalogue.

The catalogue of these tests puts brackets around every message, and what the student has is
written in capitals: a small letter outside of brackets is a word that no catalogue has seen.
"""

from __future__ import annotations

import shutil

import click
import pytest
from brackets import commands, untranslated

from studylab.cli.main import studylab

pytestmark = pytest.mark.usefixtures("filled")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("⟦week {} of⟧ 10", []),
        ("⟦a ⟦b⟧ c⟧ D p9 studylab done p9", []),
        ("⟦a⟧ and ⟦b⟧", ["and"]),
        ("Week 1", ["Week"]),
        ("studylab: no ⟦run⟧", ["no"]),
        ("✓ finished", ["finished"]),
    ],
)
def test_words_that_were_not_looked_up_are_found(text, words):
    assert untranslated(text) == words


COMMANDS = """
week
week 1
week 2
syllabus
syllabus --week 1
done p1 PAP
done p1 p1 p2 p3 PAP lab-mine/QUICK
undone p1
watched P1-P2
papers
papers set PAP first-pass
papers history PAP
missed
missed add LATE --paper PAP
missed points PAP
missed tick PAP 1
note PAP --path
note PAP --show
note PAP --append TEXT
note 1 --path
ask WHY NOT?
answer 1 SO
reopen 2
questions
questions --answered
questions --all
questions --find NOWHERE
questions --all --find NOWHERE
questions show 1
questions show 2
questions --week 1 --tag TAG --sort oldest
questions edit 1 --place HERE
questions edit-answer 1 --kind video --source P9999
answer 1 SO --not-settled
questions tag 1 --add TAG
questions move 1 --week 1
questions close 1
questions reopen 1
questions delete 1
questions filters
questions filters save MINE --all --paper PAP --sort week
search WHY
search NOWHERE
review
review --list
review rate 1 3
undo
labs
labs show QUICK
run QUICK --help
run QUICK --STEPS 2
run QUICK --detach
runs
runs --state queued
runs show quick-55
runs show quick-56
runs show lost
runs show alive
runs --tag NOWHERE
runs star quick-55 quick-56
runs unstar quick-55
runs tag quick-55 --add TAG
runs note quick-55 NOTE
runs archive quick-55
runs delete quick-55
runs disk
runs clean
runs clean --dry-run --keep-last 0
watch quick-55
watch quick-56
watch failed
watch lost
log quick-55
stop quick-55
results
results --lab QUICK
doctor
report
plan
plan start 2026-11-09
plan stretch 3
plan pause 2026-11-20 2026-11-22 --why WHY
plan calendar
session
session start p1
session start p1 --switch
session status
session add 45m --item p1 --on 2026-11-20
session list
--version
"""


@pytest.mark.parametrize("words", COMMANDS.strip().splitlines())
def test_a_command_says_nothing_of_its_own(cli, words):
    shown = cli(*words.split())

    assert shown.out or shown.err
    assert untranslated(shown.out) == []
    assert untranslated(shown.err) == []


PAGES = [words for words, found in commands(studylab) if not isinstance(found, click.Group)]
"""Not those of groups: a list of commands cuts what they say, and a bracket with it."""


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_a_page_of_help_says_nothing_of_its_own(cli, words):
    shown = cli(*words, "--help")

    assert "⟦" in shown.out and shown.err == ""
    assert untranslated(shown.out) == []


def test_all_is_done(cli):
    shown = cli("done", "P1-P3", "PAP", "lab-mine/QUICK", "lab-mine/LATER")

    for more in (shown, cli("week"), cli("undone", "P1-P3", "PAP"), cli("undone", "P1-P3", "PAP")):
        assert untranslated(more.out) == []


def test_there_is_nothing_yet(cli, filled, made_database):
    shutil.copy(made_database, filled / "studylab.db")
    shutil.rmtree(filled / "runs")

    for words in ("runs", "results", "questions --all", "week", "runs show last", "watch last"):
        shown = cli(*words.split())
        assert untranslated(shown.out + shown.err) == []
