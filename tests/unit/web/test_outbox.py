"""The outbox: each message a file of its own, there whole, and the same again where it is written again."""

from __future__ import annotations

import email
import email.policy
import stat
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from speccom.web.outbox import Outbox


def test_each_message_is_a_file_that_any_mail_program_reads(speccom_home: Path) -> None:
    letters = [
        EmailMessage(f"Your work, “{number}”", "Due on 6 August.\nFrom here on.\n", "speccom@localhost", [to])
        for number, to in enumerate(("ada@trust.example", "ben@trust.example"))
    ]
    assert Outbox().send_messages(letters) == 2
    written = sorted((speccom_home / "outbox").iterdir())
    assert [each.suffix for each in written] == [".eml", ".eml"]
    read = [email.message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in written]
    assert {each["To"] for each in read} == {"ada@trust.example", "ben@trust.example"}
    assert {each["Subject"] for each in read} == {"Your work, “0”", "Your work, “1”"}
    assert read[0].get_body().get_content().splitlines() == ["Due on 6 August.", "From here on."]  # type: ignore[union-attr]


def test_a_message_of_the_same_name_is_one_file_and_no_name_leaves_the_folder(speccom_home: Path) -> None:
    for body in ("once", "again"):
        letter = EmailMessage(
            "Work", body, to=["a@b.example"], headers={"Message-ID": "<../../x/1 2@speccom>"}
        )
        Outbox().send_messages([letter])
    (written,) = (speccom_home / "outbox").iterdir()
    assert written.name == "..-..-x-1-2.eml"
    assert b"again" in written.read_bytes()


def test_nobody_else_on_this_computer_reads_a_letter(speccom_home: Path) -> None:
    Outbox().send_messages([EmailMessage("Choose your password", "a link", to=["a@b.example"])])
    (written,) = (speccom_home / "outbox").iterdir()
    assert [stat.S_IMODE(each.stat().st_mode) for each in (written, written.parent)] == [0o600, 0o700]


def test_what_cannot_be_written_leaves_nothing(speccom_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="No space"):
        Outbox().send_messages([EmailMessage("Work", "text", to=["a@b.example"])])
    assert list((speccom_home / "outbox").iterdir()) == []


def test_it_is_how_letters_are_sent(repository: Path) -> None:
    from speccom.web import settings

    assert settings.EMAIL_BACKEND == "speccom.web.outbox.Outbox"
