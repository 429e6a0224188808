"""Websocket routes, and what their code does with the connection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from fastlint.project.frameworks.fastapi import Application, Route
from fastlint.project.frameworks.signatures import Signatures
from fastlint.project.objects import (
    Frame,
    FunctionObject,
    Instance,
    LibraryMethod,
    Object,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import Attribute, Call

_WEBSOCKET = "starlette.websockets.WebSocket"
_REQUEST = "starlette.requests.Request"
_CONNECTIONS = (_WEBSOCKET, "starlette.requests.HTTPConnection")


class Websockets:
    """The websocket routes of a project."""

    def __init__(self, application: Application, types: Types, signatures: Signatures) -> None:
        self._application = application
        self._types = types
        self._signatures = signatures

    @cached_property
    def endpoints(self) -> dict[Function, tuple[Route, ...]]:
        """The functions of websocket routes, and of which."""
        found: dict[Function, tuple[Route, ...]] = {}
        for route in self._application.routes:
            for item in route.endpoints if route.is_websocket else ():
                if isinstance(item, FunctionObject) and item.certain:
                    found[item.function] = (*found.get(item.function, ()), route)
        return found

    @cached_property
    def exclusive(self) -> frozenset[Function]:
        """The functions that only websocket routes call."""
        kinds: dict[bool, set[Function]] = {True: set(), False: set()}
        for route in self._application.routes:
            for item in route.endpoints:
                if isinstance(item, FunctionObject):
                    kinds[route.is_websocket].add(item.function)
        return frozenset(kinds[True] - kinds[False])

    @cached_property
    def resolved(self) -> tuple[Function, ...]:
        """The functions of websocket routes, and those that they depend on."""
        found: dict[Function, None] = {}
        waiting = list(self.endpoints)
        for route in self._application.routes:
            if route.is_websocket:
                call, frame = route.declaration.call, route.declaration.frame
                listed = self._application.listed_dependencies(call, frame)
                waiting.extend(_functions(listed))
        while waiting:
            function = waiting.pop(0)
            if function in found:
                continue
            found[function] = None
            frame = self._types.defining_frame(function)
            waiting.extend(_functions(self._application.dependencies_of(function, frame)))
        return tuple(found)

    def method(self, call: Call, frame: Frame) -> str | None:
        """The method of a websocket that is called: `accept`, `send_text`, ..."""
        if not isinstance(call.callee, Attribute):
            return None
        match self._types.evaluate(call.callee, frame):
            case (LibraryMethod(name=name),) if name.startswith(f"{_WEBSOCKET}."):
                return name.rpartition(".")[2]
        return None

    def is_passed(self, call: Call, frame: Frame) -> bool:
        """Whether a connection is an argument of a call, which may do anything with it."""
        return any(
            isinstance(item, Instance) and self._types.classes.derives_from(item.cls, *_CONNECTIONS)
            for argument in call.arguments
            for item in self._types.evaluate(argument.value, frame)
        )

    def may_be_accepted(self, function: Function) -> bool:
        """Whether a dependency may accept the connection before a route's function has it."""
        for route in self.endpoints[function]:
            reading = self._signatures.reading(route)
            asked = (item.function for item in reading.signatures[1:])
            if not reading.complete or any(item and self._may_accept(item) for item in asked):
                return True
        return False

    def _may_accept(self, function: Function) -> bool:
        frame = self._types.generic_frame(function)
        return any(
            self.method(call, frame) == "accept" or self.is_passed(call, frame)
            for call in function.block.calls
        )

    def is_request(self, item: Object) -> bool:
        """Whether this is a `Request`, or of a class below it."""
        return isinstance(item, Instance) and self._types.classes.derives_from(item.cls, _REQUEST)


def _functions(items: Iterator[Object]) -> Iterator[Function]:
    for item in items:
        if isinstance(item, FunctionObject):
            yield item.function
