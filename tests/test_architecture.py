"""HOUSE section 3, checked: who may import whom, who awaits, who commits, who reads the clock."""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from importlinter.cli import lint_imports

from models.cases import Case

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "models", "locales")


def _sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    """import-linter silences every logger there is when it sets up its own."""
    there = logging.getLogger().manager.loggerDict.values()
    heard = [each for each in there if isinstance(each, logging.Logger) and not each.disabled]
    yield
    for logger in heard:
        logger.disabled = False


@pytest.mark.usefixtures("_logging_as_before")
def test_imports_point_one_way():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_only_bot_awaits():
    awaiting = [
        str(path)
        for path, tree in _sources("handlers", "models", "locales")
        if any(isinstance(n, ast.AsyncFunctionDef | ast.Await) for n in ast.walk(tree))
    ]
    assert awaiting == []


@pytest.mark.parametrize("called", ["commit", "rollback"])
def test_only_the_store_and_dispatch_end_transactions(called):
    allowed = {
        "bot/store.py",
        "bot/store_writer.py",
        "bot/dispatch.py",
        "bot/cli.py",
    }
    ending = {
        str(path)
        for path, tree in _sources(*PACKAGES)
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == called
    }
    assert ending <= allowed


def test_only_the_clock_reads_the_clock():
    readers = {
        str(path)
        for path, tree in _sources(*PACKAGES)
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute)
        and n.attr in {"now", "utcnow", "today"}
        and isinstance(n.value, ast.Name)
        and n.value.id in {"datetime", "date"}
    }
    assert readers <= {"bot/clock.py"}


def test_the_checks_can_fail():
    tree = ast.parse("from datetime import datetime\nasync def f(): datetime.now()")
    kinds = {type(n) for n in ast.walk(tree)}
    assert ast.AsyncFunctionDef in kinds


def test_nothing_is_called_utils():
    vague = {"utils", "helpers", "common", "service", "manager", "misc"}
    assert [str(p) for p, _tree in _sources(*PACKAGES) if p.stem in vague] == []


def _called(path: Path, tree: ast.Module) -> Iterator[Callable[..., object]]:
    """The functions of `models` that one file calls by name."""
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=room), attr=name)):
                found = getattr(getattr(module, room, None), name, None)
            case ast.Call(func=ast.Name(id=name)):
                found = getattr(module, name, None)
            case _:
                continue
        if inspect.isfunction(found) and found.__module__.startswith("models."):
            yield found


def _names_in(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _names_in(part)


def _holders_of_a_case(sources: Iterable[tuple[Path, ast.Module]]) -> set[str]:
    return {
        f"{path.name}: {verb.__name__}"
        for path, tree in sources
        for verb in _called(path, tree)
        if Case in _names_in(get_type_hints(verb).get("return"))
    }


def test_handlers_get_views_and_never_a_case():
    assert _holders_of_a_case(_sources("handlers")) == set()
    a_model = [(p, tree) for p, tree in _sources("models") if p.name == "case_forms.py"]
    assert "case_forms.py: open_case" in _holders_of_a_case(a_model)  # it can fail
