"""Papers from a BibTeX file."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studylab.language import _, listed
from studylab.problem import Problem
from studylab.study.new_paper import NewPaper

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.middlewares.middleware import Middleware
    from bibtexparser.model import Block, Entry

_VENUES = ("booktitle", "journal", "journaltitle", "howpublished", "publisher", "school")
_ESCAPED = re.compile(r"\\([_&%#~$])")
_URL = re.compile(r"https?://[^\s{}\"<>]+")
_YEAR = re.compile(r"\b(1[5-9]|2[0-9])\d\d\b")


class BibtexProblem(Problem):
    """A BibTeX file from which nothing can be read; one line with what to do."""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The papers of a BibTeX text, and a line for each entry that can't be used."""

    papers: list[NewPaper]
    complaints: list[str]


def read_bibtex_file(path: Path) -> Bibliography:
    """The papers in a file.

    Raises:
        BibtexProblem: it can't be read, or there is no entry in it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise BibtexProblem(
            _("{path} can't be read ({reason}); check the path", path=path, reason=reason)
        ) from error
    return read_bibtex(data, str(path))


def read_bibtex(data: bytes, name: str) -> Bibliography:
    """The papers in what a file holds; `name` is what messages call it.

    Raises:
        BibtexProblem: it is not UTF-8, or there is no entry in it.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BibtexProblem(_("{path} is not UTF-8; save it as UTF-8", path=name)) from None
    raw, plain, named = _parsed(text), _decoded(text), _with_names(text)
    found = Bibliography([], [_broken(name, block) for block in raw.failed_blocks])
    for entry in raw.entries:
        if entry.key not in plain.entries_dict or entry.key not in named.entries_dict:
            found.complaints.append(
                _(
                    "{place}: the authors or the accents of {key} can't be read; mend them",
                    place=_place(name, entry),
                    key=entry.key,
                )
            )
            continue
        paper = _paper(entry, plain.entries_dict[entry.key], named.entries_dict[entry.key])
        if paper.title and paper.authors:
            found.papers.append(paper)
        else:
            found.complaints.append(
                _(
                    "{place}: {key} has no {field}; add it",
                    place=_place(name, entry),
                    key=entry.key,
                    field="author" if paper.title else "title",
                )
            )
    if not found.papers and not found.complaints:
        raise BibtexProblem(
            _("{path} has no BibTeX entry in it; one looks like @article{{...}}", path=name)
        )
    return found


def _parsed(text: str, *steps: Middleware) -> Library:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import NormalizeFieldKeys

    # What it has to say comes as complaints; it would print it, too.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    return parse_string(text, append_middleware=[NormalizeFieldKeys(), *steps])


def _decoded(text: str) -> Library:
    """With LaTeX's accents and braces as plain text."""
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return _parsed(text, LatexDecodingMiddleware(keep_math_mode=False))


def _with_names(text: str) -> Library:
    """With authors as a list. Braces are kept until the names are apart: they hold one together."""
    from bibtexparser.middlewares import (
        LatexDecodingMiddleware,
        MergeNameParts,
        SeparateCoAuthors,
        SplitNameParts,
    )

    return _parsed(
        text,
        LatexDecodingMiddleware(keep_math_mode=False, keep_braced_groups=True),
        SeparateCoAuthors(),
        SplitNameParts(),
        MergeNameParts(style="first"),
    )


def _paper(raw: Entry, plain: Entry, named: Entry) -> NewPaper:
    fields = {field.key: str(field.value) for field in plain.fields}
    year = _YEAR.search(_text(fields, "year") or _text(fields, "date"))
    return NewPaper(
        title=_text(fields, "title"),
        authors=_authors(named, fields),
        url=_url({field.key: str(field.value) for field in raw.fields}),
        venue=next(filter(None, (_text(fields, key) for key in _VENUES)), ""),
        year=int(year[0]) if year else None,
        key=raw.key,
        abstract=_text(fields, "abstract"),
    )


def _text(fields: dict[str, str], key: str) -> str:
    return " ".join(fields.get(key, "").split())


def _authors(named: Entry, fields: dict[str, str]) -> tuple[str, ...]:
    for key in ("author", "editor"):
        value = named.fields_dict[key].value if key in named.fields_dict else ()
        names = [value] if isinstance(value, str) else value
        found = [" ".join(re.sub("[{}]", "", str(name)).split()) for name in names]
        found = [name for name in found if name]
        if len(found) > 1 and found[-1] == "others":
            found[-2:] = [f"{found[-2]} et al."]
        if found:
            return tuple(found)
    institution = _text(fields, "organization") or _text(fields, "institution")
    return (institution,) if institution else ()


def _url(raw: dict[str, str]) -> str:
    """Where the paper is. Taken as it was written: to LaTeX, a URL's percent begins a comment."""
    if "arxiv" in (raw.get("archiveprefix", "") + raw.get("eprinttype", "")).lower():
        eprint = raw.get("eprint", "").strip()
        if eprint:
            return f"https://arxiv.org/abs/{eprint}"
    for key in ("url", "howpublished", "note"):
        found = _URL.search(_ESCAPED.sub(r"\1", raw.get(key, "")))
        if found:
            return found[0]
    doi = _ESCAPED.sub(r"\1", raw.get("doi", "")).strip()
    if doi.startswith("http"):
        return doi
    return f"https://doi.org/{doi}" if doi else ""


def _broken(name: str, block: Any) -> str:
    """Why a block is left out, in a line."""
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    place = _place(name, block)
    if isinstance(block, DuplicateBlockKeyBlock):
        return _("{place}: {key} is there twice; give one another key", place=place, key=block.key)
    if isinstance(block, DuplicateFieldKeyBlock):
        fields = listed(sorted(block.duplicate_keys))
        return _("{place}: it has {field} twice; take one out", place=place, field=fields)
    return _(
        "{place}: the entry can't be read; look for a missing brace, quote or comma", place=place
    )


def _place(name: str, block: Block) -> str:
    return f"{name}:{(block.start_line or 0) + 1}"
