"""One file of an export, written whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studylab import atomic
from studylab.language import _
from studylab.problem import Problem


class FileProblem(Problem):
    """A file that can't be made or written; the text says why. What was there is as it was."""


class NeedsPackage(FileProblem):
    """A format that needs a package which is not installed; the text names it."""


def write(path: Path, data: bytes) -> None:
    """Put `data` into the file at `path`.

    Raises:
        FileProblem: it can't be written.
    """
    if path.is_dir():
        raise FileProblem(_("{path} is a folder; name a file", path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.replace(path, data)
    except OSError as error:
        raise FileProblem(
            _(
                "{path} can't be written ({reason}); choose another place, or free some space",
                path=path,
                reason=error.strerror or error,
            )
        ) from error


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as RFC 4180 has them; what a spreadsheet would take for a formula stays a text."""
    import csv

    from studylab.study.export.csv_folder import cell

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return file.getvalue()


def parquet(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as a Parquet file; `columns` gives each a type of Arrow, such as `string` or `double`.

    Raises:
        NeedsPackage: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise NeedsPackage(
            _("Parquet needs pyarrow, which is not installed here: pip install pyarrow")
        ) from error
    fields = [(name, getattr(pyarrow, type)()) for name, type in columns.items()]
    kept = [{name: row[name] for name in columns} for row in rows]
    file = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(kept, schema=pyarrow.schema(fields)), file
    )
    return file.getvalue()
