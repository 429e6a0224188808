"""Caches that keep coroutines."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import (
    Awaitable,
    Coroutine,
    Frame,
    FunctionObject,
    IdentityDecorator,
    Objects,
)
from fastlint.project.wording import name_of_callee
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Name

rule = Rule(__name__)

_PLACED = (Name, Attribute, Call)
_KINDS = (
    "returns a coroutine, which is cached",
    "is a coroutine function, and its coroutine cached",
)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Decorators, and calls that wrap a function."""
    types = project.types
    for function in project.functions():
        frame = types.defining_frame(function)
        for index, decorator in enumerate(function.summary.decorators):
            if not types.caches(decorator, frame):
                continue
            below = types.invocations.decorated_below(function, index)
            if _give_coroutines(below, project) and isinstance(decorator, _PLACED):
                yield _finding(decorator, below, frame, project)
    for call, frame, _ in project.sites.calling(
        lambda callee: types.is_cache(callee) or isinstance(callee, IdentityDecorator)
    ):
        if len(call.arguments) != 1 or not types.caches(call.callee, frame):
            continue
        wrapped = types.evaluate(call.arguments[0].value, frame)
        if _give_coroutines(wrapped, project):
            yield _finding(call, wrapped, frame, project)


def _finding(
    place: Name | Attribute | Call, cached: Objects, frame: Frame, project: Project[NoOptions]
) -> Finding:
    name = name_of_callee(cached[0])
    is_coroutine_function = project.types.is_coroutine_function(cached[0])
    return project.finding(
        frame.module,
        place.start,
        place.end,
        f"`{name}` {_KINDS[bool(is_coroutine_function)]}: the second caller cannot await it again",
        help="use a cache that awaits (`async_lru.alru_cache`), or keep the result instead",
        symbol=frame.block.qualname,
    )


def _give_coroutines(functions: Objects, project: Project[NoOptions]) -> bool:
    """Whether these are functions of the project, and calling them gives a coroutine."""
    if not all(isinstance(item, FunctionObject) and item.certain for item in functions):
        return False
    results = project.types.invocations.results(functions)
    return bool(results) and all(isinstance(item, (Awaitable, Coroutine)) for item in results)
