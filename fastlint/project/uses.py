"""What the project uses of libraries: the names that it takes, and what it gives to calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.objects import Frame, LibraryObject
from fastlint.project.sites import Sites
from fastlint.project.types import Types
from fastlint.project.wording import written
from fastlint.summaries import (
    Attribute,
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


class Uses:
    """Finds where names of libraries are taken. Where an import may fail, and something else
    takes its place, nobody relies on the name."""

    def __init__(self, types: Types, sites: Sites) -> None:
        self._types = types
        self._sites = sites

    def of(self, names: Collection[str]) -> Iterator[LibraryUse]:
        """The uses of any of these names, which are canonical, in the order of files and text."""
        last = {name.rpartition(".")[2] for name in names}
        for use in self._all:
            if use.written in last and use.name in names:
                yield use

    def arguments(self, field: str) -> Iterator[LibraryArgument]:
        """Every argument that the catalogues list in this field of a behaviour: `secrets`."""
        for site, item in self._sites.taking(field):
            for slot in filter(None, map(item.arguments.slot, item.behaviour.arguments[field])):
                if slot.expression is not None and slot.frame is not None:
                    yield LibraryArgument(item.name, slot.expression, slot.frame, site.call)

    def attributes(self, *names: str) -> Iterator[tuple[Attribute, Frame]]:
        """Every place where an attribute of one of these names is taken of something."""
        for name in names:
            yield from self._attributes.get(name, ())

    @cached_property
    def _attributes(self) -> dict[str, list[tuple[Attribute, Frame]]]:
        found: dict[str, list[tuple[Attribute, Frame]]] = {}
        for frame in self._types.generic_frames():
            for attribute, _ in _attributes(frame):
                found.setdefault(attribute.name, []).append((attribute, frame))
        return found

    @cached_property
    def _all(self) -> tuple[LibraryUse, ...]:
        return tuple(
            use
            for frame in self._types.generic_frames()
            for use in sorted(self._in_frame(frame), key=lambda use: use.start)
        )

    def _in_frame(self, frame: Frame) -> Iterator[LibraryUse]:
        for binding in frame.block.bindings:
            match binding.value:
                case Import(module=module, attribute=str() as attribute, level=0) as imported:
                    if is_for_some_versions(binding.guards, frame):
                        continue
                    if self._is_foreign(imported, frame) and not self._has_alternative(
                        binding.name, frame
                    ):
                        name = self._types.catalogue.canonical(f"{module}.{attribute}")
                        yield LibraryUse(name, attribute, frame, imported.start, imported.end)
        for attribute_, guards in _attributes(frame):
            if not is_for_some_versions(guards, frame):
                yield from self._taken(attribute_, frame)

    def _taken(self, attribute: Attribute, frame: Frame) -> Iterator[LibraryUse]:
        if not isinstance(attribute.value, (Name, Attribute)):
            return
        for owner in self._types.evaluate(attribute.value, frame):
            if isinstance(owner, LibraryObject):
                name = self._types.catalogue.canonical(f"{owner.name}.{attribute.name}")
                yield LibraryUse(name, attribute.name, frame, attribute.start, attribute.end)

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


def _attributes(frame: Frame) -> Iterator[tuple[Attribute, tuple[int, ...]]]:
    """The attributes that a block takes."""
    for call in frame.block.calls:
        if isinstance(call.callee, Attribute):
            yield call.callee, call.guards
    for item in frame.block.implicit:
        if item.kind is Implicit.GET and isinstance(item.receiver, Attribute):
            yield item.receiver, item.guards


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
        case Call(callee=Name(id="hasattr")):
            return True
        case Call(callee=callee, arguments=arguments):
            return _speaks_of_version(callee) or any(
                _speaks_of_version(argument.value) for argument in arguments
            )
        case Operation(operands=operands):
            return any(map(_speaks_of_version, operands))
    return False
