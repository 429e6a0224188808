"""Handlers for start-up and shutdown, which lifespans have replaced."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import EventHandler
from fastlint.project.versions import Change
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_CHANGE = Change.ON_EVENT_DEPRECATED


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """What a lifespan puts out of work is another rule's, and what does not exist any more."""
    if not project.versions.have(_CHANGE):
        return
    for group in _by_registration(project):
        handler = group[0]
        if project.application.is_gone(handler, project.versions) or any(
            project.application.fate(item, project.versions) for item in group
        ):
            continue
        yield project.finding(
            handler.frame.module,
            handler.call.start,
            handler.call.end,
            f"`{handler.how}` is deprecated since {_CHANGE}",
            help="move the body into a lifespan: before `yield` for startup, behind it for "
            "shutdown, and give it to the application: `FastAPI(lifespan=lifespan)`",
            symbol=handler.function.qualname if handler.function else None,
        )


def _by_registration(project: Project[NoOptions]) -> Iterator[list[EventHandler]]:
    """The handlers that one call registers, together."""
    groups: dict[tuple[str, int], list[EventHandler]] = {}
    for handler in project.application.event_handlers:
        groups.setdefault((handler.frame.module.path, handler.call.start), []).append(handler)
    yield from groups.values()
