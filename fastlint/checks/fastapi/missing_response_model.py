"""Routes that send JSON which no response model filters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.orm import is_table
from fastlint.project.frameworks.statuses import WITHOUT_BODY, status_of
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    Objects,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.values import Constant
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Await,
    BindingKind,
    Call,
    Expression,
    Literal,
    Mapping,
    Name,
    Return,
)

rule = Rule(__name__)

_JSON_RESPONSES = ("JSONResponse", "ORJSONResponse", "UJSONResponse")
_HEALTH = re.compile(
    r"/(health([-_]?checks?)?|healthz|live(ness|z)?|ready|readiness|readyz|ping|heartbeat|alive"
    r"|version)/?$"
)
_SECRET = re.compile(
    r"(^|_)(passwords?|passwd|pwd|passphrase|secret|secret_key|private_key|api_key|apikey)(_|$)"
)
_MAYBE_RESPONSE = re.compile(r"redirect|response|render|template|html|serve|proxy|stream|download")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """One finding a route, at its declaration. Those of tests have no clients."""
    for route in project.application.routes:
        if route.declaration.module.is_test:
            continue
        for item in route.endpoints:
            # What a decorator that nobody knows makes of the answer is not known either.
            if not isinstance(item, FunctionObject) or not item.certain:
                continue
            if not _is_settled(route, project):
                yield from _check_endpoint(route, item, project)
                break


def _check_endpoint(
    route: Route, endpoint: FunctionObject, project: Project[NoOptions]
) -> Iterator[Finding]:
    function = route.function or endpoint.function
    if function.summary.returns is not None or function.is_generator:
        return
    frame = _frame(function, endpoint, project)
    json = [item for item in function.block.returns if _may_be_json(item, frame, project)]
    if not json or _is_health_check(route) or _is_greeting(route, json, frame, project):
        return
    leak = _leak(json, frame, project)
    call = route.declaration.call
    yield project.finding(
        route.declaration.module,
        call.start,
        call.end,
        f"`{route.label}` has no response model" + (f", and {leak}" if leak else ""),
        help="annotate what it returns (`-> Model`), or give `response_model=Model`; "
        "`response_model=None` where any JSON is meant",
        severity=Severity.ERROR if leak else None,
        confidence=Confidence.HIGH if leak else Confidence.MEDIUM,
        symbol=function.qualname,
    )


def _frame(function: Function, endpoint: FunctionObject, project: Project[NoOptions]) -> Frame:
    if endpoint.function is function:
        return project.types.frame(function, endpoint.closure, endpoint.receiver, {})
    return project.types.generic_frame(function)


# --- routes that need no model -------------------------------------------------------


def _is_settled(route: Route, project: Project[NoOptions]) -> bool:
    """Whether the declaration says how the route answers, or that nobody should see it."""
    declaration = route.declaration
    if route.is_websocket or set(route.methods) <= {"HEAD", "OPTIONS"}:
        return True
    if declaration.argument("response_model") is not None or declaration.name in (
        "route",
        "add_route",
    ):
        return True
    return (
        _is_hidden(route, project)
        or _has_no_body(route, project)
        or _sends_no_json(route, project)
        or project.routing.is_overridden(route)
    )


def _is_hidden(route: Route, project: Project[NoOptions]) -> bool:
    settings = project.application.settings(route, "include_in_schema", "include_in_schema")
    return any(_is_false(value, frame, project) for value, frame in settings)


def _is_false(value: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    match project.values.constant(value, frame):
        case Constant(value=False):
            return True
    return False


def _has_no_body(route: Route, project: Project[NoOptions]) -> bool:
    status = route.declaration.argument("status_code")
    if status is None:
        return False
    return status_of(status, route.declaration.frame, project.values) in WITHOUT_BODY


def _sends_no_json(route: Route, project: Project[NoOptions]) -> bool:
    """The innermost response class decides, and may be none of JSON."""
    settings = project.application.settings(route, "response_class", "default_response_class")
    for value, frame in settings:
        for item in project.types.evaluate(value, frame):
            if isinstance(item, ClassObject):
                return not any(
                    base.name.rpartition(".")[2] in _JSON_RESPONSES
                    for base in project.types.classes.order(item.cls)
                    if isinstance(base, LibraryClass)
                )
        return True
    return False


def _is_health_check(route: Route) -> bool:
    return _HEALTH.search(route.path.lower()) is not None


# --- what is returned ----------------------------------------------------------------


def _may_be_json(item: Return, frame: Frame, project: Project[NoOptions]) -> bool:
    if item.value is None:
        return False
    objects = project.types.evaluate(item.value, frame)
    known = [one for one in objects if one is not UNKNOWN]
    if not known:
        return not _looks_like_response(item.value)
    return any(one is not NONE and not project.application.is_response(one) for one in known)


def _looks_like_response(value: Expression) -> bool:
    """Whether what nobody knows may well be a response, by the name of what makes it."""
    match value:
        case Await(value=inner):
            return _looks_like_response(inner)
        case Call(callee=callee):
            return _looks_like_response(callee)
        case Name(id=name) | Attribute(name=name):
            return _MAYBE_RESPONSE.search(name.lower()) is not None
    return False


def _is_greeting(
    route: Route, returns: list[Return], frame: Frame, project: Project[NoOptions]
) -> bool:
    """Whether the root path answers with a constant, which no client depends on."""
    return route.path in ("", "/") and all(
        item.value is not None and project.values.is_fixed(item.value, frame) for item in returns
    )


def _leak(returns: list[Return], frame: Frame, project: Project[NoOptions]) -> str | None:
    """What gets out that should not, if that is known."""
    for item in returns:
        assert item.value is not None
        keys = _secret_keys(item.value)
        if keys:
            return f"`{keys[0]}` gets out"
        found = _leak_of(project.types.evaluate(item.value, frame), project, depth=2)
        if found is not None:
            return found
    return None


def _secret_keys(value: Expression) -> list[str]:
    match value:
        case Mapping(items=items):
            return [
                key.value
                for key, _ in items
                if isinstance(key, Literal)
                and isinstance(key.value, str)
                and _SECRET.search(key.value)
            ]
    return []


def _leak_of(objects: Objects, project: Project[NoOptions], depth: int) -> str | None:
    for item in objects:
        if not isinstance(item, Instance):
            continue
        if isinstance(item.cls, Class):
            if is_table(item.cls, project.types):
                return f"all columns of `{item.cls.name}` get out"
            secret = _secret_field(item.cls, project)
            if secret is not None:
                return f"`{secret}` gets out"
        elif depth:
            for group in item.arguments:
                found = _leak_of(group, project, depth - 1)
                if found is not None:
                    return found
    return None


def _secret_field(cls: Class, project: Project[NoOptions]) -> str | None:
    """A public field of a data class whose name tells a secret; masked types excepted."""
    for base in project.types.classes.order(cls):
        if not isinstance(base, Class):
            continue
        for binding in base.block.bindings:
            if binding.kind not in (BindingKind.DECLARED, BindingKind.ASSIGNED):
                continue
            if binding.annotation is None or not _SECRET.search(binding.name):
                continue
            if "Secret" not in (written(binding.annotation) or ""):
                return binding.name
    return None
