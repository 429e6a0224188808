"""What clients get to see: responses, the details of HTTP exceptions, what routes return,
what is streamed, and what is sent over websockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.frameworks.exceptions import HTTP_EXCEPTION
from fastlint.project.frameworks.fastapi import RESPONSE, Application
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    GeneratorObject,
    LibraryMethod,
    Object,
)
from fastlint.project.sites import Sites
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import Await, Call, Expression, Name

_SENDING = (
    "starlette.templating.Jinja2Templates.TemplateResponse",
    *(
        f"starlette.websockets.WebSocket.{name}"
        for name in ("close", "send", "send_bytes", "send_json", "send_text")
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An expression whose value a client gets to see, and the guards under which it does."""

    expression: Expression
    frame: Frame
    guards: tuple[int, ...]


class Answers:
    """Finds what is sent to clients."""

    def __init__(self, types: Types, sites: Sites, application: Application) -> None:
        self._types = types
        self._sites = sites
        self._application = application

    @cached_property
    def all(self) -> tuple[Answer, ...]:
        """In the order of files, what is returned behind what calls are given."""
        return (*self._given(), *self._returned(), *self._streamed())

    def is_answer(self, callee: Object) -> bool:
        """Whether calling an object sends its arguments, or makes what is sent."""
        match callee:
            case ClassObject(cls=cls):
                return self._types.classes.derives_from(cls, HTTP_EXCEPTION, RESPONSE)
            case LibraryMethod(name=name):
                return name in _SENDING
        return False

    def _given(self) -> Iterator[Answer]:
        made = self._sites.making(HTTP_EXCEPTION, RESPONSE)
        for site in (*made, *self._sites.of(*_SENDING)):
            for argument in site.call.arguments:
                yield Answer(argument.value, site.frame, site.call.guards)

    def _returned(self) -> Iterator[Answer]:
        for function in self._senders:
            frame = self._types.generic_frame(function)
            for item in function.block.returns:
                if item.value is not None:
                    yield Answer(item.value, frame, item.guards)

    @cached_property
    def _senders(self) -> tuple[Function, ...]:
        """The functions of routes, and those whose result they return as it is."""
        waiting = [
            item.function
            for route in self._application.routes
            if not route.is_websocket
            for item in route.endpoints
            if isinstance(item, FunctionObject)
        ]
        found: dict[Function, None] = {}
        while waiting:
            function = waiting.pop()
            if function in found:
                continue
            found[function] = None
            frame = self._types.generic_frame(function)
            for item in function.block.returns:
                waiting.extend(self._handed_on(item.value, frame))
        return tuple(sorted(found, key=lambda one: (one.module.path, one.summary.start)))

    def _handed_on(self, value: Expression | None, frame: Frame) -> Iterator[Function]:
        """The functions whose result a value is."""
        match value:
            case Await(value=inner):
                yield from self._handed_on(inner, frame)
            case Name(definitions=(index,)):
                yield from self._handed_on(frame.block.bindings[index].value, frame)
            case Call(callee=callee):
                match self._types.evaluate(callee, frame):
                    case (FunctionObject(function=function, certain=True),):
                        yield function

    def _streamed(self) -> Iterator[Answer]:
        """What the generators yield that responses are made of."""
        functions = {
            item.frame.function
            for answer in self._given()
            for item in self._types.evaluate(answer.expression, answer.frame)
            if isinstance(item, GeneratorObject) and item.frame.function is not None
        }
        for function in self._types.symbols.functions():
            if function in functions:
                frame = self._types.generic_frame(function)
                for item in function.block.yields:
                    if item.value is not None:
                        yield Answer(item.value, frame, ())
