"""What routes answer with: response models, responses that they make, and the injected one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.project.frameworks.fastapi import Application, Route, argument_of
from fastlint.project.frameworks.signatures import Signatures
from fastlint.project.frameworks.statuses import status_of
from fastlint.project.objects import ClassObject, Frame, FunctionObject, Instance, Objects
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.project.values import Values
from fastlint.project.versions import Change, Versions
from fastlint.summaries import (
    Attribute,
    Await,
    Block,
    Call,
    Conditional,
    Expression,
    Implicit,
    Name,
    walk,
)

_JSON = "starlette.responses.JSONResponse"
_REDIRECT = "starlette.responses.RedirectResponse"
_SETTERS = ("set_cookie", "delete_cookie", "init_headers")
_OF_HEADERS = ("append", "setdefault", "update")
_DEEPEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class ResponseModel:
    """The response model of a route as it is written, and where that is evaluated."""

    expression: Expression
    frame: Frame


@dataclass(frozen=True, slots=True)
class MadeResponse:
    """A response that code makes: its status, None where that is not known, and whether it
    carries JSON."""

    status: int | None
    is_json: bool


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A place where a header, a cookie or the status of a response is set."""

    start: int
    guards: tuple[int, ...]


class Responses:
    """Asks what a route sends, and what of it FastAPI sees."""

    def __init__(
        self,
        types: Types,
        values: Values,
        application: Application,
        signatures: Signatures,
        versions: Versions,
    ) -> None:
        self._types = types
        self._values = values
        self._application = application
        self._signatures = signatures
        self._versions = versions

    # --- models ---

    def model(self, route: Route) -> ResponseModel | None:
        """The response model of a route: what its declaration gives, or its annotation."""
        given = route.declaration.argument("response_model")
        if given is not None:
            return ResponseModel(given, route.declaration.frame)
        signature = self._signatures.endpoint(route)
        if signature is None or signature.function is None or signature.function.is_generator:
            return None
        annotation = signature.function.summary.returns
        if annotation is None or not self._versions.have(Change.RETURN_ANNOTATION_IS_MODEL):
            return None
        return ResponseModel(annotation, signature.frame)

    def filtering(self, model: ResponseModel) -> Class | None:
        """The class of the project that filters what is sent, if a model names one."""
        declared = self._types.annotations.declared(model.expression, model.frame)
        return self._first_class(declared, depth=2)

    def _first_class(self, objects: Objects, depth: int) -> Class | None:
        for item in objects:
            if not isinstance(item, Instance):
                continue
            if isinstance(item.cls, Class) and self._signatures.is_object(item.cls):
                return item.cls
            for group in item.arguments if depth else ():
                found = self._first_class(group, depth - 1)
                if found is not None:
                    return found
        return None

    # --- responses that code makes ---

    def made(
        self, value: Expression, frame: Frame, depth: int = _DEEPEST
    ) -> Iterator[MadeResponse]:
        """The responses that a value may be. Helpers of the project are followed."""
        match value:
            case Await(value=inner):
                yield from self.made(inner, frame, depth)
            case Conditional(then=then, otherwise=otherwise):
                yield from self.made(then, frame, depth)
                yield from self.made(otherwise, frame, depth)
            case Name():
                place = self._values.source(value, frame)
                if isinstance(place.expression, Name) or _has_status_set(value, frame.block):
                    yield MadeResponse(None, False)
                else:
                    yield from self.made(place.expression, place.frame, depth)
            case Call():
                yield from self._made_by(value, frame, depth)
            case _:
                yield MadeResponse(None, False)

    def _made_by(self, call: Call, frame: Frame, depth: int) -> Iterator[MadeResponse]:
        derives = self._types.classes.derives_from
        for callee in self._types.evaluate(call.callee, frame):
            match callee:
                case ClassObject(cls=cls) if derives(cls, _JSON):
                    has_content = argument_of(call, "content", 0) is not None
                    yield MadeResponse(self._status(call, frame, 200), has_content)
                case ClassObject(cls=cls) if derives(cls, _REDIRECT):
                    yield MadeResponse(self._status(call, frame, 307), False)
                case ClassObject():
                    yield MadeResponse(self._status(call, frame, 200), False)
                case FunctionObject(function=function) if depth and function.block.returns:
                    inner = self._types.generic_frame(function)
                    for returned in function.block.returns:
                        if returned.value is not None:
                            yield from self.made(returned.value, inner, depth - 1)
                case _:
                    yield MadeResponse(None, False)

    def _status(self, call: Call, frame: Frame, default: int) -> int | None:
        if any(argument.stars for argument in call.arguments):
            return None
        given = argument_of(call, "status_code", 1)
        return default if given is None else status_of(given, frame, self._values)

    # --- the response that FastAPI injects ---

    def injected(self, function: Function, frame: Frame) -> str | None:
        """The name of the parameter that is the response which FastAPI would send."""
        for parameter in function.summary.parameters:
            if not isinstance(parameter.annotation, (Attribute, Name)) or parameter.default:
                continue
            declared = self._types.annotations.declared(parameter.annotation, frame)
            if len(declared) == 1 and self._application.is_response(declared[0]):
                return parameter.name
        return None


def settings_of(name: str, block: Block) -> Iterator[Setting]:
    """Where headers, cookies or the status of the response of this name are set."""
    for call in block.calls:
        match call.callee:
            case Attribute(value=Name(id=owner), name=method) if method in _SETTERS:
                if owner == name:
                    yield Setting(call.start, call.guards)
            case Attribute(value=Attribute(value=Name(id=owner), name="headers"), name=method):
                if owner == name and method in _OF_HEADERS:
                    yield Setting(call.start, call.guards)
    for item in block.implicit:
        match item.kind, item.receiver:
            case (Implicit.SUBSCRIPT_SET, Attribute(value=Name(id=owner), name="headers")) | (
                Implicit.SET,
                Attribute(value=Name(id=owner), name="status_code"),
            ) if owner == name:
                yield Setting(item.start, item.guards)


def _has_status_set(name: Name, block: Block) -> bool:
    """Whether the status of a response is set behind its making."""
    return any(
        isinstance(store.target, Attribute)
        and store.target.name == "status_code"
        and mentions(store.target.value, name.id)
        for store in block.stores
    )


def mentions(expression: Expression, name: str) -> bool:
    """Whether a variable stands in an expression."""
    return any(isinstance(node, Name) and node.id == name for node in walk(expression))
