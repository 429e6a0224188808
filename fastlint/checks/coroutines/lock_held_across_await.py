"""Thread locks that a coroutine holds while it waits."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import Frame, Instance
from fastlint.project.suspension import waits
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Expression

rule = Rule(__name__)

_LOCKS = (
    "multiprocessing.synchronize.BoundedSemaphore",
    "multiprocessing.synchronize.Condition",
    "multiprocessing.synchronize.Lock",
    "multiprocessing.synchronize.RLock",
    "multiprocessing.synchronize.Semaphore",
    "threading.BoundedSemaphore",
    "threading.Condition",
    "threading.Lock",
    "threading.RLock",
    "threading.Semaphore",
)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """By `with`, or between `acquire` and `release`."""
    for function in project.functions():
        if not function.is_async or not function.block.awaits:
            continue
        frame = project.types.generic_frame(function)
        turns = sorted(waits(function.block))
        for lock, start, end in (*_entered(frame), *_acquired(frame)):
            if not any(start < turn < end for turn in turns):
                continue
            if not _is_lock(lock, frame, project):
                continue
            yield project.finding(
                frame.module,
                *(frame.module.place(lock) or (start, end)),
                f"{_name(lock)} is held while the coroutine waits",
                help="use `async with asyncio.Lock():`, or release it before the `await`",
                symbol=function.qualname,
            )


def _entered(frame: Frame) -> Iterator[tuple[Expression, int, int]]:
    for statement in frame.block.withs:
        if not statement.is_async:
            for value in statement.items:
                yield value, statement.start, statement.end


def _acquired(frame: Frame) -> Iterator[tuple[Expression, int, int]]:
    """From each `acquire` to the next `release` of the same lock."""
    for call in frame.block.calls:
        match call.callee:
            case Attribute(name="acquire", value=lock):
                releases = [
                    other.start
                    for other in frame.block.calls
                    if other.start > call.end and _releases(other, lock)
                ]
                if releases:
                    yield lock, call.end, min(releases)


def _releases(call: Call, lock: Expression) -> bool:
    match call.callee:
        case Attribute(name="release", value=value):
            return written(value) is not None and written(value) == written(lock)
    return False


def _is_lock(value: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    objects = project.types.evaluate(value, frame)
    return bool(objects) and all(
        isinstance(item, Instance) and project.types.classes.derives_from(item.cls, *_LOCKS)
        for item in objects
    )


def _name(lock: Expression) -> str:
    name = written(lock)
    return f"`{name}`" if name else "the lock"
