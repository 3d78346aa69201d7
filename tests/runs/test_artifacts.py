"""What a run has logged beside its figures, and what only looks like it."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.reporter import Reporter
from studylab.plain import plain
from studylab.problem import Unusable
from studylab.runs import artifacts
from studylab.runs.artifacts import Artifacts, NoFile, NoSuchArtifact, Table
from studylab.runs.directory import RunDirectory
from studylab.tui.artifact_text import table_text, text_of


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    return Reporter(tmp_path / "run")


def of(reporter: Reporter) -> Artifacts:
    found = Artifacts(RunDirectory(reporter.directory))
    found.read()
    return found


def test_the_newest_come_first(reporter: Reporter) -> None:
    reporter.text("sample", "one", step=1)
    reporter.plan(10)
    reporter.table("confusion", ["a"], [[1]], step=2)
    reporter.image("picture", reporter.artifacts / "a.png", step=3)
    reporter.warning("careful")
    assert [(each.kind, each.title, each.step) for each in of(reporter)] == [
        ("warning", "careful", None),
        ("image", "picture", 3),
        ("table", "confusion", 2),
        ("text", "sample", 1),
    ]


def test_what_comes_later_is_read_then(reporter: Reporter) -> None:
    reporter.text("sample", "one", step=1)
    found = of(reporter)
    assert not found.read()
    reporter.text("sample", "two", step=2)
    assert found.read()
    assert [each.content for each in found] == ["two", "one"]
    (reporter.directory / "events.jsonl").write_text(
        '{"time":1,"event":"text","name":"n","text":"x"}\n'
    )
    assert found.read() or [each.content for each in found] == ["x"]
    assert [each.content for each in found] == ["x"]


def test_only_the_newest_are_kept(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MOST", 3)
    for step in range(5):
        reporter.text("sample", str(step), step=step)
    found = of(reporter)
    assert [each.content for each in found] == ["4", "3", "2"]
    assert found.left_out == 2


def test_one_is_found_by_name_and_step(reporter: Reporter) -> None:
    for step in (10, 20, 30):
        reporter.text("sample", f"at {step}", step=step)
    found = of(reporter)
    assert found.find("sample").content == "at 30"
    assert found.find("sample", 20).content == "at 20"
    with pytest.raises(NoSuchArtifact, match="the nearest is step 20"):
        found.find("sample", 23)
    with pytest.raises(NoSuchArtifact, match="nothing called 'other'"):
        found.find("other")


def test_events_that_only_look_like_it_break_nothing(reporter: Reporter) -> None:
    for kind in artifacts.KINDS:
        reporter.event(kind)
        reporter.event(kind, name=["x"], text={"a": 1}, path=7, columns=3, rows="x", step="y")
        reporter.event(kind, name="\x1b[31m", text="\x1b]0;t\x07", path="\x1b[2J", rows=[1, [2]])
    found = of(reporter)
    assert len(found) == 12
    for each in found:
        assert each.title == plain(each.title)
        assert text_of(each) == plain(text_of(each))


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(Unusable, match=r"events\.jsonl"):
        Artifacts(RunDirectory(tmp_path)).read()


class TestPictures:
    def test_its_file(self, reporter: Reporter) -> None:
        path = reporter.artifacts / "a b.png"
        path.write_bytes(b"x")
        reporter.image("picture", path, step=1)
        found = of(reporter)
        assert found.file(found.find("picture")) == path.resolve()

    @pytest.mark.parametrize("path", ["/etc/hostname", "../secret", "artifacts/link", ""])
    def test_what_lies_elsewhere_is_not_opened(self, reporter: Reporter, path: str) -> None:
        (reporter.directory.parent / "secret").write_text("x")
        (reporter.artifacts / "link").symlink_to(reporter.directory.parent / "secret")
        reporter.event("image", name="picture", path=path, step=1)
        found = of(reporter)
        with pytest.raises(NoFile):
            found.file(found.find("picture"))

    def test_a_pipe_is_no_picture(self, reporter: Reporter) -> None:
        os.mkfifo(reporter.artifacts / "pipe")
        reporter.image("picture", reporter.artifacts / "pipe", step=1)
        found = of(reporter)
        with pytest.raises(NoFile, match="is not there"):
            found.file(found.find("picture"))

    def test_one_that_was_saved_over_is_known(self, reporter: Reporter) -> None:
        for step in (1, 2):
            reporter.image("picture", reporter.artifacts / "a.png", step=step)
        found = of(reporter)
        assert found.replaced_at(found.find("picture", 1)) == 1
        assert found.replaced_at(found.find("picture", 2)) is None


class TestTables:
    def test_columns_are_aligned_by_cells(self) -> None:
        text = table_text(Table(("name", "loss"), (("猫", 0.25), ("dog", math.nan), ("x",))))
        assert text.splitlines() == [
            "name  loss",
            "────  ────",
            "猫    0.25",
            "dog    nan",
            "x",
        ]

    def test_a_large_one_is_cut_and_says_so(self, reporter: Reporter) -> None:
        reporter.table("big", ["n"], [[n] for n in range(30_000)], step=1)
        text = text_of(of(reporter).find("big"))
        assert text.splitlines()[-1] == "… and 10000 rows more"
        reporter.table("wide", list(map(str, range(50_000))), [[1]], step=1)
        assert text_of(of(reporter).find("wide"))

    @given(
        columns=st.lists(st.text(max_size=5) | st.integers(), max_size=4),
        rows=st.lists(
            st.lists(st.text(max_size=50) | st.floats() | st.none() | st.booleans(), max_size=5),
            max_size=5,
        ),
    )
    def test_any_table_is_text(self, columns: list[object], rows: list[list[object]]) -> None:
        text = table_text(Table(tuple(columns), tuple(map(tuple, rows))))
        assert text == plain(text)
        assert len(text.splitlines()) <= len(rows) + 2
