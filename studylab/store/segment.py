"""Words of a text and of a query, Chinese too, for the full-text index.

SQLite's tokenizer takes a run of Chinese characters for one word. Here each run is written as its
overlapping pairs, and its last character alone: `批归一化` becomes `批归 归一 一化 化`. So two
characters are one token, more are a phrase of tokens, and one is the beginning of a token.
"""

from __future__ import annotations

import re
import unicodedata

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CJK}]+")
_PIECE = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_WORD = re.compile(r"[^\W_]")


def words(text: str) -> str:
    """What the index holds for a text."""
    return _RUN.sub(lambda run: f" {' '.join(_tokens(run[0]))} ", _folded(text))


def match(query: str) -> str | None:
    """The FTS5 expression for what a student types, or None if there is no word in it.

    Every word has to occur, each as the beginning of a word of the text, since it may be typed
    only in part yet.
    """
    terms = [_term(piece) for piece in pieces(query)]
    return " AND ".join(terms) if terms else None


def pieces(query: str) -> list[str]:
    """The words of a query, folded; Chinese runs apart from what they touch."""
    found = [piece for part in _folded(query).split() for piece in _PIECE.findall(part)]
    return [piece for piece in found if _WORD.search(piece)]


def places(text: str, query: str) -> list[tuple[int, int]]:
    """Where words of the query occur in the text: (start, end) of each, in order, not
    overlapping."""
    # Folding may change the length of a text (`ﬁ`, `İ`): then each character is folded alone.
    folded = "".join(_folded(character)[:1] or " " for character in text)
    spans: list[tuple[int, int]] = []
    for piece in pieces(query):
        pattern = re.escape(piece)
        if not _RUN.match(piece):
            pattern = rf"(?<![^\W_]){pattern}"
        spans += [found.span() for found in re.finditer(pattern, folded)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\x00", " ")


def _tokens(run: str) -> list[str]:
    return [*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]]


def _term(piece: str) -> str:
    if not _RUN.match(piece):
        return f'"{piece.replace(chr(34), " ")}" *'
    if len(piece) == 1:
        return f'"{piece}" *'
    return f'"{" ".join(_tokens(piece)[:-1])}"'
