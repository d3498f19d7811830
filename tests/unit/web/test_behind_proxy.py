"""Behind a proxy with TLS: what the proxy says counts, and what anybody else says of themselves does not."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from waitress.server import create_server

from speccom.web.server import believed

SAID = {"HTTP_X_FORWARDED_FOR": "192.0.2.66, 192.0.2.7", "HTTP_X_FORWARDED_PROTO": "https"}


def asked(proxy: Mapping[str, Any], peer: str = "127.0.0.1") -> list[str]:
    """Who asks, and how, as waitress tells it to the application where `peer` sends what SAID says."""
    told: list[str] = []

    def application(environ: Mapping[str, Any], start: Any) -> Iterable[bytes]:
        told.extend((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        return []

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = create_server(application, sockets=[listening], threads=1, **proxy)
        server.application(
            {"wsgi.url_scheme": "http", "SERVER_PORT": "8000", "REMOTE_ADDR": peer} | SAID, lambda *_: None
        )
        server.close()
    return told


def test_a_proxy_says_for_whom_it_asks_and_by_what() -> None:
    assert asked(believed("127.0.0.1")) == ["192.0.2.7", "https"]


def test_nobody_else_is_believed() -> None:
    assert asked(believed("127.0.0.1"), "192.0.2.8") == ["192.0.2.8", "http"]


def test_where_no_proxy_stands_nobody_is_believed() -> None:
    assert asked({}) == ["127.0.0.1", "http"]


@pytest.mark.parametrize(
    ("host", "proxy"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1")]
)
def test_the_proxy_is_on_this_computer(host: str, proxy: str) -> None:
    assert believed(host)["trusted_proxy"] == proxy
