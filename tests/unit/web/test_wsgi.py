"""The files that pages fetch: protected like pages, though they pass by Django."""

from __future__ import annotations

from wsgiref.util import setup_testing_defaults

import pytest
from pytest_django.fixtures import Settings

from speccom.interface.assets import own_version
from speccom.web.wsgi import make_application

SCRIPT = "/assets/speccom/speccom.js"


def headers_of(path: str) -> dict[str, str]:
    environ: dict[str, object] = {"PATH_INFO": path, "QUERY_STRING": f"v={own_version()}"}
    setup_testing_defaults(environ)
    found: list[tuple[str, str]] = []
    b"".join(
        make_application()(environ, lambda status, headers, *_: found.extend([("status", status), *headers]))
    )
    return dict(found)


@pytest.mark.parametrize("path", [SCRIPT, "/assets/nhsuk/nhsuk-frontend.min.js"])
def test_a_file_is_neither_guessed_at_nor_framed_nor_lent_to_other_sites(path: str) -> None:
    found = headers_of(path)
    assert found["status"] == "200 OK"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in found["Content-Security-Policy"]
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"
    assert 'charset="utf-8"' in found["Content-Type"]
    assert "Access-Control-Allow-Origin" not in found
    assert "Strict-Transport-Security" not in found


def test_behind_tls_a_file_keeps_the_browser_to_tls(settings: Settings) -> None:
    settings.HTTPS, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    assert headers_of(SCRIPT)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/speccom/", "/assets/speccom/../../../pyproject.toml", "/.git/config"]
)
def test_no_folder_is_listed_and_nothing_beside_the_files_is_given(path: str, db: None) -> None:
    assert headers_of(path)["status"].startswith("404")
