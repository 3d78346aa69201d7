"""A file is replaced whole or not at all, and nothing is left beside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from studylab import atomic


def full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert atomic.replace(path, b"one")
    assert atomic.replace(path, b"two", durable=False)
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_bytes(b"one")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        atomic.replace(new, b"")
    finally:
        os.umask(before)
    atomic.replace(old, b"two")
    assert new.stat().st_mode & 0o777 == 0o640
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target, link = folder / "a", tmp_path / "link"
    target.write_bytes(b"one")
    link.symlink_to(target)
    atomic.replace(link, b"two")
    assert link.is_symlink()
    assert target.read_bytes() == b"two"


def test_what_is_not_wanted_any_more_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    # It is asked when the new text is on the disk already.
    assert not atomic.replace(path, b"two", only_if=lambda: len(list(tmp_path.iterdir())) == 1)
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_on_a_full_disk_the_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.replace(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_its_place_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        atomic.replace(path, b"two")
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_asks_may_fail(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def fail() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic.replace(path, b"one", only_if=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a"
    atomic.create(path, b"one")
    with pytest.raises(FileExistsError):
        atomic.create(path, b"two")
    assert path.read_bytes() == b"one"


def test_of_a_file_that_can_not_be_made_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.create(tmp_path / "a", b"one")
    assert list(tmp_path.iterdir()) == []
    atomic.create(tmp_path / "a", b"one", durable=False)
