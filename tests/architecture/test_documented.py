"""A setting, a command, a route or a make target without a line in the documentation fails."""

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from pydantic_settings import BaseSettings

from tests.architecture.house import PACKAGES, ROOT, documentation, text_of, tracked_files

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PARAMETER = re.compile(r"\{[^}]*\}")
SETTING = re.compile(r"\bMAAS_[A-Z][A-Z0-9_]*\b")


def settings() -> list[str]:
    """Environment variables the service reads."""
    module = importlib.import_module("maas.config")
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseSettings) and value is not BaseSettings
    ]
    return [
        f"{found.model_config.get('env_prefix', '')}{name}".upper()
        for found in classes
        for name in found.model_fields
    ]


def commands(command: Any, words: tuple[str, ...]) -> Iterator[str]:
    """Every command below a command group, as a person types it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(words)
        return
    for name, child in below.items():
        if not child.hidden:
            yield from commands(child, (*words, name))


def cli_commands() -> list[str]:
    """Every command of ``maas``."""
    module = importlib.import_module("apps.cli.main")
    app = next(value for value in vars(module).values() if isinstance(value, typer.Typer))
    return list(commands(typer.main.get_command(app), ("maas",)))


def string_in(values: Iterable[ast.expr]) -> str:
    """The first of some expressions, when it is a string."""
    first = next(iter(values), None)
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def api_routes() -> set[str]:
    """Every route that apps/api declares by a decorator, as ``GET /v1/city``."""
    found = set()
    for source in (ROOT / "apps" / "api").rglob("*.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        prefixes = [
            string_in(keyword.value for keyword in node.keywords if keyword.arg == "prefix")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("APIRouter")
        ]
        for node in ast.walk(tree):
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                    method, path = call.func.attr.upper(), string_in(call.args)
                    if method in METHODS and path.startswith("/"):
                        found.add(f"{method} {next(iter(prefixes), '')}{path}")
    return found


def make_targets() -> list[str]:
    """Every target of the Makefile that a person may ask for."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE)


def test_every_setting_is_documented() -> None:
    example = SETTING.findall((ROOT / ".env.example").read_text(encoding="utf-8"))
    assert not [name for name in settings() if f"`{name}`" not in documentation()]
    assert not [name for name in settings() if name not in example], "name it in .env.example"


def test_every_setting_that_is_mentioned_exists() -> None:
    known = set(settings())
    mentioned = {
        (str(path), name)
        for path in tracked_files()
        if path.parts[0] in PACKAGES or path.name in {"README.md", "package.md", ".env.example"}
        for name in SETTING.findall(text_of(path) or "")
    }
    assert not sorted(f"{path}: {name}" for path, name in mentioned if name not in known)


def test_every_command_is_documented() -> None:
    found = cli_commands()
    assert "maas serve" in found
    assert not [name for name in found if not re.search(rf"`{name}[` ]", documentation())]


def test_every_route_is_documented() -> None:
    found = api_routes()
    assert "POST /v1/plans" in found
    # The name of a parameter may differ: {id} in the documentation, {booking_id} in the code.
    pages = PARAMETER.sub("{}", documentation())
    assert not [route for route in sorted(found) if f"`{PARAMETER.sub('{}', route)}`" not in pages]


def test_every_make_target_is_documented() -> None:
    assert not [name for name in make_targets() if f"`make {name}`" not in documentation()]


def test_every_link_inside_the_documentation_leads_somewhere() -> None:
    broken = []
    for page in (path for path in tracked_files() if path.suffix == ".md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r'\]\(([^)\s]+)\)|<img src="([^"]+)"', text):
            link = "".join(target).split("#")[0]
            if link and "://" not in link and not (ROOT / page).parent.joinpath(link).exists():
                broken.append(f"{page}: {link}")
    assert not broken
