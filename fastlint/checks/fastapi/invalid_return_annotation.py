"""Return annotations that FastAPI cannot make a response model of."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.orm import is_table
from fastlint.project.frameworks.statuses import WITHOUT_BODY, status_of
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    Frame,
    Instance,
    LibraryClass,
    LibraryObject,
    Object,
    Objects,
)
from fastlint.project.symbols import Class
from fastlint.project.versions import Change
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression

rule = Rule(__name__)

_HELP = "write `response_model=None` in the decorator, or `response_model=` with what is sent"
_PLAIN = ("builtins.object", "builtins.Exception", "abc.ABC", "typing.Generic")
_UNFIT = ("AsyncIterator", "Awaitable", "Coroutine", "Iterator")
_CONTAINERS = ("dict", "frozenset", "list", "set", "tuple", "Iterable", "Mapping", "Sequence")
_HOOKS = {"__get_pydantic_core_schema__", "__get_validators__"}


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
    if not project.versions.have(Change.RETURN_ANNOTATION_IS_MODEL):
        return None
    signature = project.signatures.endpoint(route)
    function = None if signature is None else signature.function
    if signature is None or function is None or function.is_generator:
        return None
    annotation = function.summary.returns
    if annotation is None or route.declaration.argument("response_model") is not None:
        return None
    reason = _reason(annotation, signature.frame, project)
    if reason is None:
        return None
    module = function.module
    start = getattr(annotation, "start", function.summary.name_start)
    end = getattr(annotation, "end", function.summary.name_end)
    return project.finding(
        module,
        start,
        end,
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
    return _unfit(members, project, depth=3)


def _unfit(members: Objects, project: Project[NoOptions], depth: int) -> str | None:
    for item in members:
        if not isinstance(item, Instance):
            continue
        if _is_unfit(item, project):
            return f"`{_name(item)}`"
        if isinstance(item.cls, LibraryClass) and _last(item.cls.name) in _CONTAINERS and depth:
            for group in item.arguments:
                found = _unfit(group, project, depth - 1)
                if found is not None:
                    return found
    return None


def _is_unfit(item: Instance, project: Project[NoOptions]) -> bool:
    """Whether Pydantic is known not to have a schema for a class."""
    cls = item.cls
    if isinstance(cls, LibraryClass):
        if cls.name.startswith(("collections.abc.", "typing.")):
            return _last(cls.name) in _UNFIT
        return cls.name.startswith("sqlalchemy.orm.") or project.application.is_response(item)
    classes = project.types.classes
    if project.signatures.is_object(cls) or project.pydantic.is_model(cls):
        return False
    order = classes.order(cls)
    if any(
        isinstance(base, Class) and (_HOOKS & set(base.block.exit) or _is_special(base))
        for base in order
    ):
        return False
    if is_table(cls, project.types):
        return not classes.derives_from(cls, "sqlalchemy.orm.MappedAsDataclass")
    return not classes.has_unknown_base(cls) and all(
        isinstance(base, Class) or base.name in _PLAIN for base in order
    )


def _is_special(cls: Class) -> bool:
    """Whether a decorator or a metaclass may make more of a class."""
    return bool(cls.summary.decorators or cls.summary.keywords or cls.summary.type_parameters)


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
    found = _model(route, project)
    if status not in WITHOUT_BODY or found is None:
        return None
    model, frame = found
    members = project.types.annotations.declared(model, frame)
    if not members or all(
        item in (NONE, UNKNOWN) or project.application.is_response(item) for item in members
    ):
        return None
    name = written(model)
    return project.finding(
        frame.module,
        getattr(model, "start", declaration.call.start),
        getattr(model, "end", declaration.call.end),
        f"Status {status} has no body, but the route has {f'`{name}`' if name else 'a model'} "
        "as response model: FastAPI raises at import",
        help="write `-> None`, or `response_model=None`; or take another status",
        symbol=None if route.function is None else route.function.qualname,
    )


def _model(route: Route, project: Project[NoOptions]) -> tuple[Expression, Frame] | None:
    """The response model of a route as it is written, and where it is evaluated."""
    given = route.declaration.argument("response_model")
    if given is not None:
        return given, route.declaration.frame
    signature = project.signatures.endpoint(route)
    if signature is None or signature.function is None or signature.function.is_generator:
        return None
    annotation = signature.function.summary.returns
    if annotation is None or not project.versions.have(Change.RETURN_ANNOTATION_IS_MODEL):
        return None
    return annotation, signature.frame
