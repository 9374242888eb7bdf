"""Every public name explains itself in numpydoc form; the checks are listed in pyproject.toml.

numpydoc's own linter reads source text and does not know the fields of a dataclass, so here its
validator looks at the imported objects.
"""

import dataclasses
import enum
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from types import ModuleType

import pydantic
import pytest
from numpydoc.validate import validate

from tests.architecture.house import PACKAGES, ROOT

CHECKS = frozenset(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "numpydoc_validation"
    ]["checks"]
)


def module_names() -> list[str]:
    """Every module of ours that may be imported; migrations run under Alembic only."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    parts = (path.relative_to(ROOT).with_suffix("").parts for path in files)
    return sorted(
        ".".join(part for part in names if part != "__init__")
        for names in parts
        if not {"migrations", "node_modules", "__main__"} & set(names)
    )


def public_names(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Public classes, functions and methods a module defines, with their full names."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if not (inspect.isclass(value) or callable(value)) or not hasattr(value, "__qualname__"):
            continue
        yield f"{module.__name__}.{name}", value
        if inspect.isclass(value):
            for inner, member in vars(value).items():
                method = inspect.isfunction(member) or isinstance(
                    member, property | classmethod | staticmethod
                )
                if method and not inner.startswith("_"):
                    yield f"{module.__name__}.{name}.{inner}", member


def parameters_are_explained_elsewhere(name: str, value: object) -> bool:
    """Whether a name owes nobody a list of parameters.

    Commands and routes show theirs in --help and OpenAPI, models carry field descriptions, and a
    class without a constructor of its own has the one of its base.
    """
    if name.startswith("apps."):
        return True
    if not inspect.isclass(value):
        return False
    if issubclass(value, enum.Enum | pydantic.BaseModel):
        return True
    if getattr(value, "_is_protocol", False):
        return True
    return not dataclasses.is_dataclass(value) and "__init__" not in vars(value)


def complaints(module: ModuleType) -> Iterator[str]:
    """What numpydoc has to say about a module and the public names in it."""
    if not module.__doc__:
        yield f"{module.__name__}: no docstring"
    for name, value in public_names(module):
        for code, message in validate(name)["errors"]:
            if code not in CHECKS:
                continue
            if code.startswith("PR") and parameters_are_explained_elsewhere(name, value):
                continue
            unnamed = re.findall(r"'(\w+)'", message) if code == "PR01" else ["public"]
            if all(parameter.startswith("_") for parameter in unnamed):
                continue  # private fields of a dataclass
            yield f"{name}: {code} {message}"


@pytest.mark.parametrize("name", module_names())
def test_public_names_explain_themselves(name: str) -> None:
    found = list(complaints(importlib.import_module(name)))
    assert not found, "\n".join(found)
