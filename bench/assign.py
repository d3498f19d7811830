"""Assign 10 million records, against the same logic as one SQL statement in DuckDB, and compare the answers.

    python bench/assign.py --reference DIR --folder SCRATCH [--records 10000000] [--rounds 3]

The records are made up from the reference tables' own codes (with some that are none): contract monitoring
in one Parquet file of 40 row groups. Each measurement is a process of its own; both write a Parquet file of
record, code, commissioner, category and reason. `assign` writes the path too, and the rulebook's identity.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

GROUP = 250_000
KINDS = ("sql", "assign", "assign-checked")


def make(records: int, reference: Path, out: Path) -> None:
    """Write made-up contract monitoring: each column drawn by itself, so that every test is met."""
    random = np.random.default_rng(20251)

    def column(file: str, name: str) -> list[str]:
        found = duckdb.execute(
            f"SELECT DISTINCT {name} FROM read_csv('{reference}/{file}.csv', all_varchar = true) "
            f"WHERE {name} IS NOT NULL ORDER BY 1"
        )
        return [row[0] for row in found.fetchall()]

    sub_icbs = column("sub_icb_to_direct_commissioner", "sub_icb")
    icbs = column("sub_icb_to_direct_commissioner", "icb")
    practices = [f"{letter}{n:05d}" for letter in "ABCDEF" for n in range(81000, 82000)]
    tables = {
        "gp_practice": (practices, column("justice_establishments", "prescribing_code"), 0.02),
        "gp_responsibility": (sub_icbs, icbs + column("armed_forces_practices", "practice_code"), 0.08),
        "residence_responsibility": (sub_icbs, [*icbs, "X99"], 0.08),
        "host_sub_icb": (sub_icbs, ["QQQ"], 0.02),
        "commissioned_service_category": (
            ["12", "21", "25"],
            ["22", "26", "31", "32", "41", "51", "55", "61", "71", "75", "81", "85"],
            0.15,
        ),
        "service_code": (["99999999"], [*column("service_codes", "service_code"), "NCBPS00X"], 0.45),
        "point_of_delivery": (["DC", "EL", "NEL", "OPFASPCL"], ["AE", "DRUG", "DEVICE"], 0.1),
        "treatment_function": (
            ["100", "101", "110", "300", "320"],
            ["140", "143", "145", "217", "450", "451"],
            0.08,
        ),
    }
    fields = [("record_id", pa.string()), ("activity_date", pa.date32())]
    schema = pa.schema([*fields, *((name, pa.string()) for name in tables), ("dataset", pa.string())])
    with pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=[*tables, "dataset"]) as writer:
        for start in range(0, records, GROUP):
            rows = min(GROUP, records - start)
            columns: dict[str, object] = {
                "record_id": [f"R{n:09d}" for n in range(start, start + rows)],
                "activity_date": pa.array(random.integers(19814, 20544, rows).astype("int32")).cast(
                    pa.date32()
                ),
            }
            for name, (usual, others, share) in tables.items():
                values = pa.array([*usual, *others])
                odd = random.random(rows) < share
                ids = np.where(
                    odd,
                    len(usual) + random.integers(0, len(others), rows),
                    random.integers(0, len(usual), rows),
                )
                missing = random.random(rows) < 0.03
                columns[name] = pa.DictionaryArray.from_arrays(
                    pa.array(ids.astype("int32"), mask=missing), values
                ).cast(pa.string())
            columns["dataset"] = pa.repeat("apc", rows)
            writer.write_table(pa.table(columns, schema=schema))


SQL = """
COPY (
WITH sub AS (SELECT * FROM read_csv('{ref}/sub_icb_to_direct_commissioner.csv', all_varchar = true)),
dated AS (SELECT * EXCLUDE (effective_from, effective_to), effective_from::DATE AS first_day,
                 effective_to::DATE AS last_day FROM sub),
icbs AS (SELECT DISTINCT icb, first_day, last_day, commissioning_hub, region, delegated FROM dated),
codes AS (SELECT *, effective_from::DATE AS first_day, effective_to::DATE AS last_day
          FROM read_csv('{ref}/service_codes.csv', all_varchar = true)),
prison AS (SELECT prescribing_code, any_value(health_and_justice_hub) AS hub
           FROM read_csv('{ref}/justice_establishments.csv', all_varchar = true)
           WHERE prescribing_code IS NOT NULL GROUP BY 1),
forces AS (SELECT practice_code FROM read_csv('{ref}/armed_forces_practices.csv', all_varchar = true)
           WHERE english_armed_forces_practice = '1'),
joined AS (
  SELECT r.record_id, r.activity_date AS day, r.service_code AS code,
         r.commissioned_service_category AS category, r.point_of_delivery AS pod, r.treatment_function AS tfc,
         c.service_code AS known, c.specialised_flag AS spec, c.specialised_mh_flag AS mh,
         c.public_health_flag AS ph, c.secondary_dental_flag AS dental, c.icb_delegation_status AS colour,
         p.prescribing_code AS prison, p.hub AS prison_hub, f.practice_code AS forces,
         g.sub_icb AS gs, g.commissioning_hub AS gs_hub, g.region AS gs_region, g.delegated AS gs_yes,
         gi.icb AS gi, gi.commissioning_hub AS gi_hub, gi.region AS gi_region, gi.delegated AS gi_yes,
         s.sub_icb AS rs, s.commissioning_hub AS rs_hub, s.region AS rs_region, s.delegated AS rs_yes,
         si.icb AS ri, si.commissioning_hub AS ri_hub, si.region AS ri_region, si.delegated AS ri_yes,
         h.sub_icb AS hs, h.commissioning_hub AS hs_hub, h.region AS hs_region, h.delegated AS hs_yes,
         (c.specialised_flag = '1' AND r.service_code <> '99999999')
         OR (r.commissioned_service_category = '21'
             AND (c.service_code IS NULL OR r.service_code = '99999999')) AS S
  FROM '{activity}' r
  LEFT JOIN codes c ON r.service_code = c.service_code AND r.activity_date BETWEEN c.first_day AND c.last_day
  LEFT JOIN dated g ON r.gp_responsibility = g.sub_icb
       AND r.activity_date BETWEEN g.first_day AND g.last_day
  LEFT JOIN icbs gi ON r.gp_responsibility = gi.icb
       AND r.activity_date BETWEEN gi.first_day AND gi.last_day
  LEFT JOIN dated s ON r.residence_responsibility = s.sub_icb
       AND r.activity_date BETWEEN s.first_day AND s.last_day
  LEFT JOIN icbs si ON r.residence_responsibility = si.icb
       AND r.activity_date BETWEEN si.first_day AND si.last_day
  LEFT JOIN dated h ON r.host_sub_icb = h.sub_icb
       AND r.activity_date BETWEEN h.first_day AND h.last_day
  LEFT JOIN prison p ON r.gp_practice = p.prescribing_code
  LEFT JOIN forces f ON r.gp_responsibility = f.practice_code),
decided AS (
  SELECT record_id, CASE
    WHEN pod IN ('DRUG', 'DEVICE') OR category IN ('31', '32', '41') THEN NULL
    WHEN known IS NOT NULL AND mh = '1' AND code NOT IN ('99999999', 'NCBPSXXX')
      THEN CASE WHEN colour = 'GREEN' THEN 'MH_Delegated' ELSE 'MH_Non_Delegated' END
    WHEN S AND colour = 'AMBER' THEN CASE WHEN gs IS NOT NULL THEN gs_hub || '_C_0b_1'
      WHEN gi IS NOT NULL THEN gi_hub || '_C_0b_2' WHEN rs IS NOT NULL THEN rs_hub || '_C_0b_3'
      WHEN ri IS NOT NULL THEN ri_hub || '_C_0b_4' WHEN hs IS NOT NULL THEN hs_hub || '_C_0b_5'
      ELSE 'C_0b_X' END
    WHEN S AND (colour IN ('RED', 'BLUE', 'NOT APPLICABLE', 'N/a') OR colour IS NULL)
      THEN CASE WHEN hs IS NOT NULL THEN hs_hub || '_C_2_1' ELSE 'C_2_X' END
    WHEN (tfc IN ('140', '141', '142', '143', '144', '145', '217', '450', '451')
          AND (spec = '0' OR code = '99999999' OR known IS NULL))
      OR category IN ('51', '55') OR (dental = '1' AND code <> '99999999')
      THEN CASE WHEN gs IS NOT NULL THEN gs || '_D_1' WHEN gi IS NOT NULL THEN 'D_X' WHEN rs IS NOT NULL
      THEN rs || '_D_2' WHEN ri IS NOT NULL THEN 'D_X' WHEN hs IS NOT NULL THEN hs || '_D_3' ELSE 'D_X' END
    WHEN (pod IS NULL OR pod <> 'AE') AND (prison IS NOT NULL OR category IN ('71', '75'))
      THEN CASE WHEN prison IS NOT NULL THEN prison_hub || '_E_1' ELSE 'E_X' END
    WHEN (ph = '1' AND code <> '99999999') OR category IN ('81', '85')
      THEN CASE WHEN gs IS NOT NULL THEN gs_region || '_F_1' WHEN gi IS NOT NULL THEN gi_region || '_F_2'
      WHEN rs IS NOT NULL THEN rs_region || '_F_3' WHEN ri IS NOT NULL THEN ri_region || '_F_4'
      WHEN hs IS NOT NULL THEN hs_region || '_F_5' ELSE 'F_X' END
    WHEN forces IS NOT NULL OR category = '61' THEN '13Q_J_1'
    WHEN S AND colour = 'GREEN' THEN CASE
      WHEN day >= DATE '2025-04-01' OR coalesce(gs_yes, gi_yes, rs_yes, ri_yes, hs_yes) = 'Yes'
        THEN CASE WHEN gs IS NOT NULL THEN gs || '_C_6_1' WHEN rs IS NOT NULL THEN rs || '_C_6_2'
        WHEN hs IS NOT NULL THEN hs || '_C_6_3' ELSE 'C_5_X' END
      WHEN coalesce(gs_yes, gi_yes, rs_yes, ri_yes, hs_yes) = 'No'
        THEN CASE WHEN gs IS NOT NULL THEN gs_hub || '_C_6_4' WHEN gi IS NOT NULL THEN gi_hub || '_C_6_5'
        WHEN rs IS NOT NULL THEN rs_hub || '_C_6_6' WHEN ri IS NOT NULL THEN ri_hub || '_C_6_7'
        ELSE hs_hub || '_C_6_8' END
      ELSE 'C_5_X' END
    WHEN gs IS NOT NULL THEN gs || '_C_5_1' WHEN rs IS NOT NULL THEN rs || '_C_5_1'
    WHEN hs IS NOT NULL THEN hs || '_C_5_1' ELSE 'X' END AS assignment_code
  FROM joined)
SELECT d.record_id, d.assignment_code, a.commissioner, a.service_category, a.reason
FROM decided d
LEFT JOIN read_csv('{ref}/assignment_reasons.csv', all_varchar = true) a USING (assignment_code)
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""


def measure(kind: str, reference: Path, activity: Path, out: Path) -> None:
    """Do one thing and print what it took."""
    begun = time.perf_counter()
    if kind == "sql":
        connection = duckdb.connect()
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(SQL.format(ref=reference, activity=activity, out=out))
    else:
        from speccom.activity.assign.order import AssignmentOrder
        from speccom.activity.assign.run import assign, folder_beside

        order = AssignmentOrder(
            reference=reference,
            activity=[activity],
            out=out,
            run=folder_beside(out),
            check=kind == "assign-checked",
        )
        assign(order)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - begun,
                "processor": used.ru_utime + used.ru_stime,
                "peak_mb": used.ru_maxrss / 1024,
            }
        )
    )


def different(ours: Path, theirs: Path) -> int:
    """Return how many records have another answer, or none, on the other side."""
    columns = ("assignment_code", "commissioner", "service_category")
    same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in columns)
    text = f"""SELECT count(*) FILTER (WHERE a.record_id IS NULL OR b.record_id IS NULL OR NOT ({same}))
               FROM '{ours}' a FULL JOIN '{theirs}' b USING (record_id)"""
    found = duckdb.execute(text).fetchone()
    assert found is not None
    return int(found[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=KINDS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    activity = given.folder / f"monitoring-{given.records}.parquet"
    outs = {kind: given.folder / f"{kind}.parquet" for kind in KINDS}
    if given.one:
        measure(given.one, given.reference, activity, outs[given.one])
        return
    if not activity.exists():
        make(given.records, given.reference, activity)
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(given.rounds):
        for kind in KINDS:
            command = [sys.executable, __file__, "--reference", str(given.reference)]
            command += ["--folder", str(given.folder), "--records", str(given.records), "--one", kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
            found[kind].append(json.loads(done.stdout.splitlines()[-1]))
    base = statistics.median(each["seconds"] for each in found["sql"])
    print(f"{given.records:,} records, medians of {given.rounds}")
    print("| | seconds | against the SQL | processor seconds | peak MB |\n|---|---|---|---|---|")
    for kind in KINDS:
        seconds, processor, peak = (
            statistics.median(each[name] for each in found[kind])
            for name in ("seconds", "processor", "peak_mb")
        )
        print(f"| {kind} | {seconds:.2f} | {seconds / base:.2f} | {processor:.2f} | {peak:.0f} |")
    print(f"Records that differ: {different(outs['assign'], outs['sql']):,}")


if __name__ == "__main__":
    main()
