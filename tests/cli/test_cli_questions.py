"""Questions from the shell: nothing of what is typed is changed or lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studylab.store.database import StoreBusy

NASTY = [
    "Why \"softmax\" and 'log'; -- DROP TABLE questions?",
    "[bold]Is[/] this [/] markup [link=x]?",
    "为什么 softmax 要减去最大值？",
    "Loss went 📈🎉👩‍🔬 é é",
    "line one\nline two\n\n    indented\ttab",
    "$HOME `id` %s {x} \\n \\",
]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("way", ["words", "pipe"])
def test_a_question_comes_back_as_it_was(program, text, way):
    asked = program("ask", "--", text) if way == "words" else program("ask", "-", given=text)

    assert asked.code == 0, asked.err
    listed = json.loads(program("questions", "--json").out)
    assert [question["text"] for question in listed] == [text]


def test_escapes_reach_neither_terminal_nor_json(cli):
    cli("ask", "a\x1b]0;title\x07b\x9bc\u202ed\x00e")

    assert "a" in cli("questions").out
    for words in (["questions"], ["questions", "show", "1"], ["questions", "--json"]):
        shown = cli(*words).out
        assert not set("\x1b\x07\x9b\u202e\x00") & set(shown), words
    (question,) = json.loads(cli("questions", "--json").out)
    assert question["text"] == "a\x1b]0;title\x07b\x9bc\u202ede"


def test_a_question_knows_what_it_is_about(cli, labs):
    cli("run", "quick")
    words = ["--paper", "transformer", "--place", "section 3.2", "--run", "last", "--step", "2"]
    assert cli("ask", "why", "scaled?", *words).out == "question 1, week 6\n"

    (question,) = json.loads(cli("questions", "--json").out)
    assert question["text"] == "why scaled?"
    assert (question["paper"], question["place"], question["week"]) == (
        "transformer",
        "section 3.2",
        6,
    )
    assert question["run"].startswith("quick-") and question["step"] == 2


@pytest.mark.parametrize(
    ("words", "week"),
    [([], 1), (["--item", "p108"], 4), (["--paper", "bert"], 7), (["--week", "3"], 3)],
)
def test_a_question_belongs_to_a_week(cli, words, week):
    cli("ask", "why?", *words)

    assert json.loads(cli("questions", "--json").out)[0]["week"] == week


def test_a_question_about_a_papers_item_is_about_the_paper(cli):
    cli("ask", "why?", "--item", "paper-bert")

    assert "why?" in cli("questions", "--paper", "bert").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ask"], 2, "needs words, or - to read it from a pipe"),
        (["ask", "  "], 2, "needs some text"),
        (["ask", "x", "--week", "12"], 3, "there is no week 12"),
        (["ask", "x", "--item", "p9-p10"], 2, "names 2 items"),
        (["ask", "x", "--paper", "transfomer"], 3, "did you mean transformer?"),
        (["ask", "x", "--run", "nope"], 3, "there is no run 'nope'"),
        (["ask", "x", "--step", "3"], 2, "--step needs --run"),
        (["ask", "x", "--run", "last", "--step", "1e9"], 2, "not a valid integer"),
        (["ask", "x", "--step", str(2**63)], 2, "--step"),
        (["answer", "7", "x"], 3, "there is no question 7"),
        (["answer", str(10**30), "x"], 3, "there is no question 1000"),
        (["answer", "x", "y"], 2, "not a valid integer"),
        (["reopen", "7"], 3, "there is no question 7"),
        (["questions", "show", "7"], 3, "there is no question 7"),
        (["questions", "--paper", "bret"], 3, "did you mean bert?"),
    ],
)
def test_what_can_not_be_meant_is_one_line(cli, words, code, said):
    shown = cli(*words)

    assert (shown.code, shown.out) == (code, "")
    assert shown.err.startswith("studylab: ") and shown.err.count("\n") == 1
    assert said in shown.err


def test_answering_closes_and_reopening_opens(cli):
    cli("ask", "Why log?")
    cli("ask", "Why exp?")
    assert cli("answer", "1", "products", "become", "sums", "--source", "P31").code == 0

    assert "Why log?" not in cli("questions").out
    assert "Why log?" in cli("questions", "--answered").out
    listed = cli("questions", "--all").out.splitlines()[1:]
    assert [row.split()[0] for row in listed] == ["2", "1"]
    shown = cli("questions", "show", "1").out
    assert "products become sums" in shown and "P31" in shown
    (record,) = json.loads(cli("questions", "--answered", "--json").out)
    assert record["answers"][0]["text"] == "products become sums"

    cli("reopen", "1")
    assert "Why log?" in cli("questions").out


def test_questions_are_found_by_week_and_words(cli):
    cli("ask", "about pooling", "--week", "4")
    cli("ask", "about attention", "--week", "6")

    assert [q["text"] for q in json.loads(cli("questions", "--week", "4", "--json").out)] == [
        "about pooling"
    ]
    assert "attention" in cli("questions", "--find", "ATTENTION").out
    assert cli("questions", "--find", "pool").out.count("about") == 2  # the heading says it too


def test_no_question_is_told_beside_the_list(cli):
    shown = cli("questions")

    assert (shown.code, shown.out) == (0, "")
    assert "no question is open" in shown.err
    assert json.loads(cli("questions", "--json").out) == []


@pytest.mark.usefixtures("on_terminal")
def test_without_words_the_editor_opens(cli, editor):
    editor("# A heading\n\nwhy?\n")

    assert cli("ask").code == 0
    assert json.loads(cli("questions", "--json").out)[0]["text"] == "# A heading\n\nwhy?"


@pytest.mark.usefixtures("on_terminal")
def test_the_editor_shows_the_question_that_is_answered(cli, editor):
    cli("ask", "the question")
    editor("the answer")
    cli("answer", "1")

    (record,) = json.loads(cli("questions", "--answered", "--json").out)
    assert [a["text"] for a in record["answers"]] == ["the answer"]


@pytest.mark.usefixtures("on_terminal")
def test_an_editor_without_a_word_records_nothing(cli, editor):
    editor("")
    shown = cli("ask")

    assert shown.code == 2 and "nothing was recorded" in shown.err


@pytest.mark.usefixtures("on_terminal")
def test_what_was_written_survives_a_database_that_refuses(cli, editor, monkeypatch):
    def refuse(*given: object, **more: object) -> int:
        raise StoreBusy("held by another program; try again")

    monkeypatch.setattr("studylab.store.questions.ask", refuse)
    editor("half an hour of thought")
    shown = cli("ask")

    assert shown.code == 4 and shown.out == ""
    kept, said = shown.err.splitlines()
    assert said == "studylab: held by another program; try again"
    path = Path(kept.removeprefix("studylab: what you wrote is kept in "))
    assert path.read_text("utf-8").strip() == "half an hour of thought"
    path.unlink()


def test_bytes_that_are_no_text_are_recorded_as_well_as_can_be(cli):
    assert cli("ask", "-", given=b"caf\xe9 \xff?").code == 0

    assert json.loads(cli("questions", "--json").out)[0]["text"] == "caf\ufffd \ufffd?"
