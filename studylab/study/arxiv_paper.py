"""A paper's metadata from arXiv, by its identifier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from studylab.language import _
from studylab.problem import Problem
from studylab.study.new_paper import NewPaper

if TYPE_CHECKING:
    from arxiv import Client, Result

CONNECT_SECONDS = 8.0
READ_SECONDS = 20.0
"""How long arXiv may take to answer, and then between two pieces of its answer."""

# 1706.03762, and until 2007 hep-th/9901001; either may have a version.
_ID = re.compile(
    r"(?:^|[/:=\s])((?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)"
    r"(?:\.pdf)?/?(?:[?#].*)?$"
)


class ArxivProblem(Problem):
    """Nothing can be had from arXiv; one line with what to do."""


def arxiv_id(text: str) -> str:
    """The identifier in what a student typed or pasted: `1706.03762v5`, or an address with it.

    Raises:
        ArxivProblem: there is none in it.
    """
    found = _ID.search(text.strip())
    if found is None:
        raise ArxivProblem(
            _(
                "{text!r} is no arXiv identifier; one looks like 1706.03762 or hep-th/9901001",
                text=text,
            )
        )
    return found[1]


def fetch(text: str, client: Client | None = None) -> NewPaper:
    """Ask arXiv for the paper with this identifier or address.

    Raises:
        ArxivProblem: it is none, arXiv has no such paper, or can't be reached in time.
    """
    import arxiv
    import requests

    id = arxiv_id(text)
    search = arxiv.Search(id_list=[id], max_results=1)
    try:
        found = next(iter((client or made_client()).results(search)), None)
    except arxiv.HTTPError as error:
        if error.status in (400, 404):
            raise _no_such(id) from None
        raise ArxivProblem(
            _("arXiv answered with error {code}; try again later", code=error.status)
        ) from None
    except requests.exceptions.Timeout:
        raise ArxivProblem(
            _("arXiv did not answer in time; try again, or give title and authors yourself")
        ) from None
    except (requests.exceptions.RequestException, arxiv.ArxivError, ValueError):
        raise ArxivProblem(
            _("arXiv can't be reached; look at the network, or give title and authors yourself")
        ) from None
    # For an identifier that it can't read, arXiv answers with a paper called Error.
    if found is None or not found.title or not found.authors or "/api/errors" in found.entry_id:
        raise _no_such(id)
    return _new_paper(found, id)


def made_client() -> Client:
    """A client that asks once more at most, and gives up in time."""
    import arxiv
    import requests

    class InTime(requests.adapters.HTTPAdapter):
        """The library waits for ever."""

        def send(self, request: Any, *args: Any, **more: Any) -> Any:
            more["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
            return super().send(request, *args, **more)

    client = arxiv.Client(page_size=1, num_retries=1)
    # There is no public way to it.
    client._session.mount("https://", InTime(max_retries=0))
    client._session.mount("http://", InTime(max_retries=0))
    return client


def _new_paper(found: Result, id: str) -> NewPaper:
    published = found.journal_ref or ""
    return NewPaper(
        title=found.title,
        authors=tuple(author.name for author in found.authors),
        url=f"https://arxiv.org/abs/{id}",
        venue=published if len(published) <= 60 else "",
        year=found.published.year,
        abstract=found.summary,
    )


def _no_such(id: str) -> ArxivProblem:
    return ArxivProblem(
        _(
            "arXiv gave no paper for {id}; check the identifier, or whether the network asks "
            "for a sign-in",
            id=id,
        )
    )
