"""`studylab missed`: points of a guide and one's own."""

from __future__ import annotations

import json

import pytest


def listed(cli) -> list[dict[str, object]]:
    return json.loads(cli("missed", "--json").out)


def test_points_of_a_guide_are_ticked_by_number(cli):
    shown = cli("missed", "points", "bert").out
    assert shown.splitlines()[0].startswith("  1 [ ] BERT differs from GPT in more than direction.")
    assert cli("missed", "tick", "bert", "3", "1", "3").out == "BERT: 2 points missed\n"
    points = json.loads(cli("missed", "points", "bert", "--json").out)
    assert [point["number"] for point in points if point["missed"]] == [1, 3]
    assert "  3 [x] The NSP task" in cli("missed", "points", "bert").out
    found = listed(cli)
    assert {(point["paper"], point["point"], point["week"]) for point in found} == {
        ("bert", 0, 7),
        ("bert", 2, 7),
    }


def test_a_tick_in_one_language_is_a_tick_in_the_other(cli, monkeypatch):
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "zh")
    cli("missed", "tick", "bert", "2")
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "en")
    assert listed(cli)[0]["text"].startswith("除 QNLI 外，NSP 贡献很小。 去掉它")
    assert "  2 [x] NSP alone" in cli("missed", "points", "bert").out


@pytest.mark.parametrize("numbers", [["0"], ["9"], ["1", "99"], ["-1"]])
def test_a_number_that_no_point_has_ticks_nothing(cli, numbers):
    shown = cli("missed", "tick", "bert", "--", *numbers)
    assert shown.code == 3
    assert "studylab missed points bert" in shown.err
    assert listed(cli) == []


def test_ones_own_points(cli):
    assert cli("missed", "add", "the", "learning rate", "--paper", "bert").out == (
        "missed point 1, week 7\n"
    )
    assert (
        cli("missed", "add", "-", "--week", "3", given="预热\n").out == "missed point 2, week 3\n"
    )
    cli("missed", "add", "now")
    assert [(p["text"], p["paper"], p["week"], p["point"]) for p in listed(cli)] == [
        ("now", "", 1, None),
        ("预热", "", 3, None),
        ("the learning rate", "bert", 7, None),
    ]
    assert cli("missed", "add", " ").code == 2
    assert len(cli("missed", "--paper", "bert").out.splitlines()) == 2
    assert len(json.loads(cli("missed", "--week", "3", "--json").out)) == 1
    assert cli("missed", "--paper", "gpt").err.startswith("nothing missed is noted")


def test_a_remark_and_taking_it_back(cli):
    cli("missed", "add", "one")
    cli("missed", "add", "two")
    assert cli("missed", "remark", "1", "read too fast").code == 0
    assert listed(cli)[1]["remark"] == "read too fast"
    assert cli("missed", "forget", "1", "1").out == "1 point taken back\n"
    assert [point["text"] for point in listed(cli)] == ["two"]
    for words in (["forget", "2", "7"], ["remark", "7", "x"], ["forget", "9" * 30]):
        shown = cli("missed", *words)
        assert shown.code == 3
        assert "`studylab missed` lists them" in shown.err
    assert len(listed(cli)) == 1
