"""Finding services by words, by code, or by a clinical code of their rules. Forgiving of spelling."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from speccom.catalogue.programmes import area_title, programme_of
from speccom.catalogue.rule_sets import codesets_of_service
from speccom.criteria.codes import normal_form
from speccom.rulebook.identification import IdentificationRulebook, Service

_CODES = ("icd10", "opcs4", "treatment_function", "hrg")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "for", "in", "of", "or", "service", "services", "the", "to", "with"}
)


@dataclass(frozen=True)
class Match:
    """A service found, how well (higher is better), and why where it does not show in its title."""

    service: Service
    score: int
    because: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found. ``instead`` are the words that were searched for in place of misspelt ones."""

    matches: tuple[Match, ...]
    instead: str = ""


@dataclass(frozen=True)
class _Entry:
    service: Service
    title: frozenset[str]
    around: frozenset[str]
    sets: tuple[tuple[str, frozenset[str]], ...]


def search(rulebook: IdentificationRulebook, asked: str) -> Found:
    """Return the services that have every word asked for; by code where the words are one."""
    by_code = _by_service_code(rulebook, asked)
    if by_code:
        return Found(tuple(by_code))
    entries = _index(rulebook)
    words = words_of(asked)
    clinical = _by_clinical_code(rulebook, asked)
    if not words:
        return Found(tuple(clinical))
    found = _by_words(entries, words)
    if found or clinical:
        return Found(tuple(_merged(found, clinical)))
    corrected = _corrected(entries, words)
    if corrected == words:
        return Found(())
    return Found(tuple(_by_words(entries, corrected)), " ".join(corrected))


def words_of(text: str) -> list[str]:
    """Return the words that matter, in one form: no case, accents, marks, plural or small words."""
    plain = (
        unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("&", " and ")
    )
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return [_singular(word) for word in words if word not in _SMALL_WORDS]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _index(rulebook: IdentificationRulebook) -> tuple[_Entry, ...]:
    if rulebook.digest not in _INDEXES:
        _INDEXES[rulebook.digest] = tuple(_entry(rulebook, each) for each in rulebook.services.values())
    return _INDEXES[rulebook.digest]


_INDEXES: dict[str, tuple[_Entry, ...]] = {}


def _entry(rulebook: IdentificationRulebook, service: Service) -> _Entry:
    programme = programme_of(rulebook, service.programme_of_care).title
    area = area_title(rulebook, service.programme_of_care)
    titles = [each.title for each in codesets_of_service(rulebook, service.code) if each.title]
    return _Entry(
        service,
        frozenset(words_of(service.title)),
        frozenset(words_of(f"{programme} {area}")),
        tuple((title, frozenset(words_of(title))) for title in titles),
    )


def _by_service_code(rulebook: IdentificationRulebook, asked: str) -> list[Match]:
    code = re.sub(r"[^A-Z0-9]", "", asked.upper())
    if not re.search(r"\d", code):
        return []
    for candidate in (code, f"NCBPS{code}"):
        exact = rulebook.services.get(candidate)
        if exact:
            return [Match(exact, 100)]
    if code.startswith("NCB"):
        return [Match(each, 90) for each in rulebook.services.values() if each.code.startswith(code)]
    return []


def _by_clinical_code(rulebook: IdentificationRulebook, asked: str) -> list[Match]:
    found = {}
    for classification in _CODES:
        code = normal_form(classification, asked)
        if code is None or not re.search(r"\d", code):
            continue
        for service in rulebook.services.values():
            for each in codesets_of_service(rulebook, service.code):
                if each.classification == classification and each.matches(code):
                    found[service.code] = Match(
                        service, 50, f"its rules look for {code} ({each.title or each.name})"
                    )
    return list(found.values())


def _by_words(entries: tuple[_Entry, ...], words: list[str]) -> list[Match]:
    found = []
    for entry in entries:
        score, reasons = 0, []
        for word in words:
            if _has(entry.title, word):
                score += 10
            elif reason := next((title for title, inside in entry.sets if _has(inside, word)), None):
                score += 3
                reasons.append(reason)
            elif _has(entry.around, word):
                score += 2
            else:
                break
        else:
            because = f"its rules look for {', '.join(dict.fromkeys(reasons))}" if reasons else ""
            found.append(Match(entry.service, score, because))
    return sorted(found, key=lambda match: (-match.score, match.service.title.casefold()))


def _has(words: frozenset[str], asked: str) -> bool:
    return asked in words or (len(asked) >= 3 and any(word.startswith(asked) for word in words))


def _corrected(entries: tuple[_Entry, ...], words: list[str]) -> list[str]:
    known: set[str] = set()
    for entry in entries:
        known |= entry.title | entry.around
        for _, inside in entry.sets:
            known |= inside
    corrected = []
    for word in words:
        near = [] if any(_has(frozenset({each}), word) for each in known) else _near(word, known)
        corrected.append(near[0] if near else word)
    return corrected


def _near(word: str, known: set[str]) -> list[str]:
    return difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.75)


def _merged(first: list[Match], second: list[Match]) -> list[Match]:
    codes = {match.service.code for match in first}
    return first + [match for match in second if match.service.code not in codes]
