"""From the rules that hold to a record's lines: rank order, layers, and one number for each set of lines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.unit.activity.identified import small_rulebook

from speccom.activity.lines import UNRANKED, LineBook
from speccom.criteria.columns import Batch, Dictionary, NumberColumn, TextColumn
from speccom.criteria.kernel import Kernel
from speccom.rulebook.identification import load_identification

HEAD = "service_code,title,programme_of_care,rank,spell_excluded,reach\n"
RULES = "rule_id,service_code,dataset,criterion\n"


def book(folder: Path, services: str, rules: str, local: str = "", routes: str = "") -> LineBook:
    rulebook = small_rulebook(
        folder / "rulebook",
        **{
            "services.csv": HEAD + services,
            "rules.csv": RULES + rules,
            "local_rules.csv": RULES + local,
            "routes.csv": "service_code,route,source\n" + routes,
        },
    )
    return LineBook(load_identification(rulebook))


def lines(book: LineBook, *ages: int, stated: list[str | None] | None = None) -> list[tuple[str, ...]]:
    """The lines of admitted records of these ages, with what their providers stated."""
    labels = label(book, *ages, stated=stated)
    return [book.line_sets()[each].lines for each in labels]


def label(book: LineBook, *ages: int, stated: list[str | None] | None = None) -> list[int]:
    batch = Batch(len(ages), {"age": NumberColumn(np.array(ages, dtype=np.int64))})
    told = Kernel(book.tables["apc"], "numpy").told(batch)
    said = None
    if stated is not None:
        ids = np.array([-1 if each is None else place for place, each in enumerate(stated)], dtype=np.int32)
        said = TextColumn(Dictionary(stated), ids)
    return book.labels("apc", told, said, batch.rows).tolist()


THREE = "B,Second,P,5,false,spell\nA,Third,P,5,false,spell\nC,First,P,1,false,spell\n"


def test_lines_stand_in_rank_order_then_by_code(tmp_path: Path) -> None:
    one = book(tmp_path, THREE, "1,B,apc,age > 1\n2,A,apc,age > 2\n3,C,apc,age > 3\n")
    assert lines(one, 1, 2, 3, 4) == [(), ("B",), ("A", "B"), ("C", "A", "B")]


def test_a_line_with_several_rules_stands_once(tmp_path: Path) -> None:
    one = book(tmp_path, THREE, "1,A,apc,age > 1\n2,A,apc,age < 9\n3,A,op,age = 5\n")
    assert lines(one, 5, 0, 10) == [("A",), ("A",), ("A",)]


def test_local_rules_count_only_where_no_other_holds(tmp_path: Path) -> None:
    one = book(tmp_path, THREE, "1,B,apc,age > 5\n", "l,C,apc,age > 3\nm,A,apc,age = 4\n")
    assert lines(one, 3, 4, 5, 6) == [(), ("C", "A"), ("C",), ("B",)]
    layers = [one.line_sets()[each].layer for each in label(one, 3, 4, 5, 6)]
    assert layers == [None, "local", "local", "rules"]


def test_a_statement_counts_only_where_no_rule_holds_and_its_route_lets_it(tmp_path: Path) -> None:
    routes = "A,provider_statement,t\nB,registry,t\n"
    one = book(tmp_path, THREE, "1,C,apc,age > 5\n", "l,B,apc,age = 5\n", routes)
    stated: list[str | None] = ["A", "B", None, "A", "A", "a"]
    assert lines(one, 1, 1, 1, 5, 6, 1, stated=stated) == [("A",), (), (), ("B",), ("C",), ()]


def test_records_with_the_same_lines_share_a_label(tmp_path: Path) -> None:
    one = book(tmp_path, THREE, "1,B,apc,age > 1\n2,B,apc,age > 2\n3,A,apc,age > 8\n")
    found = label(one, 2, 3, 9, 1)
    assert found[0] == found[1] != found[2]
    assert found[3] == 0


@pytest.mark.parametrize(
    ("services", "spell_line", "spell_any", "makes"),
    [
        ("A,A,P,1,false,spell\n", 0, 0, True),
        ("A,A,P,1,true,spell\n", UNRANKED, 0, True),
        ("A,A,P,1,false,episode\n", UNRANKED, UNRANKED, False),
        ("A,A,P,1,false,if_spell_specialised\n", UNRANKED, UNRANKED, False),
        ("A,A,P,1,true,spell\nB,B,P,2,false,spell\n", 1, 0, True),
        ("A,A,P,1,false,episode\nB,B,P,2,true,spell\n", UNRANKED, 1, True),
    ],
)
def test_what_a_set_of_lines_does_to_its_spell(
    services: str, spell_line: int, spell_any: int, makes: bool, tmp_path: Path
) -> None:
    rules = "".join(f"{line[0]},{line[0]},apc,age > 1\n" for line in services.splitlines())
    one = book(tmp_path, services, rules)
    (found,) = label(one, 2)
    line_set = one.line_sets()[found]
    assert (line_set.spell_line, line_set.spell_any) == (spell_line, spell_any)
    assert line_set.makes_spell_specialised == makes


def test_one_book_serves_several_threads(tmp_path: Path) -> None:
    rules = "".join(f"{age},{'ABC'[age % 3]},apc,age > {age}\n" for age in range(60))
    one = book(tmp_path, THREE, rules)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: label(one, *range(70)), range(8)))
    assert all(each == found[0] for each in found)
    assert len(set(found[0])) == len(one.line_sets())
