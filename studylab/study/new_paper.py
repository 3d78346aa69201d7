"""A paper of the student's own: its metadata as they were given, and the file made of them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len

from studylab import atomic
from studylab.language import _, spoken
from studylab.problem import Problem
from studylab.syllabus.guide import HEADINGS, Part
from studylab.syllabus.papers import FENCE, Paper, load_paper
from studylab.syllabus.table import TableError, check_url

LONGEST_ID = 40
SHORT_CELLS = 14
"""What the list of papers has room for."""

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/(.+?)(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?$", re.I)


_YEAR = re.compile(r"\b\d{4}\b")


class PaperProblem(Problem):
    """A paper that can't be added; one line with what to do."""


@dataclass(frozen=True, slots=True)
class NewPaper:
    """What is known of a paper; empty where nothing was given."""

    title: str
    authors: tuple[str, ...]
    url: str = ""
    venue: str = ""
    year: int | None = None
    week: int | None = None
    short: str = ""
    key: str = ""
    """What its file is to be called, as a BibTeX entry's key; empty: after its title."""
    code: str = ""
    abstract: str = ""


def add_paper(new: NewPaper, folder: Path, known: Mapping[str, Paper], *, week: int) -> Paper:
    """Write a paper's file into `folder` and return the paper. No file is ever overwritten.

    `known` are the papers that there are, `week` is that of a paper which says none.

    Raises:
        PaperProblem: something is missing or wrong, it is there already, or can't be written.
    """
    new = _cleaned(new)
    _check(new)
    there = _same(new, known)
    if there is not None:
        raise PaperProblem(_("{title} is there already, as {id}", title=there.title, id=there.id))
    wanted = _slug(new.key.rsplit("/", 1)[-1].rsplit(":", 1)[-1]) or _slug(new.title) or "paper"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            id = f"{wanted}-{number}" if number > 1 else wanted
            if id in known or (folder / f"{id}.md").is_symlink():
                continue
            path = folder / f"{id}.md"
            try:
                atomic.create(path, _file(new, id, known, new.week or week).encode())
            except FileExistsError:
                continue
            return load_paper(path)
    except OSError as error:
        raise PaperProblem(
            _(
                "{path} can't be written ({reason}); free some space or mend the permissions",
                path=folder,
                reason=error.strerror or error,
            )
        ) from error
    raise PaperProblem(_("{folder} has too many papers called {id}", folder=folder, id=wanted))


def _cleaned(new: NewPaper) -> NewPaper:
    """Every text on one line of what can be printed, as a paper's file has to have it."""
    authors = tuple(filter(None, map(_line, new.authors)))
    return replace(
        new,
        title=_line(new.title),
        authors=authors,
        url=_line(new.url),
        venue=_line(new.venue),
        short=_line(new.short),
        code=_line(new.code),
    )


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _check(new: NewPaper) -> None:
    if not new.title:
        raise PaperProblem(_("the paper needs a title"))
    if not new.authors:
        raise PaperProblem(_("{title}: name at least one author", title=new.title))
    for url in filter(None, (new.url, new.code)):
        try:
            check_url(url, (), "url")
        except TableError:
            raise PaperProblem(
                _(
                    "{url} is not a web address; write it in full, as in "
                    "https://example.org/paper.pdf",
                    url=url,
                )
            ) from None
    if new.year is not None and not 1 <= new.year <= 9999:
        raise PaperProblem(_("{year} is no year", year=new.year))


def _same(new: NewPaper, known: Mapping[str, Paper]) -> Paper | None:
    """The paper that this one is: by its address, or by its title."""
    address = _address(new.url)
    title = _folded(new.title)
    for paper in known.values():
        if address and _address(paper.paper) == address:
            return paper
        if title and title in (_folded(paper.title), _folded(paper.title_zh)):
            return paper
    return None


def _address(url: str) -> str:
    """An address by which two links to one paper are equal."""
    arxiv = _ARXIV.search(url)
    if arxiv:
        return f"arxiv:{arxiv[1].lower()}"
    return url.split("://", 1)[-1].rstrip("/").removeprefix("www.")


def _folded(title: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", title).casefold() if c.isalnum())


def _slug(text: str) -> str:
    """A file's name of letters and digits in groups; the last group is whole."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    # Without accents, which are hard to type and which file systems treat differently.
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    letters = unicodedata.normalize("NFC", letters)
    words = "".join(c if c.isalnum() else " " for c in letters).split()
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > LONGEST_ID:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST_ID]
    return slug


def _short(new: NewPaper, id: str, known: Mapping[str, Paper]) -> str:
    """What the list calls it: the name before a colon, else the first words that fit."""
    taken: Collection[str] = {paper.short.casefold() for paper in known.values()}
    before = _line(new.title.split(":")[0].split("：")[0])
    if before and cell_len(before) <= SHORT_CELLS and before.casefold() not in taken:
        return before
    short = ""
    for word in before.split():
        longer = f"{short} {word}".strip()
        if cell_len(longer) > SHORT_CELLS:
            break
        short = longer
    return short if short and short.casefold() not in taken else id


def _venue(new: NewPaper) -> str:
    venue = new.venue or ("arXiv" if _ARXIV.search(new.url) else "")
    dated = _YEAR.search(venue) or new.year is None
    return venue if dated else f"{venue} {new.year}".strip()


def _file(new: NewPaper, id: str, known: Mapping[str, Paper], week: int) -> str:
    values: dict[str, object] = {
        "id": id,
        "short": new.short or _short(new, id, known),
        "title": new.title,
        "authors": list(new.authors),
        "venue": _venue(new),
        "year": new.year,
        "week": week,
        "paper": new.url,
        "code": new.code,
    }
    # A JSON string is a TOML string too.
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value
    ]
    return "\n".join([FENCE, *lines, FENCE, "", _guide(new.abstract)])


def _guide(abstract: str) -> str:
    """The parts of a guide, to be filled in while reading, in the language in use."""
    chinese = spoken() == "zh"
    titles = {part: title for title, part in HEADINGS.items() if title.isascii() != chinese}
    about = _line(abstract)
    filled = {
        Part.ABOUT: f"> {about}" if about else "",
        Part.READING: _comment(
            _("What to look for, section by section."), "### §3.2 Attention", "- ...?"
        ),
        Part.QUESTIONS: _comment(
            _("Answers stay hidden until you compare."), "1. ...?", "   > ...", "   > Where: §3.2"
        ),
        Part.MISSED: _comment(_("Each point can be ticked when you compare."), "- **...** ..."),
    }
    chapters = [f"## {title}\n\n{filled.get(part, '')}" for part, title in titles.items()]
    return "\n\n".join(chapter.strip() for chapter in chapters) + "\n"


def _comment(*lines: str) -> str:
    """Lines that whoever edits the file sees, and a reader does not."""
    return "\n".join(["<!--", *lines, "-->"])
