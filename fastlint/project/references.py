"""Where the project names its own functions: to call them, to hand them on, or to keep them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from fastlint.project.objects import Frame, FunctionObject
from fastlint.project.symbols import Function, ProjectModule
from fastlint.project.types import Types
from fastlint.project.uses import Uses
from fastlint.summaries import Attribute, Block, Name, walk


class References:
    """Finds the names and attributes that stand for a function."""

    def __init__(self, types: Types, uses: Uses) -> None:
        self._types = types
        self._uses = uses

    def of(self, function: Function) -> Iterator[tuple[Name | Attribute, Frame]]:
        """Every name and attribute that may be the function, wherever it is used."""
        found: Iterator[tuple[Name | Attribute, Frame]] = chain(
            self._names(function),
            ((use.attribute, use.frame) for use in self._uses.attributes(function.name)),
        )
        for name, frame in found:
            if self._is(name, frame, function):
                yield name, frame

    def _is(self, name: Name | Attribute, frame: Frame, function: Function) -> bool:
        return any(
            isinstance(item, FunctionObject) and item.function is function
            for item in self._types.evaluate(name, frame)
        )

    def _names(self, function: Function) -> Iterator[tuple[Name, Frame]]:
        for module, known in self._known(function).items():
            for frame in self._frames[module]:
                names = {name for name in known if _may_load(name, frame.block)}
                for node in walk(frame.block) if names else ():
                    if isinstance(node, Name) and node.id in names:
                        yield node, frame

    @cached_property
    def _frames(self) -> dict[ProjectModule, list[Frame]]:
        found: dict[ProjectModule, list[Frame]] = {}
        for frame in self._types.generic_frames():
            found.setdefault(frame.module, []).append(frame)
        return found

    def _known(self, function: Function) -> dict[ProjectModule, set[str]]:
        """What modules call the function: its own, and those that import it."""
        known = {function.module: {function.name}}
        for use in self._uses.imported(function.name):
            known.setdefault(use.frame.module, set()).add(use.binding.name)
        return known


def _may_load(name: str, block: Block) -> bool:
    return name in block.free or name in block.exit
