"""Lifespans that are no asynchronous context managers."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity, Step
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Creation
from fastlint.project.objects import (
    ContextFactory,
    Coroutine,
    FunctionObject,
    GeneratorContext,
    GeneratorObject,
    Object,
)
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression, Parameter, ParameterKind

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At what is given as the lifespan."""
    for creation, value in project.application.lifespans:
        objects = project.types.evaluate(value, creation.frame)
        if len(objects) == 1:
            yield from _check(objects[0], value, creation, project)


def _check(
    item: Object, value: Expression, creation: Creation, project: Project[NoOptions]
) -> Iterator[Finding]:
    match item:
        case GeneratorContext() | Coroutine() | GeneratorObject():
            message = "the lifespan is called here, and its result cannot be called again"
            cure = "pass the function itself: `lifespan=lifespan`"
            yield _finding(message, value, creation, project, cure=cure)
        case ContextFactory(function=FunctionObject(function=function) as inner, is_async=is_async):
            fault = _fault_of_context(function, is_async=is_async)
            fault = fault or _fault_of_parameters(inner, project)
            if fault is not None:
                message = f"the lifespan `{function.name}` {fault}"
                yield _finding(message, value, creation, project, function=function)
        case FunctionObject(function=function, certain=True):
            fault = _fault_of_function(function) or _fault_of_parameters(item, project)
            severity = None if fault is not None else Severity.WARNING
            if fault is None and function.is_generator:
                fault = "is a generator function, which Starlette deprecates as a lifespan"
            if fault is not None:
                message = f"the lifespan `{function.name}` {fault}"
                yield _finding(
                    message, value, creation, project, severity=severity, function=function
                )


_DECORATE = (
    "write an `async def` with one parameter for the application and one `yield`, below "
    "`@asynccontextmanager`"
)


def _fault_of_context(function: Function, *, is_async: bool) -> str | None:
    if not is_async:
        return "is a `contextmanager`, which `async with` cannot enter"
    if not function.is_generator:
        return "has no `yield`: the application cannot start"
    return None if function.is_async else "is no `async def`: the application cannot start"


def _fault_of_function(function: Function) -> str | None:
    if function.is_coroutine_function:
        return "is a coroutine function, no context manager: the application cannot start"
    returns = any(item.value is not None for item in function.block.returns)
    if function.is_async or function.is_generator or returns:
        return None
    return "returns no context manager: the application cannot start"


def _fault_of_parameters(item: FunctionObject, project: Project[NoOptions]) -> str | None:
    """It is called with the application, and nothing else."""
    function = item.function
    bound = function.owner is not None and project.types.method_kind(function) != "static"
    parameters = function.summary.parameters[int(bound) :]
    needed = [one for one in parameters if one.default is None and _is_named(one)]
    taken = [one for one in parameters if one.kind in _POSITIONAL]
    if not taken:
        return "does not take the application, which it is called with"
    if len(needed) > 1 or any(one.kind is ParameterKind.KEYWORD_ONLY for one in needed):
        return "needs more than the application, which it is called with"
    return None


_POSITIONAL = (ParameterKind.POSITIONAL_ONLY, ParameterKind.STANDARD, ParameterKind.VARIADIC)


def _is_named(parameter: Parameter) -> bool:
    return parameter.kind not in (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)


def _finding(
    message: str,
    value: Expression,
    creation: Creation,
    project: Project[NoOptions],
    *,
    cure: str = _DECORATE,
    severity: Severity | None = None,
    function: Function | None = None,
) -> Finding:
    related: tuple[Step, ...] = ()
    if function is not None:
        related = (Step(function.module.path, function.span, "it is defined here"),)
    return project.finding(
        creation.frame.module,
        getattr(value, "start", creation.call.start),
        getattr(value, "end", creation.call.end),
        message,
        help=cure,
        severity=severity,
        related=related,
        symbol=creation.frame.block.qualname,
    )
