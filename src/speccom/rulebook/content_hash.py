"""The hash of a rulebook's content: the same answers and the same words, the same hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from speccom.criteria.codesets import CodeSet
from speccom.rulebook.entries import Route, Rule, Service

_FORM = "speccom identification rulebook, form 1"


def content_hash(
    metadata: Mapping[str, str],
    services: Iterable[Service],
    routes: Iterable[Route],
    codesets: Iterable[CodeSet],
    rules: Iterable[Rule],
    local_rules: Iterable[Rule],
    programmes: Mapping[str, str],
) -> str:
    """Return the SHA-256, in hexadecimal, of everything that can change an answer or its explanation.

    In it are: the metadata that the contract names; each service with its title, rank, reach and the rest;
    routes and their sources; each code set's codes in normal form and its title; each rule's text and
    reasoning; the titles of programmes. Defaults are filled in first, cells are trimmed, and line endings
    are all one kind.

    Not in it are: the order of rows, columns that the contract does not name, a row that repeats another,
    byte-order marks, quoting, and the spelling of a code (`K26.2` and `k262` are one code).

    The bytes that are hashed are JSON with sorted keys, no white space and UTF-8, so another program can
    make the same hash.
    """
    content = {
        "form": _FORM,
        "metadata": dict(metadata),
        "services": sorted(
            [
                each.code,
                each.title,
                each.programme_of_care,
                each.rank,
                each.spell_excluded,
                each.delegation,
                each.reach.value,
            ]
            for each in services
        ),
        "routes": sorted({(each.service_code, each.route, each.source) for each in routes}),
        "codesets": sorted(
            [each.name, each.classification, sorted(each.prefixes), sorted(each.exact), each.title]
            for each in codesets
        ),
        "rules": _rules(rules),
        "local_rules": _rules(local_rules),
        "programmes": dict(programmes),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _rules(rules: Iterable[Rule]) -> list[list[str]]:
    return sorted(
        [each.rule_id, each.service_code, each.dataset, each.criterion.text, each.reasoning] for each in rules
    )
