"""The small faults that `mutation.py` plants in a method's source, one at a time.

A change replaces one node of the syntax tree. What is never changed: strings (beyond the text of a
`Decimal`), messages in `raise`, annotations (beyond the bounds in a `Field`), decorators, drawing (functions
that import altair or return a Picture), examples (functions that return an Example, data named `_EXAMPLE...`)
and the declaration of `METHOD`.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
NEGATION: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OPPOSITE_NAMES = {"min": "max", "any": "all", "floor": "ceil", "minimum": "maximum", "argmin": "argmax"}
OPPOSITE_NAMES |= {other: name for name, other in OPPOSITE_NAMES.items()}
OPPOSITE_BOUNDS = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}
# Functions that take their arguments in any order.
SYMMETRIC = {"min", "max", "minimum", "maximum", "isclose", "allclose", "gcd"}
# Arguments that check the program and decide nothing of its answer.
GUARDS = {"strict", "dtype"}
SHOWN = 96


@dataclass(frozen=True)
class Change:
    """One fault: the node at `parent.field[index]` becomes `new`.

    `where` is the function or class it lies in, `owner` the source of that whole definition, and `identity`
    tells it from every other change of its file without a line number.
    """

    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    line: int
    where: str
    owner: str
    identity: str

    def swap(self) -> ast.AST:
        """Put the new node in its place; return the one that was there."""
        return put(self.parent, self.field, self.index, self.new)

    def undo(self, old: ast.AST) -> None:
        """Put the old node back."""
        put(self.parent, self.field, self.index, old)


def put(parent: ast.AST, field: str, index: int | None, new: ast.AST) -> ast.AST:
    """Set one child of a node; return the child that was there."""
    held = getattr(parent, field)
    if index is None:
        setattr(parent, field, new)
        return held  # type: ignore[no-any-return]
    old: ast.AST = held[index]
    held[index] = new
    return old


def changes(tree: ast.Module, source: str) -> list[Change]:
    """Return every change of a module, in the order of its lines."""
    found = []
    said: Counter[str] = Counter()
    for place in _places(tree, (), ""):
        for new in _replacements(place.node, place.parent):
            ast.copy_location(new, place.node)
            ast.fix_missing_locations(new)
            before, after = _shown(place, new)
            text = f"{place.where}: `{before}` → `{after}`"
            said[text] += 1
            identity = text if said[text] == 1 else f"{text} ({said[text]})"
            line = getattr(place.node, "lineno", 0) or getattr(place.parent, "lineno", 0)
            owner = ast.get_source_segment(source, place.owner) or ""
            change = Change(place.parent, place.field, place.index, new, line, place.where, owner, identity)
            found.append(change)
    return found


@dataclass(frozen=True)
class _Place:
    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    line: tuple[ast.AST, ...]
    where: str

    @property
    def owner(self) -> ast.AST:
        """The definition at the top of the module that holds the place."""
        return next((each for each in self.line if not isinstance(each, ast.Module)), self.node)


def _places(node: ast.AST, line: tuple[ast.AST, ...], where: str) -> Iterator[_Place]:
    if _is_left_out(node):
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}" if where else node.name
    for field, held in ast.iter_fields(node):
        if field in {"decorator_list", "type_params"}:
            continue
        for index, child in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if not isinstance(child, ast.AST):
                continue
            if field in {"annotation", "returns"}:
                yield from _bounds(child, (*line, node), where or "module")
                continue
            yield _Place(child, node, field, index, (*line, node), where or "module")
            yield from _places(child, (*line, node), where)


def _bounds(annotation: ast.AST, line: tuple[ast.AST, ...], where: str) -> Iterator[_Place]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Field":
            for index, keyword in enumerate(node.keywords):
                yield _Place(keyword, node, "keywords", index, (*line, node), where)
                yield from _places(keyword, (*line, node), where)


def _is_left_out(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return _draws(node) or _is_an_example(node)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        return any(name in {"METHOD", "__all__"} or name.startswith("_EXAMPLE") for name in names)
    if isinstance(node, ast.keyword):
        return node.arg in GUARDS
    return isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom)


def _draws(function: ast.FunctionDef) -> bool:
    imported = [
        name.name for node in ast.walk(function) if isinstance(node, ast.Import) for name in node.names
    ]
    signature = [function.returns, *(argument.annotation for argument in function.args.args)]
    written = " ".join(ast.unparse(each) for each in signature if each)
    return "altair" in imported or bool(re.search(r"\bPicture\b|\balt\.", written))


def _is_an_example(function: ast.FunctionDef) -> bool:
    return function.returns is not None and bool(re.search(r"\bExample\b", ast.unparse(function.returns)))


def _replacements(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _joins_text(node):
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield copy.deepcopy(node.operand)
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.Constant):
        yield from _constants(node, parent)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.keyword) and node.arg in OPPOSITE_BOUNDS:
        yield _with(node, arg=OPPOSITE_BOUNDS[node.arg])
    if isinstance(node, ast.expr) and _is_bare_condition(node, parent):
        yield ast.UnaryOp(ast.Not(), copy.deepcopy(node))


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    is_placed = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    if is_call or is_placed or isinstance(node, ast.Raise | ast.AugAssign):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    if isinstance(node, ast.Return) and node.value and not _is_nothing(node.value):
        yield ast.Return(ast.Constant(None))
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, ast.Continue):
        yield ast.Break()


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for table in (BOUNDARY, NEGATION):
            if type(operator) in table:
                operators = list(node.ops)
                operators[index] = table[type(operator)]()
                yield _with(node, ops=operators)


def _constants(node: ast.Constant, parent: ast.AST) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(2 * value if value else 1.0)
    elif isinstance(value, str) and isinstance(parent, ast.Call) and _called(parent) == "Decimal":
        yield ast.Constant(f"{value}1" if "." in value else f"{value}.1")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if _called(node) in {"isinstance", "getattr", "TypeVar", "cast"}:
        return
    for index, (one, other) in enumerate(zip(node.args, node.args[1:], strict=False)):
        if _called(node) in SYMMETRIC or isinstance(one, ast.Starred):
            break
        if ast.dump(one) != ast.dump(other):
            swapped = [*node.args[:index], other, one, *node.args[index + 2 :]]
            yield _with(node, args=swapped)
    if isinstance(node.func, ast.Name) and node.func.id in OPPOSITE_NAMES:
        yield _with(node, func=ast.Name(OPPOSITE_NAMES[node.func.id], ast.Load()))
    if isinstance(node.func, ast.Attribute) and node.func.attr in OPPOSITE_NAMES:
        opposite = ast.Attribute(node.func.value, OPPOSITE_NAMES[node.func.attr], ast.Load())
        yield _with(node, func=opposite)


def _is_bare_condition(node: ast.expr, parent: ast.AST) -> bool:
    """Whether a condition has no comparison of its own to change: `if found`, `if is_met(x)`."""
    if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
        return False
    if isinstance(parent, ast.If | ast.IfExp | ast.While):
        return node is parent.test
    if isinstance(parent, ast.comprehension):
        return any(node is condition for condition in parent.ifs)
    return isinstance(parent, ast.BoolOp)


def _joins_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    )


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of a node with some of its fields changed."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _shown(place: _Place, new: ast.AST) -> tuple[str, str]:
    """Return the code before and after, as wide a piece of it as fits on a line."""
    around: ast.AST = place.node
    if not isinstance(place.node, ast.stmt):
        for each in reversed(place.line):
            if not _fits(each):
                break
            around = each
    if around is place.node:
        return _code(place.node), _code(new)
    before = _code(around)
    old = put(place.parent, place.field, place.index, new)
    after = _code(around)
    put(place.parent, place.field, place.index, old)
    return before, after


def _fits(node: ast.AST) -> bool:
    if isinstance(
        node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.For | ast.If | ast.While | ast.With
    ):
        return False
    return len(ast.unparse(node)) <= SHOWN


def _code(node: ast.AST) -> str:
    code = " ".join(ast.unparse(node).split())
    return code if len(code) <= SHOWN else f"{code[: SHOWN - 1]}…"
