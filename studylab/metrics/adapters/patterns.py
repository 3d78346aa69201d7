"""Scalars in a line of output: `loss: 0.31`, `val_acc=0.91`, JSON, a progress bar's postfix.

What a line says is a guess. It is made so that dates, versions, times, sizes, addresses and the
progress of a bar are not taken for metrics; whether the rest is meant is for the reader to say.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studylab.metrics.adapters.words import is_metric_name, is_metric_word

LONGEST = 8000
"""Characters of a line that are looked at."""

MOST = 100
"""Scalars of one line that are taken."""


@dataclass(slots=True)
class Found:
    """What one line says. `count` of `total` is how far an epoch, or the whole run, has come."""

    scalars: dict[str, float] = field(default_factory=dict)
    epoch: int | None = None
    count: int | None = None
    total: int | None = None


_NUMBER = r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|(?i:nan|inf(?:inity)?))"
_SPLIT = r"(?i:train(?:ing)?|val(?:id(?:ation)?)?|test|eval|dev)"
_OF = rf"(?:(?P<of>{_SPLIT}|(?i:avg|average|mean|running|best|last))[ ]+)?"

# A number ends where a word ends; behind it stands no second part of a date, time or version.
_END = r"""(?P<percent>\s?%)?['"]?\.?(?=$|[\s;)\]}|]|,(?!\d))"""

_PAIR = re.compile(
    rf"(?<![\w./@\\-]){_OF}"
    r"(?P<quote>['\"]?)(?P<key>[A-Za-z_][\w./@-]{0,99})(?P=quote)(?P<between>[ ]?[:=]\s{0,8})"
    r"(?:(?:tensor|np\.float\d\d|float)\()?"
    rf"['\"]?(?P<number>{_NUMBER})(?:/(?P<whole>\d+)\b)?{_END}"
)
_SPACED = re.compile(
    rf"(?<![\w./@\\-]){_OF}(?P<key>[A-Za-z][\w./@-]{{0,99}})[ ]+(?P<number>{_NUMBER}){_END}"
)

_UNIT = re.compile(
    r"\s?(?:[num]?s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|[kKMGT]?i?B|bytes?|[kMG]?Hz"
    r"|it/s|s/it|[\w.]+/(?:s|sec|step|it)|[kM]?W|°?C|px)(?![\w/])"
)

_NOUN = re.compile(r"[ ][A-Za-z]{2,}(?![\w/.@-]{0,99}\s?[:=])(?=[\s.,;)]|$)")

_STEP = re.compile(
    r"(?<![\w/.-])(?P<best>(?i:best|last|early|total|max|num)[ ])?"
    r"(?:(?P<word>(?i:global[_ ]step|step|iter(?:ation)?|it|batch|update|episode|round))"
    r"|(?P<epoch>(?i:epoch|ep)))['\"]?(?:\s{0,4}[:=#])?\s{0,4}[\[(]?\s{0,4}"
    r"(?P<count>\d{1,18})(?:\s{0,4}/\s{0,4}(?P<total>\d{1,18}))?(?![\w%]|\.\d|[-:/]\d)"
)
_PROGRESS = re.compile(
    r"\[\s{0,8}(?P<count>\d{1,18})\s{0,4}/\s{0,4}(?P<total>\d{1,18})\s?(?:\([^)]{0,9}\)\s?)?\]"
    r"|(?<![\w.])(?P<batch>\d{1,18})\s{0,4}/\s{0,4}(?P<batches>\d{1,18})\s+batches\b"
)
_TUTORIAL = re.compile(r"\s{0,4}\[(?P<epoch>\d{1,9}),\s{0,8}(?P<count>\d{1,18})\]")
_KERAS = re.compile(r"\s{0,8}(?P<count>\d{1,18})/(?P<total>\d{1,18})\s+(?:[━\[]|-\s)")
_BAR = re.compile(
    r"(?P<before>[^|]{0,200}?)\s{0,4}\d{1,3}%\|[^|]{0,400}\|\s{0,4}"
    r"(?P<count>\d{1,15}(?:\.\d+)?)(?P<k>[kMG]?)/(?P<total>\d{1,15}(?:\.\d+)?)(?P<K>[kMG]?)\s*"
    r"\[(?P<inside>[^\]]*)\]?(?P<behind>.*)",
    re.DOTALL,
)
_COUNTED = re.compile(
    r"(?P<before>[^|\[]{0,200}?)\b(?P<count>\d{1,15})it\s*\[(?P<inside>[^\]]*)\]?(?P<behind>.*)",
    re.DOTALL,
)
_LINE_SPLIT = re.compile(rf"\W{{0,9}}(?P<split>{_SPLIT})\b(?![-_/.=]|\s*=)")
_HAS_SPLIT = re.compile(rf"{_SPLIT}(?:[_/.-]|$)")
_BEFORE_EPOCHS = re.compile(r"(?i:epoch|ep)\s{0,4}[:=#]?\s{0,4}$")
_THOUSANDS = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
_ACCURACY = re.compile(r"(?i:acc|accuracy|correct)\w?$")
_NUMERAL = re.compile(r"\d|(?i:nan|inf)")
_WHOLE_NUMBER = re.compile(_NUMBER)


def read_line(line: str) -> Found | None:
    """What a line says, as text without escapes; None if it says nothing."""
    line = line[:LONGEST]
    if not _NUMERAL.search(line) or "Namespace(" in line:
        return None
    found = _of_json(line) or _of_bar(line) or _of_text(line)
    told = found.scalars or found.epoch is not None or found.count is not None
    return found if told else None


def _of_json(line: str) -> Found | None:
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = Found()
    for name, value in _flat(record, "", 0):
        number = _number_of(value)
        if number is None or len(found.scalars) >= MOST:
            continue
        if not _is_step(found, name, number) and is_metric_name(name):
            found.scalars[name] = number
    return found


def _flat(record: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        name = f"{before}{key}"[:200]
        if isinstance(value, dict):
            if depth < 3:
                yield from _flat(value, f"{name}/", depth + 1)
        else:
            yield name, value


def _number_of(value: object) -> float | None:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _is_step(found: Found, name: str, number: float) -> bool:
    """Take a field of a JSON line as its step, if it is one."""
    word = name.lower()
    if not number.is_integer() or not 0 <= number < 2**62:
        return False
    if word == "epoch":
        found.epoch = int(number)
        return True
    if re.fullmatch(r"(?:.*/)?_?(?:global_)?step|iter(?:ation)?|batch|update|episode", word):
        found.count = int(number)
        return True
    return False


def _of_bar(line: str) -> Found | None:
    """A progress bar of tqdm: its own figures are no metrics, what was set behind them is."""
    bar = _BAR.match(line)
    if bar is not None:
        count, total = _scaled(bar["count"], bar["k"]), _scaled(bar["total"], bar["K"])
    else:
        bar = _COUNTED.match(line)
        if bar is None:
            return None
        count, total = int(bar["count"]), None
    found = Found(count=count, total=total)
    before = bar["before"]
    step = _STEP.search(before)
    if step is not None and step["epoch"]:
        found.epoch = int(step["count"])
    # `00:01<00:00, 25.1it/s, loss=0.31`: elapsed and left, the rate, then what was set.
    own = bar["inside"].partition(",")[2]
    text = f"{own}; {bar['behind']}"
    split = _LINE_SPLIT.match(before)
    _take_pairs(found, text, _split_word(split["split"]) if split else "", spaced=False)
    return found


def _scaled(digits: str, unit: str) -> int:
    return round(float(digits) * _THOUSANDS[unit])


def _of_text(line: str) -> Found:
    found = Found()
    for step in _STEP.finditer(line):
        if step["best"]:
            continue
        if step["epoch"]:
            found.epoch = int(step["count"]) if found.epoch is None else found.epoch
        elif found.count is None:
            found.count = int(step["count"])
            found.total = int(step["total"]) if step["total"] else None
    rest = line if found.count is not None else _without_progress(found, line)
    split = _LINE_SPLIT.match(rest)
    _take_pairs(found, rest, _split_word(split["split"]) if split else "", spaced=True)
    return found


def _without_progress(found: Found, line: str) -> str:
    """Take a count that has no word before it, such as `[640/60000 (1%)]`; returns the rest."""
    both = _TUTORIAL.match(line)
    if both is not None and found.epoch is None:
        found.epoch, found.count = int(both["epoch"]), int(both["count"])
        return line[both.end() :]
    progress = _PROGRESS.search(line) or _KERAS.match(line)
    if progress is None or _is_epochs_own(line, progress.start()):
        return line
    given = progress.groupdict()
    found.count = int(given["count"] or given["batch"])
    found.total = int(given["total"] or given["batches"])
    return f"{line[: progress.start()]} {line[progress.end() :]}"


def _is_epochs_own(line: str, start: int) -> bool:
    """Whether the bracket at `start` is that of `Epoch [3/10]`, which counts epochs."""
    return _BEFORE_EPOCHS.search(line[max(0, start - 20) : start]) is not None


def _take_pairs(found: Found, text: str, split: str, *, spaced: bool) -> None:
    for pair in _PAIR.finditer(text):
        key, number, whole = pair["key"], pair["number"], pair["whole"]
        if not _is_value(text, pair) or _is_taken(found, key, number):
            continue
        if pair["between"].endswith(":") and number.isdigit() and not is_metric_word(key):
            # `main:45`, `host:8080`: a place, not a value.
            continue
        if whole and not (_ACCURACY.search(key) and int(whole)):
            continue
        _add(found, pair, float(number) / int(whole or 1), split)
    if spaced:
        for pair in _SPACED.finditer(text):
            if is_metric_word(pair["key"]) and _is_value(text, pair):
                _add(found, pair, float(pair["number"]), split)


def _is_value(text: str, pair: re.Match[str]) -> bool:
    """Whether a number is no time or size, and its name may be that of a metric."""
    if _UNIT.match(text, pair.end()) or not is_metric_name(pair["key"]):
        return False
    # `saved: 12 files`: what is counted follows.
    return is_metric_word(pair["key"]) or not _NOUN.match(text, pair.end())


def _is_taken(found: Found, key: str, number: str) -> bool:
    """Whether a pair is the step that was read already."""
    if not number.isdigit():
        return False
    word = key.lower()
    if word == "epoch":
        return found.epoch is not None
    return found.count is not None and word in _STEP_WORDS


_STEP_WORDS = frozenset(
    {"step", "global_step", "iter", "iteration", "it", "batch", "update", "episode", "round"}
)


def _add(found: Found, pair: re.Match[str], value: float, split: str) -> None:
    name, of = pair["key"], pair["of"]
    if of:
        name = f"{_split_word(of)}/{name}" if re.fullmatch(_SPLIT, of) else f"{of}_{name}"
    if split and not _HAS_SPLIT.match(name):
        name = f"{split}/{name}"
    if len(found.scalars) < MOST:
        found.scalars[name] = value / 100 if pair["percent"] else value


def _split_word(word: str) -> str:
    """`train` for `Training`: what the app calls a split."""
    lowered = word.lower()
    return {"training": "train", "validation": "val", "valid": "val"}.get(lowered, lowered)
