"""How runs are told in short: states, times, figures and verdicts."""

from __future__ import annotations

import math

from studylab.labspec import Reference, Setting, Value
from studylab.language import N_, _
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.store.runs import ResultRow

FRACTIONS = frozenset({"accuracy", "f1", "precision", "recall", "bleu", "spearman", "exact_match"})
"""Metrics that are reported as fractions of 1 and shown as percentages."""

SYMBOLS = {
    State.QUEUED: "·",
    State.STARTING: "◦",
    State.RUNNING: "▸",
    State.STOPPING: "▫",
    State.FINISHED: "✓",
    State.FAILED: "✗",
    State.STOPPED: "▪",
    State.LOST: "?",
}
"""One cell wide in every terminal, so that a state is never told by its colour alone."""


_VERDICTS = [N_("reached"), N_("within noise"), N_("not reached"), N_("collapsed")]
"""What `verdict_word` gives, for the catalogue."""


def read_state(word: str) -> State:
    """The state that a stored word means; an unknown one is a lost run."""
    try:
        return State(word)
    except ValueError:
        return State.LOST


def told_reason(state: State, reason: str) -> str:
    """Why a run is in its state; empty where there is nothing to say beyond the state."""
    return "" if reason == state.value else reason


def duration(seconds: float) -> str:
    """`0:07`, `12:05`, `1:02:03`, `2 d 03 h`: what has passed or is left."""
    if not math.isfinite(seconds):
        return "?"
    whole = max(0, int(seconds))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if days:
        return _("{days} d {hours:02} h", days=days, hours=hours % 24)
    if hours:
        return f"{hours}:{minutes % 60:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def time_needed(minutes: float) -> str:
    """How long a lab takes: `20 s`, `1 min`, `2.5 h`."""
    if minutes < 1:
        return _("{seconds:.0f} s", seconds=minutes * 60)
    if minutes < 90:
        return _("{minutes:.0f} min", minutes=minutes)
    return _("{hours:.3g} h", hours=minutes / 60)


def size(count: float) -> str:
    """Bytes, as `412 MB` or `1.5 GB`."""
    for unit, bytes_ in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= 999.5 * bytes_ / 1e3:
            number = count / bytes_
            return f"{number:.1f} {unit}" if number < 9.95 else f"{number:.0f} {unit}"
    return f"{count:.0f} B"


def is_fraction(metric: str) -> bool:
    """Whether a metric is a fraction of 1, shown as a percentage."""
    return metric.rsplit("/", 1)[-1].lower() in FRACTIONS


def metric_value(metric: str, value: float, *, exact: bool = False) -> str:
    """A value as it is read: `97.8 %`, or `16.42` where it is no fraction. `exact` rounds less,
    for figures that somebody stated."""
    if not math.isfinite(value):
        return str(value)
    if not is_fraction(metric):
        return f"{value:.5g}" if exact else f"{value:.4g}"
    return f"{value * 100:.4g} %" if exact else f"{value * 100:.1f} %"


def reference_value(reference: Reference) -> str:
    """A figure to reach: `accuracy 98 %`, with the direction where lower is better."""
    figure = metric_value(reference.metric, reference.value, exact=True)
    return f"{reference.metric} {'' if reference.higher_is_better else '≤ '}{figure}"


def told_result(result: ResultRow) -> str:
    """A whole line: `test accuracy (digits): 97.8 % (reference: 97 %, reached)`."""
    return _(
        "{split} {metric} ({data}): {verdict}",
        split=result.split,
        metric=result.metric,
        data=result.data,
        verdict=verdict(result),
    )


def verdict(result: ResultRow) -> str:
    """A result held against its reference: `97.8 % (reference: 97 %, reached)`."""
    figure = metric_value(result.metric, result.value)
    if result.verdict == "collapsed":
        return _("{figure} (collapsed: nothing was learned)", figure=figure)
    if result.reference is None:
        data = one_line(result.data, 40) or _("this data")
        return _("{figure} (no reference for {data})", figure=figure, data=data)
    aim = metric_value(result.metric, result.reference, exact=True)
    if result.verdict == "no reference":
        return _(
            "{figure} (not held against the reference {aim}: the run was cut short)",
            figure=figure,
            aim=aim,
        )
    return _(
        "{figure} (reference: {aim}, {verdict})",
        figure=figure,
        aim=aim,
        verdict=shown_verdict(result),
    )


def shown_verdict(result: ResultRow) -> str:
    """The word of a verdict in the student's language; empty without a reference."""
    word = verdict_word(result)
    return _(word) if word else ""


def verdict_word(result: ResultRow) -> str:
    """`reached`, `within noise`, `not reached`, `collapsed`: the English words that are stored;
    empty without a reference."""
    if result.verdict == "no reference" or (result.reference is None and not result.verdict):
        return ""
    if result.verdict:
        return one_line(result.verdict, 40)
    return "reached" if result.reached else "not reached"


def setting_value(value: object) -> str:
    """A hyper-parameter's value in one line: `yes`, `0.003`, `digits`."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return one_line(str(value), 60)


def changed_settings(given: dict[str, Value], declared: tuple[Setting, ...]) -> dict[str, Value]:
    """The settings of a run that differ from the lab's defaults, all if the lab is unknown."""
    defaults = {setting.name: setting.default for setting in declared}
    return {
        name: value
        for name, value in given.items()
        if name not in defaults or defaults[name] != value
    }
