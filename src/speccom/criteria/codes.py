"""The one normal form in which codes of each classification are compared."""

from __future__ import annotations

import re

CLASSIFICATIONS = ("icd10", "opcs4", "treatment_function", "main_specialty", "hrg", "provider", "site")

_WHOLE = {
    "icd10": re.compile(r"[A-Z][0-9]{2}[A-Z0-9]{0,2}"),
    "opcs4": re.compile(r"[A-Z][0-9]{2}[A-Z0-9]?"),
}
_PREFIX = {
    "icd10": re.compile(r"[A-Z]([0-9]([0-9][A-Z0-9]{0,2})?)?"),
    "opcs4": re.compile(r"[A-Z]([0-9]([0-9][A-Z0-9]?)?)?"),
}


def normal_form(classification: str, text: str) -> str | None:
    """Return the code in normal form, or None where the text is no code of the classification.

    All codes lose white space and are put in upper case. ICD-10 and OPCS-4 also lose dots; ICD-10 then
    loses a fifth character `D` or `A` (dagger, asterisk) and after that a fourth character `X` or `-`
    (filler), so `R54X` is `R54` and `T08X0` is `T080`.
    """
    code = squeezed(classification, text)
    pattern = _WHOLE.get(classification)
    if pattern is None:
        return code or None
    return code if pattern.fullmatch(code) else None


def normal_prefix(classification: str, text: str) -> str | None:
    """Return a prefix of codes in normal form (`C`, `C3`, `C34`), or None where no code could start so."""
    code = squeezed(classification, text)
    pattern = _PREFIX.get(classification)
    if pattern is None:
        return code or None
    return code if pattern.fullmatch(code) else None


def squeezed(classification: str, text: str) -> str:
    """Return the text in the classification's normal form, without judging whether it is a code."""
    code = "".join(text.upper().split())
    if classification not in _WHOLE:
        return code
    code = code.replace(".", "")
    if classification == "icd10":
        if code[4:5] in ("D", "A"):
            code = code[:4] + code[5:]
        if code[3:4] in ("X", "-"):
            code = code[:3] + code[4:]
    return code
