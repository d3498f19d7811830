"""The facts of which a run's manifest is made: its rulebook, what went in, what came out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.digest import digest_of
from speccom.activity.prepare import PreparedFile
from speccom.rulebook.identification import IdentificationRulebook


def rulebook_facts(rulebook: IdentificationRulebook) -> dict[str, str]:
    """Return what names the rulebook, and when it holds."""
    return {
        "id": rulebook.id,
        "version": rulebook.version,
        "digest": rulebook.digest,
        "identity": rulebook.identity,
        "title": rulebook.title,
        "status": rulebook.status,
        "valid_from": rulebook.valid_from.isoformat(),
        "valid_to": rulebook.valid_to.isoformat(),
    }


def input_facts(file: PreparedFile, folder: Path) -> dict[str, object]:
    """Return what a file of activity was; its canonical Parquet is named from the run's folder if in it."""
    inside = file.path.is_relative_to(folder)
    return {
        "file": file.original.name,
        "original": str(file.original.resolve()),
        "sha256": file.digest,
        "rows": file.rows_read,
        "kept": file.rows,
        "layout": file.layout,
        "dataset": file.dataset,
        "prepared": str(file.path.relative_to(folder) if inside else file.path.resolve()),
    }


def output_facts(path: Path, folder: Path) -> dict[str, object]:
    """Return what a Parquet file that came out is; one in the run's folder goes by its name alone."""
    inside = path.resolve().is_relative_to(folder.resolve())
    return {
        "file": path.name if inside else str(path.resolve()),
        "sha256": digest_of(path),
        "rows": pq.read_metadata(path).num_rows,
    }


def unseen_lines(rulebook: IdentificationRulebook) -> list[str]:
    """Return the lines that no rule of the rulebook can find, so that nobody mistakes silence for zero."""
    found = {rule.service_code for rule in rulebook.rules_of_both_layers}
    return [code for code in rulebook.services if code not in found]


def says_synthetic(path: Path) -> bool:
    """Whether an activity file says of itself that it is synthetic, in its name or its metadata."""
    if path.name.startswith("synthetic-"):
        return True
    try:
        return b"speccom.synthetic" in (pq.read_schema(path).metadata or {})
    except (pa.ArrowException, OSError):
        return False
