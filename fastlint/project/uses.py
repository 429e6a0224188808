"""What the project uses of libraries: the names that it takes, and what it gives to calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from fastlint.project.objects import Frame, LibraryObject
from fastlint.project.sites import Sites
from fastlint.project.types import Types
from fastlint.project.wording import written
from fastlint.summaries import (
    Attribute,
    Binding,
    Call,
    Expression,
    Guard,
    GuardKind,
    Implicit,
    Import,
    Name,
    Operation,
    Sequence,
)


@dataclass(frozen=True, slots=True, eq=False)
class LibraryUse:
    """A place where a name is taken from a library."""

    name: str
    """canonical: `starlette.status.HTTP_200_OK`, however it is written"""
    written: str
    """the last part as it stands there"""
    frame: Frame
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class LibraryArgument:
    """What a call gives to a library for an argument that a catalogue speaks of."""

    callee: str
    expression: Expression
    frame: Frame
    call: Call


class AttributeUse(NamedTuple):
    """A place where an attribute is taken of something."""

    attribute: Attribute
    call: Call | None
    """The call, where it is called at once."""
    guards: tuple[int, ...]
    frame: Frame


class ImportUse(NamedTuple):
    """A place where a module, or a name of one, is imported."""

    binding: Binding
    imported: Import
    frame: Frame


class Uses:
    """Finds where names of libraries are taken. Where an import may fail, and something else
    takes its place, nobody relies on the name."""

    def __init__(self, types: Types, sites: Sites) -> None:
        self._types = types
        self._sites = sites

    def of(self, names: Collection[str]) -> Iterator[LibraryUse]:
        """The uses of any of these names, which are canonical."""
        for last in dict.fromkeys(name.rpartition(".")[2] for name in names):
            for use in (*self._imported(last), *self._taken(last)):
                if use.name in names:
                    yield use

    def arguments(self, field: str) -> Iterator[LibraryArgument]:
        """Every argument that the catalogues list in this field of a behaviour: `secrets`."""
        for site, item in self._sites.taking(field):
            for slot in filter(None, map(item.arguments.slot, item.behaviour.arguments[field])):
                if slot.expression is not None and slot.frame is not None:
                    yield LibraryArgument(item.name, slot.expression, slot.frame, site.call)

    def attributes(self, *names: str) -> Iterator[AttributeUse]:
        """Every place where an attribute of one of these names is taken of something."""
        for name in names:
            yield from self._attributes.get(name, ())

    def imported(self, name: str) -> Iterator[ImportUse]:
        """Every place where something of this name is imported, from wherever."""
        yield from self._imports.get(name, ())

    @cached_property
    def imports(self) -> tuple[ImportUse, ...]:
        """Every import, in the order of files and text."""
        return tuple(
            ImportUse(binding, binding.value, frame)
            for frame in self._types.generic_frames()
            for binding in frame.block.bindings
            if isinstance(binding.value, Import)
        )

    @cached_property
    def _attributes(self) -> dict[str, list[AttributeUse]]:
        found: dict[str, list[AttributeUse]] = {}
        for frame in self._types.generic_frames():
            for use in attributes_taken(frame):
                found.setdefault(use.attribute.name, []).append(use)
        return found

    @cached_property
    def _imports(self) -> dict[str, list[ImportUse]]:
        found: dict[str, list[ImportUse]] = {}
        for use in self.imports:
            if use.imported.attribute is not None:
                found.setdefault(use.imported.attribute, []).append(use)
        return found

    def _imported(self, last: str) -> Iterator[LibraryUse]:
        for binding, imported, frame in self._imports.get(last, ()):
            if imported.level or is_for_some_versions(binding.guards, frame):
                continue
            if self._is_foreign(imported, frame) and not self._has_alternative(binding.name, frame):
                name = self._types.catalogue.canonical(f"{imported.module}.{last}")
                yield LibraryUse(name, last, frame, imported.start, imported.end)

    def _taken(self, last: str) -> Iterator[LibraryUse]:
        for attribute, _, guards, frame in self._attributes.get(last, ()):
            if not isinstance(attribute.value, (Name, Attribute)):
                continue
            if is_for_some_versions(guards, frame):
                continue
            for owner in self._types.evaluate(attribute.value, frame):
                if isinstance(owner, LibraryObject):
                    name = self._types.catalogue.canonical(f"{owner.name}.{last}")
                    yield LibraryUse(name, last, frame, attribute.start, attribute.end)

    def _is_foreign(self, imported: Import, frame: Frame) -> bool:
        find = self._types.symbols.find
        below = f"{imported.module}.{imported.attribute}"
        return find(imported.module, frame.module) is None and find(below, frame.module) is None

    def _has_alternative(self, name: str, frame: Frame) -> bool:
        """Whether a name is bound again where its import fails."""
        alive = frame.block.exit.get(name, ())
        return any(
            is_for_some_versions(frame.block.bindings[index].guards, frame) for index in alive
        )


def is_for_some_versions(guards: tuple[int, ...], frame: Frame) -> bool:
    """Whether code runs only for some versions: where an import failed, or a test says so."""
    return any(_asks_for_version(frame.block.guards[index]) for index in guards)


def attributes_taken(frame: Frame) -> Iterator[AttributeUse]:
    """The attributes that a block takes."""
    for call in frame.block.calls:
        if isinstance(call.callee, Attribute):
            yield AttributeUse(call.callee, call, call.guards, frame)
    for item in frame.block.implicit:
        if item.kind is Implicit.GET and isinstance(item.receiver, Attribute):
            yield AttributeUse(item.receiver, None, item.guards, frame)


def _asks_for_version(guard: Guard) -> bool:
    if guard.kind is GuardKind.TEST:
        return _speaks_of_version(guard.test)
    caught = guard.test.items if isinstance(guard.test, Sequence) else (guard.test,)
    return any(written(item) in _MISSING for item in caught)


_MISSING = ("AttributeError", "ImportError", "ModuleNotFoundError")


def _speaks_of_version(test: Expression) -> bool:
    match test:
        case Name(id=name) | Attribute(name=name):
            return "version" in name.lower()
        case Call(callee=Name(id="getattr" | "hasattr")):
            return True
        case Call(callee=callee, arguments=arguments):
            return _speaks_of_version(callee) or any(
                _speaks_of_version(argument.value) for argument in arguments
            )
        case Operation(operands=operands):
            return any(map(_speaks_of_version, operands))
    return False
