"""Fields and parameters that may be None and have no default, which Pydantic 2 requires."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import argument_names
from fastlint.project.frameworks.routing import path_names
from fastlint.project.frameworks.signatures import Signature, Source
from fastlint.project.objects import NONE, Frame
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression, Literal, Parameter

rule = Rule(__name__)

_NEVER_NULL = (Source.COOKIE, Source.FORM, Source.HEADER, Source.QUERY)
"""Where a request can leave a value out, and cannot say null."""


@rule.on_project
def check_fields(project: Project[NoOptions]) -> Iterator[Finding]:
    """Code that is written for Pydantic 2 means what it says."""
    for cls in project.pydantic.models:
        if project.pydantic.is_written_for_2(cls.module) or _is_table(cls):
            continue
        frame = project.types.class_frame(cls, None)
        for field in project.pydantic.fields(cls):
            if not field.has_default and _may_be_none(field.annotation, frame, project):
                place = field.start, field.end
                yield _finding(field.name, cls.module, place, cls.qualname, project)


@rule.on_project
def check_parameters(project: Project[NoOptions]) -> Iterator[Finding]:
    """A query, a header, a cookie or a form cannot say null, whatever the code is written for."""
    seen: set[Function] = set()
    for route in project.application.routes:
        names = path_names(route.path)
        for signature in project.signatures.reading(route).signatures:
            function = signature.function
            if function is None or function in seen:
                continue
            seen.add(function)
            for parameter in signature.fillable:
                if _is_required(parameter, signature, names, project):
                    place = parameter.start, parameter.end
                    yield _finding(
                        parameter.name, function.module, place, function.qualname, project
                    )


def _finding(
    name: str,
    module: ProjectModule,
    place: tuple[int, int],
    symbol: str,
    project: Project[NoOptions],
) -> Finding:
    return project.finding(
        module,
        *place,
        f"`{name}` may be None, and is required in Pydantic 2",
        help="write `= None` behind it, or `= ...` where it has to be given",
        symbol=symbol,
    )


def _is_required(
    parameter: Parameter, signature: Signature, names: frozenset[str], project: Project[NoOptions]
) -> bool:
    """Whether a parameter without a default may be None."""
    markers = list(project.signatures.markers(parameter, signature.frame))
    if any(map(_has_default, (marker.call for marker in markers))):
        return False
    if parameter.default is not None and all(marker.in_annotation for marker in markers):
        return False
    if project.signatures.source(parameter, signature.frame, names) not in _NEVER_NULL:
        return False
    annotation = parameter.annotation
    return annotation is not None and _may_be_none(annotation, signature.frame, project)


def _has_default(marker: Call) -> bool:
    given = argument_names(marker) & {"default", "default_factory"}
    return bool(given) or any(argument.name is None for argument in marker.arguments)


def _may_be_none(annotation: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    declared = project.types.annotations.declared(annotation, frame)
    if NONE in declared and len(declared) > 1:
        return True
    return project.pydantic.library_name(annotation, frame) == "typing.Any"


def _is_table(cls: Class) -> bool:
    """Whether it is a table of SQLModel's, which validates nothing."""
    return any(
        name == "table" and isinstance(value, Literal) and value.value is True
        for name, value in cls.summary.keywords
    )
