"""Finding lines of a log: against looking at each of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from studylab.runs import log_search
from studylab.runs.log_search import LogSearch, matches


def searched(path: Path, query: str) -> LogSearch:
    search = LogSearch(path, query, path.stat().st_size)
    steps = 0
    while not search.done:
        search.step()
        steps += 1
        assert steps < 10_000, "it never ends"
    return search


def by_hand(data: bytes, query: str) -> list[int]:
    found, place = [], 0
    for line in data.split(b"\n"):
        if query in line.decode().lower():
            found.append(place)
        place += len(line) + 1
    return found


@given(
    lines=st.lists(st.text("abAB 损失", max_size=12), max_size=40),
    query=st.text("ab损", min_size=1, max_size=2),
    block=st.integers(1, 40),
)
def test_every_line_is_found_once_in_order(tmp_path_factory, lines, query, block) -> None:
    path = tmp_path_factory.mktemp("search") / "output.log"
    data = "\n".join(lines).encode()
    path.write_bytes(data)
    before, log_search.BLOCK = log_search.BLOCK, block
    try:
        search = searched(path, query)
    finally:
        log_search.BLOCK = before
    assert search[:] == by_hand(data, query)
    for offset in (0, 3, len(data)):
        assert search.at_or_after(offset) == sum(each < offset for each in search)


def test_capitals_count_where_the_query_has_some() -> None:
    assert matches("Loss loss", "loss") == [(0, 4), (5, 9)]
    assert matches("Loss loss", "Loss") == [(0, 4)]
    assert matches("a.b axb [x]", ".") == [(1, 2)]
    assert matches("anything", "") == []


def test_colours_within_a_word_do_not_hide_it(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"first\n\x1b[31mErr\x1b[0mor: x\nlast\n")
    assert searched(path, "error")[:] == [6]


def test_what_a_bar_has_overwritten_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"\r 50%\r100%\r\nend\n")
    assert searched(path, " 50")[:] == []
    assert searched(path, "100")[:] == [0]


def test_lines_that_come_are_found_when_they_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"loss 1\nother\n")
    search = searched(path, "loss")
    with path.open("ab") as file:
        file.write(b"loss 2\nlo")
        file.flush()
        assert search.grow()
        assert search[:] == [0, 13]
        file.write(b"ss 3\n")
        file.flush()
        assert search.grow()
    assert not search.grow()
    assert search[:] == [0, 13, 20]


def test_a_log_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    search = LogSearch(tmp_path / "output.log", "loss", 1_000_000)
    search.step()
    assert search.done
    assert len(search) == 0


def test_no_more_is_kept_than_can_be_walked_through(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(log_search, "MOST_FOUND", 100)
    monkeypatch.setattr(log_search, "BLOCK", 1000)
    path = tmp_path / "output.log"
    path.write_bytes(b"loss\n" * 1000)
    search = searched(path, "loss")
    assert search.full
    assert 100 <= len(search) < 400
    assert search[-1] == 4995


def test_a_line_longer_than_a_block(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(b"first needle\n" + b"x" * (9 << 20) + b"needle\nlast\n")
    found = searched(path, "needle")[:]
    assert found[0] == 0
    assert 13 <= found[-1] < path.stat().st_size


def test_walking_goes_round_once_all_is_known(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(log_search, "BLOCK", 20)
    path = tmp_path / "output.log"
    path.write_bytes(b"loss 001\n" * 10)
    search = LogSearch(path, "loss", 90)
    assert search.next(50, -1) is None
    search.step()
    assert search.next(90, -1) == 81
    assert search.next(72, 1) is None or search.next(72, 1) == 81
    assert search.next(0, 1) is None, "what is nearer may not be found yet"
    while not search.done:
        search.step()
    assert search.next(0, 1) == 9
    assert search.next(81, 1) == 0
    assert search.next(0, -1) == 81
    assert search.next(40, -1) == 36
