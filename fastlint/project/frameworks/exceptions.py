"""Where HTTP exceptions come from, and which handlers stop them."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.frameworks.statuses import status_of
from fastlint.project.objects import (
    AnyClass,
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryObject,
    Object,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.project.values import Values
from fastlint.project.wording import written
from fastlint.summaries import (
    BindingKind,
    Block,
    Call,
    Expression,
    Handler,
    Name,
    Raise,
    Sequence,
    Try,
    Usage,
)

HTTP_EXCEPTION = "starlette.exceptions.HTTPException"
_BROAD = ("builtins.Exception", "builtins.BaseException")
_DEEPEST = 20


Statuses = frozenset[int | str | None]
"""Of HTTP exceptions: the name of the class where only that tells, None where nothing does."""


class Exceptions:
    """Asks what is raised and what is caught."""

    def __init__(self, types: Types, values: Values) -> None:
        self._types = types
        self._values = values
        self._leaving: dict[Function, Statuses] = {}

    # --- what is raised ---

    def is_http_exception(self, item: Object) -> bool:
        """Whether this is `HTTPException`, a class below it, or an instance of one."""
        return isinstance(item, (ClassObject, Instance)) and self._types.classes.derives_from(
            item.cls, HTTP_EXCEPTION
        )

    def raises_http(self, item: Raise, frame: Frame) -> bool:
        """Whether a `raise` raises an HTTP exception."""
        if item.value is None:
            return False
        raised = self._types.evaluate(item.value, frame)
        return bool(raised) and all(map(self.is_http_exception, raised))

    def sources(self, frame: Frame) -> Iterator[Raise | Call]:
        """What raises an HTTP exception in a block: a `raise`, or a call of a function of
        the project that an HTTP exception may leave."""
        for item in frame.block.raises:
            if self.raises_http(item, frame):
                yield item
        for call in frame.block.calls:
            if self._left_by(call, frame, _DEEPEST):
                yield call

    def statuses(self, source: Raise | Call, frame: Frame) -> Statuses:
        """The statuses with which HTTP exceptions come from a source."""
        if isinstance(source, Call):
            return self._left_by(source, frame, _DEEPEST)
        if not isinstance(source.value, Call):
            return frozenset((None,))
        given = argument_of(source.value, "status_code", 0)
        known = None if given is None else status_of(given, frame, self._values)
        return frozenset((known or written(source.value.callee),))

    def _left_by(self, call: Call, frame: Frame, depth: int) -> Statuses:
        match self._types.evaluate(call.callee, frame):
            case (FunctionObject(function=function, certain=True),):
                runs = call.usage is Usage.AWAITED or not function.is_async
                if runs and not function.is_generator:
                    return self._left_from(function, depth)
        return frozenset()

    def _left_from(self, function: Function, depth: int) -> Statuses:
        found = self._leaving.get(function)
        if found is None and depth:
            self._leaving[function] = frozenset()
            frame = self._types.generic_frame(function)
            raised = [
                self.statuses(item, frame)
                for item in function.block.raises
                if self.raises_http(item, frame) and self.escapes(item.start, frame)
            ]
            passed = [
                left
                for call in function.block.calls
                if (left := self._left_by(call, frame, depth - 1))
                and self.escapes(call.start, frame)
            ]
            found = self._leaving[function] = frozenset().union(*raised, *passed)
        return found or frozenset()

    def escapes(self, place: int, frame: Frame) -> bool:
        """Whether an HTTP exception that is raised there leaves the block."""
        return not any(self.stopping(item, frame) for item in around(place, frame.block))

    def stopping(self, item: Try, frame: Frame) -> Handler | None:
        """The handler of a `try` that gets HTTP exceptions, and does not just raise them again."""
        for handler in item.handlers:
            if self.is_broad(handler, frame) or self.names_http(handler, frame):
                return None if _raises_again(handler, frame.block) else handler
        return None

    # --- what is caught ---

    def is_broad(self, handler: Handler, frame: Frame) -> bool:
        """Whether a handler is for every `Exception`."""
        return handler.types is None or self.names_all(handler.types, frame)

    def names_all(self, types: Expression, frame: Frame) -> bool:
        """Whether `Exception` is among these."""
        return any(name in _BROAD for name in self.names(types, frame))

    def is_unexpected(self, types: Expression, frame: Frame) -> bool:
        """Whether these may be exceptions whose text nobody has written for clients: any, or
        those of drivers and other libraries that tell of the inside."""
        return self.names_all(types, frame) or any(
            isinstance(item, ClassObject) and self._is_internal(item.cls)
            for part in _parts(types)
            for item in self._types.evaluate(part, frame)
        )

    def _is_internal(self, cls: AnyClass) -> bool:
        return isinstance(cls, LibraryClass) and any(
            isinstance(base, LibraryClass) and base.entry is not None and base.entry.internal
            for base in self._types.classes.order(cls)
        )

    def catches_http(self, frame: Frame, calls: tuple[Call, ...]) -> bool:
        """Whether a block answers for HTTP exceptions of some of its calls."""
        return any(
            self.names_http(handler, frame)
            for call in calls
            for statement in around(call.start, frame.block)
            for handler in statement.handlers
        )

    def names_http(self, handler: Handler, frame: Frame) -> bool:
        """Whether a handler names `HTTPException`, or a class below it."""
        return any(
            self.is_http_exception(item)
            for part in _parts(handler.types)
            for item in self._types.evaluate(part, frame)
        )

    def names(self, types: Expression | None, frame: Frame) -> Iterator[str]:
        """The library's exceptions that a handler is for."""
        for part in _parts(types):
            for item in self._types.evaluate(part, frame):
                match item:
                    case ClassObject(cls=LibraryClass(name=name)) | LibraryObject(name=name):
                        yield name


def _parts(types: Expression | None) -> tuple[Expression, ...]:
    if isinstance(types, Sequence):
        return types.items
    return () if types is None else (types,)


def _raises_again(handler: Handler, block: Block) -> bool:
    """Whether a handler ends with a `raise` of what it has caught, whatever it does before."""
    inside = [item for item in block.raises if handler.start < item.start < handler.end]
    return (
        handler.leaves
        and bool(inside)
        and all(item.value is None or _is_caught(item.value, block) for item in inside)
        and not any(handler.start < item.start < handler.end for item in block.returns)
    )


def _is_caught(value: Expression, block: Block) -> bool:
    match value:
        case Name(definitions=(index,)):
            return block.bindings[index].kind is BindingKind.EXCEPT
    return False


def around(place: int, block: Block) -> Iterator[Try]:
    """The `try` statements whose handlers see what is raised there, innermost first."""
    for item in block.tries:
        if item.start <= place < item.body_end:
            yield item
