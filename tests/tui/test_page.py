"""Markdown as it is drawn."""

from __future__ import annotations

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from studylab.tui.page import _Markdown
from studylab.wrapping import breaks


def drawn(text: str, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, legacy_windows=False)
    console.print(_Markdown(text))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_chinese_paragraph_fills_its_lines() -> None:
    lines = drawn("论文提出 Transformer：只用注意力机制完成序列到序列的转换，不用循环。", 30)
    assert lines[0] == "论文提出 Transformer：只用注意"
    assert all(cell_len(line) <= 30 for line in lines)


def test_no_line_begins_with_a_comma() -> None:
    for width in range(8, 40):
        assert not [
            line
            for line in drawn("只用注意力，不用循环，也不用卷积。" * 3, width)
            if line[:1] in "，。"
        ]


def test_lists_and_quotes_are_broken_alike() -> None:
    lines = drawn("- 编码器和 decoder 都由相同的模块堆叠而成\n\n> 多头注意力和逐位置的前馈网络", 20)
    assert all(cell_len(line) <= 20 for line in lines)
    assert " • 编码器和 decoder" in lines and "▌ 多头注意力和逐位" in lines


@given(st.text(alphabet="ab 中文，。（", max_size=80), st.integers(4, 30))
def test_breaks_are_in_order_and_lines_fit(text: str, room: int) -> None:
    places = breaks(text, room)
    assert places == sorted(set(places))
    for start, end in zip([0, *places], [*places, len(text)], strict=True):
        assert cell_len(text[start:end].rstrip()) <= room or len(text[start:end].strip()) <= 3
