"""Papers: one Markdown file each, with its metadata as TOML between two lines of `+++`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from studylab.language import N_, _
from studylab.syllabus.errors import PaperError
from studylab.syllabus.source import parse, read_text, told
from studylab.syllabus.table import Table, TableError

FENCE = "+++"

_KEYS = (
    "id",
    "short",
    "title",
    "title_zh",
    "authors",
    "venue",
    "year",
    "week",
    "optional",
    "paper",
    "code",
    "project",
    "companion",
)


@dataclass(frozen=True, slots=True)
class Companion:
    """A video that goes through a paper."""

    title: str
    url: str
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper's metadata, and the Markdown that is written about it."""

    id: str
    short: str
    title: str
    title_zh: str
    authors: tuple[str, ...]
    venue: str
    year: int
    """0 where it is not known."""
    week: int
    paper: str
    """The URL of the paper itself; empty where it is on paper only."""
    optional: bool = False
    code: str = ""
    project: str = ""
    """The URL of the authors' page about the paper."""
    companions: tuple[Companion, ...] = ()
    body: str = ""
    body_zh: str = ""
    """The guide in Chinese, from `zh/` beside the file; empty if there is none."""


def builtin_papers_folder() -> Path:
    """The papers that come with studylab: inside the package once it is installed, beside it
    in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "papers"
    return installed if installed.is_dir() else package.parent / "papers"


def load_papers(folders: Iterable[Path]) -> tuple[dict[str, Paper], list[PaperError]]:
    """The papers in `folders` by id, and an error for each file that can't be used.

    A paper of a later folder takes the place of one with the same id, so a student's own
    version wins over the one that comes with studylab.
    """
    papers: dict[str, Paper] = {}
    errors: list[PaperError] = []
    for folder in folders:
        try:
            files = sorted(file for file in folder.iterdir() if file.suffix == ".md")
        except OSError as cause:
            reason = (cause.strerror or str(cause)).lower()
            wrong = _("can't be read: {error}", error=reason)
            mend = _("make the folder, or take it out of the settings")
            errors.append(PaperError(folder, 1, wrong, mend))
            continue
        for file in files:
            if file.stem.lower() == "readme":
                continue
            try:
                papers[file.stem] = load_paper(file)
            except PaperError as error:
                errors.append(error)
    return papers, errors


def load_paper(path: Path) -> Paper:
    """The paper in one file; PaperError if it can't be used."""
    front, body = _split(path, read_text(path, PaperError))
    # The front matter starts on the file's second line.
    tables = parse(path, front, PaperError, above=1)
    translated = path.parent / "zh" / path.name
    body_zh = read_text(translated, PaperError).strip() if translated.is_file() else ""
    try:
        return _paper(Table(tables, (), N_("the paper"), _KEYS), path.stem, body, body_zh)
    except TableError as mistake:
        raise told(mistake, path, front, PaperError, above=1) from None


def _split(path: Path, text: str) -> tuple[str, str]:
    lines = text.replace("\r\n", "\n").split("\n")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if not fences or fences[0] != 0:
        mend = _("start it with {fence}, the metadata, and {fence} again", fence=FENCE)
        raise PaperError(path, 1, _("has no metadata at its top"), mend)
    if len(fences) == 1:
        mend = _("write {fence} on a line of its own after the metadata", fence=FENCE)
        raise PaperError(path, 1, _("has metadata without an end"), mend)
    front = "\n".join(lines[1 : fences[1]])
    body = "\n".join(lines[fences[1] + 1 :])
    return front, body.strip()


def _paper(table: Table, stem: str, body: str, body_zh: str) -> Paper:
    id = table.text("id")
    if id != stem:
        raise TableError(
            table.at("id"),
            _("the id {id} differs from the file's name", id=id),
            _('write id = "{name}", or call the file {id}.md', name=stem, id=id),
        )
    authors = table.texts("authors")
    if not authors:
        mend = _("add {example}", example='authors = ["..."]')
        raise TableError(table.at("authors"), _("the paper has no authors"), mend)
    return Paper(
        id=id,
        short=table.text("short"),
        title=table.text("title"),
        title_zh=table.text("title_zh", ""),
        authors=authors,
        venue=table.text("venue", ""),
        year=table.whole("year") if "year" in table.value else 0,
        week=table.whole("week"),
        paper=table.url("paper", ""),
        optional=table.flag("optional"),
        code=table.url("code", ""),
        project=table.url("project", ""),
        companions=_companions(table),
        body=body,
        body_zh=body_zh,
    )


def _companions(table: Table) -> tuple[Companion, ...]:
    companions: list[Companion] = []
    for entry, place in table.entries("companion"):
        row = Table(entry, place, N_("a companion"), ("title", "url", "minutes"))
        companions.append(Companion(row.text("title"), row.url("url"), row.minutes("minutes")))
    return tuple(companions)
