"""Are the tests of the rules sharp? Every small mistake in them must be seen by some test.

python -m tests.bench.mutants                  the rules and the door, two at a time
python -m tests.bench.mutants access --jobs 1  one module

The tests are collected once; then each mutant gets a fork of its own, where it is put in the place
of what the module says, and the tests run until one fails. Those that change nothing anybody could
see are listed in mutants_equivalent.toml, each with the reason. (mutmut leaves tables, default
values and properties as they are: the very things a municipality reads.)
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.bench.mutating import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
TESTS = {
    "policy": ("test_policy", "test_consent_rules"),
    "access": ("test_access_door", "test_access_table"),
    "consent_rules": ("test_consent_rules", "test_consent_fold_parts", "test_consent_fold"),
    "consent_fold": ("test_consent_fold_parts", "test_consent_fold", "test_consent_rules"),
}
"""Which tests concern a module, the quickest first."""
LONGEST = 60
"""Seconds until a mutant counts as one that never ends; that is noticed too."""
KILLED, SURVIVED, ENDLESS = "killed", "survived", "endless"


# --- putting a mutant in the place of what is there -----------------------------------------------


def put_in(module: ModuleType, source: str) -> None:
    """Run the changed source where the module is. Functions and classes stay the ones that others
    have imported, and get the new insides; of other values everyone gets the new one."""
    before = dict(vars(module))
    exec(compile(source, module.__file__ or "", "exec"), vars(module))  # noqa: S102 - our own source
    for name, old in before.items():
        new = vars(module).get(name)
        if new is old or getattr(old, "__module__", module.__name__) != module.__name__:
            continue
        if isinstance(old, FunctionType) and isinstance(new, FunctionType):
            _become(old, new)
        elif isinstance(old, type) and isinstance(new, type):
            _become_class(old, new)
        elif not name.startswith("__"):
            _everywhere(old, new)
            continue
        vars(module)[name] = old


def _become(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def _become_class(old: type, new: type) -> None:
    kept = {"__dict__", "__weakref__", "__doc__", "__module__"}
    for name in set(vars(old)) - set(vars(new)) - kept:
        delattr(old, name)
    for name in set(vars(new)) - kept:
        for cell in getattr(vars(new)[name], "__closure__", None) or ():
            if cell.cell_contents is new:  # a frozen class asks whether it is itself
                cell.cell_contents = old
        setattr(old, name, vars(new)[name])


def _everywhere(old: object, new: object) -> None:
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is old and not name.startswith("__"):
                setattr(module, name, new)


# --- one fork for each ---------------------------------------------------------------------------


class Forks:
    """A pytest plugin that runs the collected tests once as they are, and once for each mutant."""

    def __init__(self, module: ModuleType, todo: Sequence[Mutant], jobs: int) -> None:
        self.module, self.todo, self.jobs = module, todo, jobs
        self.found: dict[Mutant, str] = {}
        self.sound = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        unchanged = Path(self.module.__file__ or "").read_text("utf-8")
        self.sound = self._ends(self._fork(session, unchanged)) == SURVIVED
        running: dict[int, Mutant] = {}
        for mutant in self.todo if self.sound else ():
            running[self._fork(session, mutant.source)] = mutant
            if len(running) == self.jobs:
                self._wait(running)
        while running:
            self._wait(running)
        return True

    def _wait(self, running: dict[int, Mutant]) -> None:
        pid, status = os.wait()
        self.found[running.pop(pid)] = _verdict(status)

    def _ends(self, pid: int) -> str:
        return _verdict(os.waitpid(pid, 0)[1])

    def _fork(self, session: pytest.Session, source: str) -> int:
        pid = os.fork()
        if pid == 0:
            self._run(session, source)
        return pid

    def _run(self, session: pytest.Session, source: str) -> None:
        """Never returns."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.alarm(LONGEST)
        try:
            put_in(self.module, source)
            for place, item in enumerate(session.items):
                following = session.items[place + 1 : place + 2]
                session.config.hook.pytest_runtest_protocol(
                    item=item, nextitem=following[0] if following else None
                )
                if session.testsfailed:
                    os._exit(1)
        except BaseException:  # whatever it is, it was noticed
            os._exit(1)
        os._exit(0)


def _verdict(status: int) -> str:
    if os.WIFSIGNALED(status):
        return ENDLESS if os.WTERMSIG(status) == signal.SIGALRM else KILLED
    return SURVIVED if os.WEXITSTATUS(status) == 0 else KILLED


# --- the verdict ---------------------------------------------------------------------------------


def equivalent() -> dict[tuple[str, str, str, str], str]:
    """Why some changes are none, by module, place, what stood there and what stands there now."""
    rows = tomllib.loads(EQUIVALENT.read_text("utf-8"))["equivalent"]
    return {(r["module"], r["where"], r["was"], r["now"]): r["why"] for r in rows}


def try_all(name: str, jobs: int, only: str) -> Iterator[tuple[Mutant, str]]:
    module = importlib.import_module(f"models.{name}")
    path = f"models/{name}.py"
    todo = [m for m in mutants(path, (ROOT / path).read_text("utf-8")) if only in str(m)]
    forks = Forks(module, todo, jobs)
    files = [str(ROOT / "tests" / "models" / f"{test}.py") for test in TESTS[name]]
    options = ["-q", "-n", "0", "-s", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
    pytest.main([*options, *files], plugins=[forks])
    if not forks.sound:
        raise SystemExit(f"{name}: the tests fail without any change, or cannot be changed here")
    yield from sorted(forks.found.items(), key=lambda found: found[0].line)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.mutants")
    options.add_argument("modules", nargs="*", default=[], choices=[*TESTS, []])
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", default="", help="those whose line has this in it")
    chosen = options.parse_args()
    known, unknown = equivalent(), 0
    used: set[Any] = set()
    for name in chosen.modules or TESTS:
        began, counted = time.perf_counter(), Counter[str]()
        for mutant, verdict in try_all(name, chosen.jobs, chosen.only):
            same = verdict == SURVIVED and mutant.key in known
            counted["equivalent" if same else verdict] += 1
            used |= {mutant.key} if same else set()
            if verdict == SURVIVED and not same:
                print(mutant)
        took = time.perf_counter() - began
        told = ", ".join(f"{count} {what}" for what, count in sorted(counted.items()))
        print(f"{name}: {sum(counted.values())} mutants, {told}, {took:.0f} s", flush=True)
        stale = [k for k in known if k[0] == f"models/{name}.py" and k not in used]
        for key in stale if not chosen.only else ():
            print("not equivalent, or not there:", key)
        unknown += counted[SURVIVED]
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
