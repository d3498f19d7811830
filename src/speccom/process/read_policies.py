"""Read what a process does to the register of policies, with every error in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from speccom.criteria.vocabulary import Confidentiality, FieldType, Vocabulary
from speccom.process.faults import Faults
from speccom.process.policies import PolicyChange, PolicyEffect
from speccom.rulebook.metadata_file import read_toml

POLICIES = "policies.toml"
_KEPT = ("identifier", "title", "about", "service_lines", "starts", "expires")
_DAYS = ("starts", "expires")
_NEEDED = ("identifier", "title")


def read_policies(
    folder: Path, acts: Collection[str], vocabulary: Vocabulary, faults: Faults
) -> tuple[dict[str, PolicyEffect], dict[str, object]]:
    """Return what each act does to the register, and what is written of it."""
    path = folder / POLICIES
    written = read_toml(path, faults.errors) if path.exists() else {}
    found: dict[str, PolicyEffect] = {}
    for name, body in written.items():
        where = f"{POLICIES}, {name}"
        if not isinstance(body, dict):
            faults.add(where, "this is no table", f"Write it under [{name}]")
            continue
        effect = _effect(body, vocabulary, where, faults)
        for act in faults.listed(body, "acts", where):
            faults.known(act, acts, where, "acts")
            if act in found:
                faults.add(where, f"what `{act}` does is said twice", "Keep one of them")
            if effect:
                found[act] = effect
    return found, written


def _effect(
    written: Mapping[str, object], vocabulary: Vocabulary, where: str, faults: Faults
) -> PolicyEffect | None:
    change = faults.word(PolicyChange, str(written.get("does", "")), where, "does")
    if change is PolicyChange.SUPERSEDES:
        newer = faults.text(written, "newer", where)
        if newer:
            faults.known(newer, set(vocabulary), where, "newer")
        return PolicyEffect(change, newer=newer)
    if change is not PolicyChange.PUBLISHES:
        return PolicyEffect(change) if change else None
    for key in _NEEDED:
        faults.text(written, key, where)
    kept = {key: str(written.get(key, "")) for key in _KEPT}
    for key, name in kept.items():
        if name and faults.known(name, set(vocabulary), where, key):
            _must_be_public(name, key, vocabulary, where, faults)
    return PolicyEffect(change, **kept)


def _must_be_public(name: str, key: str, vocabulary: Vocabulary, where: str, faults: Faults) -> None:
    field = vocabulary[name]
    if field.confidentiality is not Confidentiality.PUBLIC:
        faults.add(where, f"`{name}` is {field.confidentiality}, and everybody reads the register")
    if (field.type is FieldType.DATE) is not (key in _DAYS):
        faults.add(where, f"`{key}` is {'a date' if key in _DAYS else 'no date'}, and `{name}` is otherwise")
