"""Errors that are returned as values, and answer with status 200."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.statuses import status_of
from fastlint.project.objects import Frame, FunctionObject, Instance, Objects
from fastlint.project.symbols import Class, Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Await, Call, Container, Expression, Mapping, Return, Sequence

rule = Rule(__name__)

_EXCEPTION = "starlette.exceptions.HTTPException"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Looks at what routes and dependencies return; helpers may well make an exception."""
    routed = dict.fromkeys(
        item.function
        for route in project.application.routes
        for item in route.endpoints
        if isinstance(item, FunctionObject) and not route.is_websocket
    )
    for function in (*routed, *project.dependencies.users):
        frame = project.types.generic_frame(function)
        for returned in function.block.returns:
            yield from _returned_exception(returned, frame, project)
            if function in routed:
                yield from _returned_status(returned, function, frame, project)


def _returned_exception(
    returned: Return, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    if returned.value is None:
        return
    found = project.types.evaluate(returned.value, frame)
    exceptions = _exceptions(found, project)
    if exceptions and (len(found) == 1 or _is_made(returned.value, frame, project)):
        cls = exceptions[0].cls
        name = cls.name if isinstance(cls, Class) else "HTTPException"
        message = f"`{name}` is returned, not raised: the answer has status 200"
        yield _finding(returned, frame, message, "write `raise` in place of `return`", project)


def _exceptions(objects: Objects, project: Project[NoOptions]) -> list[Instance]:
    return [
        item
        for item in objects
        if isinstance(item, Instance) and project.types.classes.derives_from(item.cls, _EXCEPTION)
    ]


def _is_made(value: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether an exception is among what is returned, not just among what an annotation of a
    function says."""
    match value:
        case Await(value=inner):
            return _is_made(inner, frame, project)
        case Call(callee=callee):
            return any(
                isinstance(item, FunctionObject) and _returns_exception(item.function, project)
                for item in project.types.evaluate(callee, frame)
            )
    return True


def _returns_exception(function: Function, project: Project[NoOptions]) -> bool:
    frame = project.types.generic_frame(function)
    return any(
        item.value is not None and _exceptions(project.types.evaluate(item.value, frame), project)
        for item in function.block.returns
    )


def _returned_status(
    returned: Return, function: Function, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    """A pair of a body and a status, as other frameworks take it."""
    match returned.value:
        case Sequence(kind=Container.TUPLE, items=(body, code)) if (
            function.summary.returns is None and _is_body(body, frame, project)
        ):
            status = status_of(code, frame, project.values)
            if status is not None and 100 <= status < 600:
                message = f"A body and {status} are returned as a list of two, with status 200"
                cure = f"write `return JSONResponse(..., status_code={status})`"
                if status >= 400:
                    cure += f", or `raise HTTPException({status})`"
                yield _finding(returned, frame, message, cure, project)


def _is_body(expression: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether it is a dict or a model, which nobody pairs with a number otherwise."""
    if isinstance(expression, Mapping):
        return True
    found = project.types.evaluate(expression, frame)
    return bool(found) and all(
        isinstance(item, Instance)
        and (
            project.types.classes.derives_from(item.cls, "builtins.dict")
            or project.pydantic.is_model(item.cls)
        )
        for item in found
    )


def _finding(
    returned: Return, frame: Frame, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    return project.finding(
        frame.module,
        *_place(returned),
        message,
        help=cure,
        symbol=frame.block.qualname,
    )


def _place(returned: Return) -> tuple[int, int]:
    """Where the value stands that is returned."""
    start = getattr(returned.value, "start", returned.start)
    return start, returned.end
