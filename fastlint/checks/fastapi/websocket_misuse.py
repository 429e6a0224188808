"""Websocket routes that cannot work as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.exceptions import Exceptions, around
from fastlint.project.frameworks.websockets import Websockets
from fastlint.project.objects import Frame
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import GuardKind, Handler, Literal, Try

rule = Rule(__name__)

_BEFORE = (
    "iter_bytes",
    "iter_json",
    "iter_text",
    "receive_bytes",
    "receive_json",
    "receive_text",
    "send_bytes",
    "send_json",
    "send_text",
)
_RECEIVING = ("receive", "receive_bytes", "receive_json", "receive_text")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """What fails at once, and loops that never end."""
    websockets = project.websockets
    exceptions = project.exceptions
    for function in websockets.endpoints:
        frame = project.types.generic_frame(function)
        if not function.is_async:
            yield _plain(function, project)
            continue
        if not websockets.may_be_accepted(function):
            yield from _too_early(frame, websockets, project)
        yield from _too_late(frame, websockets, exceptions, project)
    for function in websockets.resolved:
        yield from _requests(function, websockets, project)
    for function in project.functions():
        if function.is_async and function.block.loops and function.block.tries:
            frame = project.types.generic_frame(function)
            yield from _endless(frame, websockets, exceptions, project)


def _plain(function: Function, project: Project[NoOptions]) -> Finding:
    summary = function.summary
    message = f"`{function.name}` is a websocket route and cannot be awaited: it is a plain `def`"
    frame = project.types.generic_frame(function)
    cure = "write `async def`"
    return _finding(project, frame, summary.name_start, summary.name_end, message, cure)


def _requests(
    function: Function, websockets: Websockets, project: Project[NoOptions]
) -> Iterator[Finding]:
    frame, own = project.types.defining_frame(function), project.types.generic_frame(function)
    for parameter in function.summary.parameters:
        if parameter.annotation is None or parameter.default is not None:
            continue
        declared = project.types.annotations.declared(parameter.annotation, frame)
        if declared and all(map(websockets.is_request, declared)):
            message = f"`{parameter.name}` is a `Request`, which a websocket route does not have"
            cure = "annotate `WebSocket`, or `HTTPConnection` for both kinds of routes"
            yield _finding(project, own, parameter.start, parameter.end, message, cure)


def _too_early(
    frame: Frame, websockets: Websockets, project: Project[NoOptions]
) -> Iterator[Finding]:
    """The first call that sends or receives, if nothing before it can have accepted."""
    for call in frame.block.calls:
        name = websockets.method(call, frame)
        if name in _BEFORE:
            message = f"`{name}` is called before `accept`"
            cure = "await `websocket.accept()` first"
            yield _finding(project, frame, call.start, call.end, message, cure)
            return
        if name not in (None, "close") or websockets.is_passed(call, frame):
            return


def _too_late(
    frame: Frame, websockets: Websockets, exceptions: Exceptions, project: Project[NoOptions]
) -> Iterator[Finding]:
    block = frame.block
    accepting = [call for call in block.calls if websockets.method(call, frame) == "accept"]
    for item in block.raises:
        if not exceptions.raises_http(item, frame) or not exceptions.escapes(item.start, frame):
            continue
        if any(
            call.end < item.start and item.guards[: len(call.guards)] == call.guards
            for call in accepting
        ):
            message = "an `HTTPException` after `accept` cannot be sent any more"
            cure = "raise `WebSocketException(code=1008)`, or raise it before `accept`"
            yield _finding(project, frame, item.start, item.end, message, cure)


def _endless(
    frame: Frame, websockets: Websockets, exceptions: Exceptions, project: Project[NoOptions]
) -> Iterator[Finding]:
    """`while True` around a handler that catches the disconnect and goes on."""
    block = frame.block
    endless = [loop for loop in block.loops if _is_endless(loop.test)]
    for call in block.calls if endless else ():
        if websockets.method(call, frame) not in _RECEIVING:
            continue
        for statement in around(call.start, block):
            handler = _first(statement, exceptions, frame)
            if handler is None:
                continue
            if any(loop.start < statement.start < loop.end for loop in endless) and _goes_on(
                handler, frame, websockets
            ):
                end = getattr(handler.types, "end", handler.start + len("except"))
                message = "this catches WebSocketDisconnect, and the loop never ends"
                cure = "put `except WebSocketDisconnect: break` before it"
                yield _finding(project, frame, handler.start, end, message, cure)
            break


def _is_endless(test: object) -> bool:
    return isinstance(test, Literal) and bool(test.value)


def _first(statement: Try, exceptions: Exceptions, frame: Frame) -> Handler | None:
    """The handler that gets a WebSocketDisconnect."""
    for handler in statement.handlers:
        names = exceptions.names(handler.types, frame)
        if exceptions.is_broad(handler, frame) or any("WebSocketDisconnect" in it for it in names):
            return handler
    return None


def _goes_on(handler: Handler, frame: Frame, websockets: Websockets) -> bool:
    """Whether nothing in a handler can end the loop: no condition, and no use of the connection,
    which is closed."""
    block = frame.block
    if handler.leaves or any(
        guard.kind is GuardKind.TEST
        and handler.start < getattr(guard.test, "start", handler.start + 1) < handler.end
        for guard in block.guards[handler.guard + 1 :]
    ):
        return False
    if any(handler.start < item.start < handler.end for item in block.raises):
        return False
    inside = [call for call in block.calls if handler.start < call.start < handler.end]
    return not any(
        websockets.method(call, frame) is not None or websockets.is_passed(call, frame)
        for call in inside
    )


def _finding(
    project: Project[NoOptions], frame: Frame, start: int, end: int, message: str, cure: str
) -> Finding:
    return project.finding(
        frame.module, start, end, message, help=cure, symbol=frame.block.qualname
    )
