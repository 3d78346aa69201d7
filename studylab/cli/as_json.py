"""Strict JSON of what a command lists, with keys that stay."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studylab.cli import output
from studylab.language import _
from studylab.metrics.records import scalar_text

# JSON allows these inside strings, but a terminal may obey them and UTF-8 can't hold surrogates.
_RISKY = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def write_json(value: Any) -> None:
    """Print `value`; NaN and the infinities, which JSON lacks, as strings."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(_strict(value), ensure_ascii=not unicode, allow_nan=False, indent=1)
    output.write(_RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def picked(thing: object, keys: Sequence[str], **more: Any) -> dict[str, Any]:
    """The attributes of `thing` that `keys` name, in that order; those in `more` are given."""
    return {key: more[key] if key in more else getattr(thing, key) for key in keys}


def keys_note(keys: Sequence[str], what: str) -> str:
    """For a command's help: what `--json` prints. `what` has the keys, in English for `_`."""
    return _("Keys of {what} that --json prints: {keys}.", what=_(what), keys=", ".join(keys))


def _strict(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else scalar_text(value).strip('"')
    if isinstance(value, Mapping):
        return {str(key): _strict(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_strict(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return value
