"""Background tasks that have run, or never will, by the time they are added."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.callables import is_never_callable
from fastlint.project.objects import Frame, FunctionObject
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, FunctionReference

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At what is added: a call, or a lambda that makes a coroutine."""
    for task in project.backgrounds.added:
        match task.function:
            case Call() as call:
                yield from _called(call, task.frame, project)
            case FunctionReference() as function:
                yield from _lambda(function, task.call, task.frame, project)


def _called(call: Call, frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    callees = project.types.evaluate(call.callee, frame)
    if any(isinstance(item, FunctionObject) and not item.certain for item in callees):
        return
    if callees and is_never_callable(project.types.evaluate(call, frame), project.types):
        name = name_of_call(call.callee, callees[0])
        message = f"`{name}` is called here, and its result is added as the background task"
        cure = f"pass the function, then its arguments: `{name}, ...`"
        yield _finding(project, frame, call.start, call.end, message, cure)


def _lambda(
    reference: FunctionReference, call: Call, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    function = frame.module.functions.get(reference.qualname)
    if function is None or not function.summary.is_lambda:
        return
    inner = project.types.generic_frame(function)
    if not project.coroutines.is_coroutine(project.types.returned(inner)):
        return
    message = "the coroutine of this lambda is never awaited: it runs in a thread"
    cure = "pass the coroutine function, then its arguments"
    yield _finding(project, frame, function.summary.start, call.end - 1, message, cure)


def _finding(
    project: Project[NoOptions], frame: Frame, start: int, end: int, message: str, cure: str
) -> Finding:
    return project.finding(
        frame.module, start, end, message, help=cure, symbol=frame.block.qualname
    )
