"""`studylab note`: shown, added to, and never damaged."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def bert(home: Path) -> Path:
    (home / "notes").mkdir()
    return home / "notes" / "bert.md"


def test_a_note_is_shown_as_it_is_to_a_pipe(cli, bert):
    assert cli("note", "bert", "--show").err.startswith("no note yet")
    bert.write_text("# BERT\n\n*mine* 中文 \x1b[31m")
    shown = cli("note", "bert", "--show")
    assert (shown.code, shown.out) == (0, "# BERT\n\n*mine* 中文 \n")


def test_a_note_is_laid_out_on_a_terminal(cli, bert, monkeypatch):
    monkeypatch.setattr("studylab.cli.output.width", lambda: 60)
    bert.write_text("# BERT\n\n*mine*\n\n- item")
    shown = cli("note", "bert", "--show").out
    assert "mine" in shown and "*" not in shown and "#" not in shown
    assert " • item" in shown


def test_a_note_that_is_not_utf8_is_shown_and_left(cli, bert):
    bert.write_bytes("批".encode("gb18030"))
    shown = cli("note", "bert", "--show")
    assert shown.code == 0
    assert "iconv" in shown.err
    shown = cli("note", "bert", "--append", "x")
    assert shown.code == 1 and "iconv" in shown.err.splitlines()[-1]
    assert bert.read_bytes() == "批".encode("gb18030")


def test_a_paragraph_is_put_at_the_end(cli, home):
    path = home / "notes" / "bert.md"
    assert cli("note", "bert", "--append", "first").out == f"{path}\n"
    assert cli("note", "bert", "--append", "-", given="二\n").code == 0
    heading = "# BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"
    assert path.read_text("utf-8") == f"{heading}\n\nfirst\n\n二\n"
    assert cli("note", "bert", "--append", " ").code == 2
    assert cli("note", "bert", "--append", "x", "--show").code == 2
    cli("note", "3", "--append", "week three")
    assert "week three" in (home / "notes" / "week-3.md").read_text("utf-8")


def test_what_can_not_be_put_there_is_kept(cli, bert, tmp_path):
    bert.mkdir()
    shown = cli("note", "bert", "--append", "not to be lost")
    assert shown.code != 0
    assert "is a folder" in shown.err
    kept = shown.err.split("what you wrote is kept in ")[1].split("\n")[0]
    assert Path(kept).read_text() == "not to be lost"
