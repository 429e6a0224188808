"""Applications that uvicorn is to import by name, and is given as objects."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import Frame
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call of `uvicorn.run`."""
    for call, frame, callees in project.sites.of("uvicorn.run"):
        given = argument_of(call, "app", 0)
        setting = _setting(call, frame, project)
        if given is None or setting is None or len(callees) > 1:
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


def _setting(call: Call, frame: Frame, project: Project[NoOptions]) -> str | None:
    """What makes uvicorn start other processes."""
    keywords, _ = project.values.keywords(call, frame)
    for name, value, where in keywords:
        if name not in ("reload", "workers"):
            continue
        match project.values.exhaustive(value, where):
            case [Constant(value=True)] if name == "reload":
                return "reload=True"
            case [Constant(value=int() as number)] if name == "workers" and number > 1:
                return f"workers={number}"
    return None
