"""Notes: Markdown files that the app, an editor and another machine may all write."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studylab import atomic
from studylab.language import _
from studylab.problem import Problem

LARGEST = 4_000_000
"""Bytes of a note that can be edited in the app."""

FIRST_PART = 200_000
"""Bytes that are shown of a larger one."""

# What a terminal may obey, and the rarer line ends, which a text area makes usual ones.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


class NoteProblem(Problem):
    """A note that can't be read or written; one line with what to do."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a look at a file tells without reading it."""

    modified_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read. Without a `stamp` there was no file."""

    path: Path
    text: str
    stamp: Stamp | None
    digest: str
    """Of all its bytes; empty where there was no file, or none that could be read whole."""
    trouble: str = ""
    """Why it can't be edited here, and what to do, in words; empty if it can."""

    @property
    def editable(self) -> bool:
        """Whether the app may write it."""
        return not self.trouble


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving came to. `beside` is the file that took the text where the note had changed
    meanwhile; `note` is then what the note has."""

    note: Note
    beside: Path | None = None
    made_again: bool = False
    """The file had been deleted since it was read."""


def look(path: Path) -> Stamp | None:
    """A file's stamp; None where there is none, or it can't be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_mtime_ns, found.st_size)


def read(path: Path) -> Note:
    """Read a note. What stands in the way is told in the note's `trouble`."""
    stamp = look(path)
    if stamp is None:
        return Note(path, "", None, "", _why_not_there(path))
    try:
        # Opening a pipe would wait for whoever writes into it.
        if not stat.S_ISREG(path.stat().st_mode):
            return Note(path, "", stamp, "", _no_file(path))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        return Note(path, "", stamp, "", _unreadable(path, error))
    if len(data) > LARGEST:
        first = data[:FIRST_PART].decode("utf-8", "replace")
        return Note(path, first, stamp, "", _too_large(stamp.size))
    digest = hashlib.sha256(data).hexdigest()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Note(path, data.decode("utf-8", "replace"), stamp, digest, _no_utf8(path, line))
    return Note(path, text, stamp, digest, _hindrance(path, text))


def save(base: Note, text: str) -> Saved:
    """Write a note that was read as `base`, and is now to be `text`.

    Where the file has meanwhile become another one, it stays, and `text` goes into a file beside.

    Raises:
        NoteProblem: nothing was written.
    """
    now = read(base.path)
    data = text.encode("utf-8", "replace")
    if now.stamp is None and now.trouble:
        raise NoteProblem(now.trouble)
    digest = hashlib.sha256(data).hexdigest()
    if now.stamp is not None and now.digest == digest:
        return Saved(now)
    if now.stamp is not None and now.digest != base.digest:
        return Saved(now, beside=_write_beside(base.path, data))
    if now.stamp is not None and not now.editable:
        raise NoteProblem(now.trouble)
    if not _write(base.path, data, now.stamp):
        return save(base, text)
    return Saved(read(base.path), made_again=base.stamp is not None and now.stamp is None)


def append(path: Path, heading: str, text: str) -> Note:
    """Put a paragraph at the end of a note, which begins with `heading` if it is new.

    Raises:
        NoteProblem: nothing was written.
    """
    for _attempt in range(10):
        base = read(path)
        if base.trouble:
            raise NoteProblem(base.trouble)
        before = base.text.rstrip() if base.stamp is not None else f"# {heading}"
        newline = "\r\n" if "\r\n" in base.text else "\n"
        added = text.strip().replace("\r\n", "\n").replace("\n", newline)
        whole = f"{before}{newline * 2}{added}{newline}" if before else f"{added}{newline}"
        saved = save(base, whole)
        if saved.beside is None:
            return saved.note
        # Someone wrote between our reading and writing: what they wrote is the new beginning.
        saved.beside.unlink()
    raise NoteProblem(_("{path} is being written by another program; try again", path=path))


def cleaned(text: str) -> str:
    """Text without what would keep the note from being edited in the app again."""
    return _CONTROLS.sub("", text)


def begin(path: Path, heading: str) -> bool:
    """Make a note with only a heading in it, unless there is one. Whether it is new.

    Raises:
        NoteProblem: it can't be made.
    """
    note = read(path)
    if note.stamp is None and note.trouble:
        raise NoteProblem(note.trouble)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.create(path, f"# {heading}\n\n".encode())
    except FileExistsError:
        return False
    except OSError as error:
        raise _unwritten(path, error) from error
    return True


def drop_if_untouched(path: Path, heading: str) -> None:
    """Take away a note that has nothing but the heading that `begin` wrote."""
    note = read(path)
    if note.stamp is not None and note.text.strip() == f"# {heading}".strip():
        with suppress(OSError):
            path.unlink()


def _write(path: Path, data: bytes, expected: Stamp | None) -> bool:
    """Write a note whole or not at all; not, where the file is no longer the expected one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return atomic.replace(path, data, only_if=lambda: look(path) == expected)
    except OSError as error:
        raise _unwritten(path, error) from error


def _write_beside(path: Path, data: bytes) -> Path:
    at = datetime.now().strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        again = f"-{number}" if number > 1 else ""
        beside = path.with_name(f"{path.stem}.conflict-{at}{again}{path.suffix}")
        try:
            atomic.create(beside, data)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritten(beside, error) from error
        return beside
    raise NoteProblem(_("{folder} has too many conflicts; clear them up", folder=path.parent))


def _why_not_there(path: Path) -> str:
    """Empty for a note that is just not begun."""
    if path.is_symlink():
        return _(
            "{path} is a link to {target}, which is not there; mend or remove the link",
            path=path,
            target=_target(path),
        )
    try:
        path.lstat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return _unreadable(path, error)
    return ""


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return "?"


def _no_file(path: Path) -> str:
    if path.is_dir():
        return _("{path} is a folder where a note should be; move it away", path=path)
    return _("{path} is no file; move it away", path=path)


def _unreadable(path: Path, error: OSError) -> str:
    return _(
        "{path} can't be read ({reason}); mend its permissions, or those of its folder",
        path=path,
        reason=error.strerror or error,
    )


def _unwritten(path: Path, error: OSError) -> NoteProblem:
    return NoteProblem(
        _(
            "{path} can't be written ({reason}); free some space or mend the permissions",
            path=path,
            reason=error.strerror or error,
        )
    )


def _too_large(size: int) -> str:
    return _(
        "It has {size:.0f} MB: only its beginning is shown. Your editor opens all of it.",
        size=size / 1e6,
    )


def _no_utf8(path: Path, line: int) -> str:
    return _(
        "It is not UTF-8 (line {line}), so it can't be edited here. `iconv -f GB18030 -t UTF-8 "
        "{name}`, or whatever encoding it has, turns it into UTF-8; or use your editor.",
        line=line,
        name=path.name,
    )


def _hindrance(path: Path, text: str) -> str:
    if _CONTROLS.search(text):
        return _("It has control characters, so it can't be edited here. Use your editor.")
    if not os.access(path, os.W_OK):
        return _("{path} can't be written: it is read-only for you", path=path)
    return ""
