"""CORS that lets every site act with its visitors' credentials."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.values import Constant, Several, Value
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The setting may come from anywhere; what is not known is silent."""
    for item in project.application.cors:
        wildcard = _wildcard(item, project)
        if wildcard is None or not _allows_credentials(item, project):
            continue
        yield project.finding(
            item.frame.module,
            item.call.start,
            item.call.end,
            "CORS allows credentials from any origin",
            help="name the origins, or leave out `allow_credentials=True`",
            trace=tuple(_origin(item, wildcard)),
            confidence=Confidence.HIGH,
        )


def _wildcard(item: Middleware, project: Project[NoOptions]) -> Constant | None:
    written = item.argument("allow_origins")
    if written is None:
        return None
    stars = [_star(value) for value in project.values.exhaustive(written, item.frame)]
    return stars[0] if stars and all(stars) else None


def _star(value: Value) -> Constant | None:
    match value:
        case Constant(value="*"):
            return value
        case Several(items=items):
            return next(filter(None, map(_star, items)), None)
    return None


def _allows_credentials(item: Middleware, project: Project[NoOptions]) -> bool:
    written = item.argument("allow_credentials")
    if written is None:
        return False
    values = project.values.exhaustive(written, item.frame)
    return bool(values) and all(
        isinstance(value, Constant) and value.value is True for value in values
    )


def _origin(item: Middleware, wildcard: Constant) -> Iterator[Step]:
    """Where the wildcard stands, if that is not in the call itself."""
    place = wildcard.place
    start, end = getattr(place.expression, "start", 0), getattr(place.expression, "end", 0)
    same = place.module is item.frame.module and item.call.start <= start <= item.call.end
    if not same:
        span = place.module.span(start, end)
        yield Step(place.module.path, span, "the wildcard comes from here")
