"""What holds for every method: it is pure, typed, says what it found, and refuses in words."""

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from speccom import methods
from speccom.commands.calculate import index_page, method_page, with_rules
from speccom.methods.method import Method
from speccom.problem import Problem

ROOT = Path(__file__).resolve().parents[3]
NAMES = methods.names()


def given(method: Method[Any, Any], example: Any) -> Any:
    text = json.dumps(example, default=str)
    return json.loads(with_rules(method, text, "")[0] if method.rules else text)


@pytest.mark.parametrize("name", NAMES)
class TestEveryMethod:
    def test_its_example_is_served_and_its_result_fits_its_schema(self, name: str) -> None:
        method = methods.load(name)
        assert method.name == name
        data = given(method, method.example())
        jsonschema.validate(data, method.takes.model_json_schema())
        result = method.calculate(method.read(data))
        written = json.loads(json.dumps(result.model_dump(mode="json"), allow_nan=False))
        jsonschema.validate(written, method.gives.model_json_schema(mode="serialization"))

    def test_the_same_input_gives_the_same_answer(self, name: str) -> None:
        method = methods.load(name)
        data = given(method, method.example())
        assert method.calculate(method.read(data)) == method.calculate(method.read(data))

    def test_it_says_its_result_in_sentences(self, name: str) -> None:
        method = methods.load(name)
        said = method.explain(method.calculate(method.read(given(method, method.example()))))
        assert said.rstrip().endswith(".")
        assert "!" not in said
        assert "nan" not in said.lower().split()
        assert "None" not in said

    def test_it_refuses_in_words(self, name: str) -> None:
        method = methods.load(name)
        assert method.refusals
        for what, example in method.refusals.items():
            with pytest.raises(Problem) as refusal:
                method.calculate(method.read(given(method, example())))
            said = str(refusal.value)
            assert len(said) > 20, what
            assert said.endswith("."), what

    def test_each_field_says_what_it_means(self, name: str) -> None:
        method = methods.load(name)
        for schema in (method.takes.model_json_schema(), method.gives.model_json_schema()):
            for part in (schema, *schema.get("$defs", {}).values()):
                for field, said in part.get("properties", {}).items():
                    # pydantic drops a field's words where they are those of its type too.
                    without = (
                        f"{part.get('title')}.{field} says nothing, or only what its type says of itself"
                    )
                    assert said.get("description"), without

    def test_its_chart_is_drawn_and_has_its_table(self, name: str) -> None:
        method = methods.load(name)
        if method.picture is None:
            return
        drawn = method.picture(method.calculate(method.read(given(method, method.example()))))
        assert drawn.svg().startswith("<svg")
        assert drawn.table.rows
        assert drawn.title
        assert drawn.alternative

    def test_its_page_in_the_documentation_is_what_it_says_today(self, name: str) -> None:
        made = method_page(name)
        path = ROOT / "docs" / "methods" / f"{name}.md"
        assert path.exists(), "write it with `speccom calculate --pages docs/methods`"
        assert path.read_text(encoding="utf-8") == made.markdown

    def test_it_has_tests_of_its_own(self, name: str) -> None:
        assert (Path(__file__).parent / f"test_{name}.py").exists()

    def test_it_looks_at_no_clock_file_or_network(self, name: str) -> None:
        path = ROOT / "src" / "speccom" / "methods"
        for source in [path / f"{name}.py", *(path / name).glob("*.py")]:
            if source.exists():
                assert not _impure(source), source


def _impure(source: Path) -> list[str]:
    forbidden = {"open", "now", "today", "read_text", "write_text", "read_bytes", "write_bytes", "urlopen"}
    calls = (node.func for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call))
    names = [call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls]
    return [name for name in names if name in forbidden]


def test_the_list_of_all_methods_is_what_there_is_today() -> None:
    assert (ROOT / "docs" / "methods" / "README.md").read_text(encoding="utf-8") == index_page()


def test_an_unknown_method_is_named_with_the_nearest() -> None:
    if not NAMES:
        return
    with pytest.raises(Problem, match="did you mean"):
        methods.load(NAMES[0] + "x")
