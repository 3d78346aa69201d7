"""Why a run ended too soon: no memory, no data."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator

from studylab.plain import one_line
from studylab.runs.catalogue import OWN
from studylab.study.diagnosis.model import Change, Finding, Kind
from studylab.study.diagnosis.seen import Seen

LINES = 40
"""Of the end of the output; what a run survived stands further up."""
LONGEST = 300

_MEMORY = re.compile(
    r"\bout of memory\b|\bOutOfMemoryError\b|\bMemoryError\b|can't allocate memory|"
    r"Cannot allocate memory|Unable to allocate .* for an array|std::bad_alloc|"
    r"STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED",
)
_HUB = re.compile(
    r"can't be had from|Couldn't reach|LocalEntryNotFoundError|OfflineModeIsEnabled|"
    r"MaxRetryError|ConnectionError|ConnectTimeout|Name or service not known|"
    r"Temporary failure in name resolution|Network is unreachable|"
    r"can't connect to .*huggingface|HF_HUB_OFFLINE",
)
_FILE = re.compile(
    r"FileNotFoundError: .*|there is no folder|is not a folder|holds no pictures that|"
    r"DatasetNotFoundError|DataFilesNotFoundError|Dataset not found"
)
DATA_ERROR = 3
"""The exit code of a lab whose data can't be had or read."""

_LARGE = (
    r"((per_device|micro|mini|train|n)_)*(train_)?batch(_?size)?|bs",
    r"(max_)?(seq|sequence|context|ctx)_?(len|length|size)?|max_len(gth)?|block_size|bptt",
    r"(image|img|input)_?size|resolution",
    r"width|hidden(_?(size|dim|units))?|d_?model|n_embd|embed(ding)?_dim|channels|dim",
)
"""What memory grows with: the batch, the length of a sequence, the picture, the width."""


def out_of_memory(seen: Seen) -> Iterator[Finding]:
    """Memory ran out; a batch that is half as large needs about half of it."""
    if not seen.known.failed:
        return
    line = _line(seen, _MEMORY)
    killed = seen.known.signal == signal.SIGKILL
    if not line and not killed:
        return
    large = [
        Change(name, value, value // 2)
        for pattern in _LARGE
        for name, value in seen.settings_like(pattern)
        if value >= 2
    ]
    evidence = {"line": line, "then": [change.name for change in large[1:4]]}
    yield Finding(Kind.OUT_OF_MEMORY, seen.step, "", evidence, large[0] if large else None)


def data_missing(seen: Seen) -> Iterator[Finding]:
    """A data set that can't be reached, or is not where it was looked for."""
    known = seen.known
    if not known.failed or seen.step is not None:
        return
    hub, file = _line(seen, _HUB), _line(seen, _FILE)
    said = bool(known.lab) and known.exit_code == DATA_ERROR
    if not hub and not file and not said:
        return
    last = next((line for line in reversed(known.lines) if line.strip()), "")
    asked = known.settings.get("data")
    change = None
    shipped = bool(known.lab) and not known.lab.startswith(f"{OWN}/")
    if shipped and isinstance(asked, str) and asked != "auto":
        change = Change("data", asked, "auto")
    line = hub or file or one_line(last, LONGEST)
    evidence = {"line": line, "hub": bool(hub), "lab_says_so": said}
    yield Finding(Kind.DATA_MISSING, None, "", evidence, change)


def _line(seen: Seen, pattern: re.Pattern[str]) -> str:
    for line in reversed(seen.known.lines[-LINES:]):
        if pattern.search(line[:2000]):
            return one_line(line, LONGEST)
    return ""
