"""Papers from arXiv: what identifiers look like, and a server that answers, or does not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from arxiv import Client

from studylab.study import arxiv_paper
from studylab.study.arxiv_paper import ArxivProblem, arxiv_id, fetch, made_client

ENTRY = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"
      xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom">
  <opensearch:totalResults>1</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/{id}</id>
    <published>2017-06-12T17:57:34Z</published>
    <updated>2023-08-02T00:41:18Z</updated>
    <title>{title}</title>
    <summary>  The dominant
      models.</summary>
    <author><name>Ashish Vaswani</name></author>
    <author><name>Łukasz Kaiser</name></author>
  </entry>
</feed>
"""
EMPTY = '<feed xmlns="http://www.w3.org/2005/Atom"></feed>'

Serve = Callable[..., Client]


@pytest.fixture
def serve(monkeypatch) -> Iterator[Serve]:
    """Starts a server in arXiv's place, and makes a client that asks it."""
    servers = []

    def start(body: str, code: int = 200, wait: threading.Event | None = None) -> Client:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if wait is not None:
                    wait.wait(5)
                asked = parse_qs(urlsplit(self.path).query)["id_list"][0]
                self.send_response(code)
                self.end_headers()
                self.wfile.write(body.replace("{id}", asked).encode())

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        client = made_client()
        client.query_url_format = f"http://127.0.0.1:{server.server_port}/api/query?{{}}"
        client.delay_seconds = 0
        return client

    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("1706.03762", "1706.03762"),
        (" arXiv:1706.03762v5 ", "1706.03762v5"),
        ("https://arxiv.org/abs/1706.03762v2", "1706.03762v2"),
        ("https://arxiv.org/pdf/1706.03762.pdf", "1706.03762"),
        ("https://arxiv.org/html/2401.00001v1?x=1#s", "2401.00001v1"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/hep-th/9901001v3", "hep-th/9901001v3"),
        ("math.GT/0309136", "math.GT/0309136"),
    ],
)
def test_identifiers(text: str, id: str) -> None:
    assert arxiv_id(text) == id


@pytest.mark.parametrize("text", ["", "attention", "12345678", "https://example.org/a", "1706.1"])
def test_what_is_no_identifier(text: str) -> None:
    with pytest.raises(ArxivProblem, match="no arXiv identifier"):
        arxiv_id(text)


def test_a_paper(serve: Serve) -> None:
    paper = fetch("arXiv:1706.03762v5", serve(ENTRY.replace("{title}", "Attention\n  Is All")))
    assert paper.title == "Attention Is All"
    assert paper.authors == ("Ashish Vaswani", "Łukasz Kaiser")
    assert paper.url == "https://arxiv.org/abs/1706.03762v5"
    assert paper.year == 2017
    assert "dominant" in paper.abstract


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (EMPTY, 200, "gave no paper for 1706.03762"),
        ("<html><body>Please sign in</body>", 200, "gave no paper"),
        ("", 200, "gave no paper"),
        (ENTRY.replace("{id}", "api/errors#incorrect").replace("{title}", "Error"), 200, "gave no"),
        (ENTRY.replace("2017-06-12", "yesterday"), 200, "can't be reached"),
        ("", 400, "gave no paper"),
        ("", 503, "answered with error 503"),
    ],
)
def test_what_is_no_paper(serve: Serve, body: str, code: int, said: str) -> None:
    with pytest.raises(ArxivProblem, match=said):
        fetch("1706.03762", serve(body, code))


def test_a_server_that_does_not_answer_is_given_up_on(serve: Serve, monkeypatch) -> None:
    monkeypatch.setattr(arxiv_paper, "READ_SECONDS", 0.1)
    let_go = threading.Event()
    with pytest.raises(ArxivProblem, match="did not answer in time"):
        fetch("1706.03762", serve(EMPTY, wait=let_go))
    let_go.set()


def test_no_network(serve: Serve) -> None:
    client = serve(EMPTY)
    client.query_url_format = "http://127.0.0.1:1/api/query?{}"
    with pytest.raises(ArxivProblem, match="can't be reached"):
        fetch("1706.03762", client)
