import re
import stat
import subprocess
import sys
from pathlib import Path

from tests.journeys.serving import environment

ADA = ("add-person", "ada@trust.example", "Ada Marsh", "--organisation", "D1", "--role")


def speccom(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    values = environment(home)
    values.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-P", "-m", "speccom", *words],
        env=values,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_administrator_is_added_and_told_where_to_choose_a_password(tmp_path: Path) -> None:
    unknown = speccom(tmp_path, *ADA, "administrator")
    assert unknown.returncode == 2
    assert "there is no organisation D1. Add the organisation first" in unknown.stderr
    named = ("--organisation-name", "The commissioner", "--address", "https://cases.example/")
    added = speccom(tmp_path, *ADA, "administrator", *named)
    assert added.returncode == 0, added.stderr
    assert re.search(r"^https://cases\.example/sign-in/password/\w+/[\w-]+$", added.stdout, re.MULTILINE)
    assert "there is already a person" in speccom(tmp_path, *ADA, "administrator").stderr
    wrong = speccom(tmp_path, *(word.replace("ada@", "ben@") for word in ADA), "emperor")
    assert "there is no role 'emperor'" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_nobody_else_on_this_computer_reads_a_new_home_or_its_database(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    speccom(home, *ADA, "administrator")
    database = home / "db.sqlite3"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (home, database)] == [0o700, 0o600]
    database.chmod(0o644)
    speccom(home, *ADA, "administrator")
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
