"""Models of `pydantic.v1` in routes and dependencies, which FastAPI refuses."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.pydantic import place_of
from fastlint.project.objects import Frame, FunctionObject, Instance, LibraryClass, Objects
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression, Literal

rule = Rule(__name__)

_ITEMS = tuple(f"builtins.{name}" for name in ("frozenset", "list", "set", "tuple"))

Place = tuple[Expression, Function, Frame]
"""A type expression, the function it belongs to, and where it is evaluated."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every type that FastAPI makes a field of: parameters, and response models."""
    types = dict.fromkeys(
        place for route in project.application.routes for place in _types(route, project)
    )
    for expression, function, frame in types:
        name = _version_1_model(project.types.declared(expression, frame), project)
        place = place_of(expression, frame.module)
        if name is None or place is None:
            continue
        yield project.finding(
            frame.module,
            *place,
            f"`{name}` is a model of `pydantic.v1`, which FastAPI does not take any more",
            help="derive it from `pydantic.BaseModel`",
            symbol=function.qualname,
        )


def _types(route: Route, project: Project[NoOptions]) -> Iterator[Place]:
    function = route.function
    if function is None:
        return
    yield from _parameters(function, project, set())
    model = route.declaration.argument("response_model")
    if model is None and function.summary.returns is not None:
        yield function.summary.returns, function, project.types.defining_frame(function)
    elif model is not None and not isinstance(model, Literal):
        yield model, function, route.declaration.frame


def _parameters(
    function: Function, project: Project[NoOptions], seen: set[Function]
) -> Iterator[Place]:
    """The parameters of a function that are no dependencies, and those of its dependencies."""
    seen.add(function)
    frame = project.types.defining_frame(function)
    for parameter in function.summary.parameters:
        if parameter.annotation is not None and not any(
            project.types.invocations.is_injection(call, where)
            for call, where in project.application.markers(parameter, frame)
        ):
            yield parameter.annotation, function, frame
    for item in project.application.dependencies_of(function, frame):
        if isinstance(item, FunctionObject) and item.function not in seen:
            yield from _parameters(item.function, project, seen)


def _version_1_model(objects: Objects, project: Project[NoOptions]) -> str | None:
    """The name of a model of `pydantic.v1` among these, or among the items of lists."""
    for item in objects:
        if not isinstance(item, Instance):
            continue
        if project.pydantic.is_version_1(item.cls):
            return item.cls.name.rpartition(".")[2]
        if isinstance(item.cls, LibraryClass) and item.cls.name in _ITEMS:
            inner = (_version_1_model(group, project) for group in item.arguments)
            found = next((name for name in inner if name is not None), None)
            if found is not None:
                return found
    return None
