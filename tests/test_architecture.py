"""HOUSE section 3, checked: who may import whom, who awaits, who commits, who reads the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "models", "locales")


def _sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


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
