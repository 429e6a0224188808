"""Middleware that cannot work as it is written, or is added too late."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Declaration
from fastlint.project.frameworks.middleware_functions import Dispatch, asgi_calls, dispatches
from fastlint.project.objects import (
    Frame,
)
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Raise

rule = Rule(__name__)

_AWAIT = "write `await call_next(request)`"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """In the functions that middleware is, and where middleware is added."""
    found = tuple(dispatches(project.application, project.types))
    plain = dict.fromkeys(asgi_calls(project.application, project.types))
    yield from _raised(found, tuple(plain), project)
    for item in found:
        yield from _without_coroutine(item, project)
        yield from _without_await(item, project)
        yield from _without_response(item, project)
    for declaration in project.application.declarations:
        if declaration.name == "add_middleware":
            yield from _added_late(declaration, project)
            yield from _instance(declaration, project)


def _raised(
    found: tuple[Dispatch, ...], plain: tuple[Frame, ...], project: Project[NoOptions]
) -> Iterator[Finding]:
    """HTTP exceptions, unless some middleware around answers for them."""
    asking = [
        *((item.frame, item.next_calls) for item in found),
        *((frame, frame.block.calls) for frame in plain),
    ]
    if not any(project.exceptions.catches_http(frame, calls) for frame, calls in asking):
        for frame, _ in asking:
            yield from _raised_in(frame, project)


def _raised_in(frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    exceptions = project.exceptions
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
    for call in item.unawaited if item.function.is_async else ():
        message = f"`{item.call_next}` is not awaited: there is no response yet"
        yield _finding(project, item.frame, call.start, call.end, message, _AWAIT)


# --- where it is added ---


def _added_late(declaration: Declaration, project: Project[NoOptions]) -> Iterator[Finding]:
    function, late = declaration.frame.function, project.application.started
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
    if objects and all(map(project.layers.is_made, objects)):
        message = "this is an instance: `add_middleware` takes the class, and makes it"
        cure = "pass the class, then its arguments without the application"
        yield _finding(project, declaration.frame, target.start, target.end, message, cure)


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
