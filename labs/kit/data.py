"""Where a lab's data comes from. Results of different tiers never stand in one ranking.

| tier     | means                                                                        |
| ---      | ---                                                                          |
| embedded | comes with a dependency or from a seeded generator; needs no network          |
| local    | a folder or file of the student's: `--data PATH`                              |
| hub      | the hub or a mirror (`HF_ENDPOINT`), by name: `--data mnist`                  |

`--data auto` is the lab's embedded set: it works everywhere, and it is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

from labs.kit.errors import UsageError
from labs.kit.run import Run


class Tier(StrEnum):
    """How the data was had."""

    EMBEDDED = "embedded"
    LOCAL = "local"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which data a run uses. `sizes` counts the examples of each split; `origin` says where it
    was had: a package, an address, a path."""

    name: str
    tier: Tier
    origin: str
    sizes: Mapping[str, int]

    def describe(self) -> str:
        """One line: name, tier, origin, sizes."""
        sizes = ", ".join(f"{count:,} {split}" for split, count in self.sizes.items())
        return f"{self.name} ({self.tier}, {self.origin}): {sizes}"

    def to_dict(self) -> dict[str, Any]:
        """For a checkpoint or an event."""
        return {**asdict(self), "tier": str(self.tier), "sizes": dict(self.sizes)}


def check_data(value: str, known: Sequence[str]) -> None:
    """Refuse a `--data` that is neither `auto`, nor a known set, nor a path that exists.

    Raises:
        UsageError: one line that says what is accepted.
    """
    names = ["auto", *known]
    if value in names or (value and Path(value).expanduser().exists()):
        return
    near = get_close_matches(value, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    if "/" in value or "\\" in value:
        raise UsageError(f"--data: there is no folder {value}")
    raise UsageError(f"--data takes {', '.join(names)} or a folder, not {value!r}{hint}")


def announce(
    run: Run, provenance: Provenance, asked: str, *, also: str = "", classes: int = 0
) -> None:
    """Say plainly which data is used, and record it with the run. A classifier names its
    `classes`, so that a loss of ln(classes) is known for that of guessing."""
    run.say(f"data: {provenance.describe()}")
    if asked == "auto" and also:
        run.say(f"      --data auto takes the set that needs no network; {also}")
    more = {"classes": classes} if classes else {}
    run.reporter.event("data", **provenance.to_dict(), **more)
