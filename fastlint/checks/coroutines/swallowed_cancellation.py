"""Handlers that catch the cancellation of a coroutine, which then goes on."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import (
    ClassObject,
    Frame,
    Instance,
    LibraryClass,
    LibraryObject,
    Objects,
)
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Block,
    Call,
    Expression,
    Handler,
    Implicit,
    Sequence,
    Try,
    Usage,
    With,
)

rule = Rule(__name__)

_CANCELLED = "asyncio.CancelledError"
_CATCHING = (_CANCELLED, "asyncio.exceptions.CancelledError", "builtins.BaseException")
_AWAITING = (Usage.AWAITED, Usage.ENTERED_ASYNC, Usage.ITERATED_ASYNC)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Something is awaited, the handler does not raise, and code follows."""
    for function in project.functions():
        block = function.block
        if not function.is_async or not block.awaits:
            continue
        frame = project.types.generic_frame(function)
        for statement in block.tries:
            handler = _catching(statement, frame, project)
            if handler is None or not _waits(block, statement.start, statement.body_end):
                continue
            if _goes_on(block, statement, handler) and not _cancels(block):
                yield _finding(project, frame, handler.start, handler.end)
        for entered in block.withs:
            if _waits(block, entered.start, entered.end) and not _cancels(block):
                for item in entered.items:
                    if _suppresses(item, frame, project) and _continues(block, entered):
                        yield _finding(project, frame, entered.start, entered.end)


def _finding(project: Project[NoOptions], frame: Frame, start: int, end: int) -> Finding:
    return project.finding(
        frame.module,
        start,
        end,
        "this swallows the cancellation of the coroutine, which goes on",
        help="clean up, and `raise`; `except Exception:` does not catch a cancellation",
        symbol=frame.block.qualname,
    )


def _catching(statement: Try, frame: Frame, project: Project[NoOptions]) -> Handler | None:
    """The handler that a cancellation arrives at."""
    for handler in statement.handlers:
        if handler.types is None or _catches(handler.types, frame, project):
            return handler
    return None


def _catches(types: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    if isinstance(types, Sequence):
        return any(_catches(item, frame, project) for item in types.items)
    return _names_cancellation(project.types.evaluate(types, frame))


def _names_cancellation(objects: Objects) -> bool:
    for item in objects:
        match item:
            case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)):
                if name in _CATCHING:
                    return True
            case Instance(cls=LibraryClass(name="builtins.tuple"), arguments=groups):
                if any(map(_names_cancellation, groups)):
                    return True
    return False


def _waits(block: Block, start: int, end: int) -> bool:
    """Whether something is awaited there that is no task: a task's own end may be meant."""
    places = (
        *(call.start for call in block.calls if call.usage in _AWAITING),
        *(item.start for item in block.implicit if item.kind in _ASYNC_SYNTAX),
    )
    return any(start < place < end for place in places)


_ASYNC_SYNTAX = (Implicit.ENTER_ASYNC, Implicit.ITERATE_ASYNC)


def _goes_on(block: Block, statement: Try, handler: Handler) -> bool:
    """Whether the coroutine runs on behind the handler, and raises nothing more."""
    if handler.leaves or any(item.start > handler.start for item in block.raises):
        return False
    return _continues(block, statement)


def _continues(block: Block, statement: Try | With) -> bool:
    """Whether code follows besides that of `finally`, or a loop begins again."""
    if any(loop.start < statement.start < loop.end for loop in block.loops):
        return True
    places = (
        *(call.start for call in block.calls),
        *(item.start for item in block.returns),
        *(item.start for item in block.yields),
    )
    around = [
        outer
        for outer in block.tries
        if outer.has_finally and outer.start < statement.start < outer.body_end
    ]
    return any(
        place > statement.end and not any(outer.body_end < place < outer.end for outer in around)
        for place in places
    )


def _cancels(block: Block) -> bool:
    """Whether what is awaited may be a task that the same code has cancelled."""
    return any(
        isinstance(call.callee, Attribute) and call.callee.name == "cancel" for call in block.calls
    )


def _suppresses(item: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    if not isinstance(item, Call):
        return False
    match project.types.evaluate(item.callee, frame):
        case (LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)),):
            return name == "contextlib.suppress" and any(
                _catches(argument.value, frame, project) for argument in item.arguments
            )
    return False
