"""Models of `pydantic.v1` in routes and dependencies, and in models of Pydantic 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.signatures import Source
from fastlint.project.objects import Frame, Instance, LibraryClass, Objects
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression, Literal

rule = Rule(__name__)

_ITEMS = tuple(f"builtins.{name}" for name in ("frozenset", "list", "set", "tuple"))

Declared = tuple[Expression, Frame, tuple[int, int]]
"""A type expression, where it is evaluated, and the place to report."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every type that FastAPI makes a field of: parameters, and response models."""
    declared = {
        (frame.module.path, place): (expression, frame, place)
        for route in project.application.routes
        for expression, frame, place in (*_parameters(route, project), *_response(route, project))
    }
    yield from _findings(declared.values(), "FastAPI does not take any more", project)


@rule.on_project
def check_fields(project: Project[NoOptions]) -> Iterator[Finding]:
    """The fields of models of Pydantic 2."""
    for cls in project.pydantic.models:
        frame = project.types.class_frame(cls, None)
        for field in project.pydantic.fields(cls):
            place = cls.module.place(field.annotation) or (field.start, field.end)
            found = [(field.annotation, frame, place)]
            yield from _findings(found, "a model of Pydantic 2 cannot hold", project)


def _findings(
    declared: Iterable[Declared], fact: str, project: Project[NoOptions]
) -> Iterator[Finding]:
    for expression, frame, place in declared:
        name = _version_1_model(project.types.annotations.declared(expression, frame), project)
        if name is not None:
            yield project.finding(
                frame.module,
                *place,
                f"`{name}` is a model of `pydantic.v1`, which {fact}",
                help="derive it from `pydantic.BaseModel`",
                symbol=frame.block.qualname,
            )


def _parameters(route: Route, project: Project[NoOptions]) -> Iterator[Declared]:
    """The parameters of a route and of its dependencies that are no dependencies themselves."""
    for signature in project.signatures.reading(route).signatures:
        for parameter in signature.fillable:
            markers = project.signatures.markers(parameter, signature.frame)
            if any(marker.source is Source.DEPENDENCY for marker in markers):
                continue
            if parameter.annotation is not None:
                yield parameter.annotation, signature.frame, (parameter.start, parameter.end)


def _response(route: Route, project: Project[NoOptions]) -> Iterator[Declared]:
    function = route.function
    frame = route.declaration.frame
    model = route.declaration.argument("response_model")
    if model is None and function is not None:
        model, frame = function.summary.returns, project.types.defining_frame(function)
    place = None if model is None else frame.module.place(model)
    if model is not None and place is not None and not isinstance(model, Literal):
        yield model, frame, place


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
