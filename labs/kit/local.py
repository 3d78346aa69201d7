"""Data sets in a folder of the student's, in the layouts that people have them in.

    tables = tables_in(Path("~/mnist"))            # {"train": a table, "test": a table}

Read are parquet (the hub's own), JSON lines and TSV (GLUE's). A file belongs to the split that
its name starts with: `train-00000-of-00001.parquet`, `dev.tsv`, `test.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from labs.kit.errors import DataError, first_line

if TYPE_CHECKING:
    import pyarrow

SPLITS = {"train": "train", "validation": "validation", "val": "validation", "dev": "validation",
          "valid": "validation", "test": "test"}  # fmt: skip
SUFFIXES = (".parquet", ".jsonl", ".tsv")
DEPTH = 3


def files_under(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The files of a folder and of the folders in it; not deeper, whatever folder was named."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif path.is_dir() and depth > 1 and not path.name.startswith("."):
            yield from files_under(path, depth - 1)


def tables_in(folder: Path, configuration: str | None = None) -> dict[str, pyarrow.Table]:
    """The splits in a folder, or in its folder `configuration` where it has one.

    Raises:
        DataError: nothing is there that can be read.
    """
    import pyarrow

    folder = folder.expanduser()
    if configuration and (folder / configuration).is_dir():
        folder = folder / configuration
    parts: dict[str, list[Path]] = {}
    try:
        for path in files_under(folder):
            split = SPLITS.get(path.name.split(".")[0].split("-")[0].split("_")[0].lower())
            if split and path.suffix in SUFFIXES:
                parts.setdefault(split, []).append(path)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}") from None
    tables = {}
    for split, paths in parts.items():
        if len({path.parent for path in paths}) > 1:
            raise DataError(
                f"{folder} holds several sets ({_names(paths)}); name the folder of one of them"
            )
        tables[split] = pyarrow.concat_tables([read_table(path) for path in paths])
    return tables


def read_table(path: Path) -> pyarrow.Table:
    """One file.

    Raises:
        DataError: it is not what its suffix says.
    """
    import pyarrow
    import pyarrow.csv
    import pyarrow.json
    import pyarrow.parquet

    try:
        if path.suffix == ".parquet":
            return pyarrow.parquet.read_table(path)
        if path.suffix == ".jsonl":
            return pyarrow.json.read_json(path)
        # GLUE's files quote nothing, so a lone " in a sentence must not swallow lines.
        layout = pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False)
        return pyarrow.csv.read_csv(path, parse_options=layout)
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read: {first_line(error)}") from None


def _names(paths: list[Path]) -> str:
    return ", ".join(sorted({path.parent.name for path in paths}))
