"""How the house is built: who may import whom, and habits that a linter does not know."""

from __future__ import annotations

import ast
import logging.config
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGES = ("training", "courses", "quizzes")
USERS_TOP_LEVEL = {"training", "courses", "quizzes", "templates", "tests", "docs"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "lib"}
SIGNAL = re.compile(r"@receiver\b|\bSignal\(|\.connect\(|dispatch import receiver")


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def hidden_imports(source: str) -> Iterator[int]:
    """Yield the lines of imports that stand inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in ast.walk(node):
                if isinstance(part, ast.Import | ast.ImportFrom):
                    yield part.lineno


def contracts() -> list[dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return settings["tool"]["importlinter"]["contracts"]


def test_every_floor_imports_only_what_stands_below_it(monkeypatch, capsys):
    # It sets logging up anew, which would silence every logger of this process.
    monkeypatch.setattr(logging.config, "dictConfig", lambda config: None)
    failed = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert not failed, capsys.readouterr().out


def test_every_package_of_training_stands_on_a_floor():
    layers = " | ".join(next(each["layers"] for each in contracts() if each["type"] == "layers"))
    floors = set(re.split(r"\s*\|\s*", layers)) | {"training.people"}
    packages = {
        f"training.{path.parent.name}"
        for path in (ROOT / "training").glob("*/__init__.py")
        if path.parent.name not in {"formats", "management"}
    }
    assert packages <= floors


def test_no_package_joins_those_at_the_top():
    python = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")}
    assert python - {"var"} <= USERS_TOP_LEVEL


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_keeps_the_habits_of_the_house(path):
    source = path.read_text()
    assert not list(hidden_imports(source)), "imports stand at the top, not inside a function"
    assert not SIGNAL.search(source), "the flow goes by function calls, not by signals"
    assert path.stem not in VAGUE_NAMES, "a module is named for its subject"
    assert path.parent.name not in VAGUE_NAMES


def test_every_app_with_models_has_its_migrations():
    own = [app for app in apps.get_app_configs() if app.name.split(".")[0] in PACKAGES]
    without = [
        app.name
        for app in own
        if list(app.get_models()) and not list(Path(app.path).glob("migrations/0001_*.py"))
    ]
    assert not without
