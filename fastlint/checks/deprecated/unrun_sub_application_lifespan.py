"""Applications that are mounted, and whose start-up nobody runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import STARLETTE, STARLETTE_ROUTER, argument_of
from fastlint.project.objects import UNKNOWN, ContextFactory, Frame, Instance, Object
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Expression, Name

rule = Rule(__name__)

_MOUNTS = ("starlette.routing.Mount", "starlette.routing.Host")
_SERVERS = {
    "fastmcp.FastMCP": ("http_app", "streamable_http_app"),
    "fastmcp.server.FastMCP": ("http_app", "streamable_http_app"),
    "mcp.server.FastMCP": ("streamable_http_app",),
    "mcp.server.fastmcp.FastMCP": ("streamable_http_app",),
}
"""Methods of libraries that give an application with a lifespan, by class."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the mount, unless somebody else enters the lifespan."""
    mounts = list(_mounts(project))
    mounted = [
        item for _, target, frame in mounts for item in project.types.evaluate(target, frame)
    ]
    for call, target, frame in mounts:
        start_up = _start_up(target, frame, mounted, project)
        if start_up is not None:
            yield project.finding(
                frame.module,
                call.start,
                call.end,
                f"{start_up} `{written(target) or 'the application'}` never runs: it is mounted",
                help="enter it in the lifespan of the application around it: "
                "`async with sub.router.lifespan_context(sub):`",
                symbol=frame.block.qualname,
            )


def _mounts(project: Project[NoOptions]) -> Iterator[tuple[Call, Expression, Frame]]:
    """What puts an application below another, and that application."""
    for call, frame in _mounting(project):
        target = argument_of(call, "app", 1)
        if target is not None:
            yield call, target, frame


def _mounting(project: Project[NoOptions]) -> Iterator[tuple[Call, Frame]]:
    for call, frame, owner in project.sites.methods("mount", "host"):
        if any(
            isinstance(item, Instance)
            and project.types.classes.derives_from(item.cls, STARLETTE, STARLETTE_ROUTER)
            for item in project.types.evaluate(owner, frame)
        ):
            yield call, frame
    for call, frame, _ in project.sites.making(*_MOUNTS):
        yield call, frame


def _start_up(
    target: Expression, frame: Frame, mounted: list[Object], project: Project[NoOptions]
) -> str | None:
    """What of a mounted application should run at the start, and does not."""
    if _is_server(target, frame, project):
        return "the lifespan of"
    for item in project.types.evaluate(target, frame):
        if not isinstance(item, Instance) or _is_entered(item, project):
            continue
        creation = project.application.creation(item)
        lifespan = None if creation is None else creation.argument("lifespan")
        if creation is not None and lifespan is not None:
            functions = project.types.evaluate(lifespan, creation.frame)
            if functions and not any(_runs(one, mounted, project) for one in functions):
                return "the lifespan of"
        elif any(item in handler.receivers for handler in project.application.event_handlers):
            return "the start-up of"
    return None


def _is_server(target: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    made = project.values.source(target, frame)
    match made.expression:
        case Call(callee=Attribute(value=server, name=method)):
            entered = any(
                project.uses.attributes("lifespan", "lifespan_context", "session_manager")
            )
            return not entered and any(
                isinstance(item, Instance) and method in _SERVERS.get(item.cls.name, ())
                for item in project.types.evaluate(server, made.frame)
            )
    return False


def _is_entered(item: Instance, project: Project[NoOptions]) -> bool:
    """Whether somebody asks the application for its lifespan."""
    for use in project.uses.attributes("lifespan_context"):
        match use.attribute.value:
            case Attribute(value=owner, name="router"):
                objects = project.types.evaluate(owner, use.frame)
                if item in objects or UNKNOWN in objects:
                    return True
            case _:
                return True
    return False


def _runs(lifespan: Object, mounted: list[Object], project: Project[NoOptions]) -> bool:
    """Whether a lifespan may run after all: as that of an application which is not mounted, or
    by a call; and what is unknown may."""
    if not isinstance(lifespan, ContextFactory):
        return True
    return _is_called(lifespan, project) or any(
        lifespan in project.types.evaluate(value, creation.frame)
        for creation, value in project.application.lifespans
        if not any(item in mounted for item in creation.instances)
    )


def _is_called(lifespan: ContextFactory, project: Project[NoOptions]) -> bool:
    name = getattr(getattr(lifespan.function, "function", None), "name", None)
    return any(
        lifespan in project.types.evaluate(call.callee, frame)
        for call, frame, _ in project.sites.all
        # A plain name may be an import under another one.
        if isinstance(call.callee, Name) or getattr(call.callee, "name", None) == name
    )
