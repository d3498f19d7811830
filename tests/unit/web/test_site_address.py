"""Where links in letters lead: to where the service is found, whatever a request says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from speccom.directory.models import Person
from speccom.web import server
from speccom.web.server import Service, serve

READ = "from speccom.web import settings; print(settings.SITE_ADDRESS)"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"SPECCOM_HTTPS": "1", "SPECCOM_HOSTS": "speccom.example,cases.example"}, "https://speccom.example"),
        (
            {"SPECCOM_HTTPS": "1", "SPECCOM_HOSTS": "a.example", "SPECCOM_ADDRESS": "https://b.example/"},
            "https://b.example",
        ),
    ],
)
def test_it_is_what_the_operator_says(said: dict[str, str], address: str) -> None:
    environment = {**os.environ, **said}
    found = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True)
    assert found.stdout.strip() == address, found.stderr


@pytest.mark.parametrize(("https", "expected"), [("0", "http://127.0.0.1:8765/"), ("1", None)])
def test_without_a_proxy_it_is_where_the_server_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, https: str, expected: str | None
) -> None:
    monkeypatch.setenv("SPECCOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPECCOM_HTTPS", https)
    monkeypatch.setenv("SPECCOM_ADDRESS", "")  # so that what the server says is undone afterwards
    monkeypatch.delenv("SPECCOM_ADDRESS")
    found: list[str | None] = []
    monkeypatch.setattr(server, "_listen", lambda service: (tmp_path / "socket").open("w"))
    monkeypatch.setattr(server, "_answer", lambda *_: found.append(os.environ.get("SPECCOM_ADDRESS")))
    assert serve(Service("127.0.0.1", 8765, demonstration=False, records=0, reset=False)) == 0
    assert found == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1:9999", "localhost:9999"])
def test_a_forged_host_leads_nobody_astray(host: str) -> None:
    person = Person(email="ada@trust.example", name="Ada Marsh")
    person.set_password("correct horse battery staple")
    person.save()
    Client(HTTP_HOST=host).post("/sign-in/forgotten", {"email": "ada@trust.example"})
    (letter,) = mail.outbox
    assert "\nhttp://127.0.0.1:8000/sign-in/password/" in letter.body
    assert "9999" not in letter.body
