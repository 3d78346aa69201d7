"""The part of a log that is held: its end, around a place, and when the file changes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from studylab.runs import log_window
from studylab.runs.log_window import LogWindow


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_window, "WINDOW", 1000)


def append(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


@pytest.mark.usefixtures("small")
class TestParts:
    def test_the_end_the_start_and_between(self, log: Path) -> None:
        log.write_text("".join(f"line {n:04}\n" for n in range(1000)))
        window = LogWindow(log)
        window.to_end()
        assert window.rows[-2:] == ["line 0999", ""]
        assert len(window.rows) == 100
        assert window.at_end
        window.to_start()
        assert window.rows[0] == "line 0000"
        assert not window.at_end
        window.around(5000)
        row = window.row_of(5000)
        assert window.rows[row] == "line 0500"
        assert window.offset_of(row) == 5000
        assert 0 < row < len(window.rows)

    def test_only_the_end_grows(self, log: Path) -> None:
        log.write_text("first\n" * 1000)
        window = LogWindow(log)
        window.to_start()
        append(log, "new\n")
        assert not window.refresh()
        assert "new" not in window.rows
        window.to_end()
        append(log, "newer\n")
        assert window.refresh()
        assert window.rows[-3:] == ["new", "newer", ""]
        assert not window.refresh()

    def test_more_than_can_be_read_is_jumped_over(self, log: Path) -> None:
        log.write_text("first\n")
        window = LogWindow(log)
        window.to_end()
        append(log, "next\n" * 1000)
        assert window.refresh()
        assert "first" not in window.rows
        assert window.at_end

    def test_rows_beyond_the_most_go(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log_window, "MOST_ROWS", 20)
        log.write_text("")
        window = LogWindow(log)
        window.to_end()
        for n in range(50):
            append(log, f"{n}\n")
            window.refresh()
        assert len(window.rows) <= 20
        assert window.rows[-2:] == ["49", ""]
        assert window.start == window.offset_of(0)
        assert log.read_bytes()[window.start :].startswith(window.rows[0].encode())

    def test_a_line_longer_than_the_window(self, log: Path) -> None:
        log.write_text("x" * 5000)
        window = LogWindow(log)
        window.to_end()
        assert window.rows == ["x" * 1000]


def test_a_log_that_is_cut_is_read_anew(log: Path) -> None:
    log.write_text("long before\n")
    window = LogWindow(log)
    window.to_end()
    log.write_text("after\n")
    assert window.refresh()
    assert window.rows == ["after", ""]
    assert window.restarted


def test_a_log_that_is_replaced_by_a_longer_one_is_read_anew(log: Path) -> None:
    log.write_text("before\n")
    window = LogWindow(log)
    window.to_end()
    log.rename(log.with_name("output.log.1"))
    log.write_text("another and longer\n")
    assert window.refresh()
    assert window.rows == ["another and longer", ""]


def test_what_was_read_of_a_log_stays_when_it_is_gone(log: Path) -> None:
    log.write_text("all of it\n")
    window = LogWindow(log)
    window.to_end()
    log.unlink()
    assert not window.refresh()
    assert window.gone
    window.to_start()
    assert window.rows == ["all of it", ""]
    log.write_text("back\n")
    window.refresh()
    assert not window.gone
    assert window.rows == ["back", ""]


def test_a_log_that_comes_later(log: Path) -> None:
    window = LogWindow(log)
    window.to_end()
    assert not window.gone
    assert window.rows == [""]
    log.write_text("here\n")
    assert window.refresh()
    assert window.rows == ["here", ""]


def test_two_hundred_megabytes_open_at_their_end(log: Path) -> None:
    """The file is sparse: what is not read costs nothing."""
    with log.open("wb") as file:
        file.seek(200 << 20)
        file.write("".join(f"\nstep {n} loss {1 / n:.6f}" for n in range(1, 60_000)).encode())
    began = time.monotonic()
    window = LogWindow(log)
    window.to_end()
    assert window.rows[-1].startswith("step 59999 ")
    assert time.monotonic() - began < 0.5
    assert sum(map(len, window.rows)) <= log_window.WINDOW
