"""Allowed origins that no browser ever sends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.cors import listed_origins
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.frameworks.origins import why_never
from fastlint.project.objects import Frame, Instance, Objects
from fastlint.project.values import Constant
from fastlint.project.versions import Change
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Comprehension, Expression, Name

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Beside a wildcard, nothing else in a list matters."""
    for item in project.application.cors:
        for origins in listed_origins(item, project.values):
            if not any(origin.value == "*" for origin in origins):
                for origin in origins:
                    yield from _never(origin, project)
        if project.versions.have(Change.PYDANTIC_2):
            yield from _urls(item, project)


def _never(origin: Constant, project: Project[NoOptions]) -> Iterator[Finding]:
    """At the text itself."""
    text, place = str(origin.value), origin.place
    reason = why_never(text)
    if reason is not None:
        start, end = getattr(place.expression, "start", 0), getattr(place.expression, "end", 0)
        yield project.finding(
            place.module, start, end, f"no origin is `{text}`: {reason}", help=_cure(text)
        )


def _cure(text: str) -> str:
    if text.endswith(":*"):
        pattern = re.escape(text.removesuffix("*")) + r"\d+"
        return f'write a pattern: `allow_origin_regex=r"{pattern}"`'
    if "*" in text:
        return r'write a pattern, as in `allow_origin_regex=r"https://[a-z0-9-]+\.example\.com"`'
    return (
        "write it as browsers do: scheme, host, and the port unless it is the usual one, as in "
        "`https://example.com` or `http://localhost:3000`"
    )


# --- Pydantic's URLs -------------------------------------------------------------------


def _urls(item: Middleware, project: Project[NoOptions]) -> Iterator[Finding]:
    """Lists of URLs: as text they end with a slash, and as they are they equal no text."""
    written = item.argument("allow_origins")
    if written is None:
        return
    expression, frame = written
    match _followed(expression, frame):
        case Comprehension(element=Call(callee=Name(id="str"), arguments=(argument,))):
            objects, fault = project.types.evaluate(argument.value, frame), _SLASH
        case _:
            lists = project.types.evaluate(expression, frame)
            objects, fault = project.types.items(lists), _NO_TEXT
    if _are_urls(objects, project):
        yield project.finding(
            item.frame.module,
            item.call.start,
            item.call.end,
            f"these origins match nobody: {fault}",
            help='write `[str(origin).rstrip("/") for origin in ...]`',
        )


_SLASH = "a URL of Pydantic 2 ends with a slash, and no origin does"
_NO_TEXT = "a URL of Pydantic 2 is no string"


def _followed(expression: Expression, frame: Frame) -> Expression:
    """What a name is bound to, if that is one thing."""
    match expression:
        case Name(id=name, definitions=definitions):
            found = definitions or frame.block.exit.get(name, ())
            return frame.block.bindings[found[0]].value if len(found) == 1 else expression
    return expression


def _are_urls(objects: Objects, project: Project[NoOptions]) -> bool:
    return bool(objects) and all(
        isinstance(item, Instance)
        and project.types.classes.derives_from(
            item.cls, "pydantic.AnyUrl", "pydantic.AnyHttpUrl", "pydantic.HttpUrl"
        )
        for item in objects
    )
