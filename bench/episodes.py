"""Make the episodes that the benchmarks read: python bench/episodes.py --episodes 20000000 --out DIR

Two million synthetic episodes are drawn once; each further copy has identifiers of its own, so that
records and spells stay distinct. Row groups hold 250,000 rows, compressed with zstd.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.synthesise import synthesise

DRAWN = 2_000_000
ADMITTED_SHARE = 0.4
ROWS_IN_GROUP = 250_000


def make_episodes(episodes: int, out: Path) -> list[Path]:
    """Write `episodes` synthetic episodes as files of a million rows; return the files."""
    out.mkdir(parents=True, exist_ok=True)
    drawn = min(episodes, DRAWN)
    base = out / "base"
    synthesise(round(drawn / ADMITTED_SHARE), base, seed=2025)
    parts = sorted(base.glob("synthetic-apc-*.parquet"))
    episodes_drawn = pa.concat_tables([pq.read_table(part) for part in parts]).slice(0, drawn)
    files = []
    for copy in range(-(-episodes // drawn)):
        mine = episodes_drawn.slice(0, min(drawn, episodes - copy * drawn))
        for name in ("record_id", "spell_id"):
            column = pc.binary_join_element_wise(mine.column(name), f"{copy:02d}", "")
            mine = mine.set_column(mine.column_names.index(name), name, column)
        for start in range(0, mine.num_rows, 1_000_000):
            file = out / f"episodes-{copy:02d}-{start // 1_000_000}.parquet"
            part = mine.slice(start, 1_000_000)
            pq.write_table(
                part, file, compression="zstd", row_group_size=ROWS_IN_GROUP, use_dictionary=coded(part)
            )
            files.append(file)
    shutil.rmtree(base)
    return files


def coded(table: pa.Table) -> list[str]:
    """Return the paths of the columns worth a dictionary: all but identifiers, those within lists too."""
    return [
        f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name
        for field in table.schema
        if field.name not in ("record_id", "spell_id")
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=20_000_000)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    print(f"{len(make_episodes(given.episodes, given.out))} files in {given.out}")
