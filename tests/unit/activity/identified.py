"""A run over a few records under a small rulebook, for tests of what a run leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.rulebook.activity_record import ACTIVITY

LISTS = ("diagnoses", "procedures", "unbundled_hrgs")
_TYPES = {
    "age": pa.int32(),
    "activity_date": pa.date32(),
    "activity_count": pa.decimal128(18, 2),
    "total_cost": pa.decimal128(18, 2),
    **dict.fromkeys(LISTS, pa.list_(pa.string())),
}
_RULEBOOK = {
    "rulebook.toml": 'id = "small"\nversion = "1"\ntitle = "Small"\nvalid_from = "2025-04-01"\n'
    'valid_to = "2026-03-31"\nsource = "a test"\nstatus = "illustrative"\nscope = ""\n',
    "services.csv": "service_code,title,programme_of_care,rank,spell_excluded,reach\n"
    "LUNG,Lungs,A,1,false,spell\nDRUG,Chemotherapy,B,2,false,episode\n"
    "CARE,Critical care,C,3,false,if_spell_specialised\nSAID,Stated,D,4,false,spell\n",
    "codesets.csv": "codeset,classification,code,match\nlung,icd10,C34,prefix\ndrug,hrg,SB,prefix\n"
    "care,hrg,XC,prefix\n",
    "rules.csv": "rule_id,service_code,dataset,criterion\n"
    "lung,LUNG,apc,any_diagnosis('lung')\nlung-op,LUNG,op,any_diagnosis('lung')\n"
    "drug,DRUG,apc,any_unbundled_hrg('drug')\ncare,CARE,apc,any_unbundled_hrg('care')\n",
    "routes.csv": "service_code,route,source\nSAID,provider_statement,a test\n",
}


@dataclass(frozen=True)
class Run:
    """What a run left."""

    manifest: dict[str, Any]
    out: Path
    folder: Path

    def table(self, name: str) -> list[dict[str, Any]]:
        path = self.out if name == "labels" else self.folder / f"{name}.parquet"
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows

    def faults(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.table("faults") if each["kind"] == kind]


def small_rulebook(folder: Path, **changed: str) -> Path:
    folder.mkdir()
    for name, text in (_RULEBOOK | changed).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def canonical(path: Path, *rows: dict[str, Any], **writing: Any) -> Path:
    """Write records as canonical Parquet; they are numbered, and episodes unless they say."""
    whole = [{"record_id": f"r{number}", "dataset": "apc", **row} for number, row in enumerate(rows)]
    names = [name for name in ACTIVITY if any(name in row for row in whole)]
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in names])
    pq.write_table(pa.Table.from_pylist(whole, schema), path, **writing)
    return path


def run_over(folder: Path, *files: Path, rulebook: Path | None = None, **options: Any) -> Run:
    """Identify some files under the small rulebook."""
    out, run = folder / "labels.parquet", folder / "run"
    rulebook = rulebook or small_rulebook(folder / "rulebook")
    return Run(identify(Order(rulebook, files, out, run, **{"threads": 2, **options})), out, run)
