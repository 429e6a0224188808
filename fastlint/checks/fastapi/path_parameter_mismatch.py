"""Parameters in a path that neither the function nor a dependency takes."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.routing import path_names, path_parameters
from fastlint.project.frameworks.signatures import Reading, Signature, Source
from fastlint.project.symbols import Class
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Where some parameter is not known, or the request itself may be asked, it takes a
    parameter that looks like the one in the path."""
    for route in project.application.routes:
        declaration = route.declaration
        path = project.routing.text(declaration.argument("path", 0), declaration.frame)
        if not path or not path_parameters(path) or _is_left_alone(route):
            continue
        reading = project.signatures.reading(route)
        if not reading.signatures:
            continue
        taken = _names_taken(reading, project)
        is_sure = (
            reading.complete
            and None not in taken
            and not any(map(project.signatures.asks_request, reading.signatures))
        )
        asked = _names_asked(reading.signatures[0], route, project)
        if not asked and _sends_page(route, project):
            continue
        for parameter in path_parameters(path):
            if parameter.name in taken or parameter.name.startswith("_"):
                continue
            if not parameter.is_read:
                continue
            if parameter.convertor == "path" and not asked:
                continue
            if not is_sure and not any(_is_renamed(parameter.name, name) for name in asked):
                continue
            yield _finding(parameter.name, path, asked, route, project)


def _is_left_alone(route: Route) -> bool:
    """Whether a class fills the parameters, or the route only refuses."""
    function = route.function
    if function is None or route.declaration.name in ("route", "add_route"):
        return True
    if route.declaration.decorated is not None and isinstance(function.parent, Class):
        return True
    block = function.block
    refuses = bool(block.raises) and not block.returns and not block.falls_through
    return refuses or set(route.methods) <= {"OPTIONS"}


def _sends_page(route: Route, project: Project[NoOptions]) -> bool:
    """Whether it always sends a response of its own, such as a page whose script reads the
    address."""
    assert route.function is not None
    frame = project.types.generic_frame(route.function)
    sent = [
        item
        for returned in route.function.block.returns
        if returned.value is not None
        for item in project.types.evaluate(returned.value, frame)
    ]
    return bool(sent) and all(map(project.application.is_response, sent))


def _names_taken(reading: Reading, project: Project[NoOptions]) -> set[str | None]:
    """The names that all signatures together read from a request, None for an unknown one."""
    return {
        project.signatures.name_in_request(parameter, signature.frame)
        for signature in reading.signatures
        for parameter in signature.fillable
    }


def _is_renamed(name: str, other: str) -> bool:
    """`order_id` and `my_order_id`, or `orderId`: one name, written in two ways."""
    short, long = sorted((name.replace("_", "").lower(), other.replace("_", "").lower()), key=len)
    return long.endswith(short) and len(short) > len("id")


def _names_asked(signature: Signature, route: Route, project: Project[NoOptions]) -> list[str]:
    """The parameters without a default that the query has to have, for all their path."""
    names = path_names(route.path)
    return [
        parameter.name
        for parameter in signature.fillable
        if parameter.default is None
        and project.signatures.source(parameter, signature.frame, names) is Source.QUERY
    ]


def _finding(
    name: str, path: str, asked: list[str], route: Route, project: Project[NoOptions]
) -> Finding:
    declaration, function = route.declaration, route.function
    assert function is not None
    if len(asked) == 1:
        cure = f"call both `{name}` or both `{asked[0]}`: now `{asked[0]}` is read from the query"
    else:
        cure = f"add `{name}` to the parameters of `{function.name}`, or take it out of the path"
    return project.finding(
        declaration.module,
        declaration.call.start,
        declaration.call.end,
        f"`{name}` in the path `{path}` is no parameter of `{function.name}`",
        help=cure,
        symbol=function.qualname,
    )
