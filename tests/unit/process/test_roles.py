import ast
from pathlib import Path

import pytest

from speccom.process.roles import load_roles, shelved_roles
from speccom.rulebook.errors import RulebookErrors

ROLES = """[reader]
title = "reader"
does = "Reads."
functions = ["see_people"]
"""


def test_each_role_has_a_title_a_sentence_and_functions() -> None:
    roles = load_roles()
    assert len(roles) >= 25
    for each in roles.values():
        assert each.does.endswith(".")
        assert each.title == each.title.strip()
    assert "administer_people" in roles["administrator"].functions
    assert all(each.startswith("see_") for each in roles["auditor"].functions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROLES.replace('title = "reader"\n', ""), "has no title"),
        (ROLES.replace('"Reads."', '""'), "has no does"),
        (ROLES.replace('["see_people"]', '"see_people"'), "functions is a list of names"),
        (ROLES.replace("see_people", "see people"), "functions is a list of names"),
        (ROLES + 'sees = "all"\n', "has no 'sees'"),
        ("[reader", "not valid TOML"),
    ],
)
def test_a_wrong_list_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "roles.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookErrors, match=said):
        load_roles(tmp_path)


def test_a_changed_list_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path))
    path = tmp_path / "roles.toml"
    path.write_text(ROLES, encoding="utf-8")
    assert list(shelved_roles()) == ["reader"]
    path.write_text(ROLES.replace("[reader]", "[writer]") + "\n", encoding="utf-8")
    assert list(shelved_roles()) == ["writer"]


def test_no_role_is_named_in_code(repository: Path) -> None:
    names = set(load_roles())
    found = [
        f"{path.relative_to(repository)}, line {node.lineno}: {node.value}"
        for path in (repository / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert found == [], "name a function, and give it to the role in rulebooks/roles.toml"
