"""Broad handlers that give an `HTTPException` another status."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.exceptions import Exceptions, around
from fastlint.project.objects import Frame, FunctionObject
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Handler, Name, Raise

rule = Rule(__name__)

_OF_HTTP = ("detail", "status_code", "headers")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the handler, with the place that raises."""
    exceptions = project.exceptions
    for function in project.functions():
        if not any(statement.handlers for statement in function.block.tries):
            continue
        frame = project.types.generic_frame(function)
        caught: dict[Handler, Raise | Call] = {}
        for source in exceptions.sources(frame):
            statements = around(source.start, function.block)
            stops = (exceptions.stopping(statement, frame) for statement in statements)
            stop = next(filter(None, stops), None)
            if stop is not None and _masks(stop, source, frame, exceptions, project):
                caught.setdefault(stop, source)
        for handler, source in sorted(caught.items(), key=lambda pair: pair[0].start):
            yield _finding(handler, source, frame, project)


def _finding(
    handler: Handler, source: Raise | Call, frame: Frame, project: Project[NoOptions]
) -> Finding:
    end = getattr(handler.types, "end", handler.start + len("except"))
    step = Step(
        frame.module.path, frame.module.span(source.start, source.end), "this is caught, too"
    )
    return project.finding(
        frame.module,
        handler.start,
        end,
        "this handler catches an `HTTPException`, and answers with another status",
        help="put `except HTTPException: raise` before it",
        confidence=Confidence.HIGH if isinstance(source, Raise) else Confidence.MEDIUM,
        related=(step,),
        symbol=frame.block.qualname,
    )


def _masks(
    handler: Handler,
    source: Raise | Call,
    frame: Frame,
    exceptions: Exceptions,
    project: Project[NoOptions],
) -> bool:
    """Whether a handler is broad, and answers by itself, whatever it has caught."""
    if not exceptions.is_broad(handler, frame) or _looks_closer(handler, frame, project):
        return False
    raises = [item for item in frame.block.raises if _is_inside(item.start, handler)]
    if raises:
        statuses = frozenset().union(*(exceptions.statuses(it, frame) for it in (*raises, source)))
        return all(_is_new(item, frame, exceptions) for item in raises) and (
            len(statuses) > 1 or None in statuses
        )
    returned = [item for item in frame.block.returns if _is_inside(item.start, handler)]
    return bool(returned) and all(
        item.value is not None
        and any(map(project.application.is_response, project.types.evaluate(item.value, frame)))
        for item in returned
    )


def _is_inside(place: int, handler: Handler) -> bool:
    return handler.start <= place < handler.end


def _is_new(item: Raise, frame: Frame, exceptions: Exceptions) -> bool:
    return isinstance(item.value, Call) and exceptions.raises_http(item, frame)


def _looks_closer(handler: Handler, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a handler asks what it has caught, or leaves that to a function that may raise."""
    block = frame.block
    if any(
        isinstance(item.receiver, Attribute) and item.receiver.name in _OF_HTTP
        for item in block.implicit
        if _is_inside(item.start, handler)
    ):
        return True
    for call in block.calls:
        if not _is_inside(call.start, handler):
            continue
        if isinstance(call.callee, Name) and call.callee.id in ("isinstance", "getattr", "hasattr"):
            return True
        if any(
            isinstance(item, FunctionObject) and item.function.block.raises
            for item in project.types.evaluate(call.callee, frame)
        ):
            return True
    return False
