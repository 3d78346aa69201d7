"""What a run uses: processor, memory, GPUs, or in words why there is none."""

from __future__ import annotations

import os

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from studylab.language import _
from studylab.tui import live_text
from studylab.tui.live_feed import LiveFeed
from studylab.tui.widgets.meter import Meter

MOST_GPUS = 4
LABEL, FIGURE, HISTORY, GPU_FIGURES = 6, 8, 20, 44


class LiveUsage(Vertical):
    """Meters for the last sample of a feed."""

    DEFAULT_CSS = """
    LiveUsage {
        height: auto;
        padding: 0 1;
        & > Horizontal { height: 1; }
        & > Horizontal > Meter { width: 1fr; }
        & #memory { margin-left: 3; }
        & #no-gpu { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self, feed: LiveFeed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._feed = feed
        self._memory_total = memory_total()
        self._why: str | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            for label, name in (("CPU", "cpu"), (_("memory"), "memory")):
                yield Meter(label, label_width=LABEL, figure_width=FIGURE, history=HISTORY, id=name)
        yield Static(id="no-gpu")

    def show_sample(self) -> None:
        """Show the last sample."""
        feed = self._feed
        self.query_one("#cpu", Meter).set_value(*live_text.cpu(feed))
        self.query_one("#memory", Meter).set_value(*live_text.memory(feed, self._memory_total))
        gpus = live_text.own_gpus(feed.usage.gpus)[:MOST_GPUS] if feed.usage else []
        meters = list(self.query(".gpu").results(Meter))
        if len(meters) != len(gpus):
            for meter in meters:
                meter.remove()
            meters = [
                Meter(
                    live_text.gpu(record)[0],
                    label_width=LABEL,
                    figure_width=GPU_FIGURES,
                    classes="gpu",
                )
                for record in gpus
            ]
            self.mount_all(meters)
        for meter, record in zip(meters, gpus, strict=True):
            meter.set_value(*live_text.gpu(record)[1:])
        self.query_one("#no-gpu").display = not gpus
        self.explain()

    def explain(self) -> None:
        """Say why there is no GPU to show."""
        feed = self._feed
        if feed.usage is None:
            text = _("never sampled") if feed.ended else _("not sampled yet")
        elif feed.usage.gpus:
            return
        elif self._why is None:
            self._why = text = ""
            self._ask_why()
        else:
            text = _("none: {why}", why=self._why) if self._why else _("none")
        self.query_one("#no-gpu", Static).update(live_text.quiet(f"{'GPU':<{LABEL}} {text}"))

    @work(thread=True, group="gpus")
    def _ask_why(self) -> None:
        self.app.call_from_thread(self._tell_why, self.why_no_gpu())

    def why_no_gpu(self) -> str:
        """Why the samples hold no GPU; asked of the driver, which may take a while."""
        from studylab.monitor.gpu import Gpus
        from studylab.runs.identity import host_name

        host = self._feed.spec.host if self._feed.spec else ""
        if host and host != host_name():
            return _("its host {host} has no NVIDIA GPU, or no driver for it", host=host)
        gpus = Gpus.open()
        why = gpus.why
        gpus.close()
        return why

    def _tell_why(self, why: str) -> None:
        self._why = why
        if self.is_attached:
            self.explain()


def memory_total() -> int:
    """Bytes of memory of this machine; 0 if that is not known."""
    try:
        return int(os.sysconf("SC_PHYS_PAGES")) * int(os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError, AttributeError):
        return 0
