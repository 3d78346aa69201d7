"""What a student expects of a run, as fields: a figure, the shape of its curve, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Select, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.store.expectations import Expectation
from studylab.study.curve_shape import WORDS, Shape
from studylab.study.expectation_words import BadExpectation, number_of

NONE = ""
"""The choice that says nothing of the shape."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the fields say."""

    metric: str = ""
    value: float | None = None
    shape: str = ""
    why: str = ""


class ExpectFields(Vertical):
    """Three lines; what is left empty is not expected."""

    DEFAULT_CSS = """
    ExpectFields {
        height: auto;
        & .line { height: 1; }
        & .label { width: 20; padding-left: 2; color: $text-muted; }
        & Input { background: $foreground 8%; }
        & Input:focus { background: $primary 30%; }
        & #expect-metric { width: 24; }
        & #expect-value { width: 14; }
        & .equals { width: 3; text-align: center; }
        & Select { width: 41; }
        & Select > SelectCurrent { background: $foreground 8%; }
        & Select:focus > SelectCurrent { background: $primary 30%; }
        & #expect-why { width: 1fr; }
    }
    .-narrow ExpectFields, .-tiny ExpectFields { & .label { width: 16; } }
    """

    def __init__(self, metrics: Sequence[str] = (), before: Expectation | None = None) -> None:
        """`metrics` are those that the run is known to tell, the likeliest first."""
        super().__init__(id="expect-fields")
        self._metrics = metrics
        self._before = before

    def compose(self) -> ComposeResult:
        before = self._before
        metric = (before and before.metric) or next(iter(self._metrics), "")
        value = "" if before is None or before.value is None else f"{before.value:.10g}"
        with Horizontal(classes="line"):
            yield Static(_("It will reach"), classes="label")
            yield _field(metric, _("metric"), "expect-metric", SuggestFromList(self._metrics))
            yield Static("=", classes="equals")
            yield _field(value, _("0.95 or 95%"), "expect-value")
        with Horizontal(classes="line"):
            yield Static(_("Its loss"), classes="label")
            options = [(Text(_("(say nothing)")), NONE)]
            options += [(Text(_(WORDS[shape])), shape.value) for shape in Shape]
            shape = before.shape if before else NONE
            known = shape in {value for _shown, value in options}
            yield Select(
                options,
                value=shape if known else NONE,
                allow_blank=False,
                compact=True,
                id="expect-shape",
            )
        with Horizontal(classes="line"):
            yield Static(_("Because"), classes="label")
            yield _field(
                one_line(before.why) if before else "", _("a reason, if you have one"), "expect-why"
            )

    @property
    def texts(self) -> list[str]:
        """What is in the fields, to see whether it was changed."""
        select = self.query_one("#expect-shape", Select)
        return [*(field.value for field in self.query(Input)), str(select.value)]

    def read(self) -> Expected | None:
        """What they say; None if neither a value nor a shape is given.

        Raises:
            BadExpectation: the value is no number, or of no metric.
        """
        value = self._text("expect-value")
        shape = str(self.query_one("#expect-shape", Select).value)
        metric = self._text("expect-metric")
        if not value and not shape:
            return None
        if value and not metric:
            raise BadExpectation(_("of which metric is {value} expected?", value=one_line(value)))
        return Expected(
            metric,
            number_of(value) if value else None,
            shape,
            self._text("expect-why"),
        )

    @property
    def options(self) -> list[tuple[str, str]]:
        """The same for the command line; nothing as long as it can't be read."""
        try:
            said = self.read()
        except BadExpectation:
            return []
        options = []
        if said is not None and said.value is not None:
            options.append(("--expect", f"{said.metric}={said.value:.10g}"))
        if said is not None and said.shape:
            options.append(("--expect-shape", said.shape))
        return options

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()


def _field(
    value: str, placeholder: str, id: str, suggester: SuggestFromList | None = None
) -> Input:
    return Input(
        value,
        placeholder=placeholder,
        suggester=suggester,
        compact=True,
        select_on_focus=False,
        id=id,
    )
