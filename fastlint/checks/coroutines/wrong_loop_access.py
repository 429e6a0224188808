"""Code that asks for the running event loop where there is none."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.calls import Edge, Way
from fastlint.project.objects import Frame, FunctionObject, LibraryObject
from fastlint.project.wording import name_of_function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, GuardKind

rule = Rule(__name__)

_GET = "asyncio.get_event_loop"
_NEEDING = ("asyncio.create_task", "asyncio.ensure_future", "asyncio.get_running_loop")
_OWN_LOOP = "asyncio.set_event_loop"
_SAME_THREAD = "sqlalchemy.ext.asyncio."
"""What runs what it is given in a greenlet of the same thread."""

_NO_LOOP = "where no event loop runs"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At import, in worker threads, and by the wider name in coroutines."""
    yield from _at_import(project)
    yield from _in_threads(project)
    for function in project.functions():
        frame = project.types.generic_frame(function)
        for call in frame.block.calls if function.is_async else ():
            if _name(call, frame, project) == _GET:
                yield _finding(
                    project,
                    frame,
                    call,
                    "`asyncio.get_event_loop` also serves code without a running loop: a coroutine "
                    "means `get_running_loop`",
                    "write `asyncio.get_running_loop()`",
                    severity=Severity.INFO,
                )


def _at_import(project: Project[NoOptions]) -> Iterator[Finding]:
    for frame in project.types.generic_frames():
        if frame.function is not None:
            continue
        for call in frame.block.calls:
            name = _name(call, frame, project)
            if name in _NEEDING and not _is_tried(call, frame):
                message = f"`{name}` runs at import, {_NO_LOOP}"
                yield _finding(project, frame, call, message, "do it in a coroutine")


def _in_threads(project: Project[NoOptions]) -> Iterator[Finding]:
    """In the functions that run in worker threads, once for each place."""
    seen: set[Call] = set()
    for frame, cure in _threaded(project):
        for site, name in _sites(frame, project):
            if site not in seen:
                seen.add(site)
                message = f"`{name}` runs in a worker thread, {_NO_LOOP}"
                yield _finding(project, frame, site, message, cure)


def _threaded(project: Project[NoOptions]) -> Iterator[tuple[Frame, str]]:
    """The functions that FastAPI runs in threads, and those that the project hands to them."""
    for entry in project.contexts.entries:
        function = entry.frame.function
        if function is not None and not entry.on_loop and not function.is_async:
            yield entry.frame, f"make `{name_of_function(function)}` an `async def` function"
    for item in project.handing.all:
        if not item.offloaded or item.taker.startswith(_SAME_THREAD):
            continue
        match item.objects:
            case (FunctionObject(function=function, certain=True),) if not function.is_async:
                cure = "hand the event loop in: `asyncio.run_coroutine_threadsafe(work(), loop)`"
                yield project.types.generic_frame(function), cure


def _sites(frame: Frame, project: Project[NoOptions]) -> Iterator[tuple[Call, str]]:
    """The calls of a frame that need a running loop, themselves or further down."""
    if _probes(frame, project):
        return
    for call in frame.block.calls:
        name = _needed(call, frame, project)
        if name is not None:
            yield call, name
    for edge in project.calls.links(frame).edges:
        if isinstance(edge.site, Call) and _leads_to_loop(edge, project, {frame}):
            assert edge.target.function is not None
            yield edge.site, name_of_function(edge.target.function)


def _leads_to_loop(edge: Edge, project: Project[NoOptions], seen: set[Frame]) -> bool:
    target = edge.target
    if edge.way is not Way.RUNS or not edge.certain or target.function is None or target in seen:
        return False
    if target.function.is_generator or _probes(target, project):
        return False
    seen.add(target)
    return any(_needed(call, target, project) for call in target.block.calls) or any(
        _leads_to_loop(inner, project, seen) for inner in project.calls.links(target).edges
    )


def _needed(call: Call, frame: Frame, project: Project[NoOptions]) -> str | None:
    name = _name(call, frame, project)
    return name if name in (*_NEEDING, _GET) and not _is_tried(call, frame) else None


def _probes(frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether it asks first whether a loop runs, or brings its own."""
    return any(
        name == _OWN_LOOP or (name in (*_NEEDING, _GET) and _is_tried(call, frame))
        for call in frame.block.calls
        if (name := _name(call, frame, project)) is not None
    )


def _name(call: Call, frame: Frame, project: Project[NoOptions]) -> str | None:
    match project.types.evaluate(call.callee, frame):
        case (LibraryObject(name=name),):
            return name
    return None


def _is_tried(call: Call, frame: Frame) -> bool:
    """Whether an exception handler waits for it."""
    index = frame.block.calls.index(call)
    return any(
        guard.kind is GuardKind.EXCEPT and guard.first <= index < guard.last
        for guard in frame.block.guards
    )


def _finding(
    project: Project[NoOptions],
    frame: Frame,
    call: Call,
    message: str,
    cure: str,
    severity: Severity | None = None,
) -> Finding:
    return project.finding(
        frame.module,
        call.start,
        call.end,
        message,
        help=cure,
        severity=severity,
        symbol=frame.block.qualname,
        entry=project.contexts.entry(frame),
    )
