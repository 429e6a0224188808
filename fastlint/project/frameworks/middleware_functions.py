"""The functions that run as middleware around every request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.project.frameworks.fastapi import Application
from fastlint.project.objects import ClassObject, Frame, FunctionObject
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.summaries import BindingKind, Call, Name, Usage

_LOST = frozenset({Usage.ATTRIBUTE, Usage.RETURNED, Usage.SUBSCRIPTED})
_BASE = "starlette.middleware.base.BaseHTTPMiddleware"


@dataclass(frozen=True, slots=True, eq=False)
class Dispatch:
    """A function that is called with a request and `call_next`, the name of its parameter."""

    function: Function
    frame: Frame
    call_next: str

    @property
    def next_calls(self) -> tuple[Call, ...]:
        """Where it asks what is inside of it."""
        return tuple(
            call
            for call in self.function.block.calls
            if isinstance(call.callee, Name) and call.callee.id == self.call_next
        )

    @property
    def unawaited(self) -> tuple[Call, ...]:
        """Where it takes the coroutine that it gets from inside for the response."""
        return tuple(call for call in self.next_calls if self._is_lost(call))

    def _is_lost(self, call: Call) -> bool:
        if call.usage is not Usage.BOUND:
            return call.usage in (*_LOST, Usage.DISCARDED)
        block = self.frame.block
        bound = {
            index
            for index, binding in enumerate(block.bindings)
            if binding.value is call and binding.kind is BindingKind.ASSIGNED
        }
        uses = {use.usage for use in block.uses if bound & set(use.definitions)}
        return bool(bound) and bool(uses) and uses <= _LOST


def dispatches(application: Application, types: Types) -> Iterator[Dispatch]:
    """The functions behind `@app.middleware("http")`, `dispatch=`, and the `dispatch` methods
    of `BaseHTTPMiddleware`s."""
    found = dict.fromkeys((*_functions(application, types), *_methods(types)))
    for function in found:
        parameters = [item.name for item in function.summary.parameters]
        if len(parameters) >= 2:
            yield Dispatch(function, types.generic_frame(function), parameters[-1])


def asgi_calls(application: Application, types: Types) -> Iterator[Frame]:
    """The `__call__` methods of the other middleware classes of the project."""
    for middleware in application.middleware:
        for target in middleware.targets:
            match target:
                case ClassObject(cls=Class() as cls) if not types.classes.derives_from(cls, _BASE):
                    for method in types.classes.methods(cls):
                        if method.name == "__call__" and method.is_async:
                            yield types.generic_frame(method)


def _functions(application: Application, types: Types) -> Iterator[Function]:
    for item in application.declarations:
        if item.name == "middleware":
            for target in item.handler:
                if isinstance(target, FunctionObject) and target.certain:
                    yield target.function
    for middleware in application.middleware:
        given = middleware.argument("dispatch")
        for target in () if given is None else types.evaluate(*given):
            if isinstance(target, FunctionObject) and target.certain:
                yield target.function


def _methods(types: Types) -> Iterator[Function]:
    for cls in types.symbols.classes():
        if types.classes.derives_from(cls, _BASE):
            for method in types.classes.methods(cls):
                if method.name == "dispatch" and not method.block.trivial:
                    yield method
