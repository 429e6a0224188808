"""Code that only other versions of a library see: below a test of the version, or of what is
installed, or behind a failed import."""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceABC

from fastlint.project.objects import Frame, LibraryObject
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    Binding,
    BindingKind,
    Boolean,
    Call,
    Expression,
    Guard,
    GuardKind,
    Import,
    Literal,
    Name,
    Operation,
    Sequence,
    Starred,
    Subscript,
)

_VERSIONS = ("VERSION", "__version__", "version", "version_info", "version_short")
_FLAG = re.compile(r"\d|version|major")
_VERSION_FLAG = re.compile(r"(?:^|_)v[12](?:_|$)")
_DEEPEST = 4
"""How many names of flags are followed."""


class Fallbacks:
    """The code of a project that is meant for some versions of `library` only.

    Asking for an attribute whose name begins with one of `telling` is asking for the version.
    """

    def __init__(self, types: Types, library: str, telling: tuple[str, ...]) -> None:
        self._types = types
        self._library = library
        self._telling = (library, *telling)
        self._definitions: dict[Class | Function, bool] = {}

    def contain(self, item: Class | Function) -> bool:
        """Whether a class or function is defined for some versions only."""
        found = self._definitions.get(item)
        if found is None:
            found = self.covers(item.guards, self._types.defining_frame(item))
            self._definitions[item] = found
        return found

    def covers(self, guards: tuple[int, ...], frame: Frame) -> bool:
        """Whether code under these guards of the frame's block runs for some versions only."""
        if any(self._asks(frame.block.guards[index], frame) for index in guards):
            return True
        holder = frame.function or frame.cls
        return holder is not None and self.contain(holder)

    def binds(self, binding: Binding, frame: Frame) -> bool:
        """Whether a name is bound for some versions only, or by one of several statements,
        as `try: from a import b` and `except ImportError: from c import b` do."""
        if self.covers(binding.guards, frame):
            return True
        alive = frame.block.exit.get(binding.name, ())
        return len(alive) > 1 and binding in [frame.block.bindings[index] for index in alive]

    def _asks(self, guard: Guard, frame: Frame) -> bool:
        if guard.kind is GuardKind.TEST:
            return self._speaks(guard.test, frame, 0)
        if _catches(guard.test, "ImportError", "ModuleNotFoundError"):
            return True
        tried = frame.block.calls[guard.first : guard.last]
        return _catches(guard.test, "AttributeError", "TypeError") and any(
            isinstance(call.callee, Attribute) and call.callee.name.startswith(self._telling)
            for call in tried
        )

    def _speaks(self, test: Expression, frame: Frame, depth: int) -> bool:
        """Whether a test asks for the version, or for what only one version has."""
        match test:
            case Name(id=name):
                return self._is_flag(name) or self._holds(test, frame, depth)
            case Attribute(value=value, name=name):
                if name in _VERSIONS and self._is_library(value, frame):
                    return True
                return self._is_flag(name) or self._speaks(value, frame, depth)
            case Call(callee=callee, arguments=arguments):
                values = [argument.value for argument in arguments]
                return self._asks_for_name(callee, values, frame) or any(
                    self._speaks(part, frame, depth) for part in (callee, *values)
                )
            case Operation(operands=parts) | Boolean(values=parts) | Sequence(items=parts):
                return any(self._speaks(part, frame, depth) for part in parts)
            case Subscript(value=value) | Starred(value=value):
                return self._speaks(value, frame, depth)
        return False

    def _is_flag(self, name: str) -> bool:
        """Whether a name is that of a version: `PYDANTIC_2`, `pydantic_version`, `is_v2`"""
        lowered = name.lower()
        if self._library in lowered:
            return _FLAG.search(lowered) is not None
        return _VERSION_FLAG.search(lowered) is not None

    def _asks_for_name(
        self, callee: Expression, values: SequenceABC[Expression], frame: Frame
    ) -> bool:
        """`hasattr(model, "model_dump")`, `hasattr(pydantic, "TypeAdapter")`,
        `version("pydantic")`"""
        match callee, values:
            case Name(id="hasattr" | "getattr"), [owner, *_] if self._is_library(owner, frame):
                return True
        return any(
            isinstance(value, Literal)
            and isinstance(value.value, str)
            and value.value.startswith(self._telling)
            for value in values
        )

    def _is_library(self, expression: Expression, frame: Frame) -> bool:
        """Whether an expression stands for the library, or for a module of it."""
        if not isinstance(expression, (Name, Attribute)):
            return False
        return any(
            isinstance(item, LibraryObject) and item.name.partition(".")[0] == self._library
            for item in self._types.evaluate(expression, frame)
        )

    def _holds(self, name: Name, frame: Frame, depth: int) -> bool:
        """Whether a flag was computed from the version, in this module or another."""
        home = frame if name.definitions else self._types.module_frame(frame.module)
        indexes = name.definitions or home.block.exit.get(name.id, ())
        return depth <= _DEEPEST and any(
            self._computes(home.block.bindings[index], home, depth + 1) for index in indexes
        )

    def _computes(self, binding: Binding, frame: Frame, depth: int) -> bool:
        match binding.kind, binding.value:
            case BindingKind.IMPORT, Import(module=name, attribute=attribute):
                if name.partition(".")[0] == self._library:
                    return attribute in _VERSIONS
                module = self._types.symbols.find(name, frame.module)
                if module is None or attribute is None or depth > _DEEPEST:
                    return False
                home = self._types.module_frame(module)
                return any(
                    self._computes(home.block.bindings[index], home, depth + 1)
                    for index in home.block.exit.get(attribute, ())
                )
            case BindingKind.ASSIGNED, value:
                return self._speaks(value, frame, depth)
        return False


def _catches(test: Expression, *names: str) -> bool:
    match test:
        case Name(id=name) | Attribute(name=name):
            return name in names
        case Sequence(items=items):
            return any(_catches(item, *names) for item in items)
    return False
