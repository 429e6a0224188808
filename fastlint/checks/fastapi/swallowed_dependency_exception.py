"""Dependencies that swallow what the route raises, or raise when it is too late."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.dependencies import Dependencies, Injection
from fastlint.project.frameworks.exceptions import Exceptions, around
from fastlint.project.objects import ClassObject, Frame, FunctionObject, LibraryClass, LibraryObject
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Handler, With

rule = Rule(__name__)

_NOT_OF_ROUTES = ("asyncio.exceptions.CancelledError", "builtins.GeneratorExit")
_SWALLOWS = "`{}` swallows the exception of the route, whose client gets a 500"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the handler, or at what is raised behind the `yield`."""
    dependencies = project.dependencies
    exceptions = project.exceptions
    for function, users in dependencies.users.items():
        if not function.is_generator:
            continue
        frame = project.types.generic_frame(function)
        if project.versions.at_least("fastapi", "0.110.0"):
            yield from _swallowed(function, frame, exceptions, project)
        if _answers_first(project) and _have_no_scope(users, dependencies):
            yield from _too_late(function, frame, exceptions, project)


def _swallowed(
    function: Function, frame: Frame, exceptions: Exceptions, project: Project[NoOptions]
) -> Iterator[Finding]:
    for item in function.block.yields:
        for statement in around(item.start, function.block):
            for handler in statement.handlers:
                if _swallows(handler, frame, exceptions, project):
                    yield _at_handler(handler, function, project)
        for entered in function.block.withs:
            if entered.start <= item.start < entered.end and _suppresses(entered, frame, project):
                message = _SWALLOWS.format("contextlib.suppress")
                cure = "take the `yield` out of it"
                yield _finding(project, function, entered.start, item.start, message, cure)


def _at_handler(handler: Handler, function: Function, project: Project[NoOptions]) -> Finding:
    end = getattr(handler.types, "end", handler.start + len("except"))
    message = _SWALLOWS.format(function.name)
    return _finding(project, function, handler.start, end, message, "end the handler with `raise`")


def _swallows(
    handler: Handler, frame: Frame, exceptions: Exceptions, project: Project[NoOptions]
) -> bool:
    block = frame.block
    places = [item.start for item in block.raises] + [item.start for item in block.yields]
    if any(handler.start <= place < handler.end for place in places):
        return False
    if any(name in _NOT_OF_ROUTES for name in exceptions.names(handler.types, frame)):
        return False
    inside = (call for call in block.calls if handler.start <= call.start < handler.end)
    return not any(_may_raise_again(call, frame, project) for call in inside)


def _may_raise_again(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a call may be there to raise: it runs a function of the project that raises."""
    return any(
        isinstance(item, FunctionObject) and bool(item.function.block.raises)
        for item in project.types.evaluate(call.callee, frame)
    )


def _suppresses(entered: With, frame: Frame, project: Project[NoOptions]) -> bool:
    for item in entered.items:
        if isinstance(item, Call):
            match project.types.evaluate(item.callee, frame):
                case (
                    ClassObject(cls=LibraryClass(name="contextlib.suppress"))
                    | LibraryObject(name="contextlib.suppress"),
                ):
                    return True
    return False


# --- too late ---


def _answers_first(project: Project[NoOptions]) -> bool:
    """Whether the response is sent before dependencies end."""
    versions = project.versions
    return versions.at_least("fastapi", "0.118.0") or versions.below("fastapi", "0.106.0")


def _have_no_scope(users: tuple[Injection, ...], dependencies: Dependencies) -> bool:
    return all(dependencies.scope(item) in (None, "request") for item in users)


def _too_late(
    function: Function, frame: Frame, exceptions: Exceptions, project: Project[NoOptions]
) -> Iterator[Finding]:
    last = max((item.end for item in function.block.yields), default=0)
    for item in function.block.raises:
        if item.start < last or item.in_handler or not exceptions.raises_http(item, frame):
            continue
        if exceptions.escapes(item.start, frame):
            message = "this is raised behind the `yield`: the response has been sent"
            cure = 'raise it in the route, or declare the dependency with `scope="function"`'
            yield _finding(project, function, item.start, item.end, message, cure)


def _finding(
    project: Project[NoOptions], function: Function, start: int, end: int, message: str, cure: str
) -> Finding:
    return project.finding(
        function.module, start, end, message, help=cure, symbol=function.qualname
    )
