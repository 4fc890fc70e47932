from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "graph", "models", "ringscope")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(tree: ast.Module | ast.ClassDef, prefix: str = "") -> list[tuple[str, Definition]]:
    """Functions and classes with their dotted names, but not what functions define inside."""
    found: list[tuple[str, Definition]] = []
    for node in tree.body:
        if isinstance(node, Definition):
            found.append((prefix + node.name, node))
        if isinstance(node, ast.ClassDef):
            found += definitions(node, f"{prefix}{node.name}.")
    return found


def imported(tree: ast.Module) -> set[str]:
    """Top-level names of what a file imports, wherever in it."""
    nodes = list(ast.walk(tree))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    froms = {str(n.module) for n in nodes if isinstance(n, ast.ImportFrom) and not n.level}
    return {name.partition(".")[0] for name in plain | froms}


def is_public(dotted: str) -> bool:
    return not any(part.startswith("_") for part in dotted.split("."))


def lines(node: Definition) -> int:
    """Lines of a function, without its docstring."""
    docstring = ast.get_docstring(node, clean=False) or ""
    return (node.end_lineno or 0) - node.lineno + 1 - len(docstring.splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_the_name(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"ringscope"}, f"{package} is also installed by {owners - {'ringscope'}}"


def test_the_listed_packages_are_those_in_the_tree() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = settings["tool"]["setuptools"]["packages"]
    tree = {".".join(path.relative_to(ROOT).parent.parts) for path in SOURCES}
    assert sorted(listed) == sorted(tree)


def test_what_is_imported_is_declared() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = {re.split("[<>=]", line)[0] for line in settings["project"]["dependencies"]}
    modules = {name for path in SOURCES for name in imported(ast.parse(path.read_bytes()))}
    foreign = modules - sys.stdlib_module_names - set(PACKAGES)
    owners = packages_distributions()
    normal = {name: {owner.lower().replace("_", "-") for owner in owners[name]} for name in foreign}
    assert {name for name, names in normal.items() if not names & declared} == set()


def test_every_package_says_that_it_is_typed() -> None:
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").exists()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_all_is_what_can_be_imported(package: str) -> None:
    module = importlib.import_module(package)
    exported = set(module.__all__)
    assert {name for name in exported if not hasattr(module, name)} == set()
    offered = {name for name in dir(module) if is_public(name)} - {"TYPE_CHECKING", "annotations"}
    modules = {name for name in offered if isinstance(getattr(module, name), ModuleType)}
    assert offered - modules - exported == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea_in_short_documented_pieces(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 300, "over 300 lines: more than one idea"
    found = definitions(tree)
    undocumented = [name for name, node in found if is_public(name) and not ast.get_docstring(node)]
    assert undocumented == [], "public names without a docstring"
    functions = [(name, node) for name, node in found if not isinstance(node, ast.ClassDef)]
    assert [name for name, node in functions if lines(node) > 60] == [], "functions over 60 lines"
