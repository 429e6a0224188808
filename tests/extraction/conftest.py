"""Text to facts, in memory: what the tests of the extraction start from."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fastlint.diagnostics import Problem
from fastlint.extraction import Extraction, extract
from fastlint.sources import Location, SourceFile, read
from fastlint.summaries import (
    Binding,
    Block,
    Call,
    Literal,
    Merged,
    ModuleSummary,
    Name,
    Narrowed,
)

Extract = Callable[..., Extraction | Problem]
Summarise = Callable[..., ModuleSummary]


@pytest.fixture(scope="session")
def source() -> Callable[..., SourceFile]:
    """The source file `path` with this content, as it is read from a project."""

    def make(content: str | bytes, path: str = "app.py") -> SourceFile:
        parts = Path(path).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        found = read(
            Location(
                path=path,
                absolute=Path(path),
                module=".".join(parts[:-1] if is_package else parts),
                root=".",
                is_package=is_package,
                is_stub=path.endswith(".pyi"),
                reported=True,
                content=content if isinstance(content, bytes) else content.encode(),
            )
        )
        assert isinstance(found, SourceFile)
        return found

    return make


@pytest.fixture(scope="session")
def extracted(source) -> Extract:
    """What the extraction makes of a file with this content."""
    return lambda content, path="app.py": extract(source(content, path))


@pytest.fixture(scope="session")
def summary(extracted) -> Summarise:
    """The facts of a file that can be read."""

    def summarise(content: str | bytes, path: str = "app.py") -> ModuleSummary:
        found = extracted(content, path)
        assert isinstance(found, Extraction), found
        return found.summary

    return summarise


@pytest.fixture(scope="session")
def reaching(summary) -> Callable[[str], list[list[object]]]:
    """What may reach each `use(name)`, in the order of the text: literals by their value,
    other bindings by their kind. A list is empty where no binding of the same block does."""

    def find(content: str) -> list[list[object]]:
        found = summary(content)
        blocks = [found.block, *(item.block for item in (*found.functions, *found.classes))]
        uses = [(call, block) for block in blocks for call in block.calls if _is_use(call)]
        return [
            sorted({_shown(item) for item in _bindings(call, block)}, key=str)
            for call, block in sorted(uses, key=lambda use: use[0].start)
        ]

    return find


def _is_use(call: Call) -> bool:
    return isinstance(call.callee, Name) and call.callee.id == "use"


def _bindings(call: Call, block: Block) -> Iterator[Binding]:
    name = call.arguments[0].value
    assert isinstance(name, Name)
    waiting, seen = list(name.definitions), set[int]()
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        binding = block.bindings[index]
        match binding.value:
            case Merged(definitions=definitions):
                waiting.extend(definitions)
            case Narrowed(value=Name(definitions=definitions)):
                waiting.extend(definitions)
            case _:
                yield binding


def _shown(binding: Binding) -> object:
    match binding.value:
        case Literal(value=value):
            return value
    return binding.kind.value
