"""Origins given as one string, in which CORS searches for the caller's."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.objects import Instance, LibraryClass, Object, TextObject
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A lone `"*"` does what it says, and so does an empty string."""
    for item in project.application.cors:
        if not _is_string(item, project) or _is_harmless(item, project):
            continue
        yield project.finding(
            item.frame.module,
            item.call.start,
            item.call.end,
            "`allow_origins` is a string: every origin that is part of it is allowed",
            help='write a list, as in `allow_origins=["https://shop.example.com"]`; take a '
            'setting apart with `.split(",")`',
        )


def _is_string(item: Middleware, project: Project[NoOptions]) -> bool:
    written = item.argument("allow_origins")
    if written is None:
        return False
    objects = project.types.without_none(project.types.evaluate(*written))
    return bool(objects) and all(map(_is_text, objects))


def _is_text(item: Object) -> bool:
    match item:
        case TextObject() | Instance(cls=LibraryClass(name="builtins.str")):
            return True
    return False


def _is_harmless(item: Middleware, project: Project[NoOptions]) -> bool:
    written = item.argument("allow_origins")
    assert written is not None
    values = project.values.exhaustive(*written)
    return bool(values) and all(
        isinstance(value, Constant) and value.value in ("*", "") for value in values
    )
