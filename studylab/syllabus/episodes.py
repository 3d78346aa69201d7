"""Episode ranges as people write them: `P9-P12, P15`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from studylab.language import _

# No series is near this long; a slip such as P9-P99999 is caught before it fills the memory.
LONGEST_RANGE = 1000

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜", "-") | {"、": ","})
_PART = re.compile(r"[Pp]?\s*([0-9]{1,6})(?:\s*-\s*[Pp]?\s*([0-9]{1,6}))?")


def parse_episodes(text: str) -> tuple[int, ...]:
    """The episode numbers that `text` names, sorted, each once.

    Full-width letters, dashes and commas are read as their ASCII twins. Raises ValueError,
    with one line that quotes the part that is wrong, for anything that is not a list of ranges.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    if not plain.strip():
        raise ValueError(_("no episodes given; write a range such as P9-P12, P15"))
    numbers: set[int] = set()
    for part in plain.split(","):
        numbers.update(_range(part.strip()))
    return tuple(sorted(numbers))


def _range(part: str) -> range:
    if not part:
        raise ValueError(_("nothing between two commas; write a range such as P9-P12, P15"))
    match = _PART.fullmatch(part)
    if match is None:
        shown = part if len(part) <= 40 else f"{part[:39]}…"
        raise ValueError(_("{text!r} is not an episode or a range; write P9 or P9-P12", text=shown))
    first = int(match[1])
    last = int(match[2] or match[1])
    if first == 0 or last == 0:
        raise ValueError(_("{range} names episode 0; the first episode is P1", range=part))
    if last < first:
        raise ValueError(
            _("{range} runs backwards; write P{last}-P{first}", range=part, last=last, first=first)
        )
    if last - first >= LONGEST_RANGE:
        raise ValueError(
            _(
                "{range} spans more than {count} episodes; check its numbers",
                range=part,
                count=LONGEST_RANGE,
            )
        )
    return range(first, last + 1)


def format_episodes(numbers: Iterable[int]) -> str:
    """The shortest list of ranges that names these episodes: `P9-P11, P15`."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"P{first}" if first == last else f"P{first}-P{last}" for first, last in runs)
