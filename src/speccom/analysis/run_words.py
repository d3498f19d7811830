"""What a run's values are called for people: fates, layers, datasets, kinds of fault."""

from __future__ import annotations

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_reader import Figure
from speccom.analysis.selection import NO_LINE, UNKNOWN
from speccom.interface import formats
from speccom.rulebook.identification import IdentificationRulebook

_DATASETS = {"apc": "Admitted care", "op": "Outpatients"}
_FATES = {
    "labelled": "Specialised",
    "not_specialised": "Not specialised",
    "not_attended": "Not attended",
    "rejected": "Could not be used",
}
_FATE_MEANINGS = {
    "labelled": "The record, or another of the same hospital stay, qualifies for a specialised service.",
    "not_specialised": "No rule is true of the record, nor of another of its hospital stay.",
    "not_attended": "An outpatient appointment that was missed or cancelled: kept, and not given a service.",
    "rejected": (
        "The row has no identifier or repeats another’s, has too few or too many values, or is of neither "
        "kind of care."
    ),
}
_LAYERS = {
    "rules": "By the rulebook’s rules",
    "local": "By a locally fixed line",
    "provider": "As the provider stated",
}


def records_and_cost(run: RunFolder, found: Figure) -> str:
    """Return "12 records costing £3,400"; without a cost where the activity gives none."""
    words = formats.counted(found.records, "record")
    if not found.records or not run.manifest.priced:
        return words
    return f"{words} costing {formats.money_in_words(found.cost)}"


def is_fate(fate: str | None) -> bool:
    """Whether a record can have this fate."""
    return fate in _FATES and fate != "rejected"


def is_dataset(dataset: str | None) -> bool:
    """Whether this is a kind of care."""
    return dataset in _DATASETS


def is_layer(layer: str | None) -> bool:
    """Whether this can have decided a line."""
    return layer in _LAYERS or layer == NO_LINE


def dataset_words(dataset: str | None) -> str:
    """Return "Admitted care" for "apc"."""
    return _DATASETS.get(dataset or "", dataset or "Not known")


def fate_words(fate: str | None) -> str:
    """Return what became of a record, in a word or two."""
    return _FATES.get(fate or "", (fate or "not known").replace("_", " ").capitalize())


def fate_meaning(fate: str) -> str:
    """Return what a fate means, in a sentence."""
    return _FATE_MEANINGS.get(fate, "")


def layer_words(layer: str | None) -> str:
    """Return which source decided a line."""
    if layer is None or layer == NO_LINE:
        return "By another record of the same hospital stay"
    return _LAYERS.get(layer, layer)


def fault_words(kind: str) -> str:
    """Return a kind of fault as people read it: "unknown_code" is "Unknown code"."""
    return kind.replace("_", " ").capitalize()


def line_title(rulebook: IdentificationRulebook, code: str | None) -> str:
    """Return a service line's title; its code where the rulebook has no such line."""
    if code is None or code == NO_LINE:
        return "No service line"
    service = rulebook.services.get(code)
    return service.title if service else code


def provider_words(provider: str | None) -> str:
    """Return a provider's code, or that it is not known."""
    return "Not known" if provider is None or provider == UNKNOWN else provider
