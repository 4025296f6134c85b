"""Small changes to a module's source, one at a time: each is a mistake somebody could have made.

Works on the syntax tree, tables and default values of module and class bodies included.
"""

from __future__ import annotations

import ast
import copy
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models import terms

Path = tuple[tuple[str, int | None], ...]
"""From the module down to a node: fields, and places in them where they are lists."""

GONE = object()
"""In place of a node that is left out."""

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mod,
    ast.Mod: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
INSTEAD = {"any": "all", "all": "any", "min": "max", "max": "min", "continue": "break"}
ENUMS = {
    name: list(found.__members__)
    for name, found in vars(terms).items()
    if isinstance(found, enum.EnumType) and name != "StrEnum"
} | {"_R": list(terms.RequestState.__members__)}
SHAPES = {"bool", "frozenset", "set", "tuple", "list", "dict", "len", "reduce", "field"}
"""Calls that cannot be left away without saying the same, or nothing."""
AGES = (
    "guardian_consent_until_age", "youth_co_consent_from_age", "youth_sole_consent_age",
    "youth_heard_from_age", "youth_always_heard_from_age",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    module: str
    where: str  # the function or class around it, or ""
    line: int
    was: str
    now: str
    source: str  # of the whole module, changed

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when lines move."""
        return self.module, self.where, self.was, self.now

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.where}: {self.was!r} -> {self.now!r}"


def mutants(module: str, source: str) -> list[Mutant]:
    """Each different from the others and from the source."""
    tree = ast.parse(source)
    found, seen = [], {ast.unparse(tree)}
    for path, node, where in _walk(tree, (), ""):
        for other in _others(node):
            changed = _with(tree, path, other)
            if changed is None or (text := ast.unparse(changed)) in seen:
                continue
            seen.add(text)
            now = "" if other is GONE else ast.unparse(other)
            found.append(Mutant(module, where, node.lineno, ast.unparse(node), now, text))
    return found


def _walk(node: ast.AST, path: Path, where: str) -> Iterator[tuple[Path, Any, str]]:
    """Every node with a line of its own, but for annotations and docstrings."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}".lstrip(".")
    if hasattr(node, "lineno"):
        yield path, node, where
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "bases") or isinstance(node, ast.Assert):
            continue
        if isinstance(node, ast.Assign) and isinstance(value, ast.Subscript) and not where:
            continue  # another name for a type
        if isinstance(value, ast.AST):
            yield from _walk(value, (*path, (field, None)), where)
        for place, each in enumerate(value if isinstance(value, list) else ()):
            if isinstance(each, ast.AST) and not _is_words(each):
                yield from _walk(each, (*path, (field, place)), where)


def _is_words(node: ast.AST) -> bool:
    words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return words or isinstance(node, ast.Import | ast.ImportFrom)


def _with(tree: ast.Module, path: Path, other: Any) -> ast.Module | None:
    """The tree with another node at a place; None where nothing can stand there."""
    changed = copy.deepcopy(tree)
    parent: Any = changed
    for field, place in path[:-1]:
        parent = getattr(parent, field)
        parent = parent if place is None else parent[place]
    field, place = path[-1]
    if other is not GONE:
        if place is None:
            setattr(parent, field, other)
        else:
            getattr(parent, field)[place] = other
        return ast.fix_missing_locations(changed)
    if place is None:
        return None
    if isinstance(parent, ast.Dict):
        del parent.keys[place], parent.values[place]
        return ast.fix_missing_locations(changed)
    row = getattr(parent, field)
    del row[place]
    if not row and field in ("body", "cases"):
        row.append(ast.Pass())
    return ast.fix_missing_locations(changed)


# --- what could stand there instead --------------------------------------------------------------


def _others(node: Any) -> Iterator[Any]:
    for kind, change in _CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _not(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)


def _copy(node: Any, **fields: Any) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _compare(node: ast.Compare) -> Iterator[ast.expr]:
    for place, op in enumerate(node.ops):
        for other in COMPARED[type(op)]:
            yield _copy(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _bool_op(node: ast.BoolOp) -> Iterator[ast.expr]:
    yield _copy(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        left = [*node.values[:place], *node.values[place + 1 :]]
        yield left[0] if len(left) == 1 else _copy(node, values=left)


def _bin_op(node: ast.BinOp) -> Iterator[ast.expr]:
    if type(node.op) in COUNTED:
        yield _copy(node, op=COUNTED[type(node.op)]())
    yield node.left
    yield node.right


def _unary(node: ast.UnaryOp) -> Iterator[ast.expr]:
    yield node.operand


def _condition(node: Any) -> Iterator[Any]:
    """Of an `if` of any kind: the other way round, always, never."""
    for test in (_not(node.test), ast.Constant(True), ast.Constant(False)):
        yield _copy(node, test=test)


def _comprehension(node: Any) -> Iterator[Any]:
    """Nothing to go through, and each condition the other way round or left out."""
    for place, part in enumerate(node.generators):
        instead = [_copy(part, iter=ast.Tuple([], ast.Load()))]
        for nth, test in enumerate(part.ifs):
            rest = [*part.ifs[:nth], *part.ifs[nth + 1 :]]
            instead += [_copy(part, ifs=rest), _copy(part, ifs=[*rest, _not(test)])]
        for other in instead:
            yield _copy(
                node, generators=[*node.generators[:place], other, *node.generators[place + 1 :]]
            )


def _constant(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield ast.Constant(value + "x")


def _attribute(node: ast.Attribute) -> Iterator[ast.expr]:
    """Another member of the same enum, of a long one the next two; another age."""
    if isinstance(node.value, ast.Name) and node.attr in ENUMS.get(node.value.id, ()):
        names = ENUMS[node.value.id]
        here = names.index(node.attr)
        others = [*names[here + 1 :], *names[:here]][: len(names) if len(names) <= 8 else 2]
    else:
        others = [name for name in AGES if name != node.attr] if node.attr in AGES else []
    for name in others:
        yield _copy(node, attr=name)


def _row(node: Any) -> Iterator[Any]:
    """A set or a row without one of its members, a set of an enum's with one more."""
    for place in range(len(node.elts)):
        left = [*node.elts[:place], *node.elts[place + 1 :]]
        yield _copy(node, elts=left) if left or isinstance(node, ast.Tuple) else ast.Tuple([], ast.Load())  # fmt: skip
    if isinstance(node, ast.Set) and isinstance(node.elts[0], ast.Attribute):
        of = node.elts[0].value
        has = {each.attr for each in node.elts if isinstance(each, ast.Attribute)}
        for name in ENUMS.get(ast.unparse(of), ()):
            if name not in has:
                yield _copy(node, elts=[*node.elts, ast.Attribute(of, name, ast.Load())])


def _dict(node: ast.Dict) -> Iterator[ast.expr]:
    """Without one of its lines; where a line's value is put together, with a role more."""
    for place in range(len(node.keys)):
        keys = [*node.keys[:place], *node.keys[place + 1 :]]
        yield _copy(node, keys=keys, values=[*node.values[:place], *node.values[place + 1 :]])
    for place, value in enumerate(node.values):
        if isinstance(value, ast.Name | ast.BinOp) and ast.unparse(value).startswith("_FAMILY"):
            for name in ENUMS["Role"]:
                if name in ("UNGDOM", "FORESATT") or name in ast.unparse(value):
                    continue  # has it already
                more = ast.parse(f"{ast.unparse(value)} | {{Role.{name}}}", mode="eval").body
                yield _copy(node, values=[*node.values[:place], more, *node.values[place + 1 :]])


def _call(node: ast.Call) -> Iterator[ast.expr]:
    """Another word, without one of its named arguments, without the call around its argument."""
    for place in range(len(node.keywords)):
        left = [*node.keywords[:place], *node.keywords[place + 1 :]]
        yield _copy(node, keywords=left)
    if isinstance(node.func, ast.Name):
        if node.func.id in INSTEAD:
            yield _copy(node, func=ast.Name(INSTEAD[node.func.id], ast.Load()))
        elif len(node.args) == 1 and not node.keywords and node.func.id not in SHAPES:
            yield node.args[0]


def _statement(node: ast.stmt) -> Iterator[Any]:
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call):
        yield GONE


def _return(node: ast.Return) -> Iterator[Any]:
    if node.value is None:
        yield GONE
        return
    yield _copy(node, value=ast.Constant(None))
    yield _copy(node, value=_not(node.value))


def _for(node: ast.For) -> Iterator[Any]:
    yield _copy(node, iter=ast.Tuple([], ast.Load()))


def _match(node: ast.Match) -> Iterator[Any]:
    for place in range(len(node.cases)):
        left = [*node.cases[:place], *node.cases[place + 1 :]]
        if left:
            yield _copy(node, cases=left)


_CHANGES: dict[Any, Any] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary,
    (ast.If, ast.IfExp, ast.While): _condition,
    (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp): _comprehension,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    (ast.Set, ast.Tuple, ast.List): _row,
    ast.Dict: _dict,
    ast.Call: _call,
    (ast.Expr, ast.AugAssign, ast.Continue): _statement,
    ast.Return: _return,
    ast.For: _for,
    ast.Match: _match,
}
