"""Papers from BibTeX: accents, names, links; and files that are not quite right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.study.bibtex import BibtexProblem, read_bibtex, read_bibtex_file
from studylab.study.new_paper import NewPaper


def one(text: str) -> NewPaper:
    found = read_bibtex(text.encode(), "x.bib")
    assert found.complaints == []
    assert len(found.papers) == 1
    return found.papers[0]


def test_an_entry() -> None:
    assert one(
        r"""
        @string{neurips = "NeurIPS"}
        @inproceedings{vaswani2017attention,
          title     = {{Attention} Is All You Need: $\alpha$ \& {\ss}},
          author    = "Vaswani, Ashish and Noam Shazeer",
          BookTitle = neurips,
          year      = 2017,
          url       = {https://example.org/~a/x?y=a\_b\&c=1%20},
          abstract  = {Two
                       lines.},
        }
        """
    ) == NewPaper(
        title="Attention Is All You Need: α & ß",
        authors=("Ashish Vaswani", "Noam Shazeer"),
        url="https://example.org/~a/x?y=a_b&c=1%20",
        venue="NeurIPS",
        year=2017,
        key="vaswani2017attention",
        abstract="Two lines.",
    )


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"M{\"u}ller, J{\'e}r{\^o}me", ["Jérôme Müller"]),
        (r"J\'er\^ome M\"uller", ["Jérôme Müller"]),
        (r"Sm{\o}rgrav, {\AA}sa and Erd{\H o}s, P.", ["Åsa Smørgrav", "P. Erdős"]),
        (r"\v{S}koda, \c{C}. and {\v S}koda, B.", ["Ç. Škoda", "B. Škoda"]),
        ("{Llama Team, AI @ Meta}", ["Llama Team, AI @ Meta"]),
        ("{Simon and Schuster}", ["Simon and Schuster"]),
        ("de la Cruz, Jr., Ana", ["Ana de la Cruz Jr."]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("李沐 and 张三", ["李沐", "张三"]),
        ("Brown, Tom and others", ["Tom Brown et al."]),
    ],
)
def test_names(written: str, names: list[str]) -> None:
    assert list(one(f"@misc{{k, title={{T}}, author={{{written}}}}}").authors) == names


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("eprint={1706.03762}, archivePrefix={arXiv}", "https://arxiv.org/abs/1706.03762"),
        ("eprint={hep-th/9901001}, eprinttype={arxiv}", "https://arxiv.org/abs/hep-th/9901001"),
        ("doi={10.1000/a_b}", "https://doi.org/10.1000/a_b"),
        ("doi={https://doi.org/10.1000/1}", "https://doi.org/10.1000/1"),
        (r"howpublished={\url{https://example.org/a}}", "https://example.org/a"),
        ("note={Accessed}", ""),
    ],
)
def test_where_it_is(fields: str, url: str) -> None:
    assert one(f"@misc{{k, title={{T}}, author={{A}}, {fields}}}").url == url


def test_a_date_an_editor_and_an_institution_do_too() -> None:
    paper = one("@book{k, title={T}, editor={B, A}, date={2019-05-01}, publisher={P}}")
    assert (paper.authors, paper.year, paper.venue) == (("A B",), 2019, "P")
    assert one("@techreport{k, title={T}, institution={OpenAI}}").authors == ("OpenAI",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@misc{k, title={T}, author={A}}\n@misc{b, title={Unclosed", "x.bib:2: the entry can't"),
        ("@misc{k, author={A}}", "x.bib:1: k has no title"),
        ("\n@misc{k, title={T}}", "x.bib:2: k has no author"),
        (
            "@misc{k, title={T}, author={A}}\n@misc{k, title={U}, author={A}}",
            "x.bib:2: k is there twice",
        ),
        ("@misc{k, title={T}, title={U}, author={A}}", "x.bib:1: it has title twice"),
    ],
)
def test_what_can_not_be_used_is_told_with_its_line(text: str, said: str, capsys) -> None:
    found = read_bibtex(text.encode(), "x.bib")
    assert len(found.complaints) == 1
    assert found.complaints[0].startswith(said)
    assert len(found.papers) == text.count("title={T}, author={A}}")
    assert capsys.readouterr() == ("", "")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BibtexProblem, match="can't be read"):
        read_bibtex_file(tmp_path / "none.bib")
    with pytest.raises(BibtexProblem, match="not UTF-8"):
        read_bibtex("@misc{k, title={é}}".encode("latin-1"), "x.bib")
    for text in ("", "just words", "% a comment"):
        with pytest.raises(BibtexProblem, match="no BibTeX entry"):
            read_bibtex(text.encode(), "x.bib")
    (tmp_path / "bom.bib").write_bytes(b"\xef\xbb\xbf@misc{k,\r\n title={T},\r\n author={A}}\r\n")
    assert [p.title for p in read_bibtex_file(tmp_path / "bom.bib").papers] == ["T"]


@given(st.text(st.sampled_from("@misc{}k,=\" \\'#%$a中and\n"), max_size=60))
def test_whatever_the_file_holds_it_is_read_or_told(text: str) -> None:
    for written in (text, f"@misc{{k, title={{{text}}}, author={{{text}}}}}"):
        try:
            found = read_bibtex(written.encode(), "x.bib")
        except BibtexProblem:
            continue
        assert all(paper.title and paper.authors for paper in found.papers)
        assert all(line.startswith("x.bib:") for line in found.complaints)
