"""`studylab search`: everything that was written, with what matched."""

from __future__ import annotations

import json

import pytest

from studylab import locations
from studylab.store.database import open_database
from studylab.store.missed import note_missed


@pytest.fixture
def written(cli):
    cli("ask", "Why does the softmax saturate?", "--paper", "transformer", "--tag", "loss")
    cli("ask", "为什么批归一化在小批量时不稳定？", "--week", "2")
    cli("answer", "2", "It", "is", "no", "softmax.")
    db = open_database(locations.database())
    note_missed(db, "Tables differ.", paper="transformer", remark="The softmax too.")
    db.close()
    locations.notes().mkdir(parents=True)
    (locations.notes() / "bert.md").write_text("# BERT\n\nNo softmax, \x1b[31m批归一化\n", "utf-8")


def test_every_kind_is_found_with_what_matched(cli, written):
    assert cli("search", "softm").out.splitlines() == [
        "question 2  answered  It is no softmax.",
        "question 1  open  Why does the softmax saturate?",
        "missed point 1  transformer  The softmax too.",
        "note bert  # BERT No softmax, 批归一化",
    ]


def test_as_json(cli, written):
    found = json.loads(cli("search", "softmax", "--json").out)
    assert [each["matched"].strip() for each in found["questions"]] == [
        "It is no softmax.",
        "Why does the softmax saturate?",
    ]
    assert found["questions"][1]["tags"] == ["loss"]
    assert found["missed"][0]["remark"] == "The softmax too."
    assert found["notes"][0]["name"] == "bert"
    assert found["notes"][0]["path"].endswith("bert.md")


def test_chinese_and_several_words(cli, written):
    assert [q["id"] for q in json.loads(cli("search", "归一", "--json").out)["questions"]] == [2]
    assert cli("search", "softmax", "saturate").out.count("\n") == 1
    assert cli("search", "saturate", "softmax", "--limit", "1").out.count("\n") == 1


def test_nothing_is_told_beside(cli, written):
    shown = cli("search", "zebra")
    assert (shown.code, shown.out) == (0, "")
    assert "nothing has all of these words" in shown.err
    assert json.loads(cli("search", "zebra", "--json").out) == {
        "questions": [], "missed": [], "notes": [],
    }  # fmt: skip
    assert cli("search").code == 2


def test_escapes_reach_no_terminal(cli, written):
    assert "\x1b" not in cli("search", "softmax").out
    assert "\x1b" not in cli("search", "softmax", "--json").out
