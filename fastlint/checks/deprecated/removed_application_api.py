"""What Starlette 1.0 took away: methods of applications and routers, and arguments."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.catalogues import DeprecationEntry
from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import ClassObject, Frame, Instance, LibraryClass, Object
from fastlint.project.symbols import Class
from fastlint.project.uses import is_for_some_versions
from fastlint.project.versions import Change
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression

rule = Rule(__name__)

_METHODS = frozenset(
    {
        "add_event_handler",
        "add_websocket_route",
        "exception_handler",
        "middleware",
        "on_event",
        "route",
        "websocket_route",
    }
)
_EVENTS = ("on_startup", "on_shutdown")
_ARGUMENTS = {
    "starlette.applications.Starlette": (_EVENTS, "write a lifespan: `lifespan=lifespan`"),
    "starlette.responses.FileResponse": (("method",), "leave it out: it had no effect"),
    "starlette.routing.Router": (_EVENTS, "write a lifespan: `lifespan=lifespan`"),
}
"""By class, the arguments that are gone, and what to do."""

_TEMPLATES = "starlette.templating.Jinja2Templates"
_OF_TEMPLATES = (None, "directory", "context_processors", "env")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """All of it raises as soon as it runs."""
    if not project.versions.have(Change.STARLETTE_1):
        return
    for name in _METHODS:
        for call, frame, owner in project.sites.methods(name):
            entry = _removal(owner, name, frame, project)
            if entry is not None and not is_for_some_versions(call.guards, frame):
                what = f"{entry.names[0].split('.')[-2]}.{name}"
                yield _finding(project, call, frame, what, f"write `{entry.instead}`")
    for site in project.sites.of(*_ARGUMENTS, _TEMPLATES):
        if not is_for_some_versions(site.call.guards, site.frame):
            yield from _arguments(site.call, site.frame, project)


def _removal(
    owner: Expression, name: str, frame: Frame, project: Project[NoOptions]
) -> DeprecationEntry | None:
    """What became of a method, if all that it may be called on has lost it."""
    entries = [_lost(item, name, project) for item in project.types.evaluate(owner, frame)]
    return entries[0] if entries and all(entries) else None


def _lost(item: Object, name: str, project: Project[NoOptions]) -> DeprecationEntry | None:
    """What became of a method, unless the object has one from elsewhere."""
    if not isinstance(item, Instance):
        return None
    for cls in project.types.classes.order(item.cls):
        if isinstance(cls, Class):
            if name in cls.block.exit:
                return None
            continue
        entry = project.catalogue.deprecation(f"{cls.name}.{name}")
        if entry is not None or (cls.entry is not None and name in cls.entry.methods):
            return entry
    return None


def _arguments(call: Call, frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    given = [argument.name for argument in call.arguments if not argument.stars]
    if not any(given):
        return
    for callee in project.types.evaluate(call.callee, frame):
        match callee:
            case ClassObject(cls=LibraryClass(name=name)) if name in _ARGUMENTS:
                arguments, cure = _ARGUMENTS[name]
                gone = [argument for argument in given if argument in arguments]
            case ClassObject(cls=LibraryClass(name=name)) if name == _TEMPLATES:
                gone = [argument for argument in given if argument not in _OF_TEMPLATES]
                cure = "make the environment: `env=jinja2.Environment(loader=..., ...)`"
            case _:
                continue
        for argument in gone:
            class_name = name.rpartition(".")[2]
            yield _finding(project, call, frame, f"{class_name}({argument}=)", cure)


def _finding(
    project: Project[NoOptions], call: Call, frame: Frame, what: str, cure: str
) -> Finding:
    return project.finding(
        frame.module,
        call.start,
        call.end,
        f"`{what}` does not exist since {Change.STARLETTE_1}",
        help=cure,
        symbol=frame.block.qualname,
    )
