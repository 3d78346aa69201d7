"""Changing one setting in the student's file, whose comments and order stay as they are."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studylab import atomic, locations
from studylab.language import _
from studylab.settings import SettingsError, checked, known

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def write_setting(name: str, value: str | float) -> None:
    """Write a setting into the settings file, which is made if it is not there.

    Raises:
        SettingsError: there is no such setting, it takes something else, or the file can't be
            read or written; it is as it was then.
    """
    path = locations.settings_file().resolve()
    given = checked(path, name, value)

    def change(document: TOMLDocument) -> None:
        document[name] = given

    _change(path, name, value, change)


def drop_setting(name: str) -> None:
    """Take a setting out of the settings file, so that its default is used again.

    Raises:
        SettingsError: there is no such setting, or the file can't be read or written.
    """
    path = locations.settings_file().resolve()
    known(name, path)

    def change(document: TOMLDocument) -> None:
        document.pop(name, None)

    _change(path, name, "", change)


def _change(path: Path, name: str, value: object, change: Callable[[TOMLDocument], None]) -> None:
    document = _document(path)
    change(document)
    try:
        _replace(path, document.as_string().encode("utf-8"))
    except UnicodeEncodeError:
        raise SettingsError(
            _(
                "{place}: {name} takes text in quotes, not {value!r}",
                place=path,
                name=name,
                value=value,
            )
        ) from None
    except OSError as error:
        raise SettingsError(
            _(
                "{path}: can't be written ({error}); mend its permissions, or change {name} there",
                path=path,
                error=error.strerror or error,
                name=name,
            )
        ) from None


def _document(path: Path) -> TOMLDocument:
    """What is in the file, with its comments; nothing where there is none."""
    # Here and not above: the first paint does not wait for it.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("{path}: can't be read ({error}); mend or remove it", path=path, error=error)
        ) from None
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingsError(
            _("{path}: not valid TOML: {error}; mend that line", path=path, error=error)
        ) from None


def _replace(path: Path, text: bytes) -> None:
    """Put a new file in the place of the old one, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not os.access(path, os.W_OK):
        # Replacing it would work, but whoever took the right to write away meant it.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    atomic.replace(path, text)
