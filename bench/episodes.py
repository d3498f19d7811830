"""Make the episodes that the benchmarks read: python bench/episodes.py --episodes 20000000 --out DIR

Two million synthetic episodes are drawn once; each further copy has identifiers of its own, so that
records and spells stay distinct. Row groups hold 250,000 rows, compressed with zstd.

The synthetic year codes each episode's own story and little else. Real episodes carry more codes, and it is
codes that take the time, so further secondary ones are added, drawn from those of the whole year, until
there are as many as in the experiment that the bounds come from: 5.3 diagnoses and 1.8 procedures each.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.synthesise import synthesise

DRAWN = 2_000_000
ADMITTED_SHARE = 0.4
ROWS_IN_GROUP = 250_000
MEAN_CODES = {"diagnoses": 5.3, "procedures": 1.83}
MOST_CODES = {"diagnoses": 20, "procedures": 24}


def make_episodes(episodes: int, out: Path) -> list[Path]:
    """Write `episodes` synthetic episodes as files of a million rows; return the files."""
    out.mkdir(parents=True, exist_ok=True)
    drawn = min(episodes, DRAWN)
    base = out / "base"
    synthesise(round(drawn / ADMITTED_SHARE), base, seed=2025)
    parts = sorted(base.glob("synthetic-apc-*.parquet"))
    episodes_drawn = pa.concat_tables([pq.read_table(part) for part in parts]).slice(0, drawn)
    for name in MEAN_CODES:
        place = episodes_drawn.column_names.index(name)
        episodes_drawn = episodes_drawn.set_column(place, name, deepened(episodes_drawn.column(name), name))
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


def deepened(column: pa.ChunkedArray, name: str) -> pa.Array:
    """Return lists of codes with further secondary ones, so that there are `MEAN_CODES` of them on average.

    An episode without any code gets none: it had no procedure.
    """
    lists = pa.concat_arrays(column.chunks)
    lengths = np.diff(lists.offsets.to_numpy())
    some = lengths > 0
    chance = np.random.default_rng(2025)
    missing = MEAN_CODES[name] * len(lists) - lengths.sum()
    further = np.where(some, chance.geometric(1 / (1 + missing / some.sum()), len(lists)) - 1, 0)
    further = np.minimum(further, MOST_CODES[name] - lengths)
    firsts = np.zeros(len(lists.values), dtype=np.bool_)
    firsts[lists.offsets.to_numpy()[:-1][some]] = True
    coded_values = lists.values.dictionary_encode()
    ids = coded_values.indices.to_numpy()
    drawn = chance.choice(ids[~firsts], further.sum())
    offsets = np.concatenate([[0], np.cumsum(lengths + further)]).astype(np.int32)
    own = np.arange(len(ids)) + np.repeat(offsets[:-1] - lists.offsets.to_numpy()[:-1], lengths)
    every = np.empty(offsets[-1], dtype=np.int32)
    added = np.ones(len(every), dtype=np.bool_)
    added[own] = False
    every[own], every[added] = ids, drawn
    values = coded_values.dictionary.take(pa.array(every))
    return pa.ListArray.from_arrays(pa.array(offsets), values)


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
