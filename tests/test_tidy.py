"""The house rules that a machine can hold: sizes, prints, dead files, layers, what no file may say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("tallystick", "reports", "importers", "reconciliation", "casework", "ledger_core", "plugins")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70


def _tracked(*patterns: str) -> list[Path]:
    """Files that git tracks or would track; without git, all files of the rooms."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in found.stdout.splitlines() if (ROOT / name).is_file()]


SOURCES = _tracked(*(f"{room}/**.py" for room in ROOMS))
PYTHON = _tracked("*.py")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_fit_in_the_head() -> None:
    """No source file is longer than 400 lines."""
    long = {_name(path): count for path in PYTHON if (count := len(path.read_text().splitlines())) > FILE_LINES_MAX}
    assert not long


def test_functions_fit_on_a_page() -> None:
    """No function is longer than 70 lines."""
    long = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                # A test's docstring may be the ledger that it is about.
                told = (ast.get_docstring(node, clean=False) or "").count("\n")
                lines = node.end_lineno - node.lineno + 1 - told
                if lines > FUNCTION_LINES_MAX:
                    long.append((_name(path), node.name, lines))
    assert not long


def test_only_the_command_line_prints() -> None:
    """Nothing in the rooms below writes to standard output."""
    talkative = []
    for path in SOURCES:
        if path.is_relative_to(ROOT / "tallystick" / "cli"):
            continue
        talkative += [
            f"{_name(path)}:{node.lineno}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
    assert not talkative


def test_money_is_never_a_float() -> None:
    """No float literal, no ``float(``, and no true division but the model's, which is of Fractions."""
    found = []
    for path in SOURCES:
        if not path.is_relative_to(ROOT / "ledger_core") and not path.is_relative_to(ROOT / "plugins"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _joins_paths(node)
            divided &= not path.is_relative_to(ROOT / "plugins" / "model")
            if literal or call or divided:
                found.append(f"{_name(path)}:{node.lineno}: {ast.unparse(node)}")
    assert not found


def _joins_paths(node: ast.BinOp) -> bool:
    return bool(re.search(r"folder|path|target|fresh", ast.unparse(node), re.IGNORECASE))


def _modules() -> dict[str, Path]:
    return {_name(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in SOURCES}


def test_no_file_is_dead() -> None:
    """Every module is imported by another one, named in the books, or is where a program or the model starts."""
    modules = _modules()
    used = {"tallystick.cli.main", "tallystick.web.__main__", "casework", "plugins.model.agency"}
    used |= {f"plugins.{name}" for name in _plugins()}
    for path in [*SOURCES, *_tracked("tools/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                used |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    packages = {name for name, path in modules.items() if path.name == "__init__.py"}
    assert not modules.keys() - used - packages - _migrations()


def _migrations() -> set[str]:
    """What alembic loads by its path, as the journal's own list of migrations has it: each leads to another form."""
    from ledger_core.journal.migrations import scripts

    return {_name(Path(form.path)).removesuffix(".py").replace("/", ".") for form in scripts().walk_revisions()}


def _plugins() -> list[str]:
    from ledger_core.publish.render import PLUGINS

    return [name.removeprefix("plugins.") for name in PLUGINS]


def test_no_definition_is_dead() -> None:
    """Every public function, class and constant of the rooms is named somewhere else too."""
    text = "\n".join(path.read_text() for path in [*SOURCES, *_tracked("tools/*.py", "bench/*.py")])
    words: dict[str, int] = {}
    for word in re.findall(r"\w+", text):
        words[word] = words.get(word, 0) + 1
    dead = []
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            defined = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list
            names = [node.name] if defined else []
            if isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            dead += [f"{_name(path)}: {name}" for name in names if words.get(name, 0) < 2 and not name.startswith("__")]
    assert not dead


def test_the_layers_hold() -> None:
    """Each room imports only from those below it."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", _tracked(), ids=_name)
def test_the_project_speaks_of_itself_alone(path: Path) -> None:
    """No absolute path of a machine, no registry's address, no unfinished mark in any file."""
    if path.name in {"requirements.lock", "LICENSE", "test_tidy.py"} or path.suffix in {
        ".png",
        ".xlsx",
        ".xls",
        ".zip",
    }:
        return
    content = path.read_bytes().decode(errors="replace")
    banned = re.compile(r"/(?:work|root|home)/\w|pypi\.org|pythonhosted|\bTODO\b|\bFIXME\b")
    lines = enumerate(content.splitlines(), 1)
    assert not [f"{number}: {line.strip()[:100]}" for number, line in lines if banned.search(line)]
