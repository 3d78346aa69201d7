"""Whatever a slip of the editor does to the file, the answer is a syllabus or one line."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from studylab.syllabus.errors import PaperError, SyllabusError
from studylab.syllabus.load import BUILTIN, load
from studylab.syllabus.papers import builtin_papers_folder, load_paper, load_papers
from tests.syllabus.conftest import written_labs

PAPERS, _ = load_papers([builtin_papers_folder()])
LINES = tuple(BUILTIN.read_text(encoding="utf-8").split("\n"))
PAPER_LINES = tuple((builtin_papers_folder() / "bert.md").read_text(encoding="utf-8").split("\n"))


@st.composite
def mutated(draw: st.DrawFn, lines: tuple[str, ...]) -> str:
    text = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text) - 1))
        match draw(st.sampled_from(["delete", "repeat", "swap", "cut", "junk", "character"])):
            case "delete" if len(text) > 1:
                del text[at]
            case "repeat":
                text.insert(draw(st.integers(0, len(text))), text[at])
            case "swap":
                other = draw(st.integers(0, len(text) - 1))
                text[at], text[other] = text[other], text[at]
            case "cut":
                text[at] = text[at][: draw(st.integers(0, len(text[at])))]
            case "junk":
                text[at] = draw(st.text(max_size=30))
            case _:
                column = draw(st.integers(0, len(text[at])))
                mark = draw(st.sampled_from(list("\"'[]{},=#\\.\r\t\0 0-é中")))
                text[at] = text[at][:column] + mark + text[at][column:]
    return "\n".join(text)


def write(folder: str, name: str, text: str) -> Path:
    path = Path(folder) / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


@settings(max_examples=150, deadline=None)
@given(mutated(LINES))
def test_a_syllabus_or_one_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "syllabus.toml", text)
        try:
            load(path, labs=written_labs(), papers=PAPERS)
        except SyllabusError as error:
            assert len(str(error).splitlines()) == 1
            assert 1 <= error.line <= text.count("\n") + 1


@settings(max_examples=100, deadline=None)
@given(mutated(PAPER_LINES))
def test_a_paper_or_one_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "bert.md", text)
        try:
            load_paper(path)
        except PaperError as error:
            assert len(str(error).splitlines()) == 1
            assert 1 <= error.line <= text.count("\n") + 1
