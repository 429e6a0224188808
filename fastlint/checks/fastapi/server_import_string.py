"""Applications that uvicorn is to import by name, and is given as objects."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import Frame, LibraryObject
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Name

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call of `uvicorn.run`."""
    for frame in project.types.generic_frames():
        for call in frame.block.calls:
            if not _is_run(call, frame, project):
                continue
            given = argument_of(call, "app", 0)
            setting = _setting(call, frame, project)
            if given is None or setting is None:
                continue
            objects = project.types.evaluate(given, frame)
            if objects and all(map(project.application.is_application, objects)):
                yield project.finding(
                    frame.module,
                    call.start,
                    call.end,
                    f"with `{setting}`, uvicorn exits unless it is given an import string",
                    help='write `uvicorn.run("module:app", ...)`, with the name of the module',
                    symbol=frame.block.qualname,
                )


def _is_run(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    match call.callee:
        case Name() | Attribute(name="run"):
            match project.types.evaluate(call.callee, frame):
                case (LibraryObject(name="uvicorn.run"),):
                    return True
    return False


def _setting(call: Call, frame: Frame, project: Project[NoOptions]) -> str | None:
    """What makes uvicorn start other processes."""
    for argument in call.arguments:
        if argument.name not in ("reload", "workers"):
            continue
        match project.values.exhaustive(argument.value, frame):
            case [Constant(value=True)] if argument.name == "reload":
                return "reload=True"
            case [Constant(value=int() as number)] if argument.name == "workers" and number > 1:
                return f"workers={number}"
    return None
