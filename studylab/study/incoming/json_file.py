"""Reading the JSON that `studylab export` wrote."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studylab.language import _
from studylab.store.database import SCHEMA_VERSION
from studylab.store.transfer_check import TransferError, checked, shown
from studylab.study.export.json_file import CONTRACT
from studylab.study.incoming.parcel import Parcel
from studylab.study.note_files import NoteFile, name_trouble


def read(path: Path) -> Parcel:
    """What is in an exported file.

    Raises:
        TransferError: it can't be read, is no whole export, or something in it is wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TransferError(
            _("{path} can't be read: {reason}", path=path, reason=error.strerror or error)
        ) from error
    try:
        return parse(data)
    except TransferError as error:
        raise TransferError(
            _("{path}: {problem}; nothing was changed", path=path, problem=error)
        ) from error


def parse(data: bytes) -> Parcel:
    """What an exported file says.

    Raises:
        TransferError: it is no whole export, or something in it is wrong.
    """
    raw = _object(data)
    if "studylab" not in raw:
        raise TransferError(_("this is JSON, but no export of studylab"))
    _check_version(raw)
    return Parcel(checked(raw), _notes(raw.get("notes", [])))


def _object(data: bytes) -> Mapping[str, Any]:
    if not data.strip():
        raise TransferError(_("the file is empty"))
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TransferError(
            _("it is not UTF-8 (line {line}), so it is no whole export", line=line)
        ) from error
    except json.JSONDecodeError as error:
        raise TransferError(
            _(
                "it is no whole JSON (line {line}, column {column}: {reason}); if it was cut off, "
                "export it again",
                line=error.lineno,
                column=error.colno,
                reason=error.msg,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        # A number with thousands of digits, or lists in lists in lists.
        raise TransferError(_("it is no export of studylab: {reason}", reason=error)) from error
    if not isinstance(raw, dict):
        raise TransferError(_("this is JSON, but no export of studylab"))
    return raw


def _check_version(raw: Mapping[str, Any]) -> None:
    for key, known in (("studylab", CONTRACT), ("schema", SCHEMA_VERSION)):
        version = raw.get(key, known)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise TransferError(
                _(
                    "{where} is {value}; it has to be a whole number from {low} to {high}",
                    where=key,
                    value=shown(version),
                    low=1,
                    high=known,
                )
            )
        if version > known:
            raise TransferError(
                _(
                    "it was written by a newer studylab ({key} {version}, this one knows {known}); "
                    "upgrade studylab",
                    key=key,
                    version=shown(version),
                    known=known,
                )
            )


def _notes(raw: object) -> list[NoteFile]:
    if not isinstance(raw, list):
        raise TransferError(
            _("{where} is {value}; it has to be a list", where="notes", value=shown(raw))
        )
    notes: dict[str, NoteFile] = {}
    for number, each in enumerate(raw):
        where = f"notes[{number}]"
        if not isinstance(each, dict):
            raise TransferError(
                _("{where} is {value}; it has to be an object", where=where, value=shown(each))
            )
        name = each.get("name")
        trouble = name_trouble(name)
        if trouble:
            raise TransferError(
                _(
                    "{where} is {value}; {trouble}",
                    where=f"{where}.name",
                    value=shown(name),
                    trouble=trouble,
                )
            )
        if name in notes:
            raise TransferError(
                _(
                    "{where} is {value}, as that of another note is already",
                    where=f"{where}.name",
                    value=shown(name),
                )
            )
        notes[str(name)] = NoteFile(str(name), _data(each, where))
    return list(notes.values())


def _data(note: Mapping[str, Any], where: str) -> bytes:
    given = [note[key] for key in ("text", "base64") if key in note]
    try:
        if len(given) == 1 and isinstance(given[0], str):
            if "text" in note:
                return given[0].encode("utf-8")
            return base64.b64decode(given[0], validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        pass
    raise TransferError(
        _("{where} has to have either its text, or its bytes as base64", where=where)
    )
