"""Handlers that never run, or run twice, and nobody says so."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import EventHandler, Fate
from fastlint.project.objects import FunctionObject
from fastlint.project.wording import name_of_function
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the registration, under the handler's own name."""
    for handler in project.application.event_handlers:
        fate = project.application.fate(handler, project.versions)
        if fate is None or project.application.is_gone(handler, project.versions):
            continue
        yield project.finding(
            handler.frame.module,
            handler.start,
            handler.end,
            f"`{_name(handler)}` {_says(fate)}",
            help="move its body into the lifespan: before `yield` for startup, behind it for "
            "shutdown",
            symbol=handler.function.qualname if handler.function else None,
        )


def _says(fate: Fate) -> str:
    match fate:
        case Fate.NEVER:
            return "never runs: the application has a lifespan"
        case Fate.NEVER_ON_ROUTER:
            return "never runs: its router has a lifespan"
        case Fate.TWICE:
            return "runs twice: once for its router and once for the application"


def _name(handler: EventHandler) -> str:
    if handler.function is not None:
        return handler.function.name
    for item in handler.targets:
        if isinstance(item, FunctionObject):
            return name_of_function(item.function)
    return f"{handler.event} handler"
