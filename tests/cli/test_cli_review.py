"""`studylab review`: listing, rating, and a sitting in the terminal."""

from __future__ import annotations

import json

import pytest

from studylab import locations
from studylab.store.database import open_database
from studylab.store.missed import note_missed


@pytest.fixture
def known(cli):
    cli("ask", "Why divide by the root of d_k?", "--paper", "transformer", "--place", "3.2.1")
    cli("answer", "1", "The softmax saturates.", "--source", "P32 12:40")
    cli("ask", "still open")
    db = open_database(locations.database())
    note_missed(db, "Tables differ. Table 3 is 2013.", paper="transformer")
    db.close()


def cards() -> list[tuple]:
    db = open_database(locations.database())
    rows = [tuple(row) for row in db.execute("SELECT kind, state FROM cards ORDER BY kind")]
    db.close()
    return rows


def test_what_is_due_is_listed(cli, known):
    for words in (["review", "--list"], ["review"]):
        rows = cli(*words).out.splitlines()
        assert rows[1].split()[:2] == ["1", "new"]
        assert "transformer, 3.2.1" in rows[1]
        assert rows[2].startswith("m1") and rows[2].endswith("Tables differ.")
    found = json.loads(cli("review", "--json").out)
    assert [(each["id"], each["kind"], each["due_at"]) for each in found] == [
        ("1", "question", None),
        ("m1", "missed", None),
    ]


def test_rating(cli, known):
    assert cli("review", "rate", "1", "4").out == "1 comes back in 8 d\n"
    assert cli("review", "rate", "m1", "1").out == "m1 comes back in 10 min\n"
    assert cards() == [("missed", 1), ("question", 2)]
    shown = cli("review", "--list")
    assert shown.out == ""
    assert "done for today; the next comes back in" in shown.err
    assert cli("undo").out == "undone: Reviewed missed point 1\n"
    assert cards() == [("question", 2)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["rate", "2", "3"], 3, "2 is no answered question and no missed point"),
        (["rate", "m9", "3"], 3, "m9 is no answered question"),
        (["rate", "x", "3"], 3, "x is no answered question"),
        (["rate", "9" * 40, "3"], 3, "is no answered question"),
        (["rate", "1", "5"], 2, "5 is not in the range"),
        (["rate", "1", "good"], 2, "'good' is not a valid integer"),
    ],
)
def test_what_can_not_be_rated(cli, known, words, code, said):
    shown = cli("review", *words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err and shown.err.count("\n") == 1


@pytest.mark.usefixtures("on_terminal")
def test_a_sitting(cli, known, monkeypatch):
    def sit(*typed: str):
        answers = iter(typed)
        monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))
        return cli("review")

    shown = sit("", "9", "1", "", "4", "", "3")
    assert shown.err == ""
    order = [
        "2 to review  transformer, 3.2.1",
        "Why divide by the root of d_k?",
        "The softmax saturates.",
        "1 again 10 min   2 hard 15 min   3 good 2 d   4 easy 8 d",
        "Tables differ.",
        "Table 3 is 2013.",
        "Why divide by the root of d_k?",
        "3 reviews",
        "done for today; the next comes back in 1 d",
    ]
    at = 0
    for part in order:
        assert part in shown.out[at:], part
        at = shown.out.index(part, at) + len(part)
    assert cards() == [("missed", 2), ("question", 2)]


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize("end", ["q", EOFError])
def test_a_sitting_is_left_and_taken_back(cli, known, monkeypatch, end):
    def typed(prompt: str = "") -> str:
        said = answers.pop(0)
        if isinstance(said, type):
            raise said
        return said

    answers = ["u", "", "3", "u", end]
    monkeypatch.setattr("builtins.input", typed)
    shown = cli("review")
    assert shown.code == 0
    assert "undone: Reviewed question 1" in shown.out
    assert "there is nothing to undo" in shown.err
    assert cards() == []
    assert "Why divide" in cli("questions", "--answered").out


@pytest.mark.usefixtures("on_terminal")
def test_nothing_to_review(cli):
    assert cli("review").out == (
        "nothing to review; answered questions and missed points come back here\n"
    )


def test_a_setting_says_how_many_are_new_each_day(cli, known, monkeypatch):
    monkeypatch.setenv("STUDYLAB_REVIEWS_A_DAY", "1")
    assert len(json.loads(cli("review", "--json").out)) == 1
    monkeypatch.setenv("STUDYLAB_REVIEWS_A_DAY", "0")
    assert json.loads(cli("review", "--json").out) == []
    for bad in ("-1", "2.5", "many", "99999999999"):
        monkeypatch.setenv("STUDYLAB_REVIEWS_A_DAY", bad)
        shown = cli("review", "--json")
        assert shown.code == 4
        assert "reviews_a_day takes a whole number, such as 5" in shown.err
