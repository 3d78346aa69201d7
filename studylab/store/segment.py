"""Words of a text and of a query, Chinese too, for the full-text index.

SQLite's tokenizer takes a run of Chinese characters for one word. Here each run is written as its
overlapping pairs, and its last character alone: `批归一化` becomes `批归 归一 一化 化`. So two
characters are one token, more are a phrase of tokens, and one is the beginning of a token.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from studylab.store.folding import Folded, folded

# Chinese characters with 々 and 〇, kana, Zhuyin, Hangul; not the punctuation between them.
_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CJK}]+")
_PIECE = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]+"
_BEGINNING = rf"(?<![^\W_{_CJK}])"


MOST_WORDS = 50
"""Of a longer query, which was pasted by mistake, only the beginning is looked for."""


def words(text: str) -> str:
    """What the index holds for a text."""
    return _RUN.sub(lambda run: f" {' '.join(_tokens(run[0]))} ", folded(text))


def match(query: str) -> str | None:
    """The FTS5 expression for what a student types, or None if there is no word in it.

    Every word has to occur, each as the beginning of a word of the text, since it may be typed
    only in part yet.
    """
    terms = [_term(piece) for piece in pieces(query)]
    return " AND ".join(terms) if terms else None


def as_typed(query: str) -> str:
    """What stands in the index, just like that, where the query is part of a text: a sign such as
    `√`, or the middle of a word."""
    return words(query).strip()


def pieces(query: str) -> list[str]:
    """The words of a query, folded; Chinese runs apart from what they touch."""
    found = [piece for part in folded(query).split() for piece in _PIECE.findall(part)]
    return [piece for piece in dict.fromkeys(found) if _WORD.search(piece)][:MOST_WORDS]


def places(text: str, query: str) -> list[tuple[int, int]]:
    """Where the query occurs in the text: (start, end) of each place, in order, not overlapping."""
    return list(occurrences(text, query))


def occurrences(text: str, query: str) -> Iterator[tuple[int, int]]:
    """The places one by one, for whoever needs only the first: of the query's words, or where none
    of them occurs, of all that was typed."""
    aligned = Folded(text)
    patterns = [_pattern(piece) for piece in pieces(query)]
    if not any(re.search(pattern, aligned.text) for pattern in patterns):
        typed = folded(query).strip()
        patterns = [re.escape(typed)] if typed else []
    found = (map(_span, re.finditer(pattern, aligned.text)) for pattern in patterns)
    last: tuple[int, int] | None = None
    for start, end in (aligned.span(*span) for span in heapq.merge(*found)):
        if last is None:
            last = start, end
        elif start < last[1]:
            last = last[0], max(end, last[1])
        else:
            yield last
            last = start, end
    if last is not None:
        yield last


def _tokens(run: str) -> list[str]:
    return [*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]]


def _term(piece: str) -> str:
    if not _RUN.match(piece):
        return f'"{piece.replace(chr(34), " ")}" *'
    if len(piece) == 1:
        return f'"{piece}" *'
    return f'"{" ".join(_tokens(piece)[:-1])}"'


def _pattern(piece: str) -> str:
    """A regular expression for what `_term` finds, to be used on a folded text."""
    if _RUN.match(piece):
        return re.escape(piece)
    return _BEGINNING + _BETWEEN.join(_WORD.findall(piece))


def _span(found: re.Match[str]) -> tuple[int, int]:
    return found.span()
