"""What is found of a run: what it is, where it shows, and what teaches the mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What can go wrong; the order is that of findings of one step."""

    OUT_OF_MEMORY = "out_of_memory"
    DATA_MISSING = "data_missing"
    NOT_A_NUMBER = "not_a_number"
    DIVERGING = "diverging"
    ONE_CLASS = "one_class"
    AT_CHANCE = "at_chance"
    FLAT = "flat"
    OVERFITTING = "overfitting"
    WARM_UP = "warm_up"


EPISODES: Mapping[Kind, tuple[int, ...]] = {
    Kind.OUT_OF_MEMORY: (66, 65),
    Kind.DATA_MISSING: (51,),
    Kind.NOT_A_NUMBER: (60, 61),
    Kind.DIVERGING: (60, 73, 76),
    Kind.ONE_CLASS: (83, 76),
    Kind.AT_CHANCE: (83, 60, 61),
    Kind.FLAT: (60, 61, 76),
    Kind.OVERFITTING: (54, 52, 58),
    Kind.WARM_UP: (73,),
}
"""The episodes that teach the mend, the nearest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is worth another value."""

    name: str
    value: float | str
    instead: float | str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that goes wrong.

    `step` is where it began, None where no step has to do with it. `evidence` holds the figures
    that it was told from. The words are made when they are asked for, as the language can change.
    """

    kind: Kind
    step: int | None = None
    metric: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    setting: Change | None = None

    @property
    def episodes(self) -> tuple[int, ...]:
        """The numbers of the episodes that teach the mend."""
        return EPISODES[self.kind]

    @property
    def words(self) -> str:
        """What goes wrong, in one sentence without a stop."""
        from studylab.study.diagnosis.wording import words

        return words(self)

    @property
    def mend(self) -> str:
        """What to try, in one sentence without a stop."""
        from studylab.study.diagnosis.wording import mend

        return mend(self)


def newest_first(findings: list[Finding]) -> list[Finding]:
    """In the order in which they are told: what began last comes first."""
    rank = {kind: place for place, kind in enumerate(Kind)}
    return sorted(findings, key=lambda f: (-1 if f.step is None else -f.step - 2, rank[f.kind]))
