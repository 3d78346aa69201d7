"""Changing questions from the shell, filters with a name, and taking it all back."""

from __future__ import annotations

import json

import pytest


def listed(cli, *words: str) -> list[dict]:
    return json.loads(cli("questions", *words, "--json").out)


@pytest.fixture
def four(cli):
    """Four questions: of two weeks, two of them tagged, the last one answered."""
    cli("ask", "why convex?", "--week", "1", "--tag", "loss")
    cli("ask", "why softmax?", "--week", "6", "--tag", "#Loss", "--tag", "attention")
    cli("ask", "为什么批归一化？", "--week", "2")
    cli("ask", "why pool?", "--week", "4")
    cli("answer", "4", "to be invariant", "--source", "page 7")


def test_tags_come_with_a_question(cli, four):
    assert [question["tags"] for question in listed(cli, "--all", "--sort", "oldest")] == [
        ["loss"],
        ["attention", "loss"],
        [],
        [],
    ]
    assert "#attention #loss" in cli("questions", "show", "2").out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [3, 2, 1]),
        (["--all"], [4, 3, 2, 1]),
        (["--answered"], [4]),
        (["--tag", "LOSS"], [2, 1]),
        (["--tag", "none"], []),
        (["--sort", "oldest"], [1, 2, 3]),
        (["--sort", "week"], [1, 3, 2]),
        (["--find", "归一"], [3]),
        (["--find", "invar", "--all"], [4]),
        (["--week", "6"], [2]),
        (["--limit", "2"], [3, 2]),
        (["--all", "--limit", "1", "--sort", "changed"], [4]),
    ],
)
def test_what_is_listed(cli, four, words, found):
    assert [question["id"] for question in listed(cli, *words)] == found


def test_questions_about_a_run(cli, labs):
    cli("run", "quick")
    cli("ask", "why?", "--run", "last", "--step", "2")
    cli("ask", "elsewhere?")
    assert [q["text"] for q in listed(cli, "--run", "last")] == ["why?"]
    shown = cli("questions", "--run", "nope")
    assert shown.code == 3 and "there is no run 'nope'" in shown.err


def test_an_answer_has_a_kind_of_source(cli, four):
    cli("answer", "1", "so", "--source", "p32,12:40")
    cli("answer", "2", "so", "--kind", "own")
    cli("answer", "3", "perhaps", "--kind", "person", "--source", "Ng", "--not-settled")
    answers = {q["id"]: q["answers"][0] for q in listed(cli, "--all")}
    assert {n: (a["source_kind"], a["source"]) for n, a in answers.items()} == {
        1: ("video", "P32 12:40"),
        2: ("own thinking", ""),
        3: ("person", "Ng"),
        4: ("page", "page 7"),
    }
    assert [question["id"] for question in listed(cli)] == [3]
    assert "video P32 12:40" in cli("questions", "show", "1").out


def test_an_odd_source_is_kept_and_told(cli, four):
    shown = cli("answer", "1", "so", "--kind", "video", "--source", "P9999 1:00")
    assert (shown.code, shown.out) == (0, "question 1 is answered\n")
    assert shown.err.startswith("there is no episode P9999; the syllabus has P9-P")
    assert listed(cli, "--answered")[1]["answers"][0]["source"] == "P9999 1:00"


def test_editing(cli, four):
    assert cli("questions", "edit", "1", "why", "convex", "here?").code == 0
    assert cli("questions", "edit", "1", "--place", "12:40").code == 0
    [question] = listed(cli, "--week", "1")
    assert (question["text"], question["place"]) == ("why convex here?", "12:40")
    cli("questions", "edit", "1", "--place", "")
    assert listed(cli, "--week", "1")[0]["place"] == ""


def test_editing_an_answer_keeps_what_is_not_named(cli, four):
    assert cli("questions", "edit-answer", "1", "--source", "https://d2l.ai").code == 0
    [answer] = listed(cli, "--answered")[0]["answers"]
    assert (answer["text"], answer["source_kind"]) == ("to be invariant", "link")
    cli("questions", "edit-answer", "1", "and", "cheap")
    [answer] = listed(cli, "--answered")[0]["answers"]
    assert (answer["text"], answer["source"]) == ("and cheap", "https://d2l.ai")
    assert "Answer 1," in cli("questions", "show", "4").out


@pytest.mark.usefixtures("on_terminal")
def test_the_editor_opens_with_the_words_that_are_there(cli, four, editor):
    editor("Tell me: ")
    assert cli("questions", "edit", "1").code == 0
    assert listed(cli, "--week", "1")[0]["text"] == "Tell me: why convex?"
    assert cli("questions", "edit-answer", "1").code == 0
    assert listed(cli, "--answered")[0]["answers"][0]["text"] == "Tell me: to be invariant"


@pytest.mark.usefixtures("on_terminal")
def test_an_editor_that_fails_changes_nothing(cli, four, editor):
    editor("half ", code=3)
    shown = cli("questions", "edit", "1")
    assert shown.code == 1 and "ended with code 3; what it wrote is in" in shown.err
    path = shown.err.strip().rsplit(" ", 1)[-1]
    with open(path, encoding="utf-8") as file:
        assert file.read() == "half why convex?"
    assert listed(cli, "--week", "1")[0]["text"] == "why convex?"


def test_several_at_once_and_back(cli, four):
    assert cli("questions", "tag", "1", "3", "--add", "new,old", "--remove", "loss").out == (
        "Tagged 2 questions\n"
    )
    assert [q["tags"] for q in listed(cli, "--sort", "oldest")][0::2] == [["new", "old"]] * 2
    assert cli("questions", "move", "1", "3", "--week", "7").out == "Moved 2 questions\n"
    assert cli("questions", "close", "1", "2").out == "Closed 2 questions\n"
    assert [q["id"] for q in listed(cli, "--answered")] == [4, 2, 1]
    assert cli("questions", "reopen", "4", "2").out == "Reopened 2 questions\n"
    assert cli("questions", "delete", "2", "3").out == "Deleted 2 questions\n"
    assert [q["id"] for q in listed(cli, "--all")] == [4, 1]

    assert cli("undo").out == "undone: Deleted 2 questions\n"
    for _change in range(4):
        cli("undo")
    assert [q["id"] for q in listed(cli)] == [3, 2, 1]
    assert [q["week"] for q in listed(cli)] == [2, 6, 1]
    assert [q["tags"] for q in listed(cli)] == [[], ["attention", "loss"], ["loss"]]


def test_what_is_so_already_is_told(cli, four):
    assert cli("questions", "reopen", "1").out == "nothing to change\n"
    assert cli("questions", "move", "1", "--week", "1").out == "nothing to change\n"


def test_reopening_several(cli, four):
    cli("answer", "1", "so")
    assert cli("reopen", "1", "4").out == "question 1 is open\nquestion 4 is open\n"
    assert cli("reopen", "1", "99").code == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["questions", "edit", "9", "x"], 3, "there is no question 9"),
        (["questions", "edit", "1"], 2, "a question needs words, or -"),
        (["questions", "edit", "1", " "], 2, "needs some text"),
        (["questions", "edit-answer", "9", "x"], 3, "there is no answer 9"),
        (["questions", "tag", "1"], 2, "which tags? --add TAG or --remove TAG"),
        (["questions", "tag", "1", "99", "--add", "x"], 3, "there is no question 99"),
        (["questions", "move", "1"], 2, "missing option '--week'"),
        (["questions", "move", "1", "--week", "12"], 3, "there is no week 12"),
        (["questions", "close"], 2, "missing argument"),
        (["questions", "delete", "99"], 3, "there is no question 99"),
        (["questions", "--filter", "none"], 3, "no filter is saved as 'none'; there are: none"),
        (["questions", "--sort", "size"], 2, "'size' is not one of"),
        (["questions", "--limit", "0"], 2, "0 is not in the range"),
        (["questions", "filters", "save", " "], 2, "a filter needs a name"),
        (["questions", "filters", "delete", "x"], 3, "no filter is saved as 'x'"),
        (["answer", "1", "x", "--kind", "rumour"], 2, "'rumour' is not one of"),
    ],
)
def test_what_can_not_be_meant_is_one_line(cli, four, words, code, said):
    shown = cli(*words)

    assert (shown.code, shown.out) == (code, "")
    assert shown.err.startswith("studylab: ") and shown.err.count("\n") == 1
    assert said in shown.err


def test_filters_with_a_name(cli, four):
    assert "no filter is saved" in cli("questions", "filters").err
    saved = cli("questions", "filters", "save", "hard ones", "--all", "--tag", "loss",
                "--sort", "oldest")  # fmt: skip
    assert saved.out == "hard ones: open and answered, #loss, oldest first\n"
    assert [q["id"] for q in listed(cli, "--filter", "hard ones")] == [1, 2]
    assert [q["id"] for q in listed(cli, "--filter", "hard ones", "--week", "6")] == [2]
    cli("answer", "1", "so")
    assert [q["id"] for q in listed(cli, "--filter", "hard ones", "--open")] == [2]
    assert json.loads(cli("questions", "filters", "--json").out) == [
        {"name": "hard ones", "filter": {"tag": "loss", "sort": "oldest"}}
    ]
    cli("questions", "filters", "save", "hard ones", "--week", "6")
    assert cli("questions", "filters").out == "hard ones  open, week 6\n"
    assert cli("questions", "filters", "delete", "hard ones").out == "hard ones is deleted\n"
    cli("undo")
    assert "week 6" in cli("questions", "filters").out


def test_undo_lists_and_ends(cli, four):
    said = [line.split("  ", 1)[1] for line in cli("undo", "--list").out.splitlines()]
    assert said[:2] == ["Answered question 4", "Asked: why pool?"]
    assert [change["said"] for change in json.loads(cli("undo", "--json").out)] == said
    for _change in said:
        assert cli("undo").code == 0
    ended = cli("undo")
    assert (ended.code, ended.err) == (1, "studylab: there is nothing to undo\n")
    assert "nothing was changed" in cli("undo", "--list").err
    assert listed(cli, "--all") == []
