"""What a student types to tag questions: `+loss -old`."""

from __future__ import annotations

import re
import unicodedata

from studylab.store.questions import folded_tag

_BETWEEN = re.compile(r"[\s,、;]+")


def parse_tags(text: str) -> tuple[list[str], list[str]]:
    """The tags to add and those to take away, each once, in the order in which they were typed.

    `loss`, `+loss` and `#loss` add, `-loss` takes away; of a tag that is named twice the last word
    counts. Signs and commas of a Chinese keyboard are read as their twins.
    """
    wanted: dict[str, bool] = {}
    for word in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        sign, tag = _signed(word)
        if tag:
            wanted[tag] = sign
    add = [tag for tag, added in wanted.items() if added]
    return add, [tag for tag, added in wanted.items() if not added]


def shown_tags(add: list[str], remove: list[str]) -> str:
    """What `parse_tags` reads the same from."""
    return " ".join([*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)])


def _signed(word: str) -> tuple[bool, str]:
    sign = word[:1]
    return sign != "-", folded_tag(word[1:] if sign in ("+", "-") else word)
