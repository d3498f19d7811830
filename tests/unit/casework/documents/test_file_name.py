"""Names for people and for saving: nothing in them leads anywhere or hides anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.casework.documents.file_name import as_attachment, clean_name, ending_of
from speccom.casework.documents.kinds import DocumentKind

NAMES = (
    ("Business case.pdf", "Business case.pdf"),
    ("C:\\fakepath\\Costs.PDF", "Costs.pdf"),
    ("../../etc/passwd", "passwd.pdf"),
    ("/etc/cron.d/evil.pdf", "evil.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie- x=1.pdf"),
    ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
    ("zero\u200bwidth.pdf", "zerowidth.pdf"),
    ("nul\0l.pdf", "null.pdf"),
    ("CON.pdf", "document-CON.pdf"),
    ("...", "document.pdf"),
    ("", "document.pdf"),
    (".pdf", "document.pdf"),
    ("Cafe\u0301 “A”.pdf", "Café “A”.pdf"),
    ('a"b<c>d|e?f*.pdf', "a-b-c-d-e-f.pdf"),
    ("no ending", "no ending.pdf"),
    ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
)


@pytest.mark.parametrize(("given_name", "cleaned"), NAMES, ids=[repr(each[0][:30]) for each in NAMES])
def test_clean_name(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name, DocumentKind.PDF) == cleaned


@given(st.text(max_size=200), st.sampled_from(DocumentKind))
def test_a_clean_name_leads_nowhere_and_stays_as_it_is(name: str, kind: DocumentKind) -> None:
    cleaned = clean_name(name, kind)
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert all(unicodedata.category(sign)[0] != "C" for sign in cleaned)
    assert not cleaned.startswith(".")
    assert ending_of(cleaned) in kind.endings
    assert len(cleaned) <= 120
    assert clean_name(cleaned, kind) == cleaned


def test_attachment_has_a_plain_name_and_the_full_one() -> None:
    assert as_attachment("Café “A”; b.pdf") == (
        "attachment; filename=\"Cafe A b.pdf\"; filename*=UTF-8''Caf%C3%A9%20%E2%80%9CA%E2%80%9D%3B%20b.pdf"
    )
    assert as_attachment("審査.pdf") == (
        "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E5%AF%A9%E6%9F%BB.pdf"
    )


@given(st.text(max_size=60))
def test_an_attachment_is_one_line_of_ascii(name: str) -> None:
    header = as_attachment(clean_name(name, DocumentKind.PDF))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
