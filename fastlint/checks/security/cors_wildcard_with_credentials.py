"""CORS that lets every site act with its visitors' credentials."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding
from fastlint.project import Project
from fastlint.project.frameworks.cors import allows_credentials, origin_of
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.values import Constant, Several, Value
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The setting may come from anywhere; what is not known is silent."""
    for item in project.application.cors:
        wildcard = _wildcard(item, project)
        if wildcard is None or not allows_credentials(item, project.values):
            continue
        yield project.finding(
            item.frame.module,
            item.call.start,
            item.call.end,
            "CORS allows credentials from any origin",
            help="name the origins, or leave out `allow_credentials=True`",
            trace=tuple(origin_of(wildcard, item, "the wildcard comes from here")),
            confidence=Confidence.HIGH,
        )


def _wildcard(item: Middleware, project: Project[NoOptions]) -> Constant | None:
    written = item.argument("allow_origins")
    if written is None:
        return None
    stars = [_star(value) for value in project.values.exhaustive(*written)]
    return stars[0] if stars and all(stars) else None


def _star(value: Value) -> Constant | None:
    match value:
        case Constant(value="*"):
            return value
        case Several(items=items):
            return next(filter(None, map(_star, items)), None)
    return None
