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
    """At the function or, where that is called too early, at the call."""
    for creation, value in project.application.lifespans:
        objects = project.types.evaluate(value, creation.frame)
        if len(objects) == 1:
            yield from _check(objects[0], value, creation, project)


def _check(
    item: Object, value: Expression, creation: Creation, project: Project[NoOptions]
) -> Iterator[Finding]:
    match item:
        case GeneratorContext() | Coroutine() | GeneratorObject():
            yield _called(value, creation, project)
        case ContextFactory(function=FunctionObject(function=function) as inner, is_async=is_async):
            fault = _fault_of_context(function, is_async=is_async)
            fault = fault or _fault_of_parameters(inner, project)
            if fault is not None:
                yield _finding(fault, function, value, creation, project)
        case FunctionObject(function=function, certain=True):
            fault = _fault_of_function(function) or _fault_of_parameters(item, project)
            if fault is not None:
                yield _finding(fault, function, value, creation, project)
            elif function.is_generator:
                fault = "is a generator function, which Starlette deprecates as a lifespan"
                yield _finding(fault, function, value, creation, project, Severity.WARNING)


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


def _called(value: Expression, creation: Creation, project: Project[NoOptions]) -> Finding:
    start = getattr(value, "start", creation.call.start)
    end = getattr(value, "end", creation.call.end)
    return project.finding(
        creation.frame.module,
        start,
        end,
        "the lifespan is called here, and its result cannot be called again",
        help="pass the function itself: `lifespan=lifespan`",
    )


def _finding(
    fault: str,
    function: Function,
    value: Expression,
    creation: Creation,
    project: Project[NoOptions],
    severity: Severity | None = None,
) -> Finding:
    module = creation.frame.module
    start = getattr(value, "start", creation.call.start)
    end = getattr(value, "end", creation.call.end)
    return project.finding(
        function.module,
        function.summary.name_start,
        function.summary.name_end,
        f"the lifespan `{function.name}` {fault}",
        help="write an `async def` with one parameter for the application and one `yield`, below "
        "`@asynccontextmanager`",
        severity=severity,
        related=(Step(module.path, module.span(start, end), "it is the lifespan here"),),
        symbol=function.qualname,
    )
