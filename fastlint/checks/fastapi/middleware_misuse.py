"""Middleware that cannot work as it is written, or is added too late."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.exceptions import Exceptions, around
from fastlint.project.frameworks.fastapi import Declaration
from fastlint.project.frameworks.middleware_functions import Dispatch, asgi_calls, dispatches
from fastlint.project.objects import (
    ContextFactory,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    Object,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import BindingKind, Call, Name, Raise, Usage

rule = Rule(__name__)

_AWAIT = "write `await call_next(request)`"
_LOST = frozenset({Usage.ATTRIBUTE, Usage.RETURNED, Usage.SUBSCRIPTED})


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """In the functions that middleware is, and where middleware is added."""
    found = tuple(dispatches(project.application, project.types))
    plain = dict.fromkeys(asgi_calls(project.application, project.types))
    inner = ((item.frame, _next_calls(item)) for item in found)
    if not any(
        _catches_http(frame, calls, project.exceptions)
        for frame, calls in (*inner, *((frame, frame.block.calls) for frame in plain))
    ):
        for frame in (*(item.frame for item in found), *plain):
            yield from _raised(frame, project.exceptions, project)
    for item in found:
        yield from _without_coroutine(item, project)
        yield from _without_await(item, project)
        yield from _without_response(item, project)
    late = _late(project)
    for declaration in project.application.declarations:
        if declaration.name == "add_middleware":
            yield from _added_late(declaration, late, project)
            yield from _instance(declaration, project)


def _next_calls(item: Dispatch) -> tuple[Call, ...]:
    """Where it asks what is inside of it."""
    return tuple(
        call
        for call in item.function.block.calls
        if isinstance(call.callee, Name) and call.callee.id == item.call_next
    )


def _catches_http(frame: Frame, calls: tuple[Call, ...], exceptions: Exceptions) -> bool:
    """Whether it answers for HTTP exceptions of some calls."""
    return any(
        exceptions.names_http(handler, frame)
        for call in calls
        for statement in around(call.start, frame.block)
        for handler in statement.handlers
    )


def _raised(frame: Frame, exceptions: Exceptions, project: Project[NoOptions]) -> Iterator[Finding]:
    for source in exceptions.sources(frame):
        if not exceptions.escapes(source.start, frame):
            continue
        if isinstance(source, Raise):
            message = "an `HTTPException` becomes a 500 here: middleware is around its handler"
        else:
            name = name_of_call(source.callee, project.types.evaluate(source.callee, frame)[0])
            message = f"an `HTTPException` of `{name}` becomes a 500 here"
        cure = "return a response: `JSONResponse({...}, status_code=...)`"
        yield _finding(project, frame, source.start, source.end, message, cure)


def _without_coroutine(item: Dispatch, project: Project[NoOptions]) -> Iterator[Finding]:
    """A plain function that returns responses: what it returns is awaited."""
    function = item.function
    if function.is_async:
        return
    returned = [one.value for one in function.block.returns if one.value is not None]
    responses = [
        value
        for value in returned
        if any(map(project.application.is_response, project.types.evaluate(value, item.frame)))
    ]
    if responses:
        message = f"`{function.name}` cannot be awaited: it is a plain `def`"
        yield _at_name(function, item.frame, message, "write `async def`", project)


def _without_response(item: Dispatch, project: Project[NoOptions]) -> Iterator[Finding]:
    function, block = item.function, item.function.block
    if block.falls_through and not any(one.value is not None for one in block.returns):
        message = f"`{function.name}` returns no response"
        cure = "return what `await call_next(request)` gives"
        yield _at_name(function, item.frame, message, cure, project)


def _without_await(item: Dispatch, project: Project[NoOptions]) -> Iterator[Finding]:
    if not item.function.is_async:
        return
    for call in item.function.block.calls:
        match call.callee:
            case Name(id=name) if name == item.call_next and _is_lost(call, item.frame):
                message = f"`{name}` is not awaited: there is no response yet"
                yield _finding(project, item.frame, call.start, call.end, message, _AWAIT)


def _is_lost(call: Call, frame: Frame) -> bool:
    """Whether a coroutine is used as the response."""
    if call.usage is not Usage.BOUND:
        return call.usage in (*_LOST, Usage.DISCARDED)
    block = frame.block
    bound = {
        index
        for index, binding in enumerate(block.bindings)
        if binding.value is call and binding.kind is BindingKind.ASSIGNED
    }
    uses = {use.usage for use in block.uses if bound & set(use.definitions)}
    return bool(bound) and bool(uses) and uses <= _LOST


# --- where it is added ---


def _late(project: Project[NoOptions]) -> dict[Function, tuple[Instance, ...]]:
    """The functions that run when an application has started, and which."""
    application, types = project.application, project.types
    found: dict[Function, tuple[Instance, ...]] = {}
    for creation, value in application.lifespans:
        for item in types.evaluate(value, creation.frame):
            for function in _functions(item):
                found[function] = (*found.get(function, ()), *creation.instances)
    for handler in application.event_handlers:
        for item in handler.targets:
            for function in _functions(item):
                found[function] = (*found.get(function, ()), *handler.receivers)
    for route in application.routes:
        for item in route.endpoints:
            for function in _functions(item):
                receivers = route.declaration.receivers
                found[function] = (*found.get(function, ()), *receivers)
    return found


def _functions(item: Object) -> Iterator[Function]:
    match item:
        case (
            FunctionObject(function=function)
            | ContextFactory(function=FunctionObject(function=function))
        ):
            yield function


def _added_late(
    declaration: Declaration,
    late: dict[Function, tuple[Instance, ...]],
    project: Project[NoOptions],
) -> Iterator[Finding]:
    function = declaration.frame.function
    if function is None or function not in late:
        return
    origins = {item.origin for item in late[function]}
    if all(item.origin is None or item.origin in origins for item in declaration.receivers):
        call = declaration.call
        message = "this adds middleware after the application has started, and raises RuntimeError"
        cure = "add it where the application is made"
        yield _finding(project, declaration.frame, call.start, call.end, message, cure)


def _instance(declaration: Declaration, project: Project[NoOptions]) -> Iterator[Finding]:
    target = declaration.argument("middleware_class", 0)
    if not isinstance(target, Call):
        return
    objects = project.types.evaluate(target, declaration.frame)
    if objects and all(_is_middleware(item, project) for item in objects):
        message = "this is an instance: `add_middleware` takes the class, and makes it"
        cure = "pass the class, then its arguments without the application"
        yield _finding(project, declaration.frame, target.start, target.end, message, cure)


def _is_middleware(item: Object, project: Project[NoOptions]) -> bool:
    """Whether this is an application around another, and no factory of one."""
    match item:
        case Instance(cls=LibraryClass(name=name)):
            return name.startswith("starlette.middleware.") and name.endswith("Middleware")
        case Instance(cls=Class()):
            methods = project.types.attribute(item, "__call__")
            return bool(methods) and all(
                isinstance(method, FunctionObject) and method.function.is_async
                for method in methods
            )
    return False


def _at_name(
    function: Function, frame: Frame, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    summary = function.summary
    return _finding(project, frame, summary.name_start, summary.name_end, message, cure)


def _finding(
    project: Project[NoOptions], frame: Frame, start: int, end: int, message: str, cure: str
) -> Finding:
    return project.finding(
        frame.module, start, end, message, help=cure, symbol=frame.block.qualname
    )
