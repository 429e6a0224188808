"""Background tasks that use what a dependency has closed by the time they run."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.background import Task
from fastlint.project.frameworks.dependencies import ends_before_response
from fastlint.project.frameworks.lifetimes import Lifetimes
from fastlint.project.objects import Frame, FunctionObject, Instance, LibraryObject, Object
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Binding,
    BindingKind,
    Call,
    FunctionReference,
    Name,
    Usage,
)

rule = Rule(__name__)

_STARTING = ("asyncio.create_task", "asyncio.ensure_future")
_UPLOAD = "starlette.datastructures.UploadFile"
_KEEPING = ("add", "append")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call that adds or starts the task."""
    dependencies = project.dependencies
    lifetimes = project.lifetimes
    for task in project.backgrounds.added:
        if task.frame.function is not None:
            closed = dependencies.closed_early(task.frame.function, project.versions)
            if ends_before_response(project.versions):
                closed |= _uploads(task.frame, project)
            if closed:
                yield from _added(task, closed, lifetimes, project)
    for function in dependencies.endpoints:
        if function.is_async:
            frame = project.types.generic_frame(function)
            closed = dependencies.closed(function) | _uploads(frame, project)
            for call in function.block.calls if closed else ():
                yield from _started(call, frame, closed, lifetimes, project)


def _uploads(frame: Frame, project: Project[NoOptions]) -> frozenset[str]:
    """The parameters that hold uploaded files, which are closed with the request."""
    assert frame.function is not None
    return frozenset(
        parameter.name
        for parameter in frame.function.summary.parameters
        for item in project.types.parameter(frame, parameter)
        if isinstance(item, Instance) and project.types.classes.derives_from(item.cls, _UPLOAD)
    )


def _added(
    task: Task, closed: frozenset[str], lifetimes: Lifetimes, project: Project[NoOptions]
) -> Iterator[Finding]:
    read = [binding for binding in _read(task, lifetimes) if _is_closed(binding, closed)]
    if read:
        message = f"`{read[0].name}` is closed before the background task runs"
        yield _finding(task.call, task.frame, message, project)


def _read(task: Task, lifetimes: Lifetimes) -> Iterator[Binding]:
    """The variables that a task is given, itself a method of one, or reads as a lambda."""
    for argument in task.call.arguments:
        match argument.value:
            case Name(definitions=(index,)) | Attribute(value=Name(definitions=(index,))):
                yield task.frame.block.bindings[index]
            case FunctionReference() as reference:
                yield from lifetimes.captured(reference, task.frame)


def _started(
    call: Call,
    frame: Frame,
    closed: frozenset[str],
    lifetimes: Lifetimes,
    project: Project[NoOptions],
) -> Iterator[Finding]:
    """`asyncio.create_task(f(db))` that nobody awaits."""
    match project.types.evaluate(call.callee, frame), call.arguments:
        case (LibraryObject(name=name),), (first, *_) if name in _STARTING:
            read = list(lifetimes.needed(first.value, frame))
        case _:
            return
    found = next((item for item in read if _is_closed(item, closed)), None)
    if found is not None and _is_left_alone(call, frame, project):
        message = f"`{found.name}` is closed with the request, and the task may outlive it"
        yield _finding(call, frame, message, project)


def _is_left_alone(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether nothing awaits a task: it is dropped, or kept somewhere outside."""
    block = frame.block
    if call.usage is Usage.BOUND:
        bound = {index for index, one in enumerate(block.bindings) if one.value is call}
        uses = [use for use in block.uses if bound & set(use.definitions)]
        return bool(bound) and all(
            use.usage is Usage.ATTRIBUTE
            or (use.usage is Usage.PASSED and _is_kept(use.start, frame, project))
            for use in uses
        )
    return call.usage is Usage.DISCARDED or (
        call.usage is Usage.PASSED and _is_kept(call.start, frame, project)
    )


def _is_kept(place: int, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether what stands there is put into a collection that is no local variable, or given
    to a function that cannot await it."""
    for call in frame.block.calls:
        if all(getattr(argument.value, "start", -1) != place for argument in call.arguments):
            continue
        match call.callee:
            case Attribute(value=Name(definitions=())) | Attribute(value=Attribute()):
                return call.callee.name in _KEEPING
            case Name():
                match project.types.evaluate(call.callee, frame):
                    case (callee,):
                        return call.usage is Usage.DISCARDED and _only_takes(callee)
        return False
    return False


def _only_takes(callee: Object) -> bool:
    """Whether this is a plain function that stands on its own."""
    match callee:
        case FunctionObject(function=function, certain=True):
            return function.parent is None and not function.is_async and not function.is_generator
    return False


def _is_closed(binding: Binding, closed: frozenset[str]) -> bool:
    return binding.kind is BindingKind.PARAMETER and binding.name in closed


def _finding(call: Call, frame: Frame, message: str, project: Project[NoOptions]) -> Finding:
    return project.finding(
        frame.module,
        call.start,
        call.end,
        message,
        help="pass what identifies it, and let the task open what it needs",
        symbol=frame.block.qualname,
    )
