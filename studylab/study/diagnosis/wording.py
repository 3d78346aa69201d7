"""Findings in words: what goes wrong, and what to try."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from studylab.language import _, listed
from studylab.plain import one_line
from studylab.study.diagnosis.model import Change, Finding, Kind

LONGEST_NAME = 40


def words(finding: Finding) -> str:
    """What goes wrong."""
    return _WORDS[finding.kind](finding)


def mend(finding: Finding) -> str:
    """What to try."""
    return _MENDS[finding.kind](finding)


def _figure(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"{value:.4g}" if not isinstance(value, int) else f"{value:,}"
    return one_line(str(value), LONGEST_NAME)


def _told(finding: Finding) -> dict[str, str]:
    """The figures of a finding for its sentence."""
    told = {name: _figure(value) for name, value in finding.evidence.items()}
    step = "?" if finding.step is None else f"{finding.step:,}"
    return {**told, "metric": one_line(finding.metric, LONGEST_NAME), "step": step}


def _percent(share: float) -> str:
    return f"{share * 100:.4g} %"


def _not_a_number(finding: Finding) -> str:
    told = _told(finding)
    told["what"] = "NaN" if math.isnan(finding.evidence["value"]) else _("infinite")
    if "norm" in told:
        return _(
            "{metric} became {what} at step {step}; the gradient norm before it was {norm}, "
            "usually {usual_norm}",
            **told,
        )
    return _("{metric} became {what} at step {step}", **told)


def _diverging(finding: Finding) -> str:
    return _("{metric} is at {level}, above its start of {start}, since step {step}",
             **_told(finding))  # fmt: skip


def _at_chance(finding: Finding) -> str:
    return _("{metric} stays at {loss}, about ln {classes} = {chance}: that of guessing",
             **_told(finding))  # fmt: skip


def _one_class(finding: Finding) -> str:
    if "accuracy" not in finding.evidence:
        return _("one class is predicted for all examples")
    told = _told(finding) | {"accuracy": _percent(finding.evidence["accuracy"])}
    return _(
        "{metric} was {accuracy} in each of {evaluations} evaluations: probably one class is "
        "predicted for all",
        **told,
    )


def _flat(finding: Finding) -> str:
    return _("{metric} is flat: {loss}, and {start} at its start", **_told(finding))


def _overfitting(finding: Finding) -> str:
    return _(
        "{metric} rises since step {step}, from {best} to {now}, while that of training falls",
        **_told(finding),
    )


def _warm_up(finding: Finding) -> str:
    if "warm_up" in finding.evidence:
        return _("the warm-up of {warm_up} steps is longer than the run of {steps}",
                 **_told(finding))  # fmt: skip
    return _(
        "{metric} still rises at step {at} of {steps}: the warm-up takes the whole run",
        **_told(finding),
    )


def _out_of_memory(finding: Finding) -> str:
    if finding.evidence.get("line"):
        return _("memory ran out")
    return _("it was killed and nobody here asked for it: memory probably ran out")


def _data_missing(finding: Finding) -> str:
    line = one_line(finding.evidence.get("line", ""), 90)
    if finding.evidence.get("hub"):
        return _("the data can't be reached: {line}", line=line)
    if finding.evidence.get("lab_says_so"):
        return _("the data can't be had or read: {line}", line=line)
    return _("a file is not there: {line}", line=line)


def _changed(change: Change | None) -> dict[str, str]:
    if change is None:
        return {}
    value, instead = _figure(change.value), _figure(change.instead)
    name = "--" + one_line(change.name, LONGEST_NAME).replace("_", "-")
    return {"name": name, "value": value, "instead": instead}


def _lower_rate(finding: Finding) -> str:
    if finding.setting is None:
        return _("try a tenth of the learning rate, and clip the gradient")
    return _("try {name} {instead}, it was {value}; clip the gradient", **_changed(finding.setting))


def _learns_nothing(finding: Finding) -> str:
    if finding.setting is None:
        return _("see whether gradients reach every layer; try another learning rate")
    return _(
        "see whether gradients reach every layer; try {name} {instead}, it was {value}",
        **_changed(finding.setting),
    )


def _look_at_labels(finding: Finding) -> str:
    if finding.setting is None:
        return _("try a smaller learning rate, and count how often each class occurs")
    return _(
        "try {name} {instead}, it was {value}; count how often each class occurs",
        **_changed(finding.setting),
    )


def _regularize(finding: Finding) -> str:
    if finding.setting is None:
        return _("stop at step {step}, take more data, or regularize more", **_told(finding))
    return _(
        "stop at step {step}, take more data, or try {name} {instead}, it was {value}",
        **_told(finding) | _changed(finding.setting),
    )


def _shorten(finding: Finding) -> str:
    if finding.setting is None:
        return _("warm up for a tenth of the steps")
    return _("try {name} {instead}, a tenth of the steps", **_changed(finding.setting))


def _halve(finding: Finding) -> str:
    if finding.setting is None:
        return _("a smaller batch needs less")
    then = finding.evidence.get("then") or []
    told = _changed(finding.setting)
    if not then:
        return _("lower {name} from {value} to {instead}", **told)
    names = listed("--" + one_line(name, LONGEST_NAME).replace("_", "-") for name in then)
    return _("lower {name} from {value} to {instead}; then {others}", others=names, **told)


def _other_data(finding: Finding) -> str:
    if finding.setting is not None:
        return _(
            "--data auto needs no network; a folder of yours is --data PATH, a mirror HF_ENDPOINT"
        )
    if finding.evidence.get("hub"):
        return _("name a mirror with HF_ENDPOINT, or give a folder of yours")
    return _("see whether the path is right, from the folder in which it was started")


_WORDS: Mapping[Kind, Callable[[Finding], str]] = {
    Kind.OUT_OF_MEMORY: _out_of_memory,
    Kind.DATA_MISSING: _data_missing,
    Kind.NOT_A_NUMBER: _not_a_number,
    Kind.DIVERGING: _diverging,
    Kind.ONE_CLASS: _one_class,
    Kind.AT_CHANCE: _at_chance,
    Kind.FLAT: _flat,
    Kind.OVERFITTING: _overfitting,
    Kind.WARM_UP: _warm_up,
}

_MENDS: Mapping[Kind, Callable[[Finding], str]] = {
    Kind.OUT_OF_MEMORY: _halve,
    Kind.DATA_MISSING: _other_data,
    Kind.NOT_A_NUMBER: _lower_rate,
    Kind.DIVERGING: _lower_rate,
    Kind.ONE_CLASS: _look_at_labels,
    Kind.AT_CHANCE: _learns_nothing,
    Kind.FLAT: _learns_nothing,
    Kind.OVERFITTING: _regularize,
    Kind.WARM_UP: _shorten,
}
