"""The end of a log, as a terminal would show it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studylab.plain import plain
from studylab.runs.log import LONGEST, Follower, tail


def test_the_last_lines(tmp_path):
    path = tmp_path / "output.log"
    path.write_text("".join(f"line {n}\n" for n in range(1000)))
    assert tail(path, 3) == ["line 997", "line 998", "line 999"]


def test_a_log_that_is_not_there_has_no_lines(tmp_path):
    assert tail(tmp_path / "nothing", 3) == []


def test_a_progress_bar_is_shown_in_its_last_state(tmp_path):
    path = tmp_path / "output.log"
    path.write_bytes(b"start\n" + b"".join(b"\r%d%%" % n for n in range(100)) + b"\nend\r\n")
    assert tail(path, 5) == ["start", "99%", "end"]


def test_escapes_are_taken_out(tmp_path):
    path = tmp_path / "output.log"
    path.write_bytes(
        b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x1b\\clip \x1b[2J\x07[bold]x[/]\n"
    )
    assert tail(path, 1) == ["red  clip [bold]x[/]"]


def test_ten_megabytes_on_one_line(tmp_path):
    path = tmp_path / "output.log"
    path.write_bytes(b"first\n" + b"x" * (10 << 20))
    (line,) = tail(path, 5)
    assert len(line) == LONGEST
    follower = Follower(path)
    lines = []
    while new := follower.read() or (follower.offset < path.stat().st_size):
        lines += new if isinstance(new, list) else []
    assert lines == ["first"]
    assert len(follower.rest()[0]) == LONGEST


@given(data=st.binary(max_size=500), cut=st.integers(0, 500))
def test_following_gives_the_lines_of_any_bytes(tmp_path_factory, data, cut):
    path = tmp_path_factory.mktemp("log") / "output.log"
    follower = Follower(path)
    path.write_bytes(data[:cut])
    lines = follower.read()
    path.write_bytes(data)
    lines += follower.read()
    assert len(lines) == data.count(b"\n")
    for line in lines + tail(path, 100):
        assert line == plain(line)
        assert "\n" not in line


@given(st.text())
def test_plain_text_has_no_control_characters(text):
    shown = plain(text)
    assert all(c == "\n" or not (ord(c) < 32 or 127 <= ord(c) < 160) for c in shown)
    shown.encode()
