"""How full the disk is that a folder lies on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class DiskSample:
    """A file system. Sizes are in bytes; `free` is what this user may still write."""

    folder: Path
    used: int
    free: int

    @property
    def total(self) -> int:
        """What there would be for this user on an empty disk."""
        return self.used + self.free


def disk_of(folder: Path) -> DiskSample | None:
    """The disk of a folder, or of the nearest one above it that is there; None if it can't be
    asked."""
    for place in (folder, *folder.parents):
        try:
            usage = psutil.disk_usage(str(place))
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return DiskSample(folder, int(usage.used), int(usage.free))
    return None
