"""What a look at the machine means to somebody who wants to start a run, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from studylab.language import _, listed, n_
from studylab.plain import one_line
from studylab.runs.machine_use import GpuUse, Standing, View
from studylab.runs.wording import duration, size, time_needed
from studylab.store.peaks import Peak
from studylab.store.runs import RunRow

MOST_NAMED = 4
"""How many are told by name before the rest is only counted."""


def headline(view: View, left: Mapping[str, float]) -> str:
    """Whether a GPU is free, or when one will be. `left` are the seconds that runs still take."""
    parts = [_about_gpus(view, left)]
    parts += [view.why] if view.gpus and view.why else []
    if view.waiting:
        parts.append(n_("{count} run waits", "{count} runs wait", len(view.waiting)))
    return " · ".join(parts)


def _about_gpus(view: View, left: Mapping[str, float]) -> str:
    if not view.gpus:
        free = size(view.machine.memory_total - view.machine.memory_used)
        return _("{size} of memory are free; {why}", size=free, why=view.why)
    free_ones = [use for use in view.gpus if use.standing is Standing.FREE]
    if free_ones:
        best = max(free_ones, key=lambda use: use.sample.memory_free or 0)
        index, room = best.sample.index, best.sample.memory_free
        if room is None:
            return _("GPU {index} is free", index=index)
        if len(free_ones) == 1:
            return _("GPU {index} is free: {size}", index=index, size=size(room))
        indices = listed(str(use.sample.index) for use in free_ones)
        return _(
            "GPUs {indices} are free, most memory on {index}: {size}",
            indices=indices,
            index=index,
            size=size(room),
        )
    if all(use.standing is Standing.SILENT for use in view.gpus):
        return _("No GPU answers: {why}", why=view.gpus[0].sample.trouble)
    ends = [(max(left[run] for run in runs_on(use)), use) for use in view.gpus if _ends(use, left)]
    if not ends:
        return _("No GPU is free")
    seconds, use = min(ends, key=lambda each: each[0])
    return _(
        "No GPU is free; GPU {index} will be in about {time}, after {runs}",
        index=use.sample.index,
        time=time_needed(seconds / 60),
        runs=listed(runs_on(use)),
    )


def _ends(use: GpuUse, left: Mapping[str, float]) -> bool:
    runs = runs_on(use)
    return use.standing is Standing.OURS and bool(runs) and all(run in left for run in runs)


def runs_on(use: GpuUse) -> list[str]:
    """The runs that are on a GPU or were given it."""
    return list(dict.fromkeys([*(h.run for h in use.holders if h.run), *use.given]))


def seconds_left(row: RunRow, now: float) -> float | None:
    """How long a run still takes if it goes on as it has so far; None if that can't be told."""
    if not row.started_at or not row.step or not row.steps or row.step < 0:
        return None
    try:
        elapsed = now - datetime.fromisoformat(row.started_at).timestamp()
    except ValueError:
        return None
    return max(0.0, elapsed * (row.steps - row.step) / row.step)


def standing(use: GpuUse, view: View) -> str:
    """Who has a GPU and for how long already, or that it is free."""
    if use.standing is Standing.SILENT:
        return use.sample.trouble
    who = _who(use, view)
    if use.standing is Standing.FREE:
        return _("{who} · room for one more", who=who) if runs_on(use) else _("free")
    return who


def _who(use: GpuUse, view: View) -> str:
    told = []
    for run in runs_on(use):
        began = next((each.started_at for each in view.runs if each.run == run), None)
        told.append(_("your {run}{time}", run=run, time=_since(began, view.time)))
    strangers: dict[str, float] = {}
    unseen = []
    for holder in use.holders:
        if holder.run or not holder.is_foreign:
            continue
        if holder.process is None:
            unseen.append(str(holder.pid))
            continue
        owner = holder.process.owner
        strangers[owner] = min(holder.process.started, strangers.get(owner, view.time))
    for owner, began in strangers.items():
        time = _since(began, view.time)
        if owner == view.user:
            told.append(_("you (no run){time}", time=time))
        else:
            told.append(f"{one_line(owner)}{time}")
    if unseen:
        named = listed(unseen[:MOST_NAMED])
        told.append(_("out of sight: pid {pids}", pids=named))
    elif use.hidden:
        told.append(_("out of sight: {size}", size=size(use.hidden)))
    return " · ".join(told)


def _since(began: float | None, now: float) -> str:
    return f" {duration(now - began)}" if began is not None else ""


def waits_for(after: Sequence[str], place: int) -> str:
    """What a run in the queue waits for."""
    if after:
        return _("after {runs}", runs=listed(after))
    return _("the next one") if place == 1 else _("number {place}", place=place)


def fit(peaks: Sequence[Peak], view: View) -> str:
    """Which labs would fit into what is free now, by what their last runs took; empty if nothing
    is known of any."""
    if view.gpus:
        needs = [(peak.lab, peak.gpu) for peak in peaks if peak.gpu is not None]
        rooms = [use.sample.memory_free for use in view.gpus if use.standing is not Standing.SILENT]
        room = max((each for each in rooms if each is not None), default=None)
    else:
        needs = [(peak.lab, peak.rss) for peak in peaks]
        room = view.machine.memory_total - view.machine.memory_used
    if not needs or room is None:
        return ""
    fitting = [(lab, need) for lab, need in needs if need <= room]
    others = [(lab, need) for lab, need in needs if need > room]
    if not others:
        return _("By their last runs these fit: {labs}", labs=_named(fitting))
    if not fitting:
        return _("By their last runs these do not fit: {labs}", labs=_named(others))
    return _(
        "By their last runs these fit: {labs}; these do not: {others}",
        labs=_named(fitting),
        others=_named(others),
    )


def _named(needs: Sequence[tuple[str, int]]) -> str:
    return listed(f"{lab.rsplit('/', 1)[-1]} {size(need)}" for lab, need in needs)
