"""Paths and prefixes that raise at import, or that no request matches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import ROUTER, Creation, Declaration, Route
from fastlint.project.frameworks.routing import path_parameters
from fastlint.project.objects import Frame
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression

rule = Rule(__name__)

_BRACES = re.compile(r"\{[^{}]*\}")
_ANYTHING = re.compile(r"\{\w+:path\}")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Looks at what is written: one finding a path, one a prefix."""
    for route in project.application.routes:
        declaration = route.declaration
        expression = declaration.argument("path", 0)
        path = project.routing.text(expression, declaration.frame)
        fault = None if path is None else _fault_of_path(path, route, project)
        if fault is not None:
            yield _finding(declaration.call, expression, declaration.frame, *fault, project)
    yield from _empty_paths(project)
    for creation in project.application.creations:
        yield from _prefix_of_router(creation, project)
    for declaration in project.application.declarations:
        yield from _prefix_given(declaration, project)


def _empty_paths(project: Project[NoOptions]) -> Iterator[Finding]:
    """Empty paths of routers that are included without any prefix."""
    empty = {
        served.route.declaration
        for routes in project.routing.applications
        for served in routes
        if not served.path and len(served.chain) > 1
    }
    for item in sorted(empty, key=lambda item: (item.module.path, item.call.start)):
        message = "The path is empty, and so are the prefixes before it: FastAPI raises"
        path = item.argument("path", 0)
        yield _finding(item.call, path, item.frame, message, 'write `"/"`', project)


def _fault_of_path(path: str, route: Route, project: Project[NoOptions]) -> tuple[str, str] | None:
    """What is wrong with a path, and what to write."""
    for text in _BRACES.findall(path):
        if not all(item.is_read for item in path_parameters(text)):
            message = f"`{text}` in the path `{path}` is no parameter, and is taken literally"
            return message, "write a name, and a convertor behind a colon, without spaces"
    names = Counter(item.name for item in path_parameters(path))
    for name, count in names.items():
        if count > 1:
            return f"`{name}` stands twice in the path `{path}`", "give each its own name"
    if not path or path.startswith("/") or _ANYTHING.match(path):
        return None
    if any(map(project.application.is_application, route.declaration.receivers)):
        message = f"The path `{path}` has no slash in front: no request matches it"
        return message, f"write `/{path}`"
    if path[0].isalnum():
        message = f"The path `{path}` has no slash in front, and is glued to its prefix"
        return message, f"write `/{path}`"
    return None


def _prefix_of_router(creation: Creation, project: Project[NoOptions]) -> Iterator[Finding]:
    classes = project.types.classes
    if all(classes.derives_from(item.cls, ROUTER) for item in creation.instances):
        prefix = creation.argument("prefix")
        yield from _prefix(creation.call, prefix, creation.frame, project)


def _prefix_given(declaration: Declaration, project: Project[NoOptions]) -> Iterator[Finding]:
    match declaration.name:
        case "include_router":
            prefix = declaration.argument("prefix")
            yield from _prefix(declaration.call, prefix, declaration.frame, project)
        case "mount":
            path = declaration.argument("path", 0)
            text = project.routing.text(path, declaration.frame)
            if text and not text.startswith("/"):
                message = f"The path `{text}` does not begin with a slash: `mount` raises"
                cure = f"write `/{text}`"
                yield _finding(declaration.call, path, declaration.frame, message, cure, project)


def _prefix(
    call: Call, expression: Expression | None, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    text = project.routing.text(expression, frame)
    if not text or (text.startswith("/") and not text.endswith("/")):
        return
    fault = "does not begin with" if not text.startswith("/") else "ends with"
    right = f"/{text.strip('/')}".rstrip("/")
    cure = f"write `{right}`" if right else "leave the prefix out"
    message = f"The prefix `{text}` {fault} a slash: FastAPI raises"
    yield _finding(call, expression, frame, message, cure, project)


def _finding(
    call: Call,
    expression: Expression | None,
    frame: Frame,
    message: str,
    cure: str,
    project: Project[NoOptions],
) -> Finding:
    start = getattr(expression, "start", call.start)
    end = getattr(expression, "end", call.end)
    return project.finding(
        frame.module, start, end, message, help=cure, symbol=frame.block.qualname
    )
