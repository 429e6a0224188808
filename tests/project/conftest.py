"""Projects from a dict of files, through the real discovery and extraction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from fastlint import catalogues, config, rulebook
from fastlint.catalogues import Catalogue
from fastlint.diagnostics import Problem
from fastlint.discovery import discover
from fastlint.extraction import Extraction, extract
from fastlint.project import Project
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    Awaitable,
    ClassObject,
    ContextFactory,
    Coroutine,
    Frame,
    FunctionObject,
    GeneratorContext,
    GeneratorObject,
    Instance,
    LibraryMethod,
    LibraryObject,
    ModuleObject,
    Object,
    PartialObject,
    TextObject,
)
from fastlint.project.values import Constant, Several, Table, Value
from fastlint.sources import read
from fastlint.summaries import Call, Name

Build = Callable[[Mapping[str, str]], Project[Any]]
UNDECIDED = "unknown"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return catalogues.load(catalogues.bundled_files(rulebook.rules_root() / "catalogues"))


@pytest.fixture
def project(tmp_path, write_files, catalogue) -> Build:
    """The project that consists of these files; those that cannot be read are opaque."""

    def build(files: Mapping[str, str]) -> Project[Any]:
        with chdir(write_files(tmp_path, files)):
            found = discover([Path()], config.load([Path()]))
            summaries, opaque = [], []
            for location in found.locations:
                source = read(location)
                assert not isinstance(source, Problem)
                match extract(source):
                    case Extraction(summary=summary):
                        summaries.append(summary)
                    case _:
                        opaque.append((location.module, location.root))
        return Project(summaries, catalogue, opaque=opaque)

    return build


@pytest.fixture
def revealed(project) -> Callable[..., list[str]]:
    """What the argument of each `reveal(...)` may be, in the order of files and text.

    Instances are shown by the name of their class (those of built-ins without module), what
    is not known as `?`, several possibilities with `|` between.
    """

    def find(content: str | Mapping[str, str]) -> list[str]:
        built = project({"app.py": content} if isinstance(content, str) else content)
        return [_shown(built.types.evaluate(*item)) for item in _reveals(built)]

    return find


@pytest.fixture
def values(project) -> Callable[..., list[object]]:
    """The constant that the argument of each `reveal(...)` is: `unknown` where it is none;
    an unknown part of a list or dict is `...`."""

    def find(content: str | Mapping[str, str]) -> list[object]:
        built = project({"app.py": content} if isinstance(content, str) else content)
        return [_plain(built.values.constant(*item)) for item in _reveals(built)]

    return find


def _reveals(built: Project[Any]) -> Iterator[tuple[Any, Frame]]:
    calls = [
        (frame.module.path, call.start, call.arguments[0].value, frame)
        for frame in built.types.generic_frames()
        for call in frame.block.calls
        if _is_reveal(call)
    ]
    for _, _, expression, frame in sorted(calls, key=lambda item: item[:2]):
        yield expression, frame


def _is_reveal(call: Call) -> bool:
    return isinstance(call.callee, Name) and call.callee.id == "reveal"


def _shown(objects: tuple[Object, ...]) -> str:
    return " | ".join(map(_name, objects)) or "nothing"


def _name(item: Object) -> str:
    match item:
        case Instance():
            inside = ", ".join(map(_shown, item.arguments))
            name = _class_name(item.cls)
            return f"{name}[{inside}]" if inside else name
        case ClassObject(cls=cls):
            return f"type[{_class_name(cls)}]"
        case FunctionObject(function=function):
            return f"def {function.full_name}"
        case Coroutine(frame=frame):
            return f"coroutine {frame.name}"
        case GeneratorObject(frame=frame) | GeneratorContext(frame=frame):
            return f"generator {frame.name}"
        case ModuleObject(module=module):
            return f"module {module.name}"
        case LibraryObject(name=name) | LibraryMethod(name=name):
            return name.removeprefix("builtins.")
        case PartialObject(callable=inner) | ContextFactory(function=inner):
            return f"{type(item).__name__} {_name(inner)}"
        case Awaitable(result=result):
            return f"awaitable {_shown(result)}"
        case TextObject():
            return "str"
    if item is UNKNOWN:
        return "?"
    return "None" if item is NONE else type(item).__name__


def _class_name(cls: Any) -> str:
    name: str = getattr(cls, "full_name", None) or cls.name
    return name.removeprefix("builtins.")


def _plain(value: Value | None) -> object:
    match value:
        case None:
            return UNDECIDED
        case Constant(value=constant):
            return constant
        case Several(items=items, complete=complete):
            return [*map(_plain, items), *([] if complete else [...])]
        case Table(items=pairs, complete=complete):
            table: dict[object, object] = {key: _plain(item) for key, item in pairs}
            return table if complete else {**table, ...: ...}
