"""The order of an application's middleware, and which of it answers requests by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.project.frameworks.fastapi import CORS, RESPONSE, Application, Creation, Declaration
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    Object,
    Objects,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.project.values import Values
from fastlint.project.wording import name_of_callee, written
from fastlint.summaries import Block, Call, Expression, Guard, GuardKind, Return, Sequence

_LISTED = "starlette.middleware.Middleware"
_ANSWERING = (
    "slowapi.middleware.SlowAPIASGIMiddleware",
    "slowapi.middleware.SlowAPIMiddleware",
    "starlette.middleware.authentication.AuthenticationMiddleware",
    "starlette.middleware.httpsredirect.HTTPSRedirectMiddleware",
    "starlette.middleware.trustedhost.TrustedHostMiddleware",
)
"""Middleware of libraries that may refuse or redirect a request."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A middleware that code puts around an application."""

    call: Call
    """`add_middleware(...)`, `@app.middleware("http")` or `Middleware(...)`"""
    frame: Frame
    targets: Objects
    """its class or function"""
    name: str

    @property
    def guards(self) -> tuple[Guard, ...]:
        """What has to hold for it to be added."""
        return tuple(self.frame.block.guards[index] for index in self.call.guards)

    def excludes(self, other: Layer) -> bool:
        """Whether the two stand in opposite branches."""
        return any(
            one.kind is GuardKind.TEST and one.test is two.test and one.positive != two.positive
            for one in self.guards
            for two in other.guards
        )


class Layers:
    """The middleware of applications, in order."""

    def __init__(self, application: Application, types: Types, values: Values) -> None:
        self._application = application
        self._types = types
        self._values = values

    def stacks(self) -> Iterator[list[Layer]]:
        """What one block of code puts around one application, innermost first. What other
        blocks add may come before or after, and is left out."""
        stacks: dict[tuple[Block, Instance, Call | None], list[Layer]] = {}
        for creation in self._application.creations:
            for item in creation.instances:
                listed = [*self._listed(creation)]
                key = creation.frame.block, item, creation.call
                stacks.setdefault(key, []).extend(reversed(listed))
        for declaration in self._application.declarations:
            if declaration.name in ("add_middleware", "middleware"):
                layer = self._added(declaration)
                made = self._application.maker(declaration)
                for item in declaration.receivers:
                    stacks.setdefault((declaration.frame.block, item, made), []).append(layer)
        yield from stacks.values()

    def _listed(self, creation: Creation) -> Iterator[Layer]:
        """The entries of `middleware=[...]`, outermost first."""
        given = creation.argument("middleware")
        if given is None:
            return
        place = self._values.source(given, creation.frame)
        if not isinstance(place.expression, Sequence):
            return
        for item in place.expression.items:
            entry = self._values.source(item, place.frame)
            match entry.expression:
                case Call(callee=callee, arguments=(first, *_)) as call if self._is_entry(
                    callee, entry.frame
                ):
                    yield self._layer(call, entry.frame, first.value)

    def _is_entry(self, callee: Expression, frame: Frame) -> bool:
        return any(
            isinstance(item, ClassObject) and self._types.classes.derives_from(item.cls, _LISTED)
            for item in self._types.evaluate(callee, frame)
        )

    def _added(self, declaration: Declaration) -> Layer:
        target = declaration.argument("middleware_class", 0)
        if declaration.name == "add_middleware" and target is not None:
            return self._layer(declaration.call, declaration.frame, target)
        names = [name_of_callee(item) for item in declaration.handler]
        name = next(filter(None, names), "a middleware")
        return Layer(declaration.call, declaration.frame, declaration.handler, name)

    def _layer(self, call: Call, frame: Frame, target: Expression) -> Layer:
        targets = self._types.evaluate(target, frame)
        names = [name_of_callee(item) for item in targets]
        name = next(filter(None, names), None) or written(target) or "a middleware"
        return Layer(call, frame, targets, name.rpartition(".")[2])

    # --- what a layer is, and does ---

    def is_made(self, item: Object) -> bool:
        """Whether this is a middleware that is made already, around an application, and no
        factory of one."""
        match item:
            case Instance(cls=LibraryClass(name=name)):
                return name.startswith("starlette.middleware.") and name.endswith("Middleware")
            case Instance(cls=Class()):
                methods = self._types.attribute(item, "__call__")
                return bool(methods) and all(
                    isinstance(method, FunctionObject) and method.function.is_async
                    for method in methods
                )
        return False

    def is_cors(self, layer: Layer) -> bool:
        """Whether it is `CORSMiddleware`, or a class below it."""
        return bool(layer.targets) and all(
            isinstance(item, ClassObject) and self._types.classes.derives_from(item.cls, CORS)
            for item in layer.targets
        )

    def answers(self, layer: Layer) -> bool:
        """Whether it is known to answer some requests by itself."""
        return any(map(self._answers, layer.targets))

    def _answers(self, target: Object) -> bool:
        match target:
            case FunctionObject(function=function):
                return self._answers_before(function)
            case ClassObject(cls=cls) if self._types.classes.derives_from(cls, *_ANSWERING):
                return True
            case ClassObject(cls=Class() as cls):
                instance = self._types.instance(cls, exact=True)
                return any(
                    isinstance(method, FunctionObject) and self._answers_before(method.function)
                    for name in ("dispatch", "__call__")
                    for method in self._types.classes.attribute(instance, name)
                )
        return False

    def _answers_before(self, function: Function) -> bool:
        """Whether it returns a response of its own making, or sends one, before it hands the
        request on, or in place of an exception."""
        frame, block = self._types.generic_frame(function), function.block
        inner = _inner(function)
        handed_on = min(
            (one.start for one in block.calls if written(one.callee) in inner), default=None
        )
        made = [
            *((one.start, one.guards) for one in block.returns if self._makes_response(one, frame)),
            *((one.start, one.guards) for one in block.calls if self._sends_response(one, frame)),
        ]
        return any(
            handed_on is None or start < handed_on or _in_handler(guards, frame)
            for start, guards in made
        )

    def _makes_response(self, item: Return, frame: Frame) -> bool:
        return item.value is not None and self._is_response(item.value, frame)

    def _sends_response(self, call: Call, frame: Frame) -> bool:
        """`await JSONResponse(...)(scope, receive, send)`"""
        return len(call.arguments) == 3 and self._is_response(call.callee, frame)

    def _is_response(self, expression: Expression, frame: Frame) -> bool:
        objects = self._types.evaluate(expression, frame)
        return any(
            isinstance(item, Instance)
            and item.exact
            and self._types.classes.derives_from(item.cls, RESPONSE)
            for item in objects
        )


def _inner(function: Function) -> set[str]:
    """How a middleware calls what is inside of it: its last parameter, or `self.app`."""
    names = [parameter.name for parameter in function.summary.parameters]
    return {"call_next", "self.app", "self._app", *names[-1:]} - {"send"}


def _in_handler(guards: tuple[int, ...], frame: Frame) -> bool:
    return any(frame.block.guards[index].kind is GuardKind.EXCEPT for index in guards)
