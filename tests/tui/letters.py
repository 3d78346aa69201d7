"""A language with letters of its own, and a student whose things are written in Chinese.

Every message of the code is as wide in it as in English, so that nothing is cut elsewhere. A Latin
word on the screen has been seen by no catalogue.
"""

from __future__ import annotations

import gettext
import re
import string
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from studylab import locations
from studylab.metrics.records import event_line, metric_line
from studylab.monitor.gpu import GpuPart, GpuSample
from studylab.runs.directory import RunDirectory, State
from studylab.runs.machine_use import GpuUse, Holder, RunUse, Standing, View
from studylab.runs.queue import Entry
from studylab.runs.sync import sync_all
from studylab.store import missed, progress, questions
from studylab.workspace import Workspace
from tests.runs import machine_views
from tests.tui.run_files import BEGAN, write_event, write_run, write_usage
from tools import extract

SMALL = "абвгдежзийклмнопрстуфхцчшщ"
FOREIGN = str.maketrans(string.ascii_letters, SMALL + SMALL.upper())

DATA = {
    r"https?://\S+|\bexample\.org\b": "an address",
    r"\bmine/\d+": "a lab's id",
    r"\bnotes/\S+|/\S*": "a path",
    r"\bP\d+\b": "an episode's number",
    r"\b(CPU|GPU|PID|MHz|MIG|[kMG]?B)\b": "what Chinese writes like this too",
    r"\bpip install '[^']*'|\$ studylab run.*": "what is to be typed",
    r"\bstudylab\b": "the program's name",
    r"\boutput\.log\b": "a file's name",
}
"""Latin letters that may be there, and why."""

SYLLABUS = """
title = "计划"
title_zh = "计划"
series = "https://example.org/series"

[[week]]
number = 1
title = "第一周"
title_zh = "第一周"
notes = [{ note = "注意", note_zh = "注意" }]
topics = [{ name = "主题", name_zh = "主题", episodes = "P1", note = "说明", note_zh = "说明" }]
links = [{ title = "链接", title_zh = "链接", url = "https://example.org/link" }]

[[week.section]]
title = "第一节"
title_zh = "第一节"
episodes = [[1, "甲", "甲"], [2, "乙", "乙"], [3, "丙", "丙", { optional = true }]]
papers = ["101"]

[[week.section]]
title = "第二节"
title_zh = "第二节"
labs = [
  { id = "mine/102", title = "快的实验", title_zh = "快的实验" },
  { id = "mine/103", title = "后来的实验", title_zh = "后来的实验", planned = true },
]

[[week]]
number = 2
title = "第二周"
title_zh = "第二周"
"""

PAPER = """+++
id = "101"
short = "论文"
title = "论文的题目"
title_zh = "论文的题目"
authors = ["作者"]
venue = "会议"
year = 2020
week = 1
optional = true
paper = "https://example.org/paper"
code = "https://example.org/code"
+++
导读
"""

LAB = '''"""数数。"""
from dataclasses import dataclass
from studylab.labspec import Lab, Reference, setting

LAB = Lab(
    name="102",
    title="快的实验",
    title_zh="快的实验",
    teaches="什么也不教",
    teaches_zh="什么也不教",
    week=1,
    minutes=0.1,
    episodes="P1-P2",
    papers=("101",),
    references=(Reference("准确率", 0.9, "测试", "数据", "某人"),),
)


@dataclass
class Config:
    步数: int = setting(3, "how many steps", low=1, high=1000)
    速率: float = setting(0.5, "how fast", low=0.0)
    打乱: bool = setting(True, "in another order")
    来源: str = setting("自动", "what from", choices=("自动", "数字"))
'''


@cache
def messages() -> frozenset[str]:
    """What a catalogue would have."""
    found, _mistakes = extract.messages()
    of_lab, _mistakes = extract.in_source(LAB, "102.py")
    return frozenset(t for m in (*found, *of_lab) for t in (m.text, m.plural) if t)


class Letters(gettext.NullTranslations):
    """A catalogue that has every message of the code."""

    def gettext(self, message: str) -> str:
        # A real catalogue answers this with its header.
        assert message, "the empty text was looked up"
        return _foreign(message) if message in messages() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _foreign(message: str) -> str:
    """A message in other letters, with its fields as they are."""
    if "{" not in message:
        return message.translate(FOREIGN)
    shown = ""
    for before, name, form, conversion in string.Formatter().parse(message):
        shown += before.translate(FOREIGN).replace("{", "{{").replace("}", "}}")
        if name is not None:
            shown += "{" + name + (f"!{conversion}" if conversion else "")
            shown += (f":{form}" if form else "") + "}"
    return shown


def untranslated(text: str) -> list[str]:
    """The words of a text that neither come from the catalogue nor are data."""
    for pattern in DATA:
        text = re.sub(pattern, " ", text)
    return re.findall(r"\S*[A-Za-z]{2,}\S*", text)


def put(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put syllabus, paper and lab below `folder`, in the place of those that are shipped."""
    for name, file, text in (
        ("labs", "102.py", LAB),
        ("papers", "101.md", PAPER),
        ("plan", "plan.toml", SYLLABUS),
    ):
        (folder / name).mkdir()
        (folder / name / file).write_text(text, "utf-8")
    (folder / "shipped").mkdir()
    monkeypatch.setenv("STUDYLAB_LABS", str(folder / "labs"))
    monkeypatch.setenv("STUDYLAB_PAPERS", str(folder / "papers"))
    monkeypatch.setenv("STUDYLAB_SYLLABUS", str(folder / "plan" / "plan.toml"))
    monkeypatch.setattr(locations, "shipped", lambda name: folder / "shipped")
    monkeypatch.setattr("studylab.workspace.builtin_papers_folder", lambda: folder / "shipped")


def fill(workspace: Workspace) -> None:
    """Something of everything that a screen can show."""
    db = workspace.db
    progress.mark_done(db, [workspace.syllabus.items[0].id])
    questions.ask(db, "为什么？", week=1, item="paper-101", paper="101", place="第三节")
    answered = questions.ask(db, "怎么做？", week=1, tags=["标签"])
    questions.answer(db, answered, "这样做。", source="某处")
    missed.note_missed(db, "漏掉的", paper="101")
    going_on()
    for state, reason in (
        (State.FAILED, "原因"),
        (State.STOPPED, ""),
        (State.FINISHED, "finished"),
    ):
        ended(state, reason)
    sync_all(db)


def busy_machine() -> View:
    """A machine with a GPU of each kind, whose names and people are Chinese."""
    process = machine_views.process(7, "安", "训练")
    on_it = (machine_views.holder(process, 10**10),)
    gpus = (
        GpuUse(machine_views.gpu(0, name="显卡"), Standing.FREE),
        GpuUse(machine_views.gpu(1, name="显卡"), Standing.TAKEN, on_it),
        GpuUse(machine_views.gpu(2, name="显卡"), Standing.OURS, given=("跑-11111",)),
        GpuUse(GpuSample(3, "显卡", trouble="掉线"), Standing.SILENT),
        GpuUse(machine_views.gpu(4, name="显卡", parts=(GpuPart("部分"),)), Standing.TAKEN,
               hidden=10**10),
        GpuUse(machine_views.gpu(5, name="显卡", parts=(GpuPart("部分", processes={}),)),
               Standing.TAKEN, (Holder(8, None, None),)),
    )  # fmt: skip
    waiting = (Entry("跑-33333", "主机", 1.0), Entry("跑-44444", "主机", 2.0, after=("跑-11111",)))
    return machine_views.view(
        gpus,
        host="主机",
        user="安",
        processes={7: process, 8: machine_views.process(8, "安", "短", started=machine_views.NOW)},
        runs=(
            RunUse("跑-11111", State.RUNNING, "主机", 0.0),
            RunUse("跑-22222", State.STOPPING, ""),
        ),
        waiting=waiting,
        disk=None,
    )


def going_on() -> RunDirectory:
    """A run that is being watched."""
    return _with_figures(write_run("跑-11111", lab="mine/102"))


def ended(state: State, reason: str = "") -> RunDirectory:
    """A run that is over."""
    name = f"跑-{list(State).index(state) + 22222}"
    run = _with_figures(write_run(name, state, lab="mine/102", reason=reason))
    write_event(
        run, "result", metric="准确率", value=0.9, split="测试", data="数据",
        baseline=0.1, reference=0.8, source="某人", verdict="reached",
    )  # fmt: skip
    return run


def _with_figures(run: RunDirectory) -> RunDirectory:
    settings = {"步数": 9, "打乱": False}
    spec = replace(run.read_spec(), settings=settings, argv=("/程序", "102"), host="主机")
    run.write_spec(spec)
    write_event(run, "plan", steps=400, steps_per_epoch=200)
    write_event(run, "data", name="数据", tier="embedded", origin="某处", sizes={})
    write_event(run, "device", device="设备", text="设备")
    write_event(run, "checkpoint", path="存档", step=2)
    write_event(run, "warning", text="小心")
    write_event(run, "warning", text="当心", step=3)
    write_event(run, "table", columns=["列"], rows=[["行"]] * 70)
    write_event(run, "text", text="样本")
    write_event(run, "image", path="图")
    write_event(run, "resumed")
    write_usage(run)
    lines = [metric_line(BEGAN + n, n, {"损失": 1 / n}) for n in range(1, 5)]
    run.metrics.write_bytes(b"".join(lines) + b"{\n" + event_line(BEGAN, "无", {}))
    run.output.write_text("输出\n")
    return run
