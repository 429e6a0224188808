"""Responses that stream from something that is closed before the body is sent."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.dependencies import Dependencies
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.frameworks.lifetimes import Lifetimes
from fastlint.project.objects import Frame, Instance, LibraryClass
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Binding,
    BindingKind,
    Call,
    Entered,
    Expression,
    Format,
    Literal,
    Name,
    Operation,
    Usage,
)

rule = Rule(__name__)

_STREAM = "starlette.responses.StreamingResponse"
_FILE = "starlette.responses.FileResponse"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the response, where it is made and returned."""
    for call, frame, _ in project.sites.making(_STREAM):
        if _is_returned(call, frame, project):
            yield from _stream(call, frame, project.lifetimes, project.dependencies, project)
    for call, frame, _ in project.sites.making(_FILE):
        if frame.function is not None and _is_returned(call, frame, project):
            yield from _file(call, frame, project.lifetimes, project)


def _is_returned(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the response is returned, or the variable that it is bound to."""
    uses = project.coroutines.uses_of(call, frame) or ()
    return any(usage is Usage.RETURNED for usage, _, _ in uses)


def _stream(
    call: Call,
    frame: Frame,
    lifetimes: Lifetimes,
    dependencies: Dependencies,
    project: Project[NoOptions],
) -> Iterator[Finding]:
    content = argument_of(call, "content", 0)
    if content is None or frame.function is None:
        return
    closed = dependencies.closed_early(frame.function, project.versions)
    for binding in lifetimes.needed(content, frame):
        if _is_left(binding, call, frame, project) or (
            binding.kind is BindingKind.PARAMETER and binding.name in closed
        ):
            message = f"`{binding.name}` is closed before the body is sent"
            cure = "open it inside of the generator that yields the body"
            yield _finding(call, frame, message, cure, project)
            return


def _is_left(binding: Binding, call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a `with` around the response closes the variable."""
    if not isinstance(binding.value, Entered) or binding.kind is not BindingKind.WITH:
        return False
    around = (item for item in frame.block.withs if item.start <= call.start < item.end)
    if not any(binding.value.value in item.items for item in around):
        return False
    objects = project.types.evaluate(binding.value, frame)
    return bool(objects) and all(
        isinstance(item, Instance)
        and isinstance(item.cls, LibraryClass)
        and item.cls.entry is not None
        for item in objects
    )


def _file(
    call: Call, frame: Frame, lifetimes: Lifetimes, project: Project[NoOptions]
) -> Iterator[Finding]:
    """A temporary file, or one in a temporary folder."""
    path = argument_of(call, "path", 0)
    for binding in () if path is None else _parts(path, frame):
        around = [item for item in frame.block.withs if item.start <= call.start < item.end]
        match binding.value:
            case Entered(value=Call() as made) if any(made in item.items for item in around):
                maker = lifetimes.maker(binding, frame)
                if maker == "tempfile.TemporaryDirectory" or (
                    maker == "tempfile.NamedTemporaryFile" and not _is_kept(made)
                ):
                    message = f"`{binding.name}` is deleted before the file is sent"
                    cure = "delete it in a background task: `FileResponse(..., background=...)`"
                    yield _finding(call, frame, message, cure, project)
                    return


def _is_kept(made: Call) -> bool:
    return any(
        argument.stars
        or (
            argument.name in ("delete", "delete_on_close")
            and not (isinstance(argument.value, Literal) and argument.value.value is True)
        )
        for argument in made.arguments
    )


def _parts(path: Expression, frame: Frame) -> Iterator[Binding]:
    """The variables that a path is made of."""
    match path:
        case Name(definitions=(index,)):
            binding = frame.block.bindings[index]
            if binding.kind is BindingKind.ASSIGNED:
                yield from _parts(binding.value, frame)
            yield binding
        case Attribute(value=value):
            yield from _parts(value, frame)
        case Format(parts=parts) | Operation(operator="/" | "+", operands=parts):
            for part in parts:
                yield from _parts(part, frame)
        case Call(callee=Attribute(name="join") | Name(id="Path" | "str"), arguments=arguments):
            for argument in arguments:
                yield from _parts(argument.value, frame)


def _finding(
    call: Call, frame: Frame, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    return project.finding(
        frame.module, call.start, call.end, message, help=cure, symbol=frame.block.qualname
    )
