"""Folding a text for searching, and the way back from a place in the folded text to the text.

`Café`, `CAFE` and `ｃａｆｅ` are one word for whoever searches. A folded text may be longer or
shorter than the text: `ﬁ` of a PDF becomes two letters, an accent of its own none.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right

_ACCENTS = re.compile("[\u0300-\u036f]+")

_FOLLOWING = "\u0300-\u036f\u3099\u309a\u1160-\u11ff\uff9e\uff9f"
"""What is written as a character of its own and is one with the character before it: accents, the
dots of kana, the vowels and finals of Hangul."""

_FOLLOWED = re.compile(f"(?:.|\n)[{_FOLLOWING}]+")


def folded(text: str) -> str:
    """`text` without case, accents and differences of width. Raises nothing, whatever is in it."""
    if text.isascii():
        return text.casefold().replace("\x00", " ")
    # A lone surrogate is no text; SQLite refuses it.
    text = text.encode("utf-8", "ignore").decode("utf-8")
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).casefold().replace("\x00", " ")


class Folded:
    """A folded text that knows where its characters come from."""

    def __init__(self, text: str) -> None:
        # Only what does not fold to exactly one character is noted: the rest keeps its distance.
        self._odd: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        if text.isascii():
            self.text = folded(text)
            return
        alone = {character: folded(character) for character in set(text)}
        parts: list[str] = []
        done = length = 0
        for start, end in _odd_places(text, alone):
            plain = "".join(map(alone.__getitem__, text[done:start]))
            odd = folded(text[start:end])
            parts += (plain, odd)
            length += len(plain)
            self._odd.append((start, end))
            self._starts.append(length)
            length += len(odd)
            self._ends.append(length)
            done = end
        self.text = "".join([*parts, *map(alone.__getitem__, text[done:])])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text `self.text[start:end]` comes from."""
        return self._start(start), self._end(end)

    def _start(self, place: int) -> int:
        at = bisect_right(self._starts, place) - 1
        if at < 0:
            return place
        start, end = self._odd[at]
        return start if place < self._ends[at] else end + place - self._ends[at]

    def _end(self, place: int) -> int:
        at = bisect_left(self._starts, place) - 1
        if at < 0:
            return place
        return self._odd[at][1] + max(0, place - self._ends[at])


def _odd_places(text: str, alone: dict[str, str]) -> list[tuple[int, int]]:
    odd = "".join(character for character, fold in alone.items() if len(fold) != 1)
    patterns = []
    if re.search(f"[{_FOLLOWING}]", "".join(alone)):
        patterns.append(_FOLLOWED.pattern)
    if odd:
        patterns.append(f"[{re.escape(odd)}]")
    if not patterns:
        return []
    return [found.span() for found in re.finditer("|".join(patterns), text)]
