"""A rulebook made of a table of service lines, and records that are identified by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from speccom.activity.identify import identify
from speccom.activity.order import Order

Row = dict[str, Any]
Identify = Callable[[list[Row], list[Row]], list[Row]]

_METADATA = (
    'id = "chapter"\nversion = "1"\ntitle = "The chapter\'s rulebook"\nvalid_from = "2025-04-01"\n'
    'valid_to = "2026-03-31"\nsource = "this chapter"\nstatus = "illustrative"\nscope = ""\n'
)


@pytest.fixture
def identify_rows(tmp_path: Path) -> Identify:
    """Identify the rows of a table under some service lines; return the rows of the labels.

    A record has the lines that its column `finds` names: each name is a code of its unbundled groups, and
    each line has a rule that asks for its own. `local:heart` finds heart by a locally fixed rule.
    """

    def run(services: list[Row], rows: list[Row]) -> list[Row]:
        rulebook = _rulebook(tmp_path / "rulebook", services)
        out = tmp_path / "labels.parquet"
        identify(Order(rulebook, _activity(tmp_path, rows), out, tmp_path / "run", threads=1))
        return pq.read_table(out).to_pylist()

    return run


def _rulebook(folder: Path, services: list[Row]) -> Path:
    folder.mkdir()
    (folder / "rulebook.toml").write_text(_METADATA)
    lines = ["service_code,title,programme_of_care,rank,spell_excluded,reach"]
    for row in services:
        code = row["service_code"]
        cells = (code, f"Service {code}", f"P-{code}", row["rank"], row["spell_excluded"], row["reach"])
        lines.append(",".join(cells))
    (folder / "services.csv").write_text("\n".join(lines) + "\n")
    codes = [row["service_code"] for row in services]
    sets = [f"{code},hrg,{code},exact" for code in codes]
    sets += [f"local_{code},hrg,LOCAL:{code},exact" for code in codes]
    (folder / "codesets.csv").write_text("\n".join(["codeset,classification,code,match", *sets]) + "\n")
    for file, prefix in (("rules.csv", ""), ("local_rules.csv", "local_")):
        rules = [
            f"{prefix}{code}-{dataset},{code},{dataset},any_unbundled_hrg('{prefix}{code}')"
            for code in codes
            for dataset in ("apc", "op")
        ]
        (folder / file).write_text("\n".join(["rule_id,service_code,dataset,criterion", *rules]) + "\n")
    (folder / "routes.csv").write_text("service_code,route,source\nstated,provider_statement,this chapter\n")
    return folder


def _activity(folder: Path, rows: list[Row]) -> list[Path]:
    """Write the records, each into the file that its column `file` names."""
    files: dict[str, list[str]] = {}
    for row in rows:
        finds = (row["finds"] or "").replace(",", ";")
        dataset = row.get("dataset") or "apc"
        cells = (row["record_id"], dataset, row.get("spell_id"), finds, row.get("states"))
        header = "record_id,dataset,spell_id,unbundled_hrgs,submitted_service_line"
        files.setdefault(row.get("file") or "all", [header]).append(",".join(cell or "" for cell in cells))
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return [folder / f"{name}.csv" for name in files]
