"""The routes of a project as its users want to see them: a plain list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.signatures import Signature
from fastlint.project.objects import Frame, FunctionObject
from fastlint.project.wording import name_of_function
from fastlint.summaries import (
    Attribute,
    Container,
    Expression,
    Literal,
    Name,
    Operation,
    Sequence,
    Subscript,
)

if TYPE_CHECKING:
    from fastlint.project import Project

EVENT_LOOP = "event loop"
WORKER_THREAD = "worker thread"
UNKNOWN_PART = "…"
"""Stands for what is not known."""


class ListedRoute(BaseModel):
    """A route under one of its full paths."""

    model_config = ConfigDict(frozen=True)

    methods: tuple[str, ...]
    path: str
    function: str | None
    """dotted, with its module; None where the project does not have it"""
    runs_on: str | None
    """`event loop` or `worker thread`; None where that is not known"""
    dependencies: tuple[str, ...]
    """at any depth; `…` for those that are not known"""
    response_model: str | None
    file: str
    line: int


def list_routes(project: Project[Any]) -> tuple[ListedRoute, ...]:
    """Every route of a project under each of its paths, sorted by path."""
    found = (row for route in project.application.routes for row in _rows(route, project))
    return tuple(sorted(found, key=lambda row: (row.path, row.methods, row.file, row.line)))


def _rows(route: Route, project: Project[Any]) -> Iterator[ListedRoute]:
    declaration, function = route.declaration, route.function
    own = UNKNOWN_PART if route.own_path is None else route.own_path
    prefixes = dict.fromkeys(
        prefix for item in declaration.receivers for prefix in project.application.prefixes(item)
    )
    for prefix in prefixes:
        yield ListedRoute(
            methods=route.methods,
            path=f"{prefix}{own}" or "/",
            function=None if function is None else function.full_name,
            runs_on=_place(route),
            dependencies=tuple(_dependencies(route, project)),
            response_model=_response_model(route, project),
            file=declaration.module.path,
            line=declaration.module.span(declaration.call.start, declaration.call.end).line,
        )


def _place(route: Route) -> str | None:
    match route.endpoints:
        case (FunctionObject(function=function, certain=True),):
            return EVENT_LOOP if function.is_async else WORKER_THREAD
    return None


def _dependencies(route: Route, project: Project[Any]) -> Iterator[str]:
    reading = project.signatures.reading(route)
    endpoint = project.signatures.endpoint(route)
    for signature in reading.signatures:
        name = _name(signature)
        if signature is not endpoint and signature.function is not route.function and name:
            yield name
    if not reading.complete:
        yield UNKNOWN_PART


def _name(signature: Signature) -> str | None:
    if signature.function is not None:
        return name_of_function(signature.function)
    return None if signature.frame.cls is None else signature.frame.cls.name


def _response_model(route: Route, project: Project[Any]) -> str | None:
    """As it is written: the argument of the decorator, else the return annotation."""
    found = _model(route, project)
    if found is None:
        return None
    expression, frame = found
    declared = project.types.annotations.declared(expression, frame)
    if declared and all(map(project.application.is_response, declared)):
        return None
    text = written_type(expression)
    return None if text == "None" else text


def _model(route: Route, project: Project[Any]) -> tuple[Expression, Frame] | None:
    given = route.declaration.argument("response_model")
    if given is not None:
        return given, route.declaration.frame
    signature = project.signatures.endpoint(route)
    if signature is None or signature.function is None:
        return None
    annotation = signature.function.summary.returns
    return None if annotation is None else (annotation, signature.frame)


def written_type(expression: Expression) -> str:
    """A type as it is written; `…` for a part of it that is no type expression."""
    match expression:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name):
            return f"{written_type(value)}.{name}"
        case Subscript(value=value, index=Sequence(kind=Container.TUPLE, items=items)):
            return f"{written_type(value)}[{', '.join(map(written_type, items))}]"
        case Subscript(value=value, index=index):
            return f"{written_type(value)}[{written_type(index)}]"
        case Operation(operator="|", operands=operands):
            return " | ".join(map(written_type, operands))
        case Sequence(items=items):
            return f"[{', '.join(map(written_type, items))}]"
        case Literal(ellipsis=True):
            return "..."
        case Literal(value=value):
            return repr(value)
    return UNKNOWN_PART
