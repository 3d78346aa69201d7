"""The JSON that `studylab import` takes back. `docs/export.md` is its contract."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studylab.metrics.records import scalar_text
from studylab.study.export.everything import Everything
from studylab.study.note_files import NoteFile

CONTRACT = 1
"""The version of the format: `studylab` in the file. A reader that knows less leaves it alone."""

# JSON allows these inside strings, but a terminal may obey them.
_RISKY = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def write(everything: Everything, path: Path) -> None:
    """Write the file; each row has a line of its own, so that two exports compare well."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(everything))


def lines(everything: Everything) -> Iterable[str]:
    """The file's text, a line at a time."""
    yield "{\n"
    yield f'"studylab": {CONTRACT},\n'
    yield f'"schema": {everything.schema},\n'
    yield f'"exported_at": {_json(everything.exported_at)}'
    tables: dict[str, Iterable[Mapping[str, Any]]] = {
        **everything.records,
        "notes": map(_note, everything.notes),
        "runs": everything.runs,
        "results": everything.results,
    }
    for name, rows in tables.items():
        yield f',\n"{name}": ['
        separator = "\n"
        for row in rows:
            yield f"{separator} {_json(row)}"
            separator = ",\n"
        yield "]" if separator == "\n" else "\n]"
    yield "\n}\n"


def _note(note: NoteFile) -> dict[str, Any]:
    try:
        return {"name": note.name, "text": note.data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"name": note.name, "base64": base64.b64encode(note.data).decode("ascii")}


def _json(value: Any) -> str:
    text = json.dumps(_strict(value), ensure_ascii=False, allow_nan=False)
    return _RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _strict(value: Any) -> Any:
    """What JSON has, with the numbers that it lacks as strings."""
    if isinstance(value, float):
        return value if value - value == 0 else scalar_text(value).strip('"')
    if isinstance(value, Mapping):
        return {str(key): _strict(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(each) for each in value]
    return value
