"""Return annotations that FastAPI cannot make a response model of."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.statuses import WITHOUT_BODY, status_of
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    Frame,
    Instance,
    LibraryObject,
    Object,
)
from fastlint.project.symbols import Class
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression

rule = Rule(__name__)

_HELP = "write `response_model=None` in the decorator, or `response_model=` with what is sent"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """One finding a route."""
    for route in project.application.routes:
        if route.is_websocket or route.declaration.name in ("route", "add_route"):
            continue
        if project.routing.is_overridden(route):
            continue
        finding = _body_finding(route, project) or _annotation_finding(route, project)
        if finding is not None:
            yield finding


def _annotation_finding(route: Route, project: Project[NoOptions]) -> Finding | None:
    model = project.responses.model(route)
    signature = project.signatures.endpoint(route)
    function = None if signature is None else signature.function
    if model is None or function is None or model.expression is not function.summary.returns:
        return None
    annotation = model.expression
    reason = _reason(annotation, model.frame, project)
    if reason is None:
        return None
    module, name = function.module, (function.summary.name_start, function.summary.name_end)
    return project.finding(
        module,
        *(module.place(annotation) or name),
        f"{reason} cannot be a response model: FastAPI raises at import",
        help=_HELP,
        symbol=function.qualname,
    )


def _reason(annotation: Expression, frame: Frame, project: Project[NoOptions]) -> str | None:
    """What in an annotation is no model; None where nothing is known to be."""
    for item in project.types.evaluate(annotation, frame):
        if isinstance(item, LibraryObject) and _last(item.name) in ("NoReturn", "Never"):
            return f"`{_last(item.name)}`"
    members = project.types.annotations.declared(annotation, frame)
    responses = [item for item in members if project.application.is_response(item)]
    if responses and len(members) == 1:
        return None
    if responses and UNKNOWN not in members:
        return f"`{' | '.join(map(_name, members))}`"
    found = project.schemas.missing(members)
    return None if found is None else f"`{_name(found)}`"


def _name(item: Object) -> str:
    if item is NONE:
        return "None"
    if isinstance(item, Instance):
        return item.cls.name if isinstance(item.cls, Class) else _last(item.cls.name)
    return "..."


def _last(name: str) -> str:
    return name.rpartition(".")[2]


# --- statuses without a body ---------------------------------------------------------


def _body_finding(route: Route, project: Project[NoOptions]) -> Finding | None:
    declaration = route.declaration
    written_status = declaration.argument("status_code")
    if written_status is None:
        return None
    status = status_of(written_status, declaration.frame, project.values)
    model = project.responses.model(route)
    if status not in WITHOUT_BODY or model is None:
        return None
    members = project.types.annotations.declared(model.expression, model.frame)
    if not members or all(
        item in (NONE, UNKNOWN) or project.application.is_response(item) for item in members
    ):
        return None
    name = written(model.expression)
    module = model.frame.module
    return project.finding(
        module,
        *(module.place(model.expression) or (declaration.call.start, declaration.call.end)),
        f"Status {status} has no body, but the route has {f'`{name}`' if name else 'a model'} "
        "as response model: FastAPI raises at import",
        help="write `-> None`, or `response_model=None`; or take another status",
        symbol=None if route.function is None else route.function.qualname,
    )
