"""Parameters that FastAPI refuses at import, or that no request can fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.signatures import ParameterMarker, Signature, Source
from fastlint.project.objects import Instance, LibraryClass, Objects
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Parameter, ParameterKind

rule = Rule(__name__)

_NOT_OF_PATH = (Source.QUERY, Source.HEADER, Source.COOKIE, Source.BODY, Source.FORM, Source.FILE)
_OBJECTS = ("dict", "defaultdict", "OrderedDict")
Fault: TypeAlias = tuple[str, str]
"""What is wrong, and what to write."""

_RAISES = "FastAPI raises at import"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """One finding a parameter, whatever number of routes it is read for."""
    seen: set[Parameter] = set()
    for route in project.application.routes:
        if route.declaration.name in ("route", "add_route"):
            continue
        names = project.routing.path_names(route)
        for signature in project.signatures.reading(route).signatures:
            if signature.function is None:
                continue
            is_endpoint = signature.function is route.function
            for parameter in signature.fillable:
                fault = None if parameter in seen else _fault(parameter, signature, project)
                if fault is None and parameter not in seen and names is not None:
                    fault = _fault_of_path(parameter, signature, names, is_endpoint, project)
                if fault is not None:
                    seen.add(parameter)
                    yield _finding(parameter, signature, *fault, project)


def _fault(parameter: Parameter, signature: Signature, project: Project[NoOptions]) -> Fault | None:
    """What is wrong whatever the path."""
    markers = tuple(project.signatures.markers(parameter, signature.frame))
    return (
        _default_inside(parameter.name, markers)
        or _declared_twice(parameter.name, markers)
        or _marker_for_type(parameter, signature, project)
        or _dict_in_query(parameter, markers, signature, project)
        or _positional_only(parameter)
    )


def _default_inside(name: str, markers: tuple[ParameterMarker, ...]) -> Fault | None:
    for item in markers:
        if item.source is Source.DEPENDENCY or item.default is None:
            continue
        if item.in_annotation:
            message = f"`{name}` has its default inside `Annotated[...]`: {_RAISES}"
            return message, f"put the default behind `=`: `{name}: Annotated[...] = ...`"
        if item.source is Source.PATH:
            return f"`{name}` has a default in `Path()`: {_RAISES}", "leave the default out"
    return None


def _declared_twice(name: str, markers: tuple[ParameterMarker, ...]) -> Fault | None:
    inner = [item.source is Source.DEPENDENCY for item in markers if item.in_annotation]
    outer = [item.source is Source.DEPENDENCY for item in markers if not item.in_annotation]
    if not inner or not outer or (inner[-1], outer[-1]) == (True, False):
        return None
    message = f"`{name}` is declared in `Annotated[...]` and by its default: {_RAISES}"
    return message, "keep what stands in `Annotated[...]`, and a plain default behind it"


def _marker_for_type(
    parameter: Parameter, signature: Signature, project: Project[NoOptions]
) -> Fault | None:
    if not isinstance(parameter.annotation, Call):
        return None
    marker = project.signatures.marker(parameter.annotation, signature.frame)
    if marker is None or marker.source is Source.DEPENDENCY:
        return None
    word = _word(marker)
    message = f"`{parameter.name}` has `{word}()` in place of a type: {_RAISES}"
    return message, f"write `{parameter.name}: Annotated[<type>, {word}()]`"


def _dict_in_query(
    parameter: Parameter,
    markers: tuple[ParameterMarker, ...],
    signature: Signature,
    project: Project[NoOptions],
) -> Fault | None:
    if parameter.annotation is None or not markers or markers[-1].source is not Source.QUERY:
        return None
    if not _holds_dict(project.types.annotations.declared(parameter.annotation, signature.frame)):
        return None
    message = f"`{parameter.name}` is a dict, which a query cannot hold: {_RAISES}"
    return message, "take single parameters, or a model: `Annotated[Model, Query()]`"


def _positional_only(parameter: Parameter) -> Fault | None:
    if parameter.kind is not ParameterKind.POSITIONAL_ONLY:
        return None
    message = f"`{parameter.name}` is positional-only, and FastAPI passes it by its name"
    return f"{message}: every request answers 500", "take the `/` out of the parameters"


def _holds_dict(objects: Objects) -> bool:
    return any(
        isinstance(item, Instance)
        and isinstance(item.cls, LibraryClass)
        and item.cls.name.rpartition(".")[2] in _OBJECTS
        for item in objects
    )


def _fault_of_path(
    parameter: Parameter,
    signature: Signature,
    names: frozenset[str],
    is_endpoint: bool,
    project: Project[NoOptions],
) -> Fault | None:
    """What is wrong with a parameter for a path with these names."""
    for marker in project.signatures.markers(parameter, signature.frame):
        if marker.source in _NOT_OF_PATH and parameter.name in names:
            message = f"`{parameter.name}` is in the path, but declared with `{_word(marker)}()`"
            return f"{message}: {_RAISES}", "write `Path()`, or give the parameter another name"
        if marker.source is Source.PATH and is_endpoint:
            asked = project.signatures.name_in_request(parameter, signature.frame)
            if asked is not None and asked not in names:
                message = f"`{asked}` is declared with `Path()`, but it is not in the path"
                cure = f"put `{{{asked}}}` into the path, or write `Query()`"
                return f"{message}: every request answers 422", cure
    return None


def _word(marker: ParameterMarker) -> str:
    return marker.source.value.capitalize()


def _finding(
    parameter: Parameter,
    signature: Signature,
    message: str,
    cure: str,
    project: Project[NoOptions],
) -> Finding:
    assert signature.function is not None
    return project.finding(
        signature.function.module,
        parameter.start,
        parameter.end,
        message,
        help=cure,
        symbol=signature.function.qualname,
    )
