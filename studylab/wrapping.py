"""Lines of so many cells, of text in which Chinese may stand."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

_CHINESE = r"\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_OPENING = "（《“‘「『"
_CLOSING = "，。、；：！？）》”’」』…"
# Spaces; or a Chinese character, after which a line may end, or a word; with its punctuation.
_TOKENS = re.compile(
    rf"\s+|[{_OPENING}]*(?:[{_CHINESE}]|[^\s{_CHINESE}{_OPENING}]+)[{_CLOSING}]*|."
)


def wrapped(text: str, room: int) -> list[str]:
    """`text` in lines of at most `room` cells, broken at spaces and between Chinese characters."""
    places = breaks(text, room)
    pairs = zip([0, *places], [*places, len(text)], strict=True)
    return [text[start:end].rstrip() for start, end in pairs]


def breaks(text: str, room: int) -> list[int]:
    """The places in `text` at which its lines but the first begin."""
    found: list[int] = []
    place, used, empty = 0, 0, True
    for token in _TOKENS.findall(text):
        if not empty and used + cell_len(token) > room:
            if token.isspace():
                # It stays at the end of its line, where nobody sees it.
                found.append(place + len(token))
                place, used, empty = place + len(token), 0, True
                continue
            found.append(place)
            used, empty = 0, True
        if cell_len(token) > room:
            for part in chop_cells(token, room)[:-1]:
                place += len(part)
                found.append(place)
                token = token[len(part) :]
        place, used, empty = place + len(token), used + cell_len(token), False
    return [each for each in found if each < len(text)]
