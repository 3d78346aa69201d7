"""Week, syllabus, ticks, papers and notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studylab.store.database import open_database
from studylab.store.progress import done_items


def done(home: Path) -> set[str]:
    db = open_database(home / "studylab.db")
    try:
        return set(done_items(db))
    finally:
        db.close()


def test_the_week_says_what_comes_next(cli):
    shown = cli("week")

    assert shown.code == 0
    assert shown.out.startswith("Week 1 of 10  Neural Networks and Deep Learning\n")
    assert "p9 " in shown.out and "studylab done p9" in shown.out
    assert shown.err == ""


def test_a_week_of_ones_choice_has_its_notes(cli):
    assert "MRPC and RTE" in cli("week", "9").out


def test_there_is_no_eleventh_week(cli):
    shown = cli("week", "11")

    assert shown.code == 3
    assert shown.err == "studylab: there is no week 11; the syllabus has 1 to 10\n"
    assert shown.out == ""


def test_titles_are_in_the_students_language(cli, monkeypatch):
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "zh")

    assert "神经网络与深度学习" in cli("week").out


def test_ticking_moves_the_week_on(cli, home):
    shown = cli("watched", "P9-P12", "P14")

    assert shown.code == 0
    assert done(home) == {"p9", "p10", "p11", "p12", "p14"}
    assert "next: p13" in shown.out
    assert json.loads(cli("week", "--json").out)["done"] == 5


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["p9"], {"p9"}),
        (["P9"], {"p9"}),
        (["9"], {"p9"}),
        (["P9-P11,P14"], {"p9", "p10", "p11", "p14"}),
        (["P9–P10"], {"p9", "p10"}),
        (["hw-python-basics"], {"hw-python-basics"}),
        (["HW_Python_Basics"], {"hw-python-basics"}),
        (["paper-roberta"], {"paper-roberta"}),
        (["RoBERTa"], {"paper-roberta"}),
        (["cnn"], {"lab-vision/cnn"}),
        (["vision/cnn", "p9", "p9"], {"lab-vision/cnn", "p9"}),
        (["What is a Neural Network?"], {"p9"}),
        (["什么是神经网络"], {"p9"}),
    ],
)
def test_items_go_by_many_names(cli, home, words, ids):
    assert cli("done", *words).code == 0
    assert done(home) == ids


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("hw-pyton-basics", 3, "did you mean hw-python-basics?"),
        ("P300", 3, "P300 not in this syllabus"),
        ("P20-P9", 2, "runs backwards; write P9-P20"),
        ("P9-P99999", 2, "spans more than"),
        ("", 3, "`studylab syllabus` lists them"),
        ("\x1b[31mx", 3, "`studylab syllabus` lists them"),
    ],
)
def test_an_unknown_item_ticks_nothing(cli, home, word, code, said):
    shown = cli("done", "p9", word)

    assert shown.code == code
    assert said in shown.err
    assert shown.err.count("\n") == 1 and "\x1b" not in shown.err
    assert done(home) == set()


def test_a_tick_is_taken_back(cli, home):
    cli("done", "p9", "p10")
    shown = cli("undone", "p10", "p11")

    assert done(home) == {"p9"}
    assert "[ ]  p10" in shown.out and "not ticked: p11" in shown.out


def test_ticking_twice_says_so(cli):
    cli("done", "p9")

    assert "ticked before: p9" in cli("done", "p9").out


def test_all_done_is_said(cli):
    items = [item["id"] for item in json.loads(cli("syllabus", "--json").out)]
    assert "all done" in cli("done", *items).out
    assert "All done." in cli("week").out


def test_the_syllabus_is_a_tree_of_tasks(cli):
    cli("done", "p108")
    lines = cli("syllabus", "--week", "4").out.splitlines()

    assert lines[0].startswith("Week 4  Convolutional Neural Networks")
    assert any(line.startswith("    [x]  p108 ") for line in lines)
    assert any(line.startswith("    [ ]  p109 ") for line in lines)
    assert len(cli("syllabus").out.splitlines()) > 261


def test_a_paper_goes_through_its_states(cli, home):
    assert cli("papers", "set", "BERT", "first pass").out == "BERT: first pass\n"
    assert "paper-bert" not in done(home)
    cli("papers", "set", "bert", "done")
    assert "paper-bert" in done(home)
    cli("papers", "set", "bert", "to-read")
    assert "paper-bert" not in done(home)


def test_a_ticked_paper_is_a_read_one(cli):
    cli("done", "paper-bert")

    papers = json.loads(cli("papers", "--json").out)
    assert next(p for p in papers if p["id"] == "bert")["state"] == "done"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["bret", "done"], 3, "did you mean bert?"),
        (["bert", "frist-pass"], 2, "did you mean first pass?"),
        (["bert", "eaten"], 2, "choose from to read, first pass"),
    ],
)
def test_a_paper_or_state_that_is_none(cli, words, code, said):
    shown = cli("papers", "set", *words)

    assert (shown.code, shown.err.count("\n")) == (code, 1)
    assert said in shown.err


@pytest.mark.parametrize(("of", "name"), [("bert", "bert.md"), ("3", "week-3.md")])
def test_a_note_opens_in_the_editor(cli, home, editor, of, name):
    editor("Written. ")

    assert cli("note", of).code == 0
    text = (home / "notes" / name).read_text("utf-8")
    assert text.startswith("Written. # ")
    assert cli("note", of, "--path").out == f"{home / 'notes' / name}\n"


def test_an_empty_note_leaves_no_file(cli, home, editor):
    editor("")
    cli("note", "bert")

    assert not (home / "notes" / "bert.md").exists()


def test_a_note_is_kept_when_the_editor_fails(cli, home, editor):
    editor("Half. ", code=3)
    shown = cli("note", "bert")

    assert shown.code == 1 and "ended with code 3" in shown.err
    assert (home / "notes" / "bert.md").read_text("utf-8").startswith("Half. ")


@pytest.mark.parametrize("command", ["no-such-editor", "'unbalanced", " "])
def test_an_editor_that_is_none_is_told(cli, monkeypatch, command):
    monkeypatch.setenv("STUDYLAB_EDITOR", command)
    shown = cli("note", "bert")

    assert shown.code == 1
    assert shown.err.startswith("studylab: the editor") and shown.err.count("\n") == 1


def test_the_papers_in_reading_order(cli, editor):
    cli("ask", "why?", "--paper", "gpt")
    editor("read. ")
    cli("note", "gpt")
    lines = cli("papers").out.splitlines()

    assert lines[1].startswith("transformer  6     to read")
    (gpt,) = (line for line in lines if line.startswith("gpt "))
    assert gpt.split()[1:6] == ["7", "to", "read", "1", "note"]
