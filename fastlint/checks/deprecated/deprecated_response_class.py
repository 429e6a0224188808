"""Response classes that FastAPI has deprecated: it writes JSON faster by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import ClassObject, Frame, LibraryClass
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression

rule = Rule(__name__)

_SETTINGS = ("response_class", "default_response_class")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Where one is set, called or inherited from."""
    deprecated = project.catalogue.deprecations("fastapi.responses")
    for expression, frame, cure in _mentions(project, deprecated):
        for item in project.types.evaluate(expression, frame):
            match item:
                case ClassObject(cls=LibraryClass(name=name)) if name in deprecated:
                    since = deprecated[name].deprecated or "0"
                    if project.versions.at_least("fastapi", since):
                        yield _finding(project, expression, frame, name, since, cure)


def _mentions(
    project: Project[NoOptions], names: Collection[str]
) -> Iterator[tuple[Expression, Frame, str]]:
    """Expressions that may be one of these classes, and what to do instead."""
    for call, frame, _ in project.sites.of(*names):
        yield call.callee, frame, _RETURN
    for call, frame in project.sites.with_keyword(*_SETTINGS):
        for argument in call.arguments:
            if argument.name in _SETTINGS:
                yield argument.value, frame, _LEAVE_OUT
    for cls in project.all_classes():
        for base in cls.summary.bases:
            yield base, project.types.defining_frame(cls), _OWN_CLASS


_LEAVE_OUT = (
    "leave it out, and annotate what the route returns: from a return type, FastAPI writes JSON "
    "bytes directly"
)
_RETURN = "return the data itself from a route with a return type, or a `JSONResponse`"
_OWN_CLASS = "derive from `JSONResponse`, or return the data itself from a route with a return type"


def _finding(
    project: Project[NoOptions], at: Expression, frame: Frame, name: str, since: str, cure: str
) -> Finding:
    start, end = getattr(at, "start", 0), getattr(at, "end", 0)
    return project.finding(
        frame.module,
        start,
        end,
        f"`{name.rpartition('.')[2]}` is deprecated since FastAPI {since}",
        help=cure,
        symbol=frame.block.qualname,
    )
