"""The zip file of a backup: the database, notes, drafts, and a manifest that tells of each."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from studylab import __version__
from studylab.language import _
from studylab.store.database import SCHEMA_VERSION, in_words
from studylab.store.transfer_check import TransferError, moment

CONTRACT = 1
"""The version of the layout."""

MANIFEST = "manifest.json"
DATABASE = "studylab.db"
FOLDERS = ("notes", "drafts")
"""What is in it of the home folder beside the database."""

_CHUNK = 1 << 20
_MAGIC = b"PK"

_BROKEN = (
    zipfile.BadZipFile,
    # Of what is compressed, the bytes are others, or there are too few.
    zlib.error,
    EOFError,
    # It is encrypted, or compressed in a way that is not known here.
    RuntimeError,
    # A name in it is not UTF-8.
    UnicodeDecodeError,
    # A file that the manifest tells of is not in it.
    KeyError,
)
"""What `zipfile` raises for an archive that is damaged."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: of each file its bytes and digest."""

    created_at: str
    schema: int
    files: Mapping[str, tuple[int, str]]


def is_zip(path: Path) -> bool:
    """Whether a file begins as zip files do; one that is cut off does, too."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
    return False


class Packer:
    """Writes an archive, and its manifest at the end."""

    def __init__(self, archive: zipfile.ZipFile, created_at: str, schema: int) -> None:
        self._archive = archive
        self._created_at = created_at
        self._schema = schema
        self.files: dict[str, tuple[int, str]] = {}

    def add(self, name: str, file: IO[bytes]) -> None:
        """Put a file in under a name."""
        info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as target:
            while chunk := file.read(_CHUNK):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.files[name] = (size, digest.hexdigest())

    def finish(self) -> None:
        """Write the manifest."""
        manifest = {
            "studylab_backup": CONTRACT,
            "schema": self._schema,
            "version": __version__,
            "created_at": self._created_at,
            "files": {
                name: {"bytes": size, "sha256": digest}
                for name, (size, digest) in self.files.items()
            },
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        self._archive.writestr(MANIFEST, text)


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself.

    Raises:
        TransferError: it can't be read, is no backup, or one of a newer studylab.
    """
    with _opened(path) as (_archive, manifest):
        return manifest


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, each file held against the manifest.

    Raises:
        TransferError: it can't be read, is no backup, is damaged, or of a newer studylab.
        StoreError: the folder can't be written.
    """
    with _opened(path) as (archive, manifest):
        for name, (size, digest) in manifest.files.items():
            with archive.open(name) as source:
                _unpack_one(source, folder / name, size, digest)
        return manifest


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise TransferError(_("it is no backup of studylab"))
            with zipfile.ZipFile(file) as archive:
                yield archive, _manifest(archive)
    except TransferError as error:
        raise TransferError(f"{path}: {error}") from error
    except _BROKEN as error:
        raise TransferError(_("{path} is damaged: {reason}", path=path, reason=error)) from error
    except OSError as error:
        raise TransferError(
            _("{path} can't be read: {reason}", path=path, reason=error.strerror or error)
        ) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    no_backup = TransferError(_("it is a zip file, but no backup of studylab"))
    try:
        raw: dict[str, Any] = json.loads(archive.read(MANIFEST))
        contract, schema = int(raw["studylab_backup"]), int(raw["schema"])
        created_at = moment(raw["created_at"])
        files = {
            str(name): (int(file["bytes"]), str(file["sha256"]))
            for name, file in raw["files"].items()
        }
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise no_backup from error
    if contract > CONTRACT or schema > SCHEMA_VERSION:
        raise TransferError(
            _(
                "it was written by a newer studylab (schema {version}, this one knows {known}); "
                "upgrade studylab",
                version=schema,
                known=SCHEMA_VERSION,
            )
        )
    if created_at is None or DATABASE not in files or not all(map(_is_ours, files)):
        raise no_backup
    return Manifest(created_at, schema, files)


def _is_ours(name: str) -> bool:
    """Whether a name stays inside the folder that it is unpacked into."""
    path = PurePosixPath(name)
    if name == DATABASE:
        return True
    if "\\" in name or "\x00" in name or path.is_absolute() or ".." in path.parts:
        return False
    return len(path.parts) > 1 and path.parts[0] in FOLDERS


def _unpack_one(source: IO[bytes], target: Path, size: int, digest: str) -> None:
    found, left = hashlib.sha256(), size
    with in_words(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while left >= 0 and (chunk := _next(source)):
                file.write(chunk)
                found.update(chunk)
                left -= len(chunk)
    if left or found.hexdigest() != digest:
        raise TransferError(
            _("{name} in it is not what the manifest says; use another backup", name=target.name)
        )


def _next(source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        # Not the disk that is written to, of which `in_words` tells.
        raise EOFError(error.strerror or str(error)) from error
