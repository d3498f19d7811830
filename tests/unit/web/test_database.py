from pathlib import Path

import pytest
from django.db import connection

from speccom.problem import Problem
from speccom.web.database import database

HOME = Path("/srv/speccom")


def test_without_an_address_it_is_one_file_in_the_home() -> None:
    found = database("", HOME)
    assert found["NAME"] == HOME / "db.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] == 20
    assert found["CONN_MAX_AGE"] == 0


def test_an_address_names_a_postgresql_database() -> None:
    found = database("postgres://ada:p%40ss@db.example:6432/cases?sslmode=verify-full", HOME)
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "cases",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
    }
    assert found["OPTIONS"] == {"sslmode": "verify-full"}


def test_a_server_may_listen_on_a_socket_in_a_folder() -> None:
    found = database("postgresql://postgres:@/cases?host=/run/postgresql", HOME)
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/run/postgresql", "cases", {})


def test_a_server_may_know_the_service_by_its_account_or_its_certificate() -> None:
    here = database("postgres://speccom@/cases?host=/run/postgresql", HOME)
    assert (here["USER"], here["PASSWORD"], here["HOST"]) == ("speccom", "", "/run/postgresql")
    checked = {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ssl/ca/db.pem",
        "sslcert": "/srv/speccom/db.pem",
        "sslkey": "/srv/speccom/db.key",
    }
    asked = "&".join(f"{name}={value}" for name, value in checked.items())
    there = database(f"postgres://speccom@db.example/cases?{asked}", HOME)
    assert (there["PASSWORD"], there["OPTIONS"]) == ("", checked)


@pytest.mark.parametrize("address", ["mysql://a/b", "postgres://host", "cases"])
def test_another_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(Problem, match="names no PostgreSQL database"):
        database(address, HOME)


@pytest.mark.parametrize("mode", ["", "?sslmode=require", "?sslmode=verify-ca", "?host=/run/pg,db.example"])
def test_another_computer_is_asked_only_where_it_is_known_to_be_the_right_one(mode: str) -> None:
    with pytest.raises(Problem, match="without making sure that it is the right one"):
        database(f"postgres://ada@db.example/cases{mode}", HOME)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", ""])
def test_this_computer_needs_no_tls(host: str) -> None:
    assert database(f"postgres://ada@{host}/cases", HOME)["OPTIONS"] == {}


@pytest.mark.django_db
def test_foreign_keys_hold() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL always holds them")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
