"""One CSV file for each table, as RFC 4180 has it, and as Excel opens it.

A byte order mark tells Excel that it is UTF-8, so that Chinese shows. A text that a spreadsheet
would take for a formula has an apostrophe before it; `text_of` takes it away again.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from studylab.store.transfer_format import TABLES
from studylab.study.export.everything import RESULT_KEYS, RUN_KEYS, Everything

ENCODING = "utf-8-sig"

# One that begins with apostrophes and then such a sign gets one more, so that it can be undone.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def write(everything: Everything, folder: Path) -> None:
    """Write a file for each table into an empty folder; notes are in the other formats."""
    for name, table in TABLES.items():
        columns = [*table.columns, *(["tags"] if name == "questions" else [])]
        _write(folder / f"{name}.csv", columns, everything.records[name])
    _write(folder / "runs.csv", RUN_KEYS, everything.runs)
    _write(folder / "results.csv", RESULT_KEYS, everything.results)


def cell(value: Any) -> str:
    """What stands in a cell. A number stays a number, also one below zero."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        return cell(" ".join(value))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    return cell(json.dumps(value, ensure_ascii=False))


def text_of(cell: str) -> str:
    """The text that a cell was made from."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding=ENCODING, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([cell(row[name]) for name in columns] for row in rows)
