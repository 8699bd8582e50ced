"""Mutation testing of ``ledger_core/accounting``: each mutant is one small fault, and some test must notice it.

    python tools/mutants.py                      all mutants of all modules: some 1,470, an hour
    python tools/mutants.py waterfall interest   of some modules
    python tools/mutants.py --sample 20          some of all, evenly spread

A mutant runs in a child of its own, which imports the faulty module in place of the right one and then the tests of
the module's own file and of the other files of ``tests/accounting`` and ``tests/vectors``, until one fails (with
``--above`` also those of the rooms above).  One that runs longer than its tests ever should is killed by that.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import io
import json
import os
import resource
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "ledger_core.accounting"
FOLDER = ROOT / "ledger_core" / "accounting"
TESTS = ROOT / "tests" / "accounting"
NEAR_SECONDS, ABOVE_SECONDS = 60, 600

_SWAPPED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}
_WORDS_ONLY = ("refuse", "Problem", "Refusal", "Rule", "_part", "note", "title")
"""Calls whose texts are read by people: their first argument counts, the others do not."""


class Mutant(NamedTuple):
    """One fault: where it is, and what it makes of what."""

    module: str
    line: int
    was: str
    now: str
    code: CodeType

    @property
    def name(self) -> str:
        """As it is listed."""
        return f"{self.module}.py:{self.line}: {self.was} → {self.now}"


def count(module: str) -> int:
    """How many mutants a module has."""
    return sum(1 for _ in _places(ast.parse(_source(module))))


def mutant(module: str, number: int) -> Mutant:
    """One of them, in the order in which they are found."""
    tree = ast.parse(_source(module))
    node, change = next(place for index, place in enumerate(_places(tree)) if index == number)
    line, was = node.lineno, _shown(node)
    change()
    now = _shown(node)
    code = compile(ast.fix_missing_locations(tree), str(FOLDER / f"{module}.py"), "exec")
    return Mutant(module, line, was, now if now != was else "left out", code)


def _source(module: str) -> str:
    return (FOLDER / f"{module}.py").read_text(encoding="utf-8")


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node).splitlines()[0]
    return text if len(text) < 90 else f"{text[:87]}…"  # noqa: PLR2004 - a line of a list


Place = tuple[ast.AST, "Callable[[], None]"]


def _places(tree: ast.AST) -> Iterator[Place]:
    """What can be changed, each with the change."""
    for node in _reached(tree):
        yield from _operators(node)
        yield from _statements(node)
        yield from _values(node)


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run, but for asserts, texts for people, and what is there for types alone."""
    if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return
    if isinstance(node, ast.Raise):
        yield node
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        children = value if isinstance(value, list) else [value]
        for number, child in enumerate(children):
            skipped = isinstance(node, ast.Call) and name in {"args", "keywords"} and _for_people(node, name, number)
            docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not docstring and not skipped:
                yield from _reached(child)


def _for_people(call: ast.Call, name: str, number: int) -> bool:
    """Whether an argument is a text that only people read."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called not in _WORDS_ONLY:
        return False
    value = call.args[number] if name == "args" else call.keywords[number].value
    return isinstance(value, ast.Constant | ast.Lambda) and (name == "keywords" or number > 0)


def _set(node: ast.AST, **fields: object) -> Callable[[], None]:
    def change() -> None:
        for name, value in fields.items():
            setattr(node, name, value)

    return change


def _operators(node: ast.AST) -> Iterator[Place]:
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            new = list(node.ops)
            new[number] = _SWAPPED[type(operator)]()
            yield node, _set(node, ops=new)
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in _SWAPPED:
        yield node, _set(node, op=_SWAPPED[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        positive = isinstance(node.op, ast.USub)
        yield node, _set(node, op=ast.UAdd()) if positive else _set(node, operand=ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Name | ast.Attribute):
        field = "id" if isinstance(node, ast.Name) else "attr"
        if getattr(node, field) in _NAMES and isinstance(node.ctx, ast.Load):
            yield node, _set(node, **{field: _NAMES[getattr(node, field)]})
    for number, _ in enumerate(node.values if isinstance(node, ast.BoolOp) else ()):
        rest = [value for index, value in enumerate(node.values) if index != number]
        yield node, _set(node, values=rest if len(rest) > 1 else rest * 2)  # an operator of one operand is none
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node, _set(node, test=ast.UnaryOp(ast.Not(), node.test))


def _statements(node: ast.AST) -> Iterator[Place]:
    """A statement is left out, a result is lost, a loop goes on or ends."""
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        for number, statement in enumerate(block if isinstance(block, list) else ()):
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if called or isinstance(statement, ast.AugAssign | ast.Raise) or _stores(statement):
                yield statement, _replaced(block, number, ast.Pass())
            elif isinstance(statement, ast.Continue | ast.Break):
                other = ast.Break() if isinstance(statement, ast.Continue) else ast.Continue()
                yield statement, _replaced(block, number, other)
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield node, _set(node, value=ast.Constant(None))


def _stores(statement: ast.stmt) -> bool:
    """Whether something is put into an object or an array that others see."""
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    return any(isinstance(target, ast.Attribute | ast.Subscript) for target in targets)


def _replaced(block: list[ast.stmt], number: int, other: ast.stmt) -> Callable[[], None]:
    def change() -> None:
        block[number] = other

    return change


def _values(node: ast.AST) -> Iterator[Place]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield node, _set(node, value=not node.value)
    elif isinstance(node.value, int):
        yield node, _set(node, value=node.value + 1)
    elif isinstance(node.value, str):
        yield node, _set(node, value=f"{node.value}X")


# --- running ---------------------------------------------------------------------------------


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the faulty module in place of the right one."""

    def __init__(self, mutant: Mutant) -> None:
        self._name, self._code = f"{PACKAGE}.{mutant.module}", mutant.code

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """The module's own spec with this loader."""
        del path, target
        if fullname != self._name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the faulty code."""
        exec(self._code, vars(module))  # noqa: S102 - our own source, changed by us


_OWN = {
    "columns": ("accounting/test_events_in_order.py", "accounting/test_events.py"),
    "events": ("accounting/test_events_in_order.py", "accounting/test_events.py"),
    "digest": ("accounting/test_digest.py", "publish/test_format.py"),
    "rules": ("accounting/test_rules.py", "vocabulary/test_the_whole.py"),
}
"""Whose tests are nearest to a module, where that is not one file of its own name."""

ABOVE = [str(ROOT / "tests" / name) for name in ("acceptance", "vocabulary", "runs")]
"""Tests of the rooms above, for what the near ones do not notice."""


def near(module: str) -> list[list[str]]:
    """The tests of the package: the module's own, then all others."""
    names = _OWN.get(module, (f"accounting/test_{module}.py",))
    own = [path for path in (ROOT / "tests" / name for name in names) if path.exists()]
    others = sorted(path for path in TESTS.glob("test_*.py") if path not in {*own, TESTS / "test_mutants.py"})
    rounds = [own, [*others, ROOT / "tests" / "vectors"]]
    return [[str(path) for path in paths] for paths in rounds if paths]


def survives(one: Mutant, paths: Sequence[str], seconds: int) -> bool:
    """Whether no test of some files notices a mutant, in so many seconds of CPU: no tests take as long."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        status = 1
        try:
            status = _run(one, paths)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(one: Mutant, paths: Sequence[str]) -> int:
    """In the child: 0 if all tests pass."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    sys.meta_path.insert(0, _Faulty(one))
    quick = settings(
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.register_profile("mutants", quick)
    settings.load_profile("mutants")
    options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-W", "ignore"]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*options, *paths]))


def judged(wanted: Sequence[tuple[str, int]], *, above: bool) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether it survives."""
    # Imported once, so that each child has them: nothing of it is ours.
    import hypothesis.stateful  # noqa: F401
    import numpy  # noqa: F401, ICN001
    import pytest  # noqa: F401
    import sqlalchemy  # noqa: F401

    right = Mutant(modules()[0], 0, "", "", compile(_source(modules()[0]), str(FOLDER), "exec"))
    every_test = [str(TESTS), str(ROOT / "tests" / "vectors"), *(ABOVE if above else [])]
    if not survives(right, [*every_test, f"--ignore={TESTS / 'test_mutants.py'}"], ABOVE_SECONDS):
        sys.exit("the tests do not pass as it is")
    for module, number in wanted:
        one = mutant(module, number)
        alive = all(survives(one, paths, NEAR_SECONDS) for paths in near(module))
        yield one, alive and (not above or survives(one, ABOVE, ABOVE_SECONDS))


def modules() -> list[str]:
    """The modules of the package."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def every(names: Sequence[str]) -> list[tuple[str, int]]:
    """The mutants of some modules, by module and number."""
    return [(module, number) for module in names for number in range(count(module))]


def sample(size: int) -> list[tuple[str, int]]:
    """Some mutants of all, evenly spread."""
    found = every(modules())
    return found[len(found) // size // 2 :: len(found) // size][:size]


def main() -> None:
    """Judge mutants; prints survivors as they are found, then the figures of each module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=modules())
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--above", action="store_true", help="try what survives by the rooms above too: hours")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))  # whose tests are a package
    wanted = sample(asked.sample) if asked.sample else every(asked.modules)
    survivors = []
    for one, alive in judged(wanted, above=asked.above):
        if alive:
            survivors.append(one)
            print(one.name, flush=True)
    made_of = Counter(module for module, _ in wanted)
    alive_of = Counter(one.module for one in survivors)
    figures = {module: [made - alive_of[module], made] for module, made in made_of.items()}
    for module, (killed, made) in figures.items():
        print(f"{module:12} {killed:5} of {made:5} killed")
    killed, made = (sum(column) for column in zip(*figures.values(), strict=True))
    print(f"{'all':12} {killed:5} of {made:5} killed: {killed * 1000 // made / 10} %")
    if asked.json:
        told = {"figures": figures, "survivors": [one.name for one in survivors]}
        asked.json.write_text(json.dumps(told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
