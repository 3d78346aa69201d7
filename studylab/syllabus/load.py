"""Loading a syllabus file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from studylab.syllabus import check
from studylab.syllabus.build import Builder
from studylab.syllabus.errors import SyllabusError
from studylab.syllabus.model import Syllabus
from studylab.syllabus.papers import Paper
from studylab.syllabus.source import parse, read_text, told
from studylab.syllabus.table import TableError

BUILTIN = Path(__file__).with_name("syllabus.toml")
"""The syllabus that comes with studylab."""


def load(
    path: Path | None = None,
    *,
    labs: Collection[str] | None = None,
    papers: Mapping[str, Paper] | None = None,
    broken: Collection[str] = (),
) -> Syllabus:
    """The syllabus in `path`, or the built-in one.

    `labs` are the names of the labs that exist, and `papers` is what `load_papers` found; either
    as None leaves its names unchecked. `broken` are the ids of papers whose files can't be read:
    their mistakes are told elsewhere, and one bad paper must not close the whole syllabus.

    Raises SyllabusError, which names the line and says how to mend it.
    """
    path = path or BUILTIN
    text = read_text(path, SyllabusError)
    tables = parse(path, text, SyllabusError)
    builder = Builder(labs, papers)
    try:
        syllabus = builder.syllabus(tables)
        check.check_weeks(syllabus)
        check.check_ids(builder.items)
        check.check_order(builder.items)
        check.check_topics(builder.topics, builder.items)
        if labs is not None:
            check.check_labs(builder.topics, builder.items, labs)
        if papers is not None:
            check.check_papers(builder.items, {*papers, *broken})
    except TableError as mistake:
        raise told(mistake, path, text, SyllabusError) from None
    return syllabus
