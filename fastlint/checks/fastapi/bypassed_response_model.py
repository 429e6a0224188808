"""Routes that send a response of their own, past their model or the injected response."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route, argument_of
from fastlint.project.frameworks.statuses import status_of
from fastlint.project.objects import ClassObject, Frame, FunctionObject, Instance, Objects
from fastlint.project.symbols import Class, Function
from fastlint.project.versions import Change
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Await,
    Block,
    Call,
    Conditional,
    Expression,
    Implicit,
    Name,
    Return,
    Subscript,
)

rule = Rule(__name__)

_JSON = "starlette.responses.JSONResponse"
_REDIRECT = "starlette.responses.RedirectResponse"
_SETTERS = ("set_cookie", "delete_cookie", "init_headers")
_OF_HEADERS = ("append", "setdefault", "update")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Answers whose status is an error, or not known, are left alone."""
    for route in project.application.routes:
        signature = project.signatures.endpoint(route)
        function = route.function
        if route.is_websocket or signature is None or function is not signature.function:
            continue
        assert function is not None
        frame = project.types.generic_frame(function)
        model = _model(route, function, signature.frame, project)
        injected = _injected(function, signature.frame, project)
        for returned in function.block.returns:
            if returned.value is None:
                continue
            if model is not None and _is_data(returned.value, frame, project):
                message = f"The response bypasses the response model {model}"
                cure = "return the data itself, or drop the model"
                yield _finding(returned, function, message, cure, project)
            elif injected is not None and _is_lost(returned, injected, frame, project):
                message = f"What is set on `{injected}` is lost: another response is returned"
                cure = "set it on the response that is returned, or return data, not a response"
                yield _finding(returned, function, message, cure, project)


# --- the model -----------------------------------------------------------------------


def _model(
    route: Route, function: Function, frame: Frame, project: Project[NoOptions]
) -> str | None:
    """The response model of a route, where it is a class that filters what is sent."""
    given = route.declaration.argument("response_model")
    if given is None and not project.versions.have(Change.RETURN_ANNOTATION_IS_MODEL):
        return None
    expression = function.summary.returns if given is None else given
    where = frame if given is None else route.declaration.frame
    if expression is None:
        return None
    found = _first_model(project.types.annotations.declared(expression, where), project, depth=2)
    return None if found is None else f"`{written(expression) or found.name}`"


def _first_model(objects: Objects, project: Project[NoOptions], depth: int) -> Class | None:
    for item in objects:
        if not isinstance(item, Instance):
            continue
        if isinstance(item.cls, Class) and project.signatures.is_object(item.cls):
            return item.cls
        for group in item.arguments if depth else ():
            found = _first_model(group, project, depth - 1)
            if found is not None:
                return found
    return None


def _is_data(value: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a value is known to be a JSON response that tells of success."""
    found = list(_responses(value, frame, project, depth=3))
    return bool(found) and all(
        status is not None and 200 <= status < 300 and is_json for status, is_json in found
    )


def _responses(
    value: Expression, frame: Frame, project: Project[NoOptions], depth: int
) -> Iterator[tuple[int | None, bool]]:
    """The status of each response that a value may be, None if it is not known, and whether
    it carries JSON. Helpers of the project are followed."""
    match value:
        case Await(value=inner):
            yield from _responses(inner, frame, project, depth)
        case Conditional(then=then, otherwise=otherwise):
            yield from _responses(then, frame, project, depth)
            yield from _responses(otherwise, frame, project, depth)
        case Name():
            place = project.values.source(value, frame)
            if isinstance(place.expression, Name) or _is_changed(value, frame.block):
                yield None, False
            else:
                yield from _responses(place.expression, place.frame, project, depth)
        case Call():
            yield from _made(value, frame, project, depth)
        case _:
            yield None, False


def _made(
    call: Call, frame: Frame, project: Project[NoOptions], depth: int
) -> Iterator[tuple[int | None, bool]]:
    for callee in project.types.evaluate(call.callee, frame):
        match callee:
            case ClassObject(cls=cls) if project.types.classes.derives_from(cls, _JSON):
                has_content = argument_of(call, "content", 0) is not None
                yield _status(call, frame, 200, project), has_content
            case ClassObject(cls=cls) if project.types.classes.derives_from(cls, _REDIRECT):
                yield _status(call, frame, 307, project), False
            case ClassObject():
                yield _status(call, frame, 200, project), False
            case FunctionObject(function=function) if depth and function.block.returns:
                inner = project.types.generic_frame(function)
                for returned in function.block.returns:
                    if returned.value is not None:
                        yield from _responses(returned.value, inner, project, depth - 1)
            case _:
                yield None, False


def _status(call: Call, frame: Frame, default: int, project: Project[NoOptions]) -> int | None:
    if any(argument.stars for argument in call.arguments):
        return None
    given = argument_of(call, "status_code", 1)
    if given is None:
        return default
    return status_of(given, frame, project.values)


# --- the injected response -----------------------------------------------------------


def _injected(function: Function, frame: Frame, project: Project[NoOptions]) -> str | None:
    """The name of the parameter that is the response which FastAPI would send."""
    for parameter in function.summary.parameters:
        if parameter.annotation is None or parameter.default is not None:
            continue
        if written(parameter.annotation) is None:
            continue
        declared = project.types.annotations.declared(parameter.annotation, frame)
        if len(declared) == 1 and project.application.is_response(declared[0]):
            return parameter.name
    return None


def _is_lost(returned: Return, injected: str, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the injected response was changed, and one that has nothing of it is returned."""
    value, block = returned.value, frame.block
    assert value is not None
    sent = project.types.evaluate(value, frame)
    if not sent or not all(map(project.application.is_response, sent)):
        return False
    if _mentions(value, injected) or _is_handed_on(injected, block):
        return False
    statuses = [status for status, _ in _responses(value, frame, project, depth=3)]
    if any(status is None or status >= 400 for status in statuses):
        return False
    return any(
        start < returned.start and set(guards) <= set(returned.guards)
        for start, guards in _changes(injected, block)
    )


def _changes(name: str, block: Block) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Where headers, cookies or the status of a response are set, and under which guards."""
    for call in block.calls:
        match call.callee:
            case Attribute(value=Name(id=owner), name=method) if method in _SETTERS:
                if owner == name:
                    yield call.start, call.guards
            case Attribute(value=Attribute(value=Name(id=owner), name="headers"), name=method):
                if owner == name and method in _OF_HEADERS:
                    yield call.start, call.guards
    for item in block.implicit:
        match item.kind, item.receiver:
            case (Implicit.SUBSCRIPT_SET, Attribute(value=Name(id=owner), name="headers")) | (
                Implicit.SET,
                Attribute(value=Name(id=owner), name="status_code"),
            ) if owner == name:
                yield item.start, item.guards


def _is_changed(name: Name, block: Block) -> bool:
    """Whether the status of a response is set behind its making."""
    return any(
        isinstance(store.target, Attribute)
        and store.target.name == "status_code"
        and _mentions(store.target.value, name.id)
        for store in block.stores
    )


def _is_handed_on(name: str, block: Block) -> bool:
    """Whether other code has the response, or what is set on it."""
    return any(
        _mentions(argument.value, name) for call in block.calls for argument in call.arguments
    ) or any(_mentions(store.value, name) for store in block.stores)


def _mentions(expression: Expression, name: str) -> bool:
    match expression:
        case Name(id=found):
            return found == name
        case Attribute(value=value) | Subscript(value=value) | Await(value=value):
            return _mentions(value, name)
        case Call(callee=callee, arguments=arguments):
            return _mentions(callee, name) or any(
                _mentions(argument.value, name) for argument in arguments
            )
    return False


def _finding(
    returned: Return, function: Function, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    return project.finding(
        function.module,
        getattr(returned.value, "start", returned.start),
        returned.end,
        message,
        help=cure,
        symbol=function.qualname,
    )
