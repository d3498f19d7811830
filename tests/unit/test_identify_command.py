"""`speccom identify` from the command line: what it leaves, what it says, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom import commands
from speccom.activity.memory import read_size, stretches_at_once
from speccom.problem import Problem

RULEBOOK = {
    "rulebook.toml": 'id = "small"\nversion = "1"\ntitle = "A small one"\nvalid_from = "2025-04-01"\n'
    'valid_to = "2026-03-31"\nsource = "a test"\nstatus = "illustrative"\nscope = ""\n',
    "services.csv": "service_code,title,programme_of_care,rank,reach\n"
    "L1,Lungs,A,1,spell\nL2,Brain,D,2,spell\n",
    "codesets.csv": "codeset,classification,code,match\nlung,icd10,C34,prefix\n",
    "rules.csv": "rule_id,service_code,dataset,criterion\nr1,L1,apc,any_diagnosis('lung')\n",
    "routes.csv": "service_code,route,source\nL2,provider_statement,a test\n",
}
CSV = "record_id,dataset,spell_id,activity_date,diagnoses,total_cost\n"

Identify = Callable[..., int]


@pytest.fixture
def rulebook(tmp_path: Path) -> Path:
    return write_rulebook(tmp_path / "rulebook")


def write_rulebook(folder: Path, **changed: str) -> Path:
    folder.mkdir()
    for name, text in (RULEBOOK | changed).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def identify(rulebook: Path, work: Path) -> Identify:
    """Run `speccom identify` on some files, with its output in the folder `work`; return the exit code."""

    def run(
        *activity: Path, out: Path | None = None, rulebook: Path = rulebook, more: Sequence[str] = ()
    ) -> int:
        words = ["identify", "--rulebook", str(rulebook), "--activity", *map(str, activity)]
        return commands.main([*words, "--out", str(out or work / "labels.parquet"), *more])

    return run


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(rows: int = 3, **columns: pa.Array) -> pa.Table:
    given = {
        "record_id": pa.array([f"r{number}" for number in range(rows)]),
        "dataset": pa.array(["apc"] * rows),
        "diagnoses": pa.array([["C349"]] * rows, pa.list_(pa.string())),
        **columns,
    }
    return pa.table({name: values for name, values in given.items() if values is not None})


def parquet(path: Path, rows: pa.Table) -> Path:
    pq.write_table(rows, path)
    return path


def refusal(capsys: pytest.CaptureFixture[str], code: int) -> str:
    """What was said on standard error by a command that ended with 2, as one message."""
    assert code == 2
    said = capsys.readouterr()
    assert not said.out
    assert "Traceback" not in said.err
    assert "failed in a way it should not" not in said.err
    assert len(said.err.strip().splitlines()) == 1
    return said.err.strip()


def left_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# --- what it leaves ---


def test_no_price_is_not_a_price_of_nothing(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert identify(written(tmp_path / "year.csv", CSV + "a,apc,S,2025-05-01,C34.9,\n")) == 0
    said = capsys.readouterr().out
    assert "Cost: none is given in this activity" in said
    assert "1 row read" in said


def test_labels_a_file_and_says_what_came_of_it(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "a,apc,S,2025-05-01,C34.9,10.10\nb,apc,S,2025-05-02,R54X,0.90\n"
    rows += "c,apc,,2027-01-01,banana,5\na,apc,,,,1\n"
    assert identify(written(tmp_path / "year.csv", CSV + rows)) == 0
    said = capsys.readouterr()
    assert not said.err
    assert "4 rows read" in said.out
    assert "2 labelled as specialised" in said.out
    assert "1 rejected" in said.out
    assert "Cost £16.00, of which specialised £11.00" in said.out
    assert "1 record is dated outside" in said.out
    found = pq.read_table(work / "labels.parquet")
    assert found.column_names == [
        "record_id",
        "spell_id",
        "service_lines",
        "service_line",
        "programme_of_care",
        "spell_service_line",
        "specialised",
        "layer",
        "rulebook",
        "fate",
    ]
    assert found.column("spell_service_line").to_pylist() == ["L1", "L1", None]
    assert found.column("service_line").to_pylist() == ["L1", None, None]
    assert found.column("layer").to_pylist() == ["rules", None, None]
    manifest = json.loads((work / "labels.run" / "manifest.json").read_text())
    assert manifest["unseen_lines"] == ["L2"]
    assert set(found.column("rulebook").to_pylist()) == {manifest["rulebook"]["identity"]}
    assert not [name for name in left_in(work) if name.endswith((".partial", ".scratch", "progress.json"))]


def test_a_spell_over_two_files_is_one_spell(identify: Identify, tmp_path: Path, work: Path) -> None:
    first = written(tmp_path / "april.csv", CSV + "a,apc,S1,2025-04-30,R54,1\n")
    second = written(tmp_path / "may.csv", CSV + "b,apc,S1,2025-05-01,C340,1\n")
    assert identify(first, second) == 0
    assert pq.read_table(work / "labels.parquet").column("spell_service_line").to_pylist() == ["L1", "L1"]
    cube = pq.read_table(work / "labels.run" / "summary.parquet").to_pylist()
    assert sum(row["spells"] for row in cube) == 1


def test_repeated_ids_are_listed_and_the_first_is_kept(
    identify: Identify, tmp_path: Path, work: Path
) -> None:
    first = written(tmp_path / "one.csv", CSV + "a,apc,,,C34,1\n a ,apc,,,R54,1\n")
    second = written(tmp_path / "two.csv", CSV + "b,apc,,,,1\na,apc,,,,1\n")
    assert identify(first, second) == 0
    assert pq.read_table(work / "labels.parquet").column("record_id").to_pylist() == ["a", "b"]
    rejected = pq.read_table(work / "labels.run" / "rejected.parquet").to_pylist()
    assert [(row["file"], row["row"], row["record_id"]) for row in rejected] == [
        ("one.csv", 1, "a"),
        ("two.csv", 1, "a"),
    ]


def test_latin_1_with_a_byte_order_mark_is_read_and_noted(
    identify: Identify, tmp_path: Path, work: Path
) -> None:
    text = (CSV.replace("total_cost", "provider") + "ä,apc,,2025-05-01,C34,RJ1\n").encode("latin-1")
    assert identify(written(tmp_path / "latin.csv", b"\xef\xbb\xbf" + text)) == 0
    assert pq.read_table(work / "labels.parquet").column("record_id").to_pylist() == ["ä"]
    faults = pq.read_table(work / "labels.run" / "faults.parquet").to_pylist()
    assert "not_utf8" in {each["kind"] for each in faults}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_header_alone_gives_no_rows(identify: Identify, kind: str, tmp_path: Path, work: Path) -> None:
    path = tmp_path / f"none.{kind}"
    assert identify(written(path, CSV) if kind == "csv" else parquet(path, table(0))) == 0
    assert pq.read_table(work / "labels.parquet").num_rows == 0
    faults = pq.read_table(work / "labels.run" / "faults.parquet").to_pylist()
    assert [each["kind"] for each in faults] == ["no_rows"]


def test_money_is_exact_at_any_size(identify: Identify, tmp_path: Path, work: Path) -> None:
    pennies = ["9007199254740992.01", "9007199254740993.02", "-0.01", None]
    costs = pa.array([None if each is None else Decimal(each) for each in pennies], pa.decimal128(18, 2))
    assert identify(parquet(tmp_path / "rich.parquet", table(4, total_cost=costs))) == 0
    manifest = json.loads((work / "labels.run" / "manifest.json").read_text())
    assert manifest["cost"]["total"] == "18014398509481985.02"


def test_a_stated_line_counts_only_where_its_route_lets_it(
    identify: Identify, tmp_path: Path, work: Path
) -> None:
    text = "record_id,dataset,diagnoses,submitted_service_line\n"
    text += "a,apc,,L2\nb,apc,,L1\nc,apc,C34,L2\nd,apc,,NIC\ne,apc,C34,NIC\nf,apc,C34,L1\n"
    assert identify(written(tmp_path / "stated.csv", text)) == 0
    found = pq.read_table(work / "labels.parquet")
    assert found.column("layer").to_pylist() == ["provider", None, "rules", None, "rules", "rules"]
    faults = pq.read_table(work / "labels.run" / "faults.parquet").to_pylist()
    stated = [each for each in faults if each["kind"].startswith("stated_line")]
    assert [(each["kind"], each["value"], each["count"], each["example_row"]) for each in stated] == [
        ("stated_line_not_used", "L1", 1, 1),
        ("stated_line_unknown", "NIC", 2, 3),
    ]
    assert [each["example_record_id"] for each in stated] == ["b", "d"]


def test_official_lines_are_compared_pair_by_pair(identify: Identify, tmp_path: Path, work: Path) -> None:
    text = "record_id,dataset,diagnoses,official_service_line,total_cost\n"
    text += "a,apc,C34,L1,1.10\nb,apc,,L1,2\nc,apc,C34,,3\nd,apc,C34,L9,4\ne,apc,C34,L1,5\n"
    assert identify(written(tmp_path / "official.csv", text)) == 0
    pairs = pq.read_table(work / "labels.run" / "agreement.parquet").to_pylist()
    assert sorted(map(tuple, (row.values() for row in pairs)), key=str) == [
        ("L1", "L1", 2, Decimal("6.10"), 0),
        ("L1", None, 1, Decimal("2.00"), 1),
        ("L9", "L1", 1, Decimal("4.00"), 3),
        (None, "L1", 1, Decimal("3.00"), 2),
    ]


def test_no_agreement_where_nothing_official_is_given(identify: Identify, tmp_path: Path, work: Path) -> None:
    assert identify(written(tmp_path / "plain.csv", CSV + "a,apc,,,C34,1\n")) == 0
    assert not (work / "labels.run" / "agreement.parquet").exists()


@pytest.mark.parametrize("engine", ["kernel", "duckdb", "numpy"])
def test_memory_may_be_bounded(identify: Identify, engine: str, tmp_path: Path, work: Path) -> None:
    path = tmp_path / "many.parquet"
    pq.write_table(table(1000), path, row_group_size=100)
    assert identify(path, more=["--memory", "300MB", "--engine", engine, "--threads", "1"]) == 0
    assert pq.read_table(work / "labels.parquet").num_rows == 1000


def test_fewer_stretches_are_held_where_memory_is_short(tmp_path: Path) -> None:
    names = pa.array([f"{number:064d}" for number in range(200_000)])
    path = parquet(tmp_path / "long.parquet", table(200_000, provider=names))
    assert stretches_at_once(None, [path], ["provider"], most=6) == 6
    assert stretches_at_once(read_size("4GB"), [path], ["provider"], most=6) == 6
    assert stretches_at_once(read_size("360MB"), [path], ["provider"], most=6) == 2
    assert stretches_at_once(read_size("360MB"), [path], ["dataset"], most=6) == 6
    assert stretches_at_once(read_size("256MB"), [path], ["provider"], most=6) == 1


def test_a_giant_row_group_is_cut_up_first(
    identify: Identify, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("speccom.activity.read_parquet.MOST_ROWS_IN_A_GROUP", 400)
    monkeypatch.setattr("speccom.activity.read_parquet.ROWS_IN_A_STRETCH", 100)
    assert identify(parquet(tmp_path / "giant.parquet", table(500))) == 0
    kept = pq.ParquetFile(work / "labels.run" / "activity" / "part-000.parquet").metadata
    assert [kept.row_group(number).num_rows for number in range(kept.num_row_groups)] == [100] * 5
    labels = pq.read_table(work / "labels.parquet")
    assert labels.column("record_id").to_pylist() == [f"r{number}" for number in range(500)]
    assert set(labels.column("service_line").to_pylist()) == {"L1"}


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4 * 1024**3), ("500MB", 500 * 1024**2), ("1.5g", 3 * 1024**3 // 2), ("2 GiB", 2 * 1024**3)],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "4 apples", "0", "0GB", "4GB4"])
def test_nonsense_is_no_size(text: str) -> None:
    with pytest.raises(Problem, match="is no amount of memory"):
        read_size(text)


# --- what it refuses ---


@pytest.mark.parametrize("name", ["labels.csv", "labels.XLSX"])
def test_refuses_a_name_that_says_another_kind_of_file(
    name: str, identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    assert "Name it labels.parquet" in refusal(capsys, identify(path, out=work / name))
    assert not left_in(work)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path, "there is no such file"),
        (lambda path: written(path, b""), "empty"),
        (lambda path: path.mkdir() or path, "this is a folder"),
        (lambda path: written(path, b"PAR1 this was cut"), "the end of the Parquet file is missing"),
        (lambda path: written(path, b"PAR1" + bytes(200) + b"PAR1"), "damaged"),
        (lambda path: parquet(path, table(record_id=None)), "record_id"),
        (lambda path: parquet(path, table(dataset=None)), "--dataset apc or op"),
        (lambda path: parquet(path, table(age=pa.array([[1], [2], [3]]))), "the column age should hold"),
        (
            lambda path: parquet(path, table(diagnoses=pa.array([1, 2, 3]))),
            "the column diagnoses should hold",
        ),
        (lambda path: parquet(path, table(provider=_broken_text())), "UTF-8"),
        (lambda path: parquet(path, table(record_id=_broken_text())), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used(
    make: Callable[[Path], Path],
    says: str,
    identify: Identify,
    tmp_path: Path,
    work: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "activity.parquet"
    make(path)
    said = refusal(capsys, identify(path))
    assert says.lower() in said.lower()
    assert not left_in(work)


def _broken_text() -> pa.Array:
    ends = b"".join(end.to_bytes(4, "little") for end in (0, 2, 3, 4))
    return pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(ends), pa.py_buffer(b"\xff\xfeab")])


def test_a_parquet_file_with_damaged_pages(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = parquet(tmp_path / "whole.parquet", table(3000)).read_bytes()
    damaged = bytearray(whole)
    for place in range(8, len(whole) // 2, 5):
        damaged[place] ^= 0x5A
    said = refusal(capsys, identify(written(tmp_path / "damaged.parquet", bytes(damaged))))
    assert "damaged.parquet" in said
    assert "damaged" in said
    assert not left_in(work)


def test_the_second_of_two_files_fails_the_run(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(tmp_path / "good.csv", CSV + "a,apc,,,C34,1\n")
    assert "missing.csv" in refusal(capsys, identify(good, tmp_path / "missing.csv"))
    assert not left_in(work)


def test_labels_never_overwrite_the_activity(
    identify: Identify, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(work / "year.parquet", table())
    before = path.read_bytes()
    beside = work / "elsewhere" / ".." / "year.parquet"
    (work / "elsewhere").mkdir()
    assert "written over the activity" in refusal(capsys, identify(path, out=beside))
    assert path.read_bytes() == before
    assert left_in(work) == {"year.parquet"}


def test_a_link_to_the_activity_is_the_activity(
    identify: Identify, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(work / "year.parquet", table())
    (work / "link.parquet").symlink_to(path)
    assert "written over the activity" in refusal(capsys, identify(path, out=work / "link.parquet"))


def test_activity_is_safe_from_the_run_folder(
    identify: Identify, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "run").mkdir()
    path = parquet(work / "run" / "year.parquet", table())
    assert "lies in the folder" in refusal(capsys, identify(path, more=["--run", str(work / "run")]))
    assert path.exists()


def test_the_rulebook_is_safe_from_the_run(
    identify: Identify, rulebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    for out, more in ((rulebook / "labels.parquet", []), (None, ["--run", str(rulebook)])):
        assert "into the rulebook" in refusal(capsys, identify(path, out=out, more=more))
    assert left_in(rulebook) == set(RULEBOOK)


@pytest.mark.parametrize("place", ["a file/labels.parquet", "a file"])
def test_a_place_that_cannot_be_written(
    place: str, identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(work / "a file", "mine")
    path = parquet(tmp_path / "year.parquet", table())
    more = ["--run", str(work / place)] if place == "a file" else []
    out = None if place == "a file" else work / place
    assert "a file" in refusal(capsys, identify(path, out=out, more=more))
    assert left_in(work) == {"a file"}
    assert (work / "a file").read_text() == "mine"


def test_a_folder_that_may_not_be_written(
    identify: Identify,
    tmp_path: Path,
    work: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    monkeypatch.setattr("os.access", lambda place, mode: False)
    assert "Choose a folder that you may write to" in refusal(capsys, identify(path))
    assert not left_in(work)


def test_a_full_disk(
    identify: Identify,
    tmp_path: Path,
    work: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(self: object, start: int, values: object) -> None:
        raise OSError(28, "No space left on device", "labels.scratch")

    path = parquet(tmp_path / "year.parquet", table())
    with monkeypatch.context() as patched:
        patched.setattr("speccom.activity.scratch.ScratchColumn.write", full)
        said = refusal(capsys, identify(path))
    assert f"the disk is full. Make room, then go on with `speccom resume {work / 'labels.run'}`" in said
    assert not [name for name in left_in(work) if name.endswith((".partial", "labels.parquet"))]
    assert commands.main(["resume", str(work / "labels.run")]) == 0
    assert pq.read_table(work / "labels.parquet").num_rows == 3


def test_what_a_stopped_run_left_is_never_taken_for_whole(
    identify: Identify, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "year.parquet", table())

    def stop(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("speccom.activity.answering.Answering.add", stop)
        assert identify(path) == 130
    assert not (work / "labels.parquet").exists()
    assert not (work / "labels.run" / "manifest.json").exists()
    assert identify(path) == 0
    assert pq.read_table(work / "labels.parquet").num_rows == 3
    assert not [name for name in left_in(work) if name.endswith(".partial")]


def test_a_finished_run_is_never_changed(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    run = ["--run", str(work / "mine")]
    assert identify(path, more=run) == 0
    capsys.readouterr()
    before = {name: (work / name).read_bytes() for name in left_in(work)}
    assert "a finished run is never changed" in refusal(capsys, identify(path, more=run))
    assert {name: (work / name).read_bytes() for name in left_in(work)} == before


def test_the_same_command_again_leaves_the_finished_run_and_takes_the_next_name(
    identify: Identify, tmp_path: Path, work: Path
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    assert identify(path) == 0
    before = {name: (work / name).read_bytes() for name in left_in(work)}
    assert identify(path) == 0
    after = {name: (work / name).read_bytes() for name in left_in(work)}
    assert {name: after[name] for name in before} == before
    assert "labels-2.run/manifest.json" in after


def test_a_folder_that_is_no_run_is_left_alone(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "letters").mkdir()
    written(work / "letters" / "mine.txt", "mine")
    path = parquet(tmp_path / "year.parquet", table())
    said = refusal(capsys, identify(path, more=["--run", str(work / "letters")]))
    assert "something that is no run" in said
    assert left_in(work) == {"letters/mine.txt"}


def test_every_error_of_a_rulebook_is_shown(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = "".join(f"r{number},L1,apc,agge{number} > 3\n" for number in range(40))
    wrong = write_rulebook(
        tmp_path / "wrong", **{"rules.csv": "rule_id,service_code,dataset,criterion\n" + rules}
    )
    path = parquet(tmp_path / "year.parquet", table())
    assert identify(path, rulebook=wrong) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    for number in range(40):
        assert f"agge{number}" in said
    assert not left_in(work)


def test_a_rulebook_that_is_not_there(
    identify: Identify, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    assert "there is no such folder" in refusal(capsys, identify(path, rulebook=tmp_path / "nowhere"))
    assert not left_in(work)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--memory", "much"], "is no amount of memory"),
        (["--memory", "1MB"], "too little memory"),
        (["--threads", "0"], "at least one thread"),
        (["--layout", "nonsense"], "nonsense"),
    ],
)
def test_an_order_that_cannot_be_carried_out(
    more: list[str],
    says: str,
    identify: Identify,
    tmp_path: Path,
    work: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = parquet(tmp_path / "year.parquet", table())
    assert says in refusal(capsys, identify(path, more=more))
    assert not left_in(work)


# --- the shared artificial hospital activity ---


def test_both_artificial_hes_files_reconcile(
    tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str], artificial_hes: list[Path]
) -> None:
    shipped = repository / "rulebooks" / "identification" / "illustrative" / "2025-26"
    words = [
        "identify",
        "--rulebook",
        str(shipped),
        "--layout",
        "auto",
        "--activity",
        *map(str, artificial_hes),
    ]
    out = tmp_path / "labels.parquet"
    assert commands.main([*words, "--out", str(out)]) == 0
    manifest = json.loads((tmp_path / "labels.run" / "manifest.json").read_text())
    assert [each["layout"] for each in manifest["inputs"]] == ["hes-apc", "hes-op"]
    lines = [path.read_bytes().count(b"\n") for path in artificial_hes]
    assert [each["rows"] for each in manifest["inputs"]] == pytest.approx(lines, abs=1)
    counts = manifest["counts"]
    assert counts["rows"] == sum(each["rows"] for each in manifest["inputs"])
    fates = ("labelled", "not_specialised", "not_attended", "rejected")
    assert counts["rows"] == sum(counts[fate] for fate in fates)
    assert counts["not_attended"] > 0
    assert counts["labelled"] > 0
    labels = pq.read_table(out)
    assert labels.num_rows == counts["rows"] - counts["rejected"]
    cube = pq.read_table(tmp_path / "labels.run" / "summary.parquet").to_pylist()
    assert sum(row["records"] for row in cube) == labels.num_rows
    assert sum(row["records"] for row in cube if row["service_line"]) == counts["labelled"]
    assert f"{sum(row['cost'] or 0 for row in cube):.2f}" == manifest["cost"]["total"]
    faults = pq.read_table(tmp_path / "labels.run" / "faults.parquet").to_pylist()
    assert not [each for each in faults if each["kind"] == "explanation_disagrees"]
    assert {row["rulebook"] for row in labels.select(["rulebook"]).to_pylist()} == {
        manifest["rulebook"]["identity"]
    }


@pytest.fixture
def artificial_hes() -> list[Path]:
    from tests.unit.activity.conftest import artificial_hes as find

    return [find("artificial_hes_apc_0102_truncated.csv"), find("artificial_hes_op_0304_truncated.csv")]
