from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.syllabus.episodes import LONGEST_RANGE, format_episodes, parse_episodes


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("P9-P12", (9, 10, 11, 12)),
        ("p9", (9,)),
        ("9-11", (9, 10, 11)),
        (" P9 - p10 ", (9, 10)),
        ("P9–P12, P15", (9, 10, 11, 12, 15)),
        ("P9～P11，P22", (9, 10, 11, 22)),
        ("P9—P10、P12", (9, 10, 12)),
        ("Ｐ９－Ｐ１１", (9, 10, 11)),
        ("P9-9", (9,)),
        ("P15, P9-P10, P10-P11", (9, 10, 11, 15)),
    ],
)
def test_ranges_as_people_write_them(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_episodes(text) == numbers


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no episodes given"),
        ("   ", "no episodes given"),
        (",", "nothing between two commas"),
        ("P9,,P10", "nothing between two commas"),
        ("P12-P9", "P12-P9 runs backwards; write P9-P12"),
        ("P9-", "'P9-' is not an episode or a range"),
        ("P9-P10-P11", "is not an episode or a range"),
        ("week 1", "'week 1' is not an episode or a range"),
        ("P0-P3", "episode 0"),
        ("P-3", "is not an episode or a range"),
        ("P1.5", "is not an episode or a range"),
        ("P1-P999999", f"spans more than {LONGEST_RANGE} episodes"),
        ("P" + "9" * 5000, "is not an episode or a range"),
        ("P9\nP10", "is not an episode or a range"),
    ],
)
def test_what_is_not_a_range_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        parse_episodes(text)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 120


def test_the_shortest_form() -> None:
    assert format_episodes((9, 10, 11, 15)) == "P9-P11, P15"
    assert format_episodes([15, 9, 10, 9]) == "P9-P10, P15"
    assert format_episodes(()) == ""


@given(st.sets(st.integers(1, 400), min_size=1))
def test_what_is_formatted_parses_back(numbers: set[int]) -> None:
    assert parse_episodes(format_episodes(numbers)) == tuple(sorted(numbers))


@given(st.text(alphabet="Pp0123456789-–～,， ", max_size=20) | st.text(max_size=20))
def test_any_text_gives_numbers_or_a_value_error(text: str) -> None:
    try:
        numbers = parse_episodes(text)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert numbers == tuple(sorted(set(numbers)))
        assert numbers[0] >= 1
        assert parse_episodes(format_episodes(numbers)) == numbers
